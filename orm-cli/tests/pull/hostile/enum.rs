//! The table `enums`.
use orm::prelude::*;
/// A row of `enums`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "enums")]
pub struct Enum {
    /// The column `id`.
    #[column(primary_key)]
    pub id: i32,
}
