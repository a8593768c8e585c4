//! A help desk over HTTP: organisations, their teams, tickets with comments and files.
//!
//! `models` declares the tables, `http` is the service, one file per thing that is asked
//! for; `seed` is what a first run has. `migrations/` makes the tables.

pub mod http;
pub mod models;
pub mod seed;

use orm::migrate::Migrator;
use orm::schema::Backend;

/// The migrations, part of the program. Each database has its own SQL.
pub fn migrations(backend: Backend) -> Migrator {
    match backend {
        Backend::Sqlite => orm::embed_migrations!("migrations/sqlite"),
        _ => orm::embed_migrations!("migrations"),
    }
}
