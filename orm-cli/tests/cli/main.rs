//! The `orm` command as its users run it: a process, a folder, a real
//! PostgreSQL.
#![allow(
    clippy::unwrap_used,
    reason = "clippy takes the helper functions of an integration test for library code"
)]

mod check;
mod concurrent;
mod crash;
mod database;
mod failure;
mod files;
mod foreign;
mod machine;
mod manifest;
mod pulled;
mod secrets;
mod seeds;
mod sequelize;
mod sqlite;
mod squash;
mod status;
#[cfg(unix)]
mod stop;
mod storefront;
mod support;
