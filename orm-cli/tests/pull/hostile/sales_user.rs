//! The table `users`.
use orm::prelude::*;
use super::{Region, User};
/// A row of `users`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "users", schema = "sales")]
#[association(
    belongs_to,
    as = "region",
    model = Region,
    foreign_key = "region_id",
    on_delete = "no_action",
    index = false
)]
#[association(
    belongs_to,
    as = "user",
    model = User,
    foreign_key = "user_id",
    on_delete = "no_action",
    index = false
)]
pub struct SalesUser {
    /// The column `id`.
    #[column(primary_key)]
    pub id: i32,
    /// The column `region_id`.
    pub region_id: i32,
    /// The column `user_id`.
    pub user_id: Option<i32>,
}
