//! Customers.

use orm::prelude::*;

use super::Order;

/// A customer.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "users", timestamps)]
#[association(has_many, as = "orders", model = Order, foreign_key = "user_id")]
pub struct User {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i32,
    /// First and last name, at most 150 characters.
    #[column(varchar(150))]
    pub full_name: String,
    /// The address to log in with.
    #[column(varchar(255), unique)]
    #[validate(email(message = "Must be a valid email address"))]
    pub email: String,
    /// The hash of the password, never the password.
    #[column(varchar(255))]
    pub password_hash: String,
    /// When the customer signed up.
    pub created_at: DateTime<Utc>,
    /// When the row was last written.
    pub updated_at: DateTime<Utc>,
}
