//! The table `}*/`.
use orm::prelude::*;
/// A row of `}*/`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "}*/", schema = "Strange \" schema")]
pub struct Table {
    /// The column `id`.
    #[column(primary_key)]
    pub id: i32,
    /// The column `#!\[x\]`.
    #[column(name = "#![x]")]
    pub x: Option<String>,
}
