//! Connections, transactions and statements: the only place that awaits the
//! database.
//!
//! ```text
//! Config -> Db (pool) -> Exec -> Rows
//!              \-> Tx (one connection) -> Exec -> Rows
//! ```
//!
//! Nothing here knows a model: text and bound values go in, rows come out.

mod address;
mod cancel;
mod config;
mod connection;
mod db;
mod deadline;
mod effect;
mod env;
mod executor;
mod failover;
#[cfg(test)]
mod fuzz;
mod held;
mod keeper;
mod libpq;
mod log;
mod n_plus_one;
mod pace;
mod params;
mod pool;
mod pool_options;
mod pooler;
mod rescue;
mod rows;
mod session;
mod shared;
mod single;
mod sizes;
mod snapshot;
mod statement;
mod statements;
mod tls;
mod tx;
mod tx_options;
mod unit;
mod unnamed;
mod url;
#[cfg(feature = "tls")]
mod verify;

pub use self::config::Config;
pub(crate) use self::config::milliseconds;
pub use self::db::Db;
pub use self::executor::{Exec, Executor, InTransaction};
pub use self::log::{ConnectionId, LogEvent};
pub(crate) use self::log::{Entry, Log};
pub use self::n_plus_one::{CallSite, NPlusOne, RepeatedLoads};
pub use self::params::{LoggedParams, Params};
pub use self::pool::PoolStatus;
pub use self::pool_options::PoolOptions;
pub use self::pooler::Pooler;
pub use self::rows::Rows;
pub(crate) use self::single::{Single, connect_single};
pub use self::tls::TlsMode;
pub use self::tx::{Savepoint, Tx};
pub use self::tx_options::{Isolation, Retry, TxOptions};
pub(crate) use self::unnamed::CHANGED;
