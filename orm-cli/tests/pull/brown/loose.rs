//! The table `loose`.
use orm::prelude::*;
/// A row of `loose`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "loose", primary_key_name = "PK_loose")]
pub struct Loose {
    /// The column `id`.
    #[column(primary_key, auto_increment)]
    pub id: i64,
}
