//! Behind a real PgBouncer that gives each transaction another session.

mod models;
mod outages;
mod place;
mod session;
mod traffic;
mod ways;
