//! Connections, pool, transactions and statements against a real PostgreSQL.

// The lint's exception for tests does not reach the functions they share.
#![allow(clippy::unwrap_used)]

mod cache;
mod connect;
mod death;
mod errors;
mod gate;
mod leaks;
mod limits;
mod log;
mod operations;
mod pool;
mod promotion;
mod recovery;
mod retry;
mod runtimes;
mod savepoint;
mod secrets;
mod server;
mod shared;
mod sizes;
mod standby;
mod statement;
mod support;
#[cfg(feature = "tls")]
mod tls;
mod transaction;
mod wire;
