//! The methods of an association, on SQLite.

#![cfg(feature = "sqlite")]

#[path = "../home/file.rs"]
#[macro_use]
mod home;

mod methods;
