//! SQLite: a database in a file, each connection on a thread of its own.
//!
//! ```text
//! Db (pool: one writer, several readers) -> Exec -> job -> Worker (thread) -> rows
//! ```
//!
//! SQLite is called and blocks; so each connection lives on a thread that runs jobs
//! in the order they were sent, and tells whoever waits. A job whose future was
//! dropped is not begun, or interrupted.

mod answers;
mod ask;
mod clock;
mod connection;
mod db;
mod decimal;
mod effect;
mod executor;
mod fault;
mod file;
mod functions;
mod job;
mod names;
mod pool;
mod rows;
mod session;
mod single;
mod soon;
mod statement;
mod value;
mod worker;
mod writes;

pub(super) use self::db::Db;
pub(super) use self::executor::On;
pub(super) use self::file::File;
pub(super) use self::rows::Rows;
pub(super) use self::session::Session;
pub(crate) use self::single::Single;
pub(super) use self::writes::may_write;
