//! Scenarios on a real PostgreSQL: one database per test, statements counted.

#[path = "../shop/mod.rs"]
mod shop;

mod associations;
mod conditions;
mod database;
mod includes;
mod joined;
mod loaded;
mod raw;
mod reading;
mod reports;
