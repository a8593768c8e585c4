//! SQLite: a database in a file, each connection on a thread of its own.
