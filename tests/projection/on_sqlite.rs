//! Named shapes, on SQLite.

#![cfg(feature = "sqlite")]
#![allow(missing_docs)] // a test crate has no readers of its docs
#![allow(clippy::unwrap_used)] // a failed step is a failed test

#[path = "../home/file.rs"]
#[macro_use]
mod home;

mod computed;
mod database;
mod flat;
mod included;
mod models;
mod nested;
mod raw;
