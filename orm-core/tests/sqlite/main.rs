//! Connections, transactions and statements on SQLite.

// The lint's exception for tests does not reach the functions they share.
#![allow(clippy::unwrap_used)]
#![cfg(feature = "sqlite")]

macro_rules! tables {
    ($($table:expr),* $(,)?) => {
        orm_core::ddl::Models::new(const { &[$($table),*] })
    };
}

mod cancel;
mod connect;
#[path = "../ddl/declare.rs"]
#[allow(dead_code)]
mod declare;
mod full;
mod hostile;
mod killed;
mod migrations;
mod pool;
mod process;
mod runtime;
mod session;
mod statement;
#[path = "../ddl/storefront.rs"]
mod storefront;
mod stream;
mod support;
mod tables;
mod together;
mod transaction;
