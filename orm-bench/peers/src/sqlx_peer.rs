//! sqlx with its pool at its defaults: `query_as`, `FromRow`, one query per level.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt as _;
use orm_bench::contender::{Contender, Result, Work};
use serde_json::Value;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

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

#[derive(Debug, Clone, sqlx::FromRow)]
#[allow(dead_code)] // every column is decoded, as everyone does; not every one is read
struct Review {
    id: i32,
    user_id: i32,
    body: String,
    created_at: DateTime<Utc>,
}

#[derive(Debug, Clone, sqlx::FromRow)]
#[allow(dead_code)] // every column is decoded, as everyone does; not every one is read
struct Visit {
    id: i32,
    user_id: i32,
    page: String,
    created_at: DateTime<Utc>,
}

#[derive(Debug, sqlx::FromRow)]
#[allow(dead_code)] // every column is decoded, as everyone does; not every one is read
struct Wide {
    id: i32,
    int_1: i32,
    int_2: i32,
    int_3: i32,
    int_4: i32,
    int_5: i32,
    int_6: i32,
    int_7: i32,
    int_8: i32,
    text_1: String,
    text_2: String,
    text_3: String,
    text_4: String,
    text_5: String,
    text_6: String,
    text_7: String,
    text_8: String,
    note_1: Option<String>,
    note_2: Option<String>,
    note_3: Option<String>,
    at_1: DateTime<Utc>,
    at_2: DateTime<Utc>,
    at_3: DateTime<Utc>,
    ratio: f64,
    active: bool,
    document_1: Value,
    document_2: Value,
    numbers_1: Vec<i32>,
    numbers_2: Vec<i32>,
    words: Vec<String>,
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
     WHERE user_id = ANY($1) ORDER BY id";
const COMMENTS: &str = "SELECT id, post_id, body FROM comments WHERE post_id = ANY($1) ORDER BY id";
const REVIEWS: &str = "SELECT id, user_id, body, created_at FROM reviews \
     WHERE user_id = ANY($1) ORDER BY id";
const VISITS: &str = "SELECT id, user_id, page, created_at FROM visits \
     WHERE user_id = ANY($1) ORDER BY id";
const LATEST: &str = "SELECT o.* FROM unnest($1::int4[]) AS u (id) CROSS JOIN LATERAL ( \
     SELECT id, user_id, status, total_in_cents, created_at, updated_at FROM orders \
     WHERE user_id = u.id ORDER BY created_at DESC, id LIMIT $2) AS o";
const WIDE: &str = "SELECT id, int_1, int_2, int_3, int_4, int_5, int_6, int_7, int_8, text_1, text_2, text_3, text_4, text_5, text_6, text_7, text_8, note_1, note_2, note_3, at_1, at_2, at_3, ratio, active, document_1, document_2, numbers_1, numbers_2, words FROM wide ORDER BY id LIMIT $1";
const STOCKED: &str = "SELECT id, name, price_in_cents, stock_quantity, created_at, updated_at \
     FROM stocked WHERE id = $1";
const UPSERT: &str = "INSERT INTO stocked \
     (id, name, price_in_cents, stock_quantity, created_at, updated_at) \
     VALUES ($1, $2, 100, $3, now(), now()) \
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, price_in_cents = excluded.price_in_cents, \
     stock_quantity = excluded.stock_quantity, updated_at = excluded.updated_at \
     RETURNING id, name, price_in_cents, stock_quantity, created_at, updated_at";
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

    async fn users_and_posts(&self, users: u32) -> Result<(Vec<User>, Vec<Post>)> {
        let query = sqlx::query_as(USERS).bind(i64::from(users));
        let users: Vec<User> = query.fetch_all(&self.pool).await?;
        let keys: Vec<i32> = users.iter().map(|user| user.id).collect();
        let posts = sqlx::query_as(POSTS).bind(keys);
        Ok((users, posts.fetch_all(&self.pool).await?))
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
    fn name(&self) -> &'static str {
        "sqlx"
    }

