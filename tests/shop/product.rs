use orm::prelude::*;

use super::{Order, OrderItem, User};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "products", timestamps)]
#[association(has_many, as = "order_items", model = OrderItem, foreign_key = "product_id")]
#[association(many_to_many, as = "orders", model = Order, through = OrderItem)]
pub(crate) struct Product {
    #[column(primary_key, auto_increment)]
    pub(crate) id: i32,
    #[column(varchar(200))]
    #[validate(
        not_empty(message = "Product name cannot be blank"),
        len(2, 200, message = "Name must be between 2 and 200 characters")
    )]
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    #[validate(min(0, message = "Price cannot be negative"))]
    pub(crate) price_in_cents: i32,
    #[column(default = 0)]
    #[validate(min(0, message = "Stock cannot go below zero"))]
    pub(crate) stock_quantity: i32,
    #[column(default = true)]
    pub(crate) is_active: bool,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tags")]
#[association(many_to_many, as = "users", model = User, through = "user_tags")]
pub(crate) struct Tag {
    #[column(primary_key, auto_increment)]
    pub(crate) id: i32,
    pub(crate) name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "categories")]
#[association(belongs_to, as = "parent", model = Category, foreign_key = "parent_id")]
#[association(has_many, as = "children", model = Category, foreign_key = "parent_id")]
pub(crate) struct Category {
    #[column(primary_key, auto_increment)]
    pub(crate) id: i32,
    pub(crate) parent_id: Option<i32>,
    pub(crate) name: String,
}
