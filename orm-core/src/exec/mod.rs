//! Connections, transactions and statements: the only place that awaits the
//! database.
//!
//! ```text
//! Config -> Db (pool) -> Exec -> Rows
//!              \-> Tx (one connection) -> Exec -> Rows
//! ```
//!
//! Nothing here knows a model: text and bound values go in, rows come out.

#[cfg(not(any(feature = "postgres", feature = "sqlite")))]
compile_error!(
    "`orm` needs a database: enable its feature `postgres`, `sqlite` or `sqlite-bundled`"
);

mod batch;
mod config;
mod db;
mod deadline;
mod ends;
mod env;
mod executor;
#[cfg(test)]
mod fuzz;
mod joint;
mod log;
mod n_plus_one;
mod params;
mod pool_options;
mod pool_status;
#[cfg(feature = "postgres")]
mod postgres;
mod rows;
mod session;
mod snapshot;
mod source;
#[cfg(feature = "sqlite")]
mod sqlite;
mod statement;
pub(crate) mod telemetry;
mod transaction;
mod tx;
mod tx_options;
mod unit;

pub use self::batch::{Member, Members, Sending};
pub use self::config::Config;
pub(crate) use self::config::milliseconds;
pub use self::db::Db;
pub(crate) use self::ends::{AtEnd, Telling};
pub(crate) use self::executor::OnExec;
pub use self::executor::{Exec, Executor, InTransaction};
pub(crate) use self::joint::jointly;
pub use self::log::{ConnectionId, LogEvent};
pub(crate) use self::log::{Entry, Log};
pub use self::n_plus_one::{CallSite, NPlusOne, RepeatedLoads};
pub use self::params::{LoggedParams, Params};
pub use self::pool_options::PoolOptions;
pub use self::pool_status::PoolStatus;
#[cfg(feature = "postgres")]
pub(crate) use self::postgres::{CopyIn, Single, connect_single, hidden, row_of_copy};
#[cfg(feature = "postgres")]
pub use self::postgres::{Pooler, TlsMode};
pub use self::rows::Rows;
pub(crate) use self::snapshot::Snapshot;
pub use self::source::{Source, StreamsOn};
#[cfg(feature = "sqlite")]
pub(crate) use self::sqlite::Single as SqliteSingle;
pub use self::transaction::Outcome;
pub use self::tx::{Savepoint, Tx};
pub use self::tx_options::{Isolation, Retry, TxOptions};
pub(crate) use self::unit::Unit;

/// Is told what a server says meanwhile: how grave it is, and the words.
pub(crate) type OnNotice = Box<dyn FnMut(&str, &str) + Send>;
