//! The structs, each decoded by hand, by position.

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio_postgres::{Error, Row};

/// A struct that is a row.
pub(super) trait Decode: Sized {
    /// Reads the columns in the order of the statement.
    fn decode(row: &Row) -> Result<Self, Error>;
}

macro_rules! row {
    ($name:ident { $($field:ident: $type:ty = $at:literal,)+ }) => {
        #[derive(Debug, Clone)]
        #[allow(dead_code, reason = "decoded because a program would read it")]
        pub(crate) struct $name { $(pub(crate) $field: $type,)+ }

        impl Decode for $name {
            fn decode(row: &Row) -> Result<Self, Error> {
                Ok($name { $($field: row.try_get($at)?,)+ })
            }
        }
    };
}

/// Rows that SQLite has too.
macro_rules! rows {
    ($($name:ident { $($field:ident: $type:ty = $at:literal,)+ })+) => {$(
        row! { $name { $($field: $type = $at,)+ } }

        #[cfg(feature = "sqlite")]
        impl crate::sqlite::Decode for $name {
            fn decode(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
                Ok($name { $($field: row.get($at)?,)+ })
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
    Folder {
        id: i32 = 0, parent_id: Option<i32> = 1, name: String = 2, created_at: DateTime<Utc> = 3,
    }
    Article {
        id: i32 = 0, name: String = 1, price_in_cents: i32 = 2, stock_quantity: i32 = 3,
        created_at: DateTime<Utc> = 4, updated_at: DateTime<Utc> = 5,
    }
    Cart { id: i32 = 0, title: String = 1, }
    CartLine { id: i32 = 0, cart_id: i32 = 1, quantity: i32 = 2, }
    CartNote { id: i32 = 0, line_id: i32 = 1, body: String = 2, }
    Comment { id: i32 = 0, post_id: i32 = 1, body: String = 2, }
    Event { id: i64 = 0, kind: String = 1, at: DateTime<Utc> = 2, }
}

row! {
    Wide {
        id: i32 = 0, int_1: i32 = 1, int_2: i32 = 2, int_3: i32 = 3, int_4: i32 = 4,
        int_5: i32 = 5, int_6: i32 = 6, int_7: i32 = 7, int_8: i32 = 8, text_1: String = 9,
        text_2: String = 10, text_3: String = 11, text_4: String = 12, text_5: String = 13,
        text_6: String = 14, text_7: String = 15, text_8: String = 16,
        note_1: Option<String> = 17, note_2: Option<String> = 18, note_3: Option<String> = 19,
        at_1: DateTime<Utc> = 20, at_2: DateTime<Utc> = 21, at_3: DateTime<Utc> = 22,
        ratio: f64 = 23, active: bool = 24, document_1: Value = 25, document_2: Value = 26,
        numbers_1: Vec<i32> = 27, numbers_2: Vec<i32> = 28, words: Vec<String> = 29,
    }
}
