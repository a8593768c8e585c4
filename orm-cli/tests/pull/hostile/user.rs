//! The table `users`.
use orm::prelude::*;
use super::{Order, Profile, SalesUser, UserCreateRow};
/// People who buy.
/// Second line
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "users", timestamps, comment = "People who buy.\nSecond line")]
#[association(
    has_many,
    as = "orders_as_seller",
    model = Order,
    foreign_key = "seller_id"
)]
#[association(has_many, as = "orders", model = Order, foreign_key = "user_id")]
#[association(has_one, as = "profile", model = Profile, foreign_key = "user_id")]
#[association(
    has_many,
    as = "user_creates",
    model = UserCreateRow,
    foreign_key = "user_id"
)]
#[association(has_many, as = "users", model = SalesUser, foreign_key = "user_id")]
#[association(
    many_to_many,
    as = "followers",
    model = User,
    through = "follows",
    foreign_key = "followed_id",
    other_key = "follower_id"
)]
#[association(
    many_to_many,
    as = "followeds",
    model = User,
    through = "follows",
    foreign_key = "follower_id",
    other_key = "followed_id"
)]
pub struct User {
    /// The column `id`.
    #[column(primary_key, auto_increment)]
    pub id: i32,
    /// The column `full_name`.
    #[column(varchar(150))]
    pub full_name: String,
    /// In lower case
    #[column(varchar(255), unique, comment = "In lower case")]
    pub email: String,
    /// The column `nickname`.
    #[column(default = "it's \"me\"")]
    pub nickname: Option<String>,
    /// The column `createdAt`.
    #[column(name = "createdAt")]
    pub created_at: DateTime<Utc>,
    /// The column `updatedAt`.
    #[column(name = "updatedAt")]
    pub updated_at: DateTime<Utc>,
}
