//! The table `profiles`.
use orm::prelude::*;
use super::User;
/// A row of `profiles`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "profiles")]
#[association(
    belongs_to,
    as = "user",
    model = User,
    foreign_key = "user_id",
    on_delete = "cascade"
)]
pub struct Profile {
    /// The column `user_id`.
    #[column(primary_key)]
    pub user_id: i32,
    /// The column `bio`.
    pub bio: Option<String>,
}
