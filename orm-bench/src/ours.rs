//! The work done with `orm`, as its documentation says.

use std::sync::OnceLock;

use orm::batch;
use orm::exec::{Executor as _, PoolOptions, Pooler};
use orm::forest::Tree;
use orm::prelude::*;
use orm::query::PageCursor;

use crate::contender::{Contender, Result, Work};
use crate::models::{
    Article, Cart, CartLine, Event, Folder, Order, OrderItem, Post, Product, Stocked, User, Wide,
};

const SHARED: &str = "orm, shared";

/// `orm` through its own pool.
#[derive(Debug)]
pub struct Ours {
    db: Db,
    /// Rows in hand, for updates.
    stocked: Vec<Stocked>,
    /// Where the page deep in the items begins.
    deep: OnceLock<PageCursor>,
    name: &'static str,
}

impl Ours {
    /// Connects.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn connect(url: &str) -> Result<Self> {
        let pool = PoolOptions::new().max(16);
        Self::with(Config::from_url(url)?.pool(pool), "orm").await
    }

    /// Connects, with two of the connections shared between reads.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn sharing(url: &str) -> Result<Self> {
        let pool = PoolOptions::new().max(16).shared_reads(2);
        Self::with(Config::from_url(url)?.pool(pool), SHARED).await
    }

    /// Connects as behind a pooler in transaction mode, whether there is one or not.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn pooled(url: &str, name: &'static str) -> Result<Self> {
        let config = Config::from_url(url)?.pooler(Pooler::Transaction);
        Self::with(config.pool(PoolOptions::new().max(16)), name).await
    }

    async fn with(config: Config, name: &'static str) -> Result<Self> {
        let db = Db::connect(config).await?;
        let stocked = Stocked::query().order_by(Stocked::id).all(&db).await?;
        Ok(Ours {
            db,
            stocked,
            deep: OnceLock::new(),
            name,
        })
    }
}

