//! Queries against hand-written SQL on the same server, and against a naive
//! evaluation in memory.

#[path = "../home/server.rs"]
#[macro_use]
mod home;

mod database;
mod everywhere;
mod generated;
mod join_rows;
mod limited;
mod models;
mod raw_columns;
mod refused;
mod repeated;
mod typed_columns;
