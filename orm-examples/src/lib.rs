//! The storefront: users, products, orders and their items, chapter by chapter.
//!
//! `models` declares the tables; `storefront` uses them, each file readable as
//! a chapter of a tutorial, in the article's order; `database` finds or starts a PostgreSQL.

pub mod database;
pub mod models;
pub mod storefront;
