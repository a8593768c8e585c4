//! The table `t`.
use orm::prelude::*;
/// A row of `t`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "t")]
pub struct T {
    /// The column `id`.
    #[column(primary_key, auto_increment)]
    pub id: i32,
    /// The column `big`.
    #[column(identity)]
    pub big: i64,
    /// The column `x`.
    #[column(default_sql = "''::character varying")]
    pub x: Option<String>,
    /// The column `n`.
    #[column(default_sql = "'5'::bigint")]
    pub n: Option<i32>,
}
