//! The work done by hand: prepared `tokio-postgres`, one query per level, by
//! somebody who knows how.

pub(crate) mod rows;
pub(crate) mod tree;
pub mod unprepared;

use std::sync::OnceLock;

use deadpool_postgres::{Manager, Object, Pool};
use futures_util::StreamExt as _;
use futures_util::future::{try_join, try_join5};
use tokio_postgres::NoTls;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{ToSql, Type};

use self::rows::{
    Article, Cart, CartLine, CartNote, Comment, Decode, Event, Folder, Order, OrderItem, Post,
    Product, Review, User, Visit, Wide,
};
use self::tree::{FolderTree, UserTree, assemble, grouped, nested};
use crate::contender::{Contender, Result, Work};

const USERS: &str = "SELECT id, full_name, email, password_hash, created_at, updated_at FROM users";
const ORDERS: &str = "SELECT id, user_id, status, total_in_cents, created_at, updated_at \
     FROM orders WHERE user_id = ANY($1) ORDER BY id";
const ITEMS: &str = "SELECT id, order_id, product_id, quantity, unit_price_in_cents, created_at \
     FROM order_items WHERE order_id = ANY($1) ORDER BY id";
const PRODUCTS: &str = "SELECT id, name, price_in_cents, stock_quantity, created_at, updated_at \
     FROM products WHERE id = ANY($1)";
const LATEST: &str = "SELECT o.* FROM unnest($1::int4[]) AS u (id) CROSS JOIN LATERAL ( \
     SELECT id, user_id, status, total_in_cents, created_at, updated_at FROM orders \
     WHERE user_id = u.id ORDER BY created_at DESC, id LIMIT $2) AS o";
const POSTS: &str = "SELECT id, user_id, title, created_at FROM posts \
     WHERE user_id = ANY($1) ORDER BY id";
const WIDE: &str = "SELECT id, int_1, int_2, int_3, int_4, int_5, int_6, int_7, int_8, text_1, text_2, text_3, text_4, text_5, text_6, text_7, text_8, note_1, note_2, note_3, at_1, at_2, at_3, ratio, active, document_1, document_2, numbers_1, numbers_2, words FROM wide ORDER BY id LIMIT $1";
const UPSERT: &str = "INSERT INTO stocked \
     (id, name, price_in_cents, stock_quantity, created_at, updated_at) \
     VALUES ($1, $2, 100, $3, statement_timestamp(), statement_timestamp()) \
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, price_in_cents = excluded.price_in_cents, \
     stock_quantity = excluded.stock_quantity, updated_at = excluded.updated_at \
     RETURNING id, name, price_in_cents, stock_quantity, created_at, updated_at";
const ARTICLE: &str = " RETURNING id, name, price_in_cents, stock_quantity, created_at, updated_at";

/// Hand-written, through a pool.
#[derive(Debug)]
pub struct Raw {
    pool: Pool,
    texts: Texts,
    /// Where the page deep in the items begins.
    deep: OnceLock<(i32, i32)>,
}

/// The texts that are put together from parts.
#[derive(Debug)]
struct Texts {
    users: String,
    insert: String,
    insert_many: String,
    update: String,
    update_many: String,
    upsert_many: String,
}

impl Texts {
    fn new() -> Self {
        Texts {
            users: format!("{USERS} ORDER BY id LIMIT $1"),
            insert: format!(
                "INSERT INTO articles (name, price_in_cents, stock_quantity, created_at, updated_at) \
                 VALUES ($1, $2, $3, statement_timestamp(), statement_timestamp()){ARTICLE}"
            ),
            insert_many: format!(
                "INSERT INTO articles (name, price_in_cents, stock_quantity, created_at, updated_at) \
                 SELECT name, price, stock, statement_timestamp(), statement_timestamp() \
                 FROM unnest($1::text[], $2::int4[], $3::int4[]) AS given (name, price, stock){ARTICLE}"
            ),
            update: format!(
                "UPDATE stocked SET stock_quantity = $1, updated_at = statement_timestamp() \
                 WHERE id = $2{ARTICLE}"
            ),
            update_many: String::from(
                "UPDATE stocked AS s SET stock_quantity = given.stock, \
                 updated_at = statement_timestamp() \
                 FROM unnest($1::int4[], $2::int4[]) AS given (id, stock) WHERE s.id = given.id \
                 RETURNING s.id, s.name, s.price_in_cents, s.stock_quantity, s.created_at, s.updated_at",
            ),
            upsert_many: format!(
                "INSERT INTO stocked (id, name, price_in_cents, stock_quantity, created_at, updated_at) \
                 SELECT id, name, price, stock, statement_timestamp(), statement_timestamp() \
                 FROM unnest($1::int4[], $2::text[], $3::int4[], $4::int4[]) \
                 AS given (id, name, price, stock) \
                 ON CONFLICT (id) DO UPDATE SET name = excluded.name, \
                 price_in_cents = excluded.price_in_cents, \
                 stock_quantity = excluded.stock_quantity, updated_at = excluded.updated_at{ARTICLE}"
            ),
        }
    }
}

