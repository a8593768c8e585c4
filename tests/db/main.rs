//! Scenarios on a real PostgreSQL: one database per test, statements counted.

#[path = "../shop/mod.rs"]
mod shop;

mod conditions;
mod database;
mod raw;
mod reading;
mod reports;
