//! Associations against a naive model, on SQLite.

#![cfg(feature = "sqlite")]

#[path = "../home/file.rs"]
#[macro_use]
mod home;

#[path = "on_a_file.rs"]
mod backend;
mod expected;
mod generate;
mod kinds;
mod link;
mod makers;
mod naive;
mod reads;
mod run;
mod steps;
mod tables;
mod typed;
mod world;
mod worlds;
