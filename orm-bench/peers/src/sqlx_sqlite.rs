//! sqlx on SQLite with its pool at its defaults: `query_as`, `FromRow`, one query per level.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::str::FromStr as _;

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt as _;
use orm_bench::contender::{Contender, Result, Work, now};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{QueryBuilder, Sqlite, SqlitePool};

#[derive(Debug, Clone, sqlx::FromRow)]
#[allow(dead_code)] // every column is decoded, as everyone does; not every one is read
struct User {
    id: i32,
    full_name: String,
    email: String,
    password_hash: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, sqlx::FromRow)]
#[allow(dead_code)] // every column is decoded, as everyone does; not every one is read
struct Order {
    id: i32,
    user_id: i32,
    status: String,
    total_in_cents: i32,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, sqlx::FromRow)]
#[allow(dead_code)] // every column is decoded, as everyone does; not every one is read
struct OrderItem {
    id: i32,
    order_id: i32,
    product_id: i32,
    quantity: i32,
    unit_price_in_cents: i32,
    created_at: DateTime<Utc>,
}

#[derive(Debug, Clone, sqlx::FromRow)]
#[allow(dead_code)] // every column is decoded, as everyone does; not every one is read
struct Product {
    id: i32,
    name: String,
    price_in_cents: i32,
    stock_quantity: i32,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, sqlx::FromRow)]
#[allow(dead_code)] // every column is decoded, as everyone does; not every one is read
struct Post {
    id: i32,
    user_id: i32,
    title: String,
    created_at: DateTime<Utc>,
}

#[derive(Debug, Clone, sqlx::FromRow)]
#[allow(dead_code)] // every column is decoded, as everyone does; not every one is read
struct Comment {
    id: i32,
    post_id: i32,
    body: String,
}

#[derive(Debug, sqlx::FromRow)]
struct Event {
    id: i64,
    #[allow(dead_code)] // every column is decoded, as everyone does; not every one is read
    kind: String,
    #[allow(dead_code)] // every column is decoded, as everyone does; not every one is read
    at: DateTime<Utc>,
}

const POSTS: &str = "SELECT id, user_id, title, created_at FROM posts \
     WHERE user_id IN (SELECT value FROM json_each($1)) ORDER BY id";
const COMMENTS: &str = "SELECT id, post_id, body FROM comments WHERE post_id IN (SELECT value FROM json_each($1)) ORDER BY id";
const LATEST: &str = "SELECT o.id, o.user_id, o.status, o.total_in_cents, o.created_at, o.updated_at \
     FROM json_each($1) AS u JOIN orders AS o ON o.id IN \
     (SELECT id FROM orders WHERE user_id = u.value ORDER BY created_at DESC, id LIMIT $2)";
const STOCKED: &str = "SELECT id, name, price_in_cents, stock_quantity, created_at, updated_at \
     FROM stocked WHERE id = $1";
const UPSERT: &str = "INSERT INTO stocked \
     (id, name, price_in_cents, stock_quantity, created_at, updated_at) \
     VALUES ($1, $2, 100, $3, $4, $4) \
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, price_in_cents = excluded.price_in_cents, \
     stock_quantity = excluded.stock_quantity, updated_at = excluded.updated_at \
     RETURNING id, name, price_in_cents, stock_quantity, created_at, updated_at";
const USER: &str = "SELECT id, full_name, email, password_hash, created_at, updated_at \
     FROM users WHERE id = $1";
const USERS: &str = "SELECT id, full_name, email, password_hash, created_at, updated_at \
     FROM users ORDER BY id LIMIT $1";
const ORDERS: &str = "SELECT id, user_id, status, total_in_cents, created_at, updated_at \
     FROM orders WHERE user_id IN (SELECT value FROM json_each($1)) ORDER BY id";
const ITEMS: &str = "SELECT id, order_id, product_id, quantity, unit_price_in_cents, created_at \
     FROM order_items WHERE order_id IN (SELECT value FROM json_each($1)) ORDER BY id";
