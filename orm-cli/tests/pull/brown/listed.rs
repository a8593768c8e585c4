//! The table `listed`.
use orm::prelude::*;
/// A row of `listed`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "listed", partition_by(list = "id"))]
pub struct Listed {
    /// The column `id`.
    #[column(primary_key)]
    pub id: i32,
    /// The column `name`.
    pub name: String,
}
