//! The table `hashed`.
use orm::prelude::*;
/// A row of `hashed`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "hashed", partition_by(hash = ("b", "a")))]
pub struct Hashed {
    /// The column `a`.
    #[column(primary_key)]
    pub a: i32,
    /// The column `b`.
    #[column(primary_key)]
    pub b: i32,
}
