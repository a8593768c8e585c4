//! The table `用户`.
use orm::prelude::*;
/// A row of `用户`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "用户")]
pub struct 用户 {
    /// The column `id`.
    #[column(primary_key)]
    pub id: i32,
    /// The column `名`.
    pub 名: Option<String>,
}
