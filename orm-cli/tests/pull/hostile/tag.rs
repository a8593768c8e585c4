//! The table `tags`.
use orm::prelude::*;
use super::Product;
/// A row of `tags`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tags")]
#[association(
    many_to_many,
    as = "products",
    model = Product,
    through = "product_tags",
    foreign_key = "tag_id",
    other_key = "product_id"
)]
pub struct Tag {
    /// The column `id`.
    #[column(primary_key, auto_increment)]
    pub id: i32,
    /// The column `label`.
    pub label: String,
}
