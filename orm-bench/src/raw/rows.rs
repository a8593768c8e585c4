//! The structs, each decoded by hand, by position.

use chrono::{DateTime, Utc};
use tokio_postgres::{Error, Row};

/// A struct that is a row.
pub(super) trait Decode: Sized {
    /// Reads the columns in the order of the statement.
    fn decode(row: &Row) -> Result<Self, Error>;
}

macro_rules! rows {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty = $at:literal,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone)]
        #[allow(dead_code, reason = "decoded because a program would read it")]
        pub(super) struct $name { $(pub(super) $field: $type,)+ }

        impl Decode for $name {
            fn decode(row: &Row) -> Result<Self, Error> {
                Ok($name { $($field: row.try_get($at)?,)+ })
            }
        }
    )+};
}

rows! {
    User {
        id: i32 = 0, full_name: String = 1, email: String = 2, password_hash: String = 3,
        created_at: DateTime<Utc> = 4, updated_at: DateTime<Utc> = 5,
    }
    Order {
        id: i32 = 0, user_id: i32 = 1, status: String = 2, total_in_cents: i32 = 3,
        created_at: DateTime<Utc> = 4, updated_at: DateTime<Utc> = 5,
    }
    OrderItem {
        id: i32 = 0, order_id: i32 = 1, product_id: i32 = 2, quantity: i32 = 3,
        unit_price_in_cents: i32 = 4, created_at: DateTime<Utc> = 5,
    }
    Product {
        id: i32 = 0, name: String = 1, price_in_cents: i32 = 2, stock_quantity: i32 = 3,
        created_at: DateTime<Utc> = 4, updated_at: DateTime<Utc> = 5,
    }
    Post { id: i32 = 0, user_id: i32 = 1, title: String = 2, created_at: DateTime<Utc> = 3, }
    Review { id: i32 = 0, user_id: i32 = 1, body: String = 2, created_at: DateTime<Utc> = 3, }
    Visit { id: i32 = 0, user_id: i32 = 1, page: String = 2, created_at: DateTime<Utc> = 3, }
    Article {
        id: i32 = 0, name: String = 1, price_in_cents: i32 = 2, stock_quantity: i32 = 3,
        created_at: DateTime<Utc> = 4, updated_at: DateTime<Utc> = 5,
    }
}
