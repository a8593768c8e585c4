//! SQLite: a database in a file, each connection on a thread of its own.

// Until connections use it.
#[allow(dead_code)]
mod value;