const PRODUCTS: &str = "SELECT id, name, price_in_cents, stock_quantity, created_at, updated_at \
     FROM products WHERE id IN (SELECT value FROM json_each($1))";
const INSERT: &str = "INSERT INTO articles \
     (name, price_in_cents, stock_quantity, created_at, updated_at) \
     VALUES ($1, $2, $3, $4, $4) \
     RETURNING id, name, price_in_cents, stock_quantity, created_at, updated_at";
const UPDATE: &str = "UPDATE stocked SET stock_quantity = $1, updated_at = $2 WHERE id = $3 \
     RETURNING id, name, price_in_cents, stock_quantity, created_at, updated_at";

/// Through sqlx's own pool.
pub struct Sqlx {
    pool: SqlitePool,
}

type Tree = Vec<(User, Vec<(Order, Vec<(OrderItem, Product)>)>)>;

impl Sqlx {
    pub async fn connect(url: &str) -> Result<Self> {
        let options = SqliteConnectOptions::from_str(url)?.synchronous(SqliteSynchronous::Normal);
        Ok(Sqlx {
            pool: SqlitePoolOptions::new()
                .max_connections(16)
                .connect_with(options)
                .await?,
        })
    }

    async fn users_and_posts(&self, users: u32) -> Result<(Vec<User>, Vec<Post>)> {
        let query = sqlx::query_as(USERS).bind(i64::from(users));
        let users: Vec<User> = query.fetch_all(&self.pool).await?;
        let keys: Vec<i32> = users.iter().map(|user| user.id).collect();
        let posts = sqlx::query_as(POSTS).bind(serde_json::to_string(&keys)?);
        Ok((users, posts.fetch_all(&self.pool).await?))
    }

    async fn below(&self, users: Vec<User>) -> Result<Tree> {
        let keys: Vec<i32> = users.iter().map(|user| user.id).collect();
        let orders: Vec<Order> = sqlx::query_as(ORDERS)
            .bind(serde_json::to_string(&keys)?)
            .fetch_all(&self.pool)
            .await?;
        let keys: Vec<i32> = orders.iter().map(|order| order.id).collect();
        let items: Vec<OrderItem> = sqlx::query_as(ITEMS)
            .bind(serde_json::to_string(&keys)?)
            .fetch_all(&self.pool)
            .await?;
        let mut keys: Vec<i32> = items.iter().map(|item| item.product_id).collect();
        keys.sort_unstable();
        keys.dedup();
        let products: Vec<Product> = sqlx::query_as(PRODUCTS)
            .bind(serde_json::to_string(&keys)?)
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
    fn name(&self) -> &'static str {
        "sqlx"
    }

    fn does(&self, _: Work) -> bool {
        true
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
            .bind(25_i32)
            .bind(now());
        let row: Product = query.fetch_one(&self.pool).await?;
        Ok(usize::from(row.id > 0))
    }

    async fn update(&self, id: i32, stock: i32) -> Result<usize> {
        let query = sqlx::query_as(UPDATE).bind(stock).bind(now()).bind(id);
        let row: Product = query.fetch_one(&self.pool).await?;
        Ok(usize::from(row.stock_quantity == stock))
    }

