//! The table `mod`.
use orm::prelude::*;
/// A row of `mod`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "mod")]
pub struct Mod {
    /// The column `id`.
    #[column(primary_key)]
    pub id: i32,
}
