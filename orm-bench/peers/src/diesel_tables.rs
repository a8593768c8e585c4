//! The tables and rows that both ways of using Diesel share: `table!`, derived
//! `Queryable`, `Selectable` and `Associations`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use orm_bench::contender::now;

/// What a moment is to the database.
#[cfg(feature = "postgres")]
pub type Moment = diesel::sql_types::Timestamptz;
#[cfg(feature = "sqlite")]
pub type Moment = diesel::sql_types::TimestamptzSqlite;

#[cfg(feature = "postgres")]
type Backend = diesel::pg::Pg;
#[cfg(feature = "sqlite")]
type Backend = diesel::sqlite::Sqlite;

diesel::table! {
    use diesel::sql_types::*;
    use super::Moment;

    users (id) {
        id -> Int4, full_name -> Varchar, email -> Varchar, password_hash -> Varchar,
        created_at -> Moment, updated_at -> Moment,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use super::Moment;

    orders (id) {
        id -> Int4, user_id -> Int4, status -> Text, total_in_cents -> Int4,
        created_at -> Moment, updated_at -> Moment,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use super::Moment;

    order_items (id) {
        id -> Int4, order_id -> Int4, product_id -> Int4, quantity -> Int4,
        unit_price_in_cents -> Int4, created_at -> Moment,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use super::Moment;

    products (id) {
        id -> Int4, name -> Varchar, price_in_cents -> Int4, stock_quantity -> Int4,
        created_at -> Moment, updated_at -> Moment,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use super::Moment;

    articles (id) {
        id -> Int4, name -> Varchar, price_in_cents -> Int4, stock_quantity -> Int4,
        created_at -> Moment, updated_at -> Moment,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use super::Moment;

    stocked (id) {
        id -> Int4, name -> Varchar, price_in_cents -> Int4, stock_quantity -> Int4,
        created_at -> Moment, updated_at -> Moment,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use super::Moment;

    posts (id) { id -> Int4, user_id -> Int4, title -> Text, created_at -> Moment, }
}
diesel::table! {
    comments (id) { id -> Int4, post_id -> Int4, body -> Text, }
}
diesel::table! {
    use diesel::sql_types::*;
    use super::Moment;

    events (id) { id -> Int8, kind -> Text, at -> Moment, }
}
diesel::table! {
    use diesel::sql_types::*;
    use super::Moment;

    reviews (id) { id -> Int4, user_id -> Int4, body -> Text, created_at -> Moment, }
}
diesel::table! {
    use diesel::sql_types::*;
    use super::Moment;

    visits (id) { id -> Int4, user_id -> Int4, page -> Text, created_at -> Moment, }
}
#[cfg(feature = "postgres")]
diesel::table! {
    wide (id) {
        id -> Int4, int_1 -> Int4, int_2 -> Int4, int_3 -> Int4, int_4 -> Int4, int_5 -> Int4,
        int_6 -> Int4, int_7 -> Int4, int_8 -> Int4, text_1 -> Text, text_2 -> Text,
        text_3 -> Text, text_4 -> Text, text_5 -> Text, text_6 -> Text, text_7 -> Text,
        text_8 -> Text, note_1 -> Nullable<Text>, note_2 -> Nullable<Text>,
        note_3 -> Nullable<Text>, at_1 -> Timestamptz, at_2 -> Timestamptz, at_3 -> Timestamptz,
        ratio -> Float8, active -> Bool, document_1 -> Jsonb, document_2 -> Jsonb,
        numbers_1 -> Array<Int4>, numbers_2 -> Array<Int4>, words -> Array<Text>,
    }
}
diesel::joinable!(orders -> users (user_id));
diesel::joinable!(order_items -> orders (order_id));
diesel::joinable!(order_items -> products (product_id));
diesel::allow_tables_to_appear_in_same_query!(users, orders, order_items, products);

#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = users, check_for_backend(Backend))]
#[allow(dead_code)] // every column is decoded, as everyone does; not every one is read
pub struct User {
    pub id: i32,
    pub full_name: String,
    pub email: String,
    pub password_hash: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = orders, belongs_to(User), check_for_backend(Backend))]
#[allow(dead_code)] // every column is decoded, as everyone does; not every one is read
pub struct Order {
    pub id: i32,
    pub user_id: i32,
    pub status: String,
    pub total_in_cents: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = order_items, belongs_to(Order), belongs_to(Product), check_for_backend(Backend))]
#[allow(dead_code)] // every column is decoded, as everyone does; not every one is read
pub struct OrderItem {
    pub id: i32,
    pub order_id: i32,
    pub product_id: i32,
    pub quantity: i32,
    pub unit_price_in_cents: i32,
    pub created_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = products, check_for_backend(Backend))]
#[allow(dead_code)] // every column is decoded, as everyone does; not every one is read
pub struct Product {
    pub id: i32,
    pub name: String,
    pub price_in_cents: i32,
    pub stock_quantity: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = articles, check_for_backend(Backend))]
#[allow(dead_code)] // every column is decoded, as everyone does; not every one is read
pub struct Article {
    pub id: i32,
    pub name: String,
    pub price_in_cents: i32,
    pub stock_quantity: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = stocked, check_for_backend(Backend))]
#[allow(dead_code)] // every column is decoded, as everyone does; not every one is read
pub struct Stocked {
    pub id: i32,
    pub name: String,
    pub price_in_cents: i32,
    pub stock_quantity: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = posts, belongs_to(User), check_for_backend(Backend))]
