//! The table `shapes`.
use orm::prelude::*;
/// A row of `shapes`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "shapes")]
pub struct Shape {
    /// The column `id`.
    #[column(primary_key)]
    pub id: i32,
}
