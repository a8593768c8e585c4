//! The storefront: users, products, orders and their items, chapter by chapter.

pub mod models;
