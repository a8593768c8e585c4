//! The table `products`.
use orm::prelude::*;
use super::{Category, Order, OrderItem, Tag};
/// A row of `products`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "products")]
#[association(
    has_many,
    as = "categories",
    model = Category,
    foreign_key = "product_sku",
    source_key = "sku"
)]
#[association(
    has_many,
    as = "order_items",
    model = OrderItem,
    foreign_key = "product_id"
)]
#[association(
    many_to_many,
    as = "orders",
    model = Order,
    through = OrderItem,
    foreign_key = "product_id",
    other_key = "order_id"
)]
#[association(
    many_to_many,
    as = "tags",
    model = Tag,
    through = "product_tags",
    foreign_key = "product_id",
    other_key = "tag_id"
)]
pub struct Product {
    /// The column `id`.
    #[column(primary_key, auto_increment)]
    pub id: i32,
    /// The column `sku`.
    #[column(unique)]
    pub sku: String,
    /// The column `name`.
    #[column(varchar(200))]
    pub name: String,
}
