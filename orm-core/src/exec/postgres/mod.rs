//! PostgreSQL: connections by `tokio-postgres`, a pool by `deadpool`.

mod abandoned;
mod address;
mod cancel;
mod connection;
mod copy;
mod db;
mod deadline;
mod effect;
#[cfg(feature = "tls")]
mod encryption;
mod ending;
#[cfg(feature = "tls")]
mod endpoint;
mod executor;
mod failover;
mod held;
mod identity;
mod keeper;
mod libpq;
mod pace;
mod pool;
mod pooler;
mod reader;
mod rescue;
mod rows;
mod server;
mod session;
mod setup;
mod shared;
mod single;
mod sizes;
mod statement;
mod statements;
mod stream;
mod tls;
mod turns;
mod unnamed;
mod url;
mod values;
#[cfg(feature = "tls")]
mod verify;

pub(crate) use self::copy::{CopyIn, row_of_copy};
pub(super) use self::db::Db;
#[cfg(test)]
pub(super) use self::effect::effect_of;
pub(super) use self::effect::may_write;
pub(super) use self::executor::On;
pub use self::pooler::Pooler;
pub(super) use self::rows::Rows;
pub(super) use self::server::Server;
pub(super) use self::session::Session;
pub(crate) use self::single::{Single, connect_single};
pub use self::tls::TlsMode;
pub(crate) use self::values::hidden;
