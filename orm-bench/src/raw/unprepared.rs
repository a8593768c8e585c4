//! The work done by hand where nothing can be prepared by name: each statement
//! brings its text and the types of its values along, in one round trip.

use deadpool_postgres::{Manager, Object, Pool};
use tokio_postgres::NoTls;
use tokio_postgres::types::{ToSql, Type};

use super::rows::{Article, Decode, Order, OrderItem, Product, User};
use super::tree::assemble;
use super::{ITEMS, ORDERS, PRODUCTS, Texts, USERS, size};
use crate::contender::{Contender, Result, Work};

/// Hand-written for a pooler in transaction mode.
#[derive(Debug)]
pub struct Unprepared {
    name: &'static str,
    pool: Pool,
    texts: Texts,
}

type Value<'v> = (&'v (dyn ToSql + Sync), Type);

impl Unprepared {
    /// Connects.
    ///
    /// # Errors
    /// When the URL is none.
    pub fn connect(url: &str, name: &'static str) -> Result<Self> {
        let manager = Manager::new(url.parse()?, NoTls);
        Ok(Self {
            name,
            pool: Pool::builder(manager).max_size(16).build()?,
            texts: Texts::new(),
        })
    }
}

async fn all<T: Decode>(client: &Object, sql: &str, params: &[Value<'_>]) -> Result<Vec<T>> {
    let rows = client.query_typed(sql, params).await?;
    Ok(rows
        .iter()
        .map(T::decode)
        .collect::<std::result::Result<_, _>>()?)
}

async fn one<T: Decode>(client: &Object, sql: &str, params: &[Value<'_>]) -> Result<T> {
    Ok(T::decode(&client.query_typed_one(sql, params).await?)?)
}

impl Contender for Unprepared {
    fn name(&self) -> &'static str {
        self.name
    }

    fn does(&self, work: Work) -> bool {
        Work::POOLED.contains(&work)
    }

    async fn find_by_key(&self, id: i32) -> Result<usize> {
        let client = self.pool.get().await?;
        let by_key = format!("{USERS} WHERE id = $1");
        let user: User = one(&client, &by_key, &[(&id, Type::INT4)]).await?;
        Ok(usize::from(user.id == id))
    }

    async fn users(&self, limit: u32) -> Result<usize> {
        let client = self.pool.get().await?;
        let limit = i64::from(limit);
        let params: &[Value<'_>] = &[(&limit, Type::INT8)];
        let users: Vec<User> = all(&client, &self.texts.users, params).await?;
        Ok(users.len())
    }

    async fn insert(&self, number: u64) -> Result<usize> {
        let client = self.pool.get().await?;
        let name = String::from("Pro Laptop 15");
        let price = number as i32;
        let params: &[Value<'_>] = &[
            (&name, Type::VARCHAR),
            (&price, Type::INT4),
            (&25_i32, Type::INT4),
        ];
        let article: Article = one(&client, &self.texts.insert, params).await?;
        Ok(usize::from(article.id > 0))
    }

    async fn update(&self, id: i32, stock: i32) -> Result<usize> {
        let client = self.pool.get().await?;
        let params: &[Value<'_>] = &[(&stock, Type::INT4), (&id, Type::INT4)];
        let row: Article = one(&client, &self.texts.update, params).await?;
        Ok(usize::from(row.stock_quantity == stock))
    }

    async fn insert_many(&self, _: usize) -> Result<usize> {
        Err("not done".into())
    }

    async fn tree_of_one(&self, id: i32) -> Result<usize> {
        let client = self.pool.get().await?;
        let by_key = format!("{USERS} WHERE id = $1");
        let users: Vec<User> = all(&client, &by_key, &[(&id, Type::INT4)]).await?;
        let keys: Vec<i32> = users.iter().map(|user| user.id).collect();
        let orders: Vec<Order> = all(&client, ORDERS, &[(&keys, Type::INT4_ARRAY)]).await?;
        let keys: Vec<i32> = orders.iter().map(|order| order.id).collect();
        let items: Vec<OrderItem> = all(&client, ITEMS, &[(&keys, Type::INT4_ARRAY)]).await?;
        let mut keys: Vec<i32> = items.iter().map(|item| item.product_id).collect();
        keys.sort_unstable();
        keys.dedup();
        let products: Vec<Product> = all(&client, PRODUCTS, &[(&keys, Type::INT4_ARRAY)]).await?;
        let trees = assemble(users, orders, items, products).ok_or("a key without its row")?;
        Ok(size(&trees))
    }

    async fn tree(&self, _: u32) -> Result<usize> {
        Err("not done".into())
    }

    async fn transaction(&self, id: i32) -> Result<usize> {
        const STOCKED: &str = "SELECT id, name, price_in_cents, stock_quantity, created_at, \
             updated_at FROM stocked WHERE id = $1";
        const COUNT: &str = "SELECT count(*) FROM products WHERE id <= $1";
        let client = self.pool.get().await?;
        client.batch_execute("BEGIN").await?;
        let by_key = format!("{USERS} WHERE id = $1");
        let user: User = one(&client, &by_key, &[(&id, Type::INT4)]).await?;
        let product: Article = one(&client, STOCKED, &[(&id, Type::INT4)]).await?;
        let params: &[Value<'_>] = &[
            (&product.name, Type::VARCHAR),
            (&product.price_in_cents, Type::INT4),
            (&1_i32, Type::INT4),
        ];
        let sold: Article = one(&client, &self.texts.insert, params).await?;
        let params: &[Value<'_>] = &[(&7_i32, Type::INT4), (&product.id, Type::INT4)];
        let left: Article = one(&client, &self.texts.update, params).await?;
        let count = client.query_typed_one(COUNT, &[(&id, Type::INT4)]).await?;
        let count: i64 = count.try_get(0)?;
        client.batch_execute("COMMIT").await?;
        let right = user.id == id && sold.id > 0 && left.stock_quantity == 7 && count > 0;
        Ok(usize::from(right))
    }
}
