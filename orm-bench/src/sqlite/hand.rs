//! The work by hand: prepared once, one query per level, by somebody who knows how.

use std::cmp::Reverse;
use std::rc::Rc;

use rusqlite::types::Value;
use rusqlite::{Connection, Row, ToSql, Transaction, TransactionBehavior, params};

use crate::contender::{Result, now};
use crate::raw::rows::{Article, Comment, Event, Order, OrderItem, Post, Product, User};
use crate::raw::tree::{UserTree, assemble, grouped};

/// A struct that is a row.
pub(crate) trait Decode: Sized {
    /// Reads the columns in the order of the statement.
    fn decode(row: &Row<'_>) -> rusqlite::Result<Self>;
}

const USER: &str =
    "SELECT id, full_name, email, password_hash, created_at, updated_at FROM users WHERE id = ?1";
const USERS: &str = "SELECT id, full_name, email, password_hash, created_at, updated_at FROM users \
     ORDER BY id LIMIT ?1";
const ORDERS: &str = "SELECT id, user_id, status, total_in_cents, created_at, updated_at \
     FROM orders WHERE user_id IN rarray(?1) ORDER BY id";
const ITEMS: &str = "SELECT id, order_id, product_id, quantity, unit_price_in_cents, created_at \
     FROM order_items WHERE order_id IN rarray(?1) ORDER BY id";
const PRODUCTS: &str = "SELECT id, name, price_in_cents, stock_quantity, created_at, updated_at \
     FROM products WHERE id IN rarray(?1)";
const LATEST: &str = "SELECT o.id, o.user_id, o.status, o.total_in_cents, o.created_at, o.updated_at \
     FROM rarray(?1) AS u JOIN orders AS o ON o.id IN \
     (SELECT id FROM orders WHERE user_id = u.value ORDER BY created_at DESC, id LIMIT ?2)";
const POSTS: &str = "SELECT id, user_id, title, created_at FROM posts \
     WHERE user_id IN rarray(?1) ORDER BY id";
const COMMENTS: &str =
    "SELECT id, post_id, body FROM comments WHERE post_id IN rarray(?1) ORDER BY id";
const EVENTS: &str = "SELECT id, kind, at FROM events";
const INSERT: &str = "INSERT INTO articles \
     (name, price_in_cents, stock_quantity, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4) \
     RETURNING id, name, price_in_cents, stock_quantity, created_at, updated_at";
const UPDATE: &str = "UPDATE stocked SET stock_quantity = ?1, updated_at = ?2 WHERE id = ?3 \
     RETURNING id, name, price_in_cents, stock_quantity, created_at, updated_at";
const UPSERT: &str = "INSERT INTO stocked \
     (id, name, price_in_cents, stock_quantity, created_at, updated_at) \
     VALUES (?1, ?2, 100, ?3, ?4, ?4) \
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, price_in_cents = excluded.price_in_cents, \
     stock_quantity = excluded.stock_quantity, updated_at = excluded.updated_at \
     RETURNING id, name, price_in_cents, stock_quantity, created_at, updated_at";
const STOCKED: &str = "SELECT id, name, price_in_cents, stock_quantity, created_at, updated_at \
     FROM stocked WHERE id = ?1";
const COUNT: &str = "SELECT count(*) FROM products WHERE id <= ?1";

fn all<T: Decode>(db: &Connection, sql: &str, params: &[&dyn ToSql]) -> Result<Vec<T>> {
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map(params, T::decode)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn one<T: Decode>(db: &Connection, sql: &str, params: &[&dyn ToSql]) -> Result<T> {
    let mut statement = db.prepare_cached(sql)?;
    Ok(statement.query_row(params, T::decode)?)
}

/// Keys as one bound value.
fn keys(keys: impl Iterator<Item = i32>) -> Rc<Vec<Value>> {
    Rc::new(keys.map(Value::from).collect())
}

pub(super) fn user(db: &Connection, id: i32) -> Result<User> {
    one(db, USER, &[&id])
}

pub(super) fn users(db: &Connection, limit: u32) -> Result<Vec<User>> {
    all(db, USERS, &[&limit])
}

pub(super) fn insert(db: &Connection, name: &str, price: i32, stock: i32) -> Result<Article> {
    one(db, INSERT, &[&name, &price, &stock, &now()])
}

pub(super) fn insert_many(db: &Connection, count: usize) -> Result<Vec<Article>> {
    let tx = Transaction::new_unchecked(db, TransactionBehavior::Immediate)?;
    let mut rows = Vec::with_capacity(count);
    {
        let mut statement = tx.prepare_cached(INSERT)?;
        for price in 0..count {
            // As they arrive in a request: owned.
            let name = String::from("Pro Laptop 15");
            let values = params![name, price as i32, 25, now()];
            rows.push(statement.query_row(values, Article::decode)?);
        }
    }
    tx.commit()?;
    Ok(rows)
}

pub(super) fn update(db: &Connection, id: i32, stock: i32) -> Result<Article> {
    one(db, UPDATE, &[&stock, &now(), &id])
}

pub(super) fn upsert(db: &Connection, id: i32, stock: i32) -> Result<Article> {
    let name = String::from("Pro Laptop 15");
    one(db, UPSERT, &[&id, &name, &stock, &now()])
}

/// A sale in one transaction; whether everything was as it should be.
pub(super) fn transaction(db: &Connection, id: i32) -> Result<bool> {
    let tx = Transaction::new_unchecked(db, TransactionBehavior::Immediate)?;
    let user: User = user(&tx, id)?;
    let product: Article = one(&tx, STOCKED, &[&id])?;
    let sold = insert(&tx, &product.name, product.price_in_cents, 1)?;
    let left = update(&tx, product.id, 7)?;
    let mut statement = tx.prepare_cached(COUNT)?;
    let count: i64 = statement.query_row([id], |row| row.get(0))?;
    drop(statement);
    tx.commit()?;
    Ok(user.id == id && sold.id > 0 && left.stock_quantity == 7 && count > 0)
}

pub(super) fn tree_of_one(db: &Connection, id: i32) -> Result<Vec<UserTree>> {
    let tx = db.unchecked_transaction()?;
    let users = vec![user(&tx, id)?];
    let tree = below(&tx, users)?;
    tx.commit()?;
    Ok(tree)
}

pub(super) fn tree(db: &Connection, limit: u32) -> Result<Vec<UserTree>> {
    let tx = db.unchecked_transaction()?;
    let users = users(&tx, limit)?;
    let tree = below(&tx, users)?;
    tx.commit()?;
    Ok(tree)
}

/// The orders of users, their items, the products, one query each.
fn below(db: &Connection, users: Vec<User>) -> Result<Vec<UserTree>> {
    let of_users = keys(users.iter().map(|user| user.id));
    let orders: Vec<Order> = all(db, ORDERS, &[&of_users])?;
    let of_orders = keys(orders.iter().map(|order| order.id));
    let items: Vec<OrderItem> = all(db, ITEMS, &[&of_orders])?;
    let mut products: Vec<i32> = items.iter().map(|item| item.product_id).collect();
    products.sort_unstable();
    products.dedup();
    let products: Vec<Product> = all(db, PRODUCTS, &[&keys(products.into_iter())])?;
    assemble(users, orders, items, products).ok_or_else(|| "a key without its row".into())
}

pub(super) type UserPosts = Vec<Vec<(Post, Vec<Comment>)>>;

pub(super) fn comments(db: &Connection, limit: u32) -> Result<UserPosts> {
    let tx = db.unchecked_transaction()?;
    let users = users(&tx, limit)?;
    let of_users = keys(users.iter().map(|user| user.id));
    let posts: Vec<Post> = all(&tx, POSTS, &[&of_users])?;
    let of_posts = keys(posts.iter().map(|post| post.id));
    let comments: Vec<Comment> = all(&tx, COMMENTS, &[&of_posts])?;
    tx.commit()?;
    let comments = grouped(posts.iter().map(|it| it.id), comments, |it| it.post_id)
        .ok_or("a stray comment")?;
    let posts = posts.into_iter().zip(comments).collect();
    let owner = |(post, _): &(Post, Vec<Comment>)| post.user_id;
    let groups = grouped(users.iter().map(|it| it.id), posts, owner);
    groups.ok_or_else(|| "a stray post".into())
}

pub(super) fn latest(db: &Connection, limit: u32, most: u32) -> Result<Vec<Vec<Order>>> {
    let tx = db.unchecked_transaction()?;
    let users = users(&tx, limit)?;
    let of_users = keys(users.iter().map(|user| user.id));
    let orders: Vec<Order> = all(&tx, LATEST, &[&of_users, &most])?;
    tx.commit()?;
    let groups = grouped(users.iter().map(|it| it.id), orders, |it| it.user_id);
    let mut groups = groups.ok_or("a stray order")?;
    // `IN` finds the few rows of each user by their keys.
    for group in &mut groups {
        group.sort_by_key(|order: &Order| (Reverse(order.created_at), order.id));
    }
    Ok(groups)
}

pub(super) fn stream(db: &Connection) -> Result<usize> {
    let mut statement = db.prepare_cached(EVENTS)?;
    let rows = statement.query_map([], Event::decode)?;
    let mut seen = 0;
    for event in rows {
        seen += usize::from(event?.id > 0);
    }
    Ok(seen)
}