impl Contender for Ours {
    fn name(&self) -> &'static str {
        self.name
    }

    fn does(&self, work: Work) -> bool {
        self.name != SHARED || matches!(work, Work::FindByKey | Work::W1)
    }

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

    async fn copy(&self, count: usize) -> Result<usize> {
        self.db.executor().batch("TRUNCATE articles").await?;
        let rows = (0..count).map(|n| {
            Article::create()
                .name(String::from("Pro Laptop 15"))
                .price_in_cents(n as i32)
                .stock_quantity(25)
        });
        Ok(usize::try_from(
            Article::copy_in(rows).save(&self.db).await?,
        )?)
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

    async fn posts(&self, users: u32) -> Result<usize> {
        let users = User::query()
            .order_by(User::id)
            .limit(users)
            .include(User::posts)
            .all(&self.db)
            .await?;
        Ok(users.iter().map(|user| user.posts.len()).sum())
    }

    async fn comments(&self, users: u32) -> Result<usize> {
        let users = User::query()
            .order_by(User::id)
            .limit(users)
            .include(User::posts.include(Post::comments))
            .all(&self.db)
            .await?;
        let posts = users.iter().flat_map(|user| &user.posts);
        Ok(posts.map(|post| 1 + post.comments.len()).sum())
    }

    async fn wide(&self, limit: u32) -> Result<usize> {
        let query = Wide::query().order_by(Wide::id).limit(limit);
        Ok(query.all(&self.db).await?.len())
    }

    async fn upsert(&self, id: i32, stock: i32) -> Result<usize> {
        let row = Stocked::create()
            .id(id)
            .name(String::from("Pro Laptop 15"))
            .price_in_cents(100)
            .stock_quantity(stock);
        let row = Stocked::upsert(row).on(Stocked::id).save(&self.db).await?;
        Ok(usize::from(row.row.stock_quantity == stock))
    }

    async fn transaction(&self, id: i32) -> Result<usize> {
        let sale: orm::Result<bool> = self
            .db
            .transaction(async |tx| {
                let user = User::find(id).one(&tx).await?;
                let product = Stocked::find(id).one(&tx).await?;
                let sold = Article::create()
                    .name(product.name.clone())
                    .price_in_cents(product.price_in_cents)
                    .stock_quantity(1)
                    .save(&tx)
                    .await?;
                let left = product
                    .update()
                    .set(Stocked::stock_quantity, 7)
                    .save(&tx)
                    .await?;
                let count = Product::query()
                    .filter(Product::id.le(id))
                    .count(&tx)
                    .await?;
                orm::Result::Ok(
                    user.id == id && sold.id > 0 && left.stock_quantity == 7 && count > 0,
                )
            })
            .await;
        Ok(usize::from(sale?))
    }

    async fn stream(&self) -> Result<usize> {
        let mut seen = 0;
        Event::query()
            .for_each(&self.db, |event| {
                seen += usize::from(event.id > 0);
                Ok(())
            })
            .await?;
        Ok(seen)
    }

    async fn page(&self, depth: u32) -> Result<usize> {
        let query = || OrderItem::query().order_by(OrderItem::unit_price_in_cents);
        let mut begin = self.deep.get().filter(|_| depth > 0).cloned();
        if depth > 0 && begin.is_none() {
            for _ in 0..depth / 10_000 {
                begin = query().page(10_000).at(begin).fetch(&self.db).await?.next;
            }
            self.deep
                .get_or_init(|| begin.clone().expect("so many items"));
        }
        let page = query().page(20).at(begin).fetch(&self.db).await?;
        Ok(page.rows.len() + usize::from(page.next.is_some()))
    }

    async fn update_many(&self, count: usize, number: u64) -> Result<usize> {
        let rows = self.stocked.iter().take(count).zip(number as i32..);
        let updates = rows.map(|(row, stock)| row.update().set(Stocked::stock_quantity, stock));
        Ok(Stocked::update_many(updates).save(&self.db).await?.len())
    }

    async fn upsert_many(&self, count: usize, number: u64) -> Result<usize> {
        let rows = (1..=count as i32).map(|id| {
            Stocked::create()
                .id(id)
                .name(String::from("Pro Laptop 15"))
                .price_in_cents(100)
                .stock_quantity(id + number as i32)
        });
        let upserted = Stocked::upsert_many(rows).on(Stocked::id).save(&self.db);
        Ok(upserted.await?.len())
    }

    async fn graph(&self, number: u64) -> Result<usize> {
        let cart = Cart::create().title(format!("cart {number}"));
        let cart = cart.with(Cart::lines, |line| {
            (0..20).map(move |quantity| {
                line().quantity(quantity).with(CartLine::notes, |note| {
                    ["as a gift", "at the door"].map(|body| note().body(String::from(body)))
                })
            })
        });
        let cart = cart.save(&self.db).await?;
        Ok(usize::from(cart.id > 0))
    }

    async fn batch(&self, id: i32) -> Result<usize> {
        let article = || {
            let named = Article::create().name(String::from("Pro Laptop 15"));
            batch::create(named.price_in_cents(id).stock_quantity(25))
        };
        let row = |id: i32| &self.stocked[id as usize - 1];
        let stock = |id: i32| row(id).update().set(Stocked::stock_quantity, 7);
        let count = batch::count(Product::query().filter(Product::id.le(id)));
        let five = (
            article(),
            article(),
            stock(id),
            stock(id % 1_000 + 1),
            count,
        );
        let (one, other, left, right, count) = self.db.batch(five).await?;
        let written = one.id < other.id && left.stock_quantity == right.stock_quantity;
        Ok(usize::from(written && count > 0))
    }

    async fn siblings(&self, id: i32) -> Result<usize> {
        let user = User::find(id)
            .include(User::posts)
            .include(User::reviews)
            .one(&self.db)
            .await?;
        Ok(user.posts.len() + user.reviews.len())
    }

    async fn folders(&self) -> Result<usize> {
        let roots = Folder::query().filter(Folder::parent_id.is_null());
        let roots = roots.order_by(Folder::id);
        let forest = roots.follow(Folder::folders).all(&self.db).await?;
        Ok(forest.into_trees().iter().map(contained).sum())
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

fn contained(tree: &Tree<Folder>) -> usize {
    1 + tree.children.iter().map(contained).sum::<usize>()
}
