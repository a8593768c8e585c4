//! One program, two databases: what a query answers on SQLite is what it answers on
//! PostgreSQL, for the same rows, in every clause.

#![cfg(all(feature = "sqlite", feature = "chrono", feature = "decimal"))]

mod clauses;
mod expressions;
mod features;
mod models;
mod place;
mod refused;
mod trees;
mod values;
mod writes;
