//! Queries and the exact SQL text they become; no server is asked.

#[path = "../shop/mod.rs"]
mod shop;

mod conditions;
mod includes;
mod reading;
mod writing;
