//! The tables as models: what a user of `orm` writes.

use orm::prelude::*;
use serde_json::Value;

/// A customer.
#[derive(Model, Debug, Clone)]
#[model(table = "users", timestamps)]
#[association(has_many, as = "orders", model = Order, foreign_key = "user_id")]
#[association(has_many, as = "posts", model = Post, foreign_key = "user_id")]
#[association(has_many, as = "reviews", model = Review, foreign_key = "user_id")]
#[association(has_many, as = "visits", model = Visit, foreign_key = "user_id")]
pub struct User {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i32,
    /// First and last name.
    #[column(varchar(150))]
    pub full_name: String,
    /// The address to log in with.
    #[column(varchar(255), unique)]
    pub email: String,
    /// The hash of the password.
    #[column(varchar(255))]
    pub password_hash: String,
    /// When the customer signed up.
    pub created_at: DateTime<Utc>,
    /// When the row was last written.
    pub updated_at: DateTime<Utc>,
}

/// What a customer orders.
#[derive(Model, Debug, Clone)]
#[model(table = "orders", timestamps)]
#[association(belongs_to, as = "user", model = User, foreign_key = "user_id")]
#[association(has_many, as = "items", model = OrderItem, foreign_key = "order_id")]
pub struct Order {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i32,
    /// Who ordered.
    pub user_id: i32,
    /// Where the order stands.
    pub status: String,
    /// The sum of the items.
    pub total_in_cents: i32,
    /// When the order was placed.
    pub created_at: DateTime<Utc>,
    /// When the row was last written.
    pub updated_at: DateTime<Utc>,
}

/// A line of an order.
#[derive(Model, Debug, Clone)]
#[model(table = "order_items")]
#[association(belongs_to, as = "order", model = Order, foreign_key = "order_id")]
#[association(belongs_to, as = "product", model = Product, foreign_key = "product_id")]
pub struct OrderItem {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i32,
    /// The order.
    pub order_id: i32,
    /// The product.
    pub product_id: i32,
    /// How many.
    pub quantity: i32,
    /// The price of one.
    pub unit_price_in_cents: i32,
    /// When the line was added.
    pub created_at: DateTime<Utc>,
}

/// What is sold.
#[derive(Model, Debug, Clone)]
#[model(table = "products", timestamps)]
#[association(has_many, as = "items", model = OrderItem, foreign_key = "product_id")]
pub struct Product {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i32,
    /// The name on the shelf.
    #[column(varchar(200))]
    pub name: String,
    /// The price of one.
    pub price_in_cents: i32,
    /// How many are left.
    pub stock_quantity: i32,
    /// When the product was added.
    pub created_at: DateTime<Utc>,
    /// When the row was last written.
    pub updated_at: DateTime<Utc>,
}

/// One of two collections of a user.
#[derive(Model, Debug, Clone)]
#[model(table = "posts")]
#[association(has_many, as = "comments", model = Comment, foreign_key = "post_id")]
#[association(belongs_to, as = "user", model = User, foreign_key = "user_id")]
pub struct Post {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i32,
    /// The author.
    pub user_id: i32,
    /// The headline.
    pub title: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// The other collection.
#[derive(Model, Debug, Clone)]
#[model(table = "reviews")]
#[association(belongs_to, as = "user", model = User, foreign_key = "user_id")]
pub struct Review {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i32,
    /// The author.
    pub user_id: i32,
    /// What it says.
    pub body: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// Rows whose foreign key has no index.
#[derive(Model, Debug, Clone)]
#[model(table = "visits")]
#[association(belongs_to, as = "user", model = User, foreign_key = "user_id", index = false)]
pub struct Visit {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i32,
    /// The visitor.
    pub user_id: i32,
    /// What was looked at.
    pub page: String,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// A folder in a folder.
#[derive(Model, Debug, Clone)]
#[model(table = "folders")]
#[association(belongs_to, as = "parent", model = Folder, foreign_key = "parent_id")]
#[association(has_many, as = "folders", model = Folder, foreign_key = "parent_id")]
pub struct Folder {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i32,
    /// The folder that it is in.
    pub parent_id: Option<i32>,
    /// What it is called.
    pub name: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// What inserts write.
#[derive(Model, Debug, Clone)]
#[model(table = "articles", timestamps)]
pub struct Article {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i32,
    /// The name on the shelf.
    #[column(varchar(200))]
    pub name: String,
    /// The price of one.
    pub price_in_cents: i32,
    /// How many are left.
    pub stock_quantity: i32,
    /// When the article was added.
    pub created_at: DateTime<Utc>,
    /// When the row was last written.
    pub updated_at: DateTime<Utc>,
}

/// What updates write.
#[derive(Model, Debug, Clone)]
#[model(table = "stocked", timestamps)]
pub struct Stocked {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i32,
    /// The name on the shelf.
    #[column(varchar(200))]
    pub name: String,
    /// The price of one.
    pub price_in_cents: i32,
    /// How many are left.
    pub stock_quantity: i32,
    /// When the article was added.
    pub created_at: DateTime<Utc>,
    /// When the row was last written.
    pub updated_at: DateTime<Utc>,
}

/// The root of a graph that is created.
#[derive(Model, Debug, Clone)]
#[model(table = "carts")]
#[association(has_many, as = "lines", model = CartLine, foreign_key = "cart_id")]
pub struct Cart {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i32,
    /// Whose it is.
    pub title: String,
}

/// Its second level.
#[derive(Model, Debug, Clone)]
#[model(table = "cart_lines")]
#[association(belongs_to, as = "cart", model = Cart, foreign_key = "cart_id")]
#[association(has_many, as = "notes", model = CartNote, foreign_key = "line_id")]
pub struct CartLine {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i32,
    /// The cart.
    pub cart_id: i32,
    /// How many.
    pub quantity: i32,
}

/// Its third level.
#[derive(Model, Debug, Clone)]
#[model(table = "cart_notes")]
#[association(belongs_to, as = "line", model = CartLine, foreign_key = "line_id")]
pub struct CartNote {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i32,
    /// The line.
    pub line_id: i32,
    /// What it says.
    pub body: String,
}

/// What is said about a post.
#[derive(Model, Debug, Clone)]
#[model(table = "comments")]
#[association(belongs_to, as = "post", model = Post, foreign_key = "post_id")]
pub struct Comment {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i32,
    /// The post.
    pub post_id: i32,
    /// What it says.
    pub body: String,
}

/// What is streamed.
#[derive(Model, Debug, Clone)]
#[model(table = "events")]
pub struct Event {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i64,
    /// What happened.
    pub kind: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Thirty columns.
#[derive(Model, Debug, Clone)]
#[model(table = "wide")]
#[allow(missing_docs, reason = "the columns mean nothing")]
pub struct Wide {
    #[column(primary_key)]
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
    pub document_1: Value,
    pub document_2: Value,
    pub numbers_1: Vec<i32>,
    pub numbers_2: Vec<i32>,
    pub words: Vec<String>,
}
