//! sqlx with its pool at its defaults: `query_as`, `FromRow`, one query per level.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use orm_bench::contender::{Contender, Result, Work};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

#[derive(Debug, Clone, sqlx::FromRow)]
#[allow(dead_code)]
struct User {
    id: i32,
    full_name: String,
    email: String,
    password_hash: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, sqlx::FromRow)]
#[allow(dead_code)]
struct Order {
    id: i32,
    user_id: i32,
    status: String,
    total_in_cents: i32,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, sqlx::FromRow)]
#[allow(dead_code)]
struct OrderItem {
    id: i32,
    order_id: i32,
    product_id: i32,
    quantity: i32,
    unit_price_in_cents: i32,
    created_at: DateTime<Utc>,
}

#[derive(Debug, Clone, sqlx::FromRow)]
#[allow(dead_code)]
struct Product {
    id: i32,
    name: String,
    price_in_cents: i32,
    stock_quantity: i32,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

const USER: &str = "SELECT id, full_name, email, password_hash, created_at, updated_at \
     FROM users WHERE id = $1";
const USERS: &str = "SELECT id, full_name, email, password_hash, created_at, updated_at \
     FROM users ORDER BY id LIMIT $1";
const ORDERS: &str = "SELECT id, user_id, status, total_in_cents, created_at, updated_at \
     FROM orders WHERE user_id = ANY($1) ORDER BY id";
const ITEMS: &str = "SELECT id, order_id, product_id, quantity, unit_price_in_cents, created_at \
     FROM order_items WHERE order_id = ANY($1) ORDER BY id";
const PRODUCTS: &str = "SELECT id, name, price_in_cents, stock_quantity, created_at, updated_at \
     FROM products WHERE id = ANY($1)";
const INSERT: &str = "INSERT INTO articles \
     (name, price_in_cents, stock_quantity, created_at, updated_at) \
     VALUES ($1, $2, $3, now(), now()) \
     RETURNING id, name, price_in_cents, stock_quantity, created_at, updated_at";
const INSERT_MANY: &str = "INSERT INTO articles \
     (name, price_in_cents, stock_quantity, created_at, updated_at) \
     SELECT *, now(), now() FROM UNNEST($1::text[], $2::int4[], $3::int4[]) \
     RETURNING id, name, price_in_cents, stock_quantity, created_at, updated_at";
const UPDATE: &str = "UPDATE stocked SET stock_quantity = $1, updated_at = now() WHERE id = $2 \
     RETURNING id, name, price_in_cents, stock_quantity, created_at, updated_at";

/// Through sqlx's own pool.
pub struct Sqlx {
    pool: PgPool,
}

type Tree = Vec<(User, Vec<(Order, Vec<(OrderItem, Product)>)>)>;

impl Sqlx {
    pub async fn connect(url: &str) -> Result<Self> {
        Ok(Sqlx {
            pool: PgPoolOptions::new()
                .max_connections(16)
                .connect(url)
                .await?,
        })
    }

    async fn below(&self, users: Vec<User>) -> Result<Tree> {
        let keys: Vec<i32> = users.iter().map(|user| user.id).collect();
        let orders: Vec<Order> = sqlx::query_as(ORDERS)
            .bind(keys)
            .fetch_all(&self.pool)
            .await?;
        let keys: Vec<i32> = orders.iter().map(|order| order.id).collect();
        let items: Vec<OrderItem> = sqlx::query_as(ITEMS)
            .bind(keys)
            .fetch_all(&self.pool)
            .await?;
        let mut keys: Vec<i32> = items.iter().map(|item| item.product_id).collect();
        keys.sort_unstable();
        keys.dedup();
        let products: Vec<Product> = sqlx::query_as(PRODUCTS)
            .bind(keys)
            .fetch_all(&self.pool)
            .await?;
        let products: HashMap<i32, Product> = products.into_iter().map(|p| (p.id, p)).collect();
        let mut items_of: HashMap<i32, Vec<(OrderItem, Product)>> = HashMap::new();
        for item in items {
            let product = products.get(&item.product_id).ok_or("no product")?.clone();
            items_of
                .entry(item.order_id)
                .or_default()
                .push((item, product));
        }
        let mut orders_of: HashMap<i32, Vec<_>> = HashMap::new();
        for order in orders {
            let items = items_of.remove(&order.id).unwrap_or_default();
            orders_of
                .entry(order.user_id)
                .or_default()
                .push((order, items));
        }
        let users = users.into_iter();
        Ok(users
            .map(|user| {
                let orders = orders_of.remove(&user.id).unwrap_or_default();
                (user, orders)
            })
            .collect())
    }
}

fn size(tree: &Tree) -> usize {
    let orders = tree.iter().flat_map(|(_, orders)| orders);
    orders.map(|(_, items)| 1 + items.len()).sum()
}

impl Contender for Sqlx {
    const NAME: &'static str = "sqlx";

    fn does(&self, work: Work) -> bool {
        !matches!(work, Work::Siblings | Work::Unindexed | Work::Latest)
    }

    async fn find_by_key(&self, id: i32) -> Result<usize> {
        let user: User = sqlx::query_as(USER).bind(id).fetch_one(&self.pool).await?;
        Ok(usize::from(user.id == id))
    }

    async fn users(&self, limit: u32) -> Result<usize> {
        let query = sqlx::query_as(USERS).bind(i64::from(limit));
        let rows: Vec<User> = query.fetch_all(&self.pool).await?;
        Ok(rows.len())
    }

    async fn insert(&self, number: u64) -> Result<usize> {
        let query = sqlx::query_as(INSERT)
            .bind("Pro Laptop 15")
            .bind(number as i32)
            .bind(25_i32);
        let row: Product = query.fetch_one(&self.pool).await?;
        Ok(usize::from(row.id > 0))
    }

    async fn update(&self, id: i32, stock: i32) -> Result<usize> {
        let query = sqlx::query_as(UPDATE).bind(stock).bind(id);
        let row: Product = query.fetch_one(&self.pool).await?;
        Ok(usize::from(row.stock_quantity == stock))
    }

    async fn insert_many(&self, count: usize) -> Result<usize> {
        let rows: Vec<Product> = sqlx::query_as(INSERT_MANY)
            .bind(vec!["Pro Laptop 15"; count])
            .bind((0..count).map(|n| n as i32).collect::<Vec<_>>())
            .bind(vec![25_i32; count])
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.len())
    }

    async fn tree_of_one(&self, id: i32) -> Result<usize> {
        let user = sqlx::query_as(USER).bind(id).fetch_one(&self.pool).await?;
        Ok(size(&self.below(vec![user]).await?))
    }

    async fn tree(&self, users: u32) -> Result<usize> {
        let query = sqlx::query_as(USERS).bind(i64::from(users));
        let users = query.fetch_all(&self.pool).await?;
        Ok(size(&self.below(users).await?))
    }

    async fn siblings(&self, _id: i32) -> Result<usize> {
        Err("not compared".into())
    }

    async fn unindexed(&self, _users: u32) -> Result<usize> {
        Err("not compared".into())
    }

    async fn latest(&self, _users: u32, _orders: u32) -> Result<usize> {
        Err("not compared".into())
    }
}
