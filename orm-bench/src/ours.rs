//! The work done with `orm`, as its documentation says.

use orm::exec::PoolOptions;
use orm::prelude::*;

use crate::contender::{Contender, Result};
use crate::models::{Article, Order, OrderItem, Stocked, User};

/// `orm` through its own pool.
#[derive(Debug)]
pub struct Ours {
    db: Db,
    /// Rows in hand, for updates.
    stocked: Vec<Stocked>,
}

impl Ours {
    /// Connects.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn connect(url: &str) -> Result<Self> {
        let pool = PoolOptions::new().max(16);
        let db = Db::connect(Config::from_url(url)?.pool(pool)).await?;
        let stocked = Stocked::query().order_by(Stocked::id).all(&db).await?;
        Ok(Ours { db, stocked })
    }
}

impl Contender for Ours {
    const NAME: &'static str = "orm";

    async fn find_by_key(&self, id: i32) -> Result<usize> {
        let user = User::find(id).one(&self.db).await?;
        Ok(usize::from(user.id == id))
    }

    async fn users(&self, limit: u32) -> Result<usize> {
        let query = User::query().order_by(User::id).limit(limit);
        Ok(query.all(&self.db).await?.len())
    }

    async fn insert(&self, number: u64) -> Result<usize> {
        let article = Article::create()
            .name(String::from("Pro Laptop 15"))
            .price_in_cents(number as i32)
            .stock_quantity(25)
            .save(&self.db)
            .await?;
        Ok(usize::from(article.id > 0))
    }

    async fn update(&self, id: i32, stock: i32) -> Result<usize> {
        let row = &self.stocked[id as usize - 1];
        let row = row
            .update()
            .set(Stocked::stock_quantity, stock)
            .save(&self.db)
            .await?;
        Ok(usize::from(row.stock_quantity == stock))
    }

    async fn insert_many(&self, count: usize) -> Result<usize> {
        let rows = (0..count).map(|n| {
            Article::create()
                .name(String::from("Pro Laptop 15"))
                .price_in_cents(n as i32)
                .stock_quantity(25)
        });
        Ok(Article::create_many(rows).save(&self.db).await?.len())
    }

    async fn tree_of_one(&self, id: i32) -> Result<usize> {
        let user = User::find(id)
            .include(User::orders.include(Order::items.include(OrderItem::product)))
            .one(&self.db)
            .await?;
        Ok(user.orders.iter().map(|order| 1 + order.items.len()).sum())
    }

    async fn tree(&self, users: u32) -> Result<usize> {
        let users = User::query()
            .order_by(User::id)
            .limit(users)
            .include(User::orders.include(Order::items.include(OrderItem::product)))
            .all(&self.db)
            .await?;
        let orders = users.iter().flat_map(|user| &user.orders);
        Ok(orders.map(|order| 1 + order.items.len()).sum())
    }

    async fn siblings(&self, id: i32) -> Result<usize> {
        let user = User::find(id)
            .include(User::posts)
            .include(User::reviews)
            .one(&self.db)
            .await?;
        Ok(user.posts.len() + user.reviews.len())
    }

    async fn unindexed(&self, users: u32) -> Result<usize> {
        let users = User::query()
            .order_by(User::id)
            .limit(users)
            .include(User::visits)
            .all(&self.db)
            .await?;
        Ok(users.iter().map(|user| user.visits.len()).sum())
    }

    async fn latest(&self, users: u32, orders: u32) -> Result<usize> {
        let latest = User::orders
            .order_by(Order::created_at.desc())
            .limit(orders);
        let users = User::query()
            .order_by(User::id)
            .limit(users)
            .include(latest)
            .all(&self.db)
            .await?;
        Ok(users.iter().map(|user| user.orders.len()).sum())
    }
}
