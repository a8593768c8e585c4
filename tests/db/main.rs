//! Scenarios on a real PostgreSQL: one database per test, statements counted.

#[path = "../shop/mod.rs"]
mod shop;

mod associations;
mod bulk;
mod conditions;
mod creating;
mod database;
mod includes;
mod joined;
mod loaded;
mod loader;
mod polymorphic;
mod raw;
mod reading;
mod reports;
mod types;
mod updating;