#[allow(dead_code)] // every column is decoded, as everyone does; not every one is read
pub struct Post {
    pub id: i32,
    pub user_id: i32,
    pub title: String,
    pub created_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = comments, belongs_to(Post), check_for_backend(Backend))]
#[allow(dead_code)] // every column is decoded, as everyone does; not every one is read
pub struct Comment {
    pub id: i32,
    pub post_id: i32,
    pub body: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = reviews, belongs_to(User), check_for_backend(Backend))]
#[allow(dead_code)] // every column is decoded, as everyone does; not every one is read
pub struct Review {
    pub id: i32,
    pub user_id: i32,
    pub body: String,
    pub created_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = visits, belongs_to(User), check_for_backend(Backend))]
#[allow(dead_code)] // every column is decoded, as everyone does; not every one is read
pub struct Visit {
    pub id: i32,
    pub user_id: i32,
    pub page: String,
    pub created_at: DateTime<Utc>,
}

#[cfg(feature = "postgres")]
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = wide, check_for_backend(Backend))]
#[allow(dead_code)] // every column is decoded, as everyone does; not every one is read
pub struct Wide {
    pub id: i32,
    pub int_1: i32,
    pub int_2: i32,
    pub int_3: i32,
    pub int_4: i32,
    pub int_5: i32,
    pub int_6: i32,
    pub int_7: i32,
    pub int_8: i32,
    pub text_1: String,
    pub text_2: String,
    pub text_3: String,
    pub text_4: String,
    pub text_5: String,
    pub text_6: String,
    pub text_7: String,
    pub text_8: String,
    pub note_1: Option<String>,
    pub note_2: Option<String>,
    pub note_3: Option<String>,
    pub at_1: DateTime<Utc>,
    pub at_2: DateTime<Utc>,
    pub at_3: DateTime<Utc>,
    pub ratio: f64,
    pub active: bool,
    pub document_1: serde_json::Value,
    pub document_2: serde_json::Value,
    pub numbers_1: Vec<i32>,
    pub numbers_2: Vec<i32>,
    pub words: Vec<String>,
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = events, check_for_backend(Backend))]
pub struct Event {
    pub id: i64,
    #[allow(dead_code)]
    pub kind: String,
    #[allow(dead_code)]
    pub at: DateTime<Utc>,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = stocked)]
pub struct NewStocked {
    pub id: i32,
    pub name: String,
    pub price_in_cents: i32,
    pub stock_quantity: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Insertable)]
#[diesel(table_name = articles)]
pub struct NewArticle {
    pub name: String,
    pub price_in_cents: i32,
    pub stock_quantity: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

pub fn new_article(price_in_cents: i32) -> NewArticle {
    let now = now();
    NewArticle {
        name: "Pro Laptop 15".to_owned(),
        price_in_cents,
        stock_quantity: 25,
        created_at: now,
        updated_at: now,
    }
}

/// Users, their orders, the items of those, each with its product.
pub type Tree = Vec<(User, Vec<(Order, Vec<(OrderItem, Product)>)>)>;

pub fn size(tree: &Tree) -> usize {
    let orders = tree.iter().flat_map(|(_, orders)| orders);
    orders.map(|(_, items)| 1 + items.len()).sum()
}

/// Whether a library that binds each value by itself can do the work, and its
/// query builder has a form for it.
pub fn does(work: orm_bench::contender::Work) -> bool {
    use orm_bench::contender::Work;
    // 100,000 rows of five values are more than a statement can bind; a limit
    // per parent takes SQL by hand.
    work.is_for_peers() && !matches!(work, Work::Insert100k | Work::Latest)
}
