//! Named shapes: what is selected, what comes back, in how many statements.

#![allow(missing_docs)] // a test crate has no readers of its docs
#![allow(clippy::unwrap_used)] // a failed step is a failed test

#[path = "../home/server.rs"]
#[macro_use]
mod home;

mod computed;
mod database;
mod flat;
mod included;
mod models;
mod nested;
mod raw;
