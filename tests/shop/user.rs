use orm::prelude::*;

use super::{Order, Tag};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "users", timestamps)]
#[association(has_many, as = "orders", model = Order, foreign_key = "user_id")]
#[association(has_many, as = "handled_orders", model = Order, foreign_key = "handler_id")]
#[association(has_one, as = "profile", model = Profile, foreign_key = "user_id")]
#[association(many_to_many, as = "roles", model = Role, through = UserRole)]
#[association(many_to_many, as = "tags", model = Tag, through = "user_tags")]
#[association(belongs_to, as = "referrer", model = User, foreign_key = "referrer_id")]
#[association(has_many, as = "referred", model = User, foreign_key = "referrer_id")]
pub(crate) struct User {
    #[column(primary_key, auto_increment)]
    pub(crate) id: i32,
    #[column(varchar(150))]
    pub(crate) full_name: String,
    #[column(varchar(255), unique)]
    #[validate(email(message = "Must be a valid email address"))]
    pub(crate) email: String,
    #[column(varchar(255))]
    pub(crate) password_hash: String,
    pub(crate) age: Option<i32>,
    pub(crate) referrer_id: Option<i32>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "profiles")]
#[association(belongs_to, as = "user", model = User, foreign_key = "user_id")]
pub(crate) struct Profile {
    #[column(primary_key, auto_increment)]
    pub(crate) id: i32,
    pub(crate) user_id: i32,
    pub(crate) bio: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "roles")]
#[association(many_to_many, as = "users", model = User, through = UserRole)]
pub(crate) struct Role {
    #[column(primary_key, auto_increment)]
    pub(crate) id: i32,
    #[column(unique)]
    pub(crate) name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "user_roles")]
#[association(belongs_to, as = "user", model = User, foreign_key = "user_id", one_sided)]
#[association(belongs_to, as = "role", model = Role, foreign_key = "role_id", one_sided)]
pub(crate) struct UserRole {
    #[column(primary_key)]
    pub(crate) user_id: i32,
    #[column(primary_key)]
    pub(crate) role_id: i32,
    pub(crate) note: Option<String>,
}
