//! Scenarios on a real PostgreSQL: one database per test, statements counted.

#[path = "../shop/mod.rs"]
mod shop;

mod associations;
mod conditions;
mod database;
mod includes;
mod raw;
mod reading;
mod reports;
