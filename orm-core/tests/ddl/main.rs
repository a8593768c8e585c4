//! Tables from models: texts, and a real database.

// The lint's exception for tests does not reach the functions they share.
#![allow(clippy::unwrap_used)]

/// The models with these tables.
macro_rules! tables {
    ($($table:expr),* $(,)?) => {
        orm_core::ddl::Models::new(const { &[$($table),*] })
    };
}

mod connect;
mod create_missing;
mod declare;
mod differences;
mod drop;
mod flaws;
mod golden;
mod hostile;
mod inherited;
mod order;
mod storefront;
mod violated;