impl Raw {
    /// Connects.
    ///
    /// # Errors
    /// When the URL is none.
    pub fn connect(url: &str) -> Result<Self> {
        let manager = Manager::new(url.parse()?, NoTls);
        Ok(Raw {
            pool: Pool::builder(manager).max_size(16).build()?,
            texts: Texts::new(),
            deep: OnceLock::new(),
        })
    }

    async fn first_users(&self, client: &Object, limit: u32) -> Result<Vec<User>> {
        all(client, &self.texts.users, &[&i64::from(limit)]).await
    }
}

/// The rows of a prepared statement.
async fn all<T: Decode>(
    client: &Object,
    sql: &str,
    params: &[&(dyn ToSql + Sync)],
) -> Result<Vec<T>> {
    let statement = client.prepare_cached(sql).await?;
    let rows = client.query(&statement, params).await?;
    Ok(rows
        .iter()
        .map(T::decode)
        .collect::<std::result::Result<_, _>>()?)
}

/// The one row of a prepared statement.
async fn one<T: Decode>(client: &Object, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Result<T> {
    let statement = client.prepare_cached(sql).await?;
    Ok(T::decode(&client.query_one(&statement, params).await?)?)
}

/// What is sent behind a BEGIN without waiting for it.
async fn behind_begin<T>(client: &Object, sent: impl Future<Output = Result<T>>) -> Result<T> {
    let begin = async { Ok(client.batch_execute("BEGIN").await?) };
    let ((), sent) = try_join(begin, sent).await?;
    Ok(sent)
}

/// The orders of users, their items, the products, one query each.
async fn below(client: &Object, users: Vec<User>) -> Result<Vec<UserTree>> {
    let keys: Vec<i32> = users.iter().map(|user| user.id).collect();
    let orders: Vec<Order> = all(client, ORDERS, &[&keys]).await?;
    let keys: Vec<i32> = orders.iter().map(|order| order.id).collect();
    let items: Vec<OrderItem> = all(client, ITEMS, &[&keys]).await?;
    let mut keys: Vec<i32> = items.iter().map(|item| item.product_id).collect();
    keys.sort_unstable();
    keys.dedup();
    let products: Vec<Product> = all(client, PRODUCTS, &[&keys]).await?;
    assemble(users, orders, items, products).ok_or_else(|| "a key without its row".into())
}

fn size(trees: &[UserTree]) -> usize {
    let orders = trees.iter().flat_map(|user| &user.orders);
    orders.map(|order| 1 + order.items.len()).sum()
}

impl Contender for Raw {
    fn name(&self) -> &'static str {
        "raw"
    }

    fn does(&self, _: Work) -> bool {
        true
    }

    async fn find_by_key(&self, id: i32) -> Result<usize> {
        const BY_KEY: &str = "SELECT id, full_name, email, password_hash, created_at, updated_at \
             FROM users WHERE id = $1";
        let client = self.pool.get().await?;
        let user: User = one(&client, BY_KEY, &[&id]).await?;
        Ok(usize::from(user.id == id))
    }

    async fn users(&self, limit: u32) -> Result<usize> {
        let client = self.pool.get().await?;
        Ok(self.first_users(&client, limit).await?.len())
    }

    async fn insert(&self, number: u64) -> Result<usize> {
        let client = self.pool.get().await?;
        // As it arrives in a request: owned.
        let name = String::from("Pro Laptop 15");
        let params: &[&(dyn ToSql + Sync)] = &[&name, &(number as i32), &25_i32];
        let article: Article = one(&client, &self.texts.insert, params).await?;
        Ok(usize::from(article.id > 0))
    }

    async fn update(&self, id: i32, stock: i32) -> Result<usize> {
        let client = self.pool.get().await?;
        let row: Article = one(&client, &self.texts.update, &[&stock, &id]).await?;
        Ok(usize::from(row.stock_quantity == stock))
    }

    async fn insert_many(&self, count: usize) -> Result<usize> {
        let client = self.pool.get().await?;
        let names = vec![String::from("Pro Laptop 15"); count];
        let prices: Vec<i32> = (0..count).map(|n| n as i32).collect();
        let stocks = vec![25_i32; count];
        let rows: Vec<Article> = all(
            &client,
            &self.texts.insert_many,
            &[&names, &prices, &stocks],
        )
        .await?;
        Ok(rows.len())
    }

    async fn copy(&self, count: usize) -> Result<usize> {
        const COPY: &str = "COPY articles (name, price_in_cents, stock_quantity, created_at, \
             updated_at) FROM STDIN (FORMAT binary)";
        let client = self.pool.get().await?;
        client.batch_execute("TRUNCATE articles").await?;
        let sink = client.copy_in(COPY).await?;
        let moment = Type::TIMESTAMPTZ;
        let types = [Type::TEXT, Type::INT4, Type::INT4, moment.clone(), moment];
        let mut writer = std::pin::pin!(BinaryCopyInWriter::new(sink, &types));
        let now = crate::contender::now();
        for n in 0..count {
            let name = String::from("Pro Laptop 15");
            let row: [&(dyn ToSql + Sync); 5] = [&name, &(n as i32), &25_i32, &now, &now];
            writer.as_mut().write(&row).await?;
        }
        Ok(usize::try_from(writer.finish().await?)?)
    }

    async fn tree_of_one(&self, id: i32) -> Result<usize> {
        const BY_KEY: &str = "SELECT id, full_name, email, password_hash, created_at, updated_at \
             FROM users WHERE id = $1";
        let client = self.pool.get().await?;
        let user = one(&client, BY_KEY, &[&id]).await?;
        Ok(size(&below(&client, vec![user]).await?))
    }

    async fn tree(&self, users: u32) -> Result<usize> {
        let client = self.pool.get().await?;
        let users = self.first_users(&client, users).await?;
        Ok(size(&below(&client, users).await?))
    }

    async fn posts(&self, users: u32) -> Result<usize> {
        let client = self.pool.get().await?;
        let users = self.first_users(&client, users).await?;
        let keys: Vec<i32> = users.iter().map(|user| user.id).collect();
        let posts: Vec<Post> = all(&client, POSTS, &[&keys]).await?;
        let groups = grouped(users.iter().map(|user| user.id), posts, |post| post.user_id)
            .ok_or("a stray post")?;
        Ok(groups.iter().map(Vec::len).sum())
    }

    async fn comments(&self, users: u32) -> Result<usize> {
        let client = self.pool.get().await?;
        let users = self.first_users(&client, users).await?;
        let keys: Vec<i32> = users.iter().map(|user| user.id).collect();
        let posts: Vec<Post> = all(&client, POSTS, &[&keys]).await?;
        let keys: Vec<i32> = posts.iter().map(|post| post.id).collect();
        let comments: Vec<Comment> = all(
            &client,
            "SELECT id, post_id, body FROM comments WHERE post_id = ANY($1) ORDER BY id",
            &[&keys],
        )
        .await?;
        let comments = grouped(posts.iter().map(|post| post.id), comments, |it| it.post_id)
            .ok_or("a stray comment")?;
        let posts = posts.into_iter().zip(comments).collect();
        let groups: Vec<Vec<(Post, Vec<Comment>)>> =
            grouped(users.iter().map(|user| user.id), posts, |(post, _)| {
                post.user_id
            })
            .ok_or("a stray post")?;
        let posts = groups.iter().flatten();
        Ok(posts.map(|(_, comments)| 1 + comments.len()).sum())
    }

    async fn wide(&self, limit: u32) -> Result<usize> {
        let client = self.pool.get().await?;
        let rows: Vec<Wide> = all(&client, WIDE, &[&i64::from(limit)]).await?;
        Ok(rows.len())
    }

    async fn upsert(&self, id: i32, stock: i32) -> Result<usize> {
        let client = self.pool.get().await?;
        let name = String::from("Pro Laptop 15");
        let row: Article = one(&client, UPSERT, &[&id, &name, &stock]).await?;
        Ok(usize::from(row.stock_quantity == stock))
    }

    async fn transaction(&self, id: i32) -> Result<usize> {
        const BY_KEY: &str = "SELECT id, full_name, email, password_hash, created_at, updated_at \
             FROM users WHERE id = $1";
        const STOCKED: &str = "SELECT id, name, price_in_cents, stock_quantity, created_at, \
             updated_at FROM stocked WHERE id = $1";
        const COUNT: &str = "SELECT count(*) FROM products WHERE id <= $1";
        let client = self.pool.get().await?;
        client.batch_execute("BEGIN").await?;
        let user: User = one(&client, BY_KEY, &[&id]).await?;
        let product: Article = one(&client, STOCKED, &[&id]).await?;
        let price = product.price_in_cents;
        let params: &[&(dyn ToSql + Sync)] = &[&product.name, &price, &1_i32];
        let sold: Article = one(&client, &self.texts.insert, params).await?;
        let left: Article = one(&client, &self.texts.update, &[&7_i32, &product.id]).await?;
        let count = client.prepare_cached(COUNT).await?;
        let count: i64 = client.query_one(&count, &[&id]).await?.try_get(0)?;
        client.batch_execute("COMMIT").await?;
        let right = user.id == id && sold.id > 0 && left.stock_quantity == 7 && count > 0;
        Ok(usize::from(right))
    }

    async fn stream(&self) -> Result<usize> {
        let client = self.pool.get().await?;
        let statement = client
            .prepare_cached("SELECT id, kind, at FROM events")
            .await?;
        let none: [&(dyn ToSql + Sync); 0] = [];
        let mut rows = std::pin::pin!(client.query_raw(&statement, none).await?);
        let mut seen = 0;
        while let Some(row) = rows.next().await {
            seen += usize::from(Event::decode(&row?)?.id > 0);
        }
        Ok(seen)
    }

    async fn page(&self, depth: u32) -> Result<usize> {
        const ITEM: &str = "SELECT id, order_id, product_id, quantity, unit_price_in_cents, created_at FROM order_items";
        let client = self.pool.get().await?;
        let mut rows: Vec<OrderItem> = if depth == 0 {
            let text = format!("{ITEM} ORDER BY unit_price_in_cents, id LIMIT 21");
            all(&client, &text, &[]).await?
        } else {
            let place = match self.deep.get() {
                Some(place) => *place,
                None => {
                    let text = format!("{ITEM} ORDER BY unit_price_in_cents, id OFFSET $1 LIMIT 1");
                    let last: OrderItem = one(&client, &text, &[&i64::from(depth - 1)]).await?;
                    *self
                        .deep
                        .get_or_init(|| (last.unit_price_in_cents, last.id))
                }
            };
            let text = format!(
                "{ITEM} WHERE (unit_price_in_cents, id) > ($1, $2) ORDER BY unit_price_in_cents, id LIMIT 21"
            );
            all(&client, &text, &[&place.0, &place.1]).await?
        };
        let more = rows.len() > 20;
        rows.truncate(20);
        Ok(rows.len() + usize::from(more))
    }

    async fn update_many(&self, count: usize, number: u64) -> Result<usize> {
        let client = self.pool.get().await?;
        let keys: Vec<i32> = (1..=count as i32).collect();
        let stocks: Vec<i32> = (number as i32..).take(count).collect();
        let rows: Vec<Article> = all(&client, &self.texts.update_many, &[&keys, &stocks]).await?;
        Ok(rows.len())
    }

    async fn upsert_many(&self, count: usize, number: u64) -> Result<usize> {
        let client = self.pool.get().await?;
        let keys: Vec<i32> = (1..=count as i32).collect();
        let names = vec![String::from("Pro Laptop 15"); count];
        let prices = vec![100; count];
        let stocks: Vec<i32> = keys.iter().map(|id| id + number as i32).collect();
        let params: &[&(dyn ToSql + Sync)] = &[&keys, &names, &prices, &stocks];
        let rows: Vec<Article> = all(&client, &self.texts.upsert_many, params).await?;
        Ok(rows.len())
    }

    async fn graph(&self, number: u64) -> Result<usize> {
        const LINES: &str = "INSERT INTO cart_lines (cart_id, quantity) \
             SELECT $1, quantity FROM unnest($2::int4[]) AS given (quantity) \
             RETURNING id, cart_id, quantity";
        const NOTES: &str = "INSERT INTO cart_notes (line_id, body) \
             SELECT line_id, body FROM unnest($1::int4[], $2::text[]) AS given (line_id, body) \
             RETURNING id, line_id, body";
        let client = self.pool.get().await?;
        let title = format!("cart {number}");
        let cart = "INSERT INTO carts (title) VALUES ($1) RETURNING id, title";
        let cart: Cart = behind_begin(&client, one(&client, cart, &[&title])).await?;
        let quantities: Vec<i32> = (0..20).collect();
        let lines: Vec<CartLine> = all(&client, LINES, &[&cart.id, &quantities]).await?;
        let keys: Vec<i32> = lines.iter().flat_map(|line| [line.id; 2]).collect();
        let bodies = ["as a gift", "at the door"].map(String::from);
        let bodies: Vec<&String> = bodies.iter().cycle().take(keys.len()).collect();
        let notes: Vec<CartNote> = all(&client, NOTES, &[&keys, &bodies]).await?;
        client.batch_execute("COMMIT").await?;
        Ok(usize::from(notes.len() == 40))
    }

    async fn batch(&self, id: i32) -> Result<usize> {
        const COUNT: &str = "SELECT count(*) FROM products WHERE id <= $1";
        let client = self.pool.get().await?;
        let name = String::from("Pro Laptop 15");
        let article: &[&(dyn ToSql + Sync)] = &[&name, &id, &25_i32];
        let (first, second): (&[&(dyn ToSql + Sync)], &[&(dyn ToSql + Sync)]) =
            (&[&7_i32, &id], &[&7_i32, &(id % 1_000 + 1)]);
        let count = async {
            let count = client.prepare_cached(COUNT).await?;
            let row = client.query_one(&count, &[&id]).await?;
            Ok(row.try_get::<_, i64>(0)?)
        };
        let five = async {
            try_join5(
                one::<Article>(&client, &self.texts.insert, article),
                one::<Article>(&client, &self.texts.insert, article),
                one::<Article>(&client, &self.texts.update, first),
                one::<Article>(&client, &self.texts.update, second),
                count,
            )
            .await
        };
        let (one, other, left, right, count) = behind_begin(&client, five).await?;
        client.batch_execute("COMMIT").await?;
        let written = one.id < other.id && left.stock_quantity == right.stock_quantity;
        Ok(usize::from(written && count > 0))
    }

    async fn siblings(&self, id: i32) -> Result<usize> {
        const BY_KEY: &str = "SELECT id, full_name, email, password_hash, created_at, updated_at \
             FROM users WHERE id = $1";
        let client = self.pool.get().await?;
        let user: User = one(&client, BY_KEY, &[&id]).await?;
        let posts: Vec<Post> = all(
            &client,
            "SELECT id, user_id, title, created_at FROM posts WHERE user_id = $1 ORDER BY id",
            &[&user.id],
        )
        .await?;
        let reviews: Vec<Review> = all(
            &client,
            "SELECT id, user_id, body, created_at FROM reviews WHERE user_id = $1 ORDER BY id",
            &[&user.id],
        )
        .await?;
        Ok(posts.len() + reviews.len())
    }

    async fn folders(&self) -> Result<usize> {
        const FOLDERS: &str = "WITH RECURSIVE tree AS ( \
             SELECT id, parent_id, name, created_at, 0 AS depth FROM folders WHERE parent_id IS NULL \
             UNION ALL SELECT f.id, f.parent_id, f.name, f.created_at, tree.depth + 1 \
             FROM folders AS f JOIN tree ON f.parent_id = tree.id) \
             SELECT id, parent_id, name, created_at FROM tree ORDER BY depth, id";
        let client = self.pool.get().await?;
        let folders: Vec<Folder> = all(&client, FOLDERS, &[]).await?;
        let trees = nested(folders).ok_or("a folder is in none that was read")?;
        Ok(trees.iter().map(contained).sum())
    }

    async fn unindexed(&self, users: u32) -> Result<usize> {
        let client = self.pool.get().await?;
        let users = self.first_users(&client, users).await?;
        let keys: Vec<i32> = users.iter().map(|user| user.id).collect();
        let visits: Vec<Visit> = all(
            &client,
            "SELECT id, user_id, page, created_at FROM visits WHERE user_id = ANY($1) ORDER BY id",
            &[&keys],
        )
        .await?;
        let groups = grouped(users.iter().map(|user| user.id), visits, |visit| {
            visit.user_id
        })
        .ok_or("a stray visit")?;
        Ok(groups.iter().map(Vec::len).sum())
    }

    async fn latest(&self, users: u32, orders: u32) -> Result<usize> {
        let client = self.pool.get().await?;
        let users = self.first_users(&client, users).await?;
        let keys: Vec<i32> = users.iter().map(|user| user.id).collect();
        let orders: Vec<Order> = all(&client, LATEST, &[&keys, &i64::from(orders)]).await?;
        let groups = grouped(users.iter().map(|user| user.id), orders, |order| {
            order.user_id
        })
        .ok_or("a stray order")?;
        Ok(groups.iter().map(Vec::len).sum())
    }
}

fn contained(tree: &FolderTree) -> usize {
    1 + tree.folders.iter().map(contained).sum::<usize>()
}
