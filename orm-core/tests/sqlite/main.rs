//! Connections, transactions and statements on SQLite.

// The lint's exception for tests does not reach the functions they share.
#![allow(clippy::unwrap_used)]
#![cfg(feature = "sqlite")]

mod cancel;
mod connect;
mod pool;
mod session;
mod statement;
mod support;
mod transaction;
