//! A database with the tables of [`models`](super::models), and a log of its statements.

use super::home::{Home, Log, home};
use super::models::*;
use orm::prelude::*;

/// An instant in the words of every database.
pub(crate) const NOW: &str = "'2024-01-01 00:00:00.000000+00:00'";

pub(crate) struct Storefront {
    pub(crate) db: Db,
    pub(crate) log: Log,
    // Dropped last: the database goes when the test does.
    _home: Home,
}

impl Storefront {
    pub(crate) async fn open() -> Self {
        let home = home().await.expect("a database");
        let log = Log::new();
        let reporter = log.clone();
        let config = Config::from_url(&home.url())
            .expect("a URL")
            .logger(move |event| reporter.record(event.sql()));
        let db = Db::connect(config).await.expect("a connection");
        db.create_missing(orm::models![
            User, Product, Order, OrderItem, Badge, Tag, Warehouse, Shelf
        ])
        .await
        .expect("the tables");
        Storefront {
            db,
            log,
            _home: home,
        }
    }

    /// The database of the article: Sarah, her order number 7, a laptop.
    pub(crate) async fn seeded() -> Self {
        let shop = Storefront::open().await;
        shop.run(format!("INSERT INTO users (id, full_name, email, password_hash, created_at, updated_at) VALUES \
            (1, 'Sarah Mitchell', 'sarah@example.com', 'secret', {NOW}, {NOW}), \
            (2, 'Bob Young', 'bob@example.com', 'secret', {NOW}, {NOW})")).await;
        shop.run(format!(
            "INSERT INTO products (id, name, price_in_cents, created_at, updated_at) VALUES \
            (1, 'Pro Laptop 15', 149999, {NOW}, {NOW})"
        ))
        .await;
        shop.order(7, 1, "delivered", 149_999).await;
        shop.run("INSERT INTO order_items (id, order_id, product_id, quantity, unit_price_in_cents) VALUES (1, 7, 1, 1, 149999)").await;
        shop.log.clear();
        shop
    }

    pub(crate) async fn order(&self, id: i32, user: i32, status: &'static str, total: i32) {
        self.run(format!(
            "INSERT INTO orders (id, user_id, status, total_in_cents, created_at, updated_at) \
             VALUES ({id}, {user}, '{status}', {total}, {NOW}, {NOW})"
        ))
        .await;
    }

    pub(crate) async fn run(&self, sql: impl Into<std::borrow::Cow<'static, str>>) {
        orm::raw::raw_sql(sql)
            .execute(&self.db)
            .await
            .expect("the statement");
    }
}