    fn does(&self, work: Work) -> bool {
        work.is_for_peers()
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

    async fn posts(&self, users: u32) -> Result<usize> {
        let (users, posts) = self.users_and_posts(users).await?;
        let mut posts_of = grouped(posts, |post| post.user_id);
        let users = users.into_iter();
        let users: Vec<(User, Vec<Post>)> = users
            .map(|user| {
                let posts = posts_of.remove(&user.id).unwrap_or_default();
                (user, posts)
            })
            .collect();
        Ok(users.iter().map(|(_, posts)| posts.len()).sum())
    }

    async fn comments(&self, users: u32) -> Result<usize> {
        let (users, posts) = self.users_and_posts(users).await?;
        let keys: Vec<i32> = posts.iter().map(|post| post.id).collect();
        let comments: Vec<Comment> = sqlx::query_as(COMMENTS)
            .bind(keys)
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
            .bind(stock);
        let row: Product = query.fetch_one(&self.pool).await?;
        Ok(usize::from(row.stock_quantity == stock))
    }

    async fn transaction(&self, id: i32) -> Result<usize> {
        let mut tx = self.pool.begin().await?;
        let user: User = sqlx::query_as(USER).bind(id).fetch_one(&mut *tx).await?;
        let product: Product = sqlx::query_as(STOCKED).bind(id).fetch_one(&mut *tx).await?;
        let query = sqlx::query_as(INSERT)
            .bind(&product.name)
            .bind(product.price_in_cents)
            .bind(1_i32);
        let sold: Product = query.fetch_one(&mut *tx).await?;
        let query = sqlx::query_as(UPDATE).bind(7_i32).bind(product.id);
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

    async fn wide(&self, limit: u32) -> Result<usize> {
        let query = sqlx::query_as(WIDE).bind(i64::from(limit));
        let rows: Vec<Wide> = query.fetch_all(&self.pool).await?;
        Ok(rows.len())
    }

    async fn siblings(&self, id: i32) -> Result<usize> {
        let user: User = sqlx::query_as(USER).bind(id).fetch_one(&self.pool).await?;
        let keys = vec![user.id];
        let posts = sqlx::query_as(POSTS).bind(&keys);
        let posts: Vec<Post> = posts.fetch_all(&self.pool).await?;
        let reviews = sqlx::query_as(REVIEWS).bind(&keys);
        let reviews: Vec<Review> = reviews.fetch_all(&self.pool).await?;
        Ok(posts.len() + reviews.len())
    }

    async fn unindexed(&self, users: u32) -> Result<usize> {
        let query = sqlx::query_as(USERS).bind(i64::from(users));
        let users: Vec<User> = query.fetch_all(&self.pool).await?;
        let keys: Vec<i32> = users.iter().map(|user| user.id).collect();
        let visits = sqlx::query_as(VISITS).bind(keys);
        let visits: Vec<Visit> = visits.fetch_all(&self.pool).await?;
        let mut visits_of = grouped(visits, |visit| visit.user_id);
        let users = users.into_iter();
        let users: Vec<(User, Vec<Visit>)> = users
            .map(|user| {
                let visits = visits_of.remove(&user.id).unwrap_or_default();
                (user, visits)
            })
            .collect();
        Ok(users.iter().map(|(_, visits)| visits.len()).sum())
    }

    async fn latest(&self, users: u32, orders: u32) -> Result<usize> {
        let query = sqlx::query_as(USERS).bind(i64::from(users));
        let users: Vec<User> = query.fetch_all(&self.pool).await?;
        let keys: Vec<i32> = users.iter().map(|user| user.id).collect();
        let query = sqlx::query_as(LATEST).bind(keys).bind(i64::from(orders));
        let orders: Vec<Order> = query.fetch_all(&self.pool).await?;
        let mut orders_of = grouped(orders, |order| order.user_id);
        let users = users.into_iter();
        let users: Vec<(User, Vec<Order>)> = users
            .map(|user| {
                let orders = orders_of.remove(&user.id).unwrap_or_default();
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
