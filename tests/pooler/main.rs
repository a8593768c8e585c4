//! Behind a real PgBouncer, which gives each transaction another session, or keeps them.

mod kept;
mod models;
mod outages;
mod place;
mod session;
mod traffic;
mod ways;
