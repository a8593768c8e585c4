//! Scenarios on a real PostgreSQL: one database per test, statements counted.

#[path = "../shop/mod.rs"]
mod shop;

mod associations;
mod bulk;
mod conditions;
mod creating;
mod database;
mod includes;
mod loader;
mod raw;
mod reading;
mod reports;
mod spread;
mod types;
mod updating;
