//! Tables from models.
//!
//! ```text
//! models -> desired -> Blueprint ─┬─ order -> Plan -> text
//!           database -> inspect ──┴─ missing -> Report { Plan, differences }
//! ```
//!
//! Everything but `inspect` and `run` is a function from plain data to plain
//! data. [`sql`] prints what an empty database needs;
//! [`Db::create_missing`](crate::exec::Db::create_missing) creates what is
//! missing and drops nothing; [`violated`] leads from a constraint's name back
//! to the fields, and `about` from the server's report of it to the model.

mod about;
pub mod blueprint;
mod constants;
pub mod constraint_name;
mod database;
pub(crate) mod desired;
mod difference;
pub(crate) mod extension;
pub(crate) mod flaw;
pub(crate) mod inspect;
pub(crate) mod known;
pub(crate) mod literal;
pub(crate) mod live;
mod mentioned;
mod missing;
mod models;
mod neutral;
pub(crate) mod order;
mod permission;
pub(crate) mod plan;
pub mod readable;
mod report;
mod run;
#[cfg(test)]
#[cfg(feature = "sqlite")]
pub(crate) mod tests;
pub(crate) mod text;
pub(crate) mod token;
pub mod unsaid;
mod violated;

pub(crate) use about::{About, Reported, Written};
pub use blueprint::Blueprint;
pub(crate) use desired::foreign_key_name;
pub use difference::{Aspect, Difference, State};
#[cfg(feature = "sqlite")]
pub(crate) use mentioned::names_in;
pub(crate) use missing::{differences_of_views, is_added_by_sqlite};
pub use models::Models;
pub use permission::DestroyDatabase;
pub use plan::{Plan, Step};
pub use report::Report;
pub use violated::{Violated, violated};

use crate::error::Result;
use crate::schema::Backend;

/// The script that creates everything the models need in an empty database of
/// PostgreSQL.
pub fn sql(models: Models) -> String {
    plan(models).to_string()
}

/// The steps that create everything the models need in an empty database of
/// PostgreSQL.
pub fn plan(models: Models) -> Plan {
    Plan::create(
        Backend::Postgres,
        &desired::blueprint(Backend::Postgres, models.tables()),
    )
}

/// What the models need of a database of this kind, as data: tables with the join tables
/// between them, views, enum types, every name decided.
///
/// ```
/// use orm_core::ddl::{Models, blueprint_for};
/// use orm_core::schema::Backend;
///
/// let nothing = blueprint_for(Backend::Postgres, Models::new(&[]))?;
/// assert!(nothing.tables.is_empty() && nothing.extensions().is_empty());
/// # Ok::<(), orm_core::Error>(())
/// ```
///
/// # Errors
///
/// Fails if the models contradict each other, or say what such a database
/// cannot hold.
pub fn blueprint_for(backend: Backend, models: Models) -> Result<Blueprint> {
    let blueprint = desired::blueprint(backend, models.tables());
    flaw::refuse(backend, models.tables(), &blueprint)?;
    Ok(blueprint)
}

/// The steps that create everything the models need in an empty database of
/// this kind.
///
/// # Errors
///
/// Fails if the models contradict each other, or say what such a database
/// cannot hold.
pub fn plan_for(backend: Backend, models: Models) -> Result<Plan> {
    Ok(Plan::create(backend, &blueprint_for(backend, models)?))
}