    async fn insert_many(&self, count: usize) -> Result<usize> {
        let mut query = QueryBuilder::<Sqlite>::new(
            "INSERT INTO articles (name, price_in_cents, stock_quantity, created_at, updated_at) ",
        );
        let now = now();
        query.push_values(0..count, |mut row, price| {
            row.push_bind("Pro Laptop 15")
                .push_bind(price as i32)
                .push_bind(25_i32)
                .push_bind(now)
                .push_bind(now);
        });
        query.push(" RETURNING id, name, price_in_cents, stock_quantity, created_at, updated_at");
        let query = query.build_query_as::<Product>();
        Ok(query.fetch_all(&self.pool).await?.len())
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

    async fn comments(&self, users: u32) -> Result<usize> {
        let (users, posts) = self.users_and_posts(users).await?;
        let keys: Vec<i32> = posts.iter().map(|post| post.id).collect();
        let comments: Vec<Comment> = sqlx::query_as(COMMENTS)
            .bind(serde_json::to_string(&keys)?)
            .fetch_all(&self.pool)
            .await?;
        let mut comments_of = grouped(comments, |comment| comment.post_id);
        let posts = posts.into_iter().map(|post| {
            let comments = comments_of.remove(&post.id).unwrap_or_default();
            (post, comments)
        });
        let mut posts_of = grouped(posts.collect(), |(post, _)| post.user_id);
        let users = users.into_iter();
        let users: Vec<(User, Vec<(Post, Vec<Comment>)>)> = users
            .map(|user| {
                let posts = posts_of.remove(&user.id).unwrap_or_default();
                (user, posts)
            })
            .collect();
        let posts = users.iter().flat_map(|(_, posts)| posts);
        Ok(posts.map(|(_, comments)| 1 + comments.len()).sum())
    }

    async fn upsert(&self, id: i32, stock: i32) -> Result<usize> {
        let query = sqlx::query_as(UPSERT)
            .bind(id)
            .bind("Pro Laptop 15")
            .bind(stock)
            .bind(now());
        let row: Product = query.fetch_one(&self.pool).await?;
        Ok(usize::from(row.stock_quantity == stock))
    }

    async fn transaction(&self, id: i32) -> Result<usize> {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let user: User = sqlx::query_as(USER).bind(id).fetch_one(&mut *tx).await?;
        let product: Product = sqlx::query_as(STOCKED).bind(id).fetch_one(&mut *tx).await?;
        let query = sqlx::query_as(INSERT)
            .bind(&product.name)
            .bind(product.price_in_cents)
            .bind(1_i32)
            .bind(now());
        let sold: Product = query.fetch_one(&mut *tx).await?;
        let query = sqlx::query_as(UPDATE)
            .bind(7_i32)
            .bind(now())
            .bind(product.id);
        let left: Product = query.fetch_one(&mut *tx).await?;
        let query = sqlx::query_scalar("SELECT count(*) FROM products WHERE id <= $1").bind(id);
        let count: i64 = query.fetch_one(&mut *tx).await?;
        tx.commit().await?;
        let right = user.id == id && sold.id > 0 && left.stock_quantity == 7 && count > 0;
        Ok(usize::from(right))
    }

    async fn stream(&self) -> Result<usize> {
        let mut rows =
            sqlx::query_as::<_, Event>("SELECT id, kind, at FROM events").fetch(&self.pool);
        let mut seen = 0;
        while let Some(event) = rows.try_next().await? {
            seen += usize::from(event.id > 0);
        }
        Ok(seen)
    }

    async fn latest(&self, users: u32, orders: u32) -> Result<usize> {
        let query = sqlx::query_as(USERS).bind(i64::from(users));
        let users: Vec<User> = query.fetch_all(&self.pool).await?;
        let keys: Vec<i32> = users.iter().map(|user| user.id).collect();
        let query = sqlx::query_as(LATEST)
            .bind(serde_json::to_string(&keys)?)
            .bind(i64::from(orders));
        let orders: Vec<Order> = query.fetch_all(&self.pool).await?;
        let mut orders_of = grouped(orders, |order| order.user_id);
        let users = users.into_iter();
        let users: Vec<(User, Vec<Order>)> = users
            .map(|user| {
                let mut orders = orders_of.remove(&user.id).unwrap_or_default();
                orders.sort_by_key(|order| (Reverse(order.created_at), order.id));
                (user, orders)
            })
            .collect();
        Ok(users.iter().map(|(_, orders)| orders.len()).sum())
    }
}

fn grouped<T>(rows: Vec<T>, owner: impl Fn(&T) -> i32) -> HashMap<i32, Vec<T>> {
    let mut groups: HashMap<i32, Vec<T>> = HashMap::new();
    for row in rows {
        groups.entry(owner(&row)).or_default().push(row);
    }
    groups
}
