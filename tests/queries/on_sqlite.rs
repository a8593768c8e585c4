//! Queries against a naive evaluation in memory, on SQLite.
//!
//! `everywhere` compares with SQL by hand, which is PostgreSQL's: `tests/alike` asks both
//! databases the same.

#![cfg(feature = "sqlite")]
// What only those of a server need.
#![allow(dead_code, unused_imports)]

#[path = "../home/file.rs"]
#[macro_use]
mod home;

mod database;
mod generated;
mod join_rows;
mod limited;
mod models;
mod raw_columns;
mod refused;
mod repeated;
mod typed_columns;
