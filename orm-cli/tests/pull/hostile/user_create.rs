//! The table `user_creates`.
use orm::prelude::*;
use super::User;
/// A row of `user_creates`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "user_creates")]
#[association(
    belongs_to,
    as = "user",
    model = User,
    foreign_key = "user_id",
    on_delete = "no_action",
    index = false
)]
pub struct UserCreateRow {
    /// The column `id`.
    #[column(primary_key)]
    pub id: i32,
    /// The column `user_id`.
    pub user_id: i32,
}
