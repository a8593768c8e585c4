//! What a database has, read from its catalog.

mod postgres;
pub(in crate::ddl) mod sqlite;

pub(crate) use sqlite::after_name;

use std::collections::BTreeSet;

use super::blueprint::{Blueprint, Name};
use super::live::Live;
use crate::error::Result;
use crate::exec::Exec;
use crate::schema::Backend;

/// What the database has of a blueprint, and of the tables it refers to. From
/// SQLite all there is.
pub(crate) async fn live(exec: Exec<'_>, blueprint: &Blueprint) -> Result<Live> {
    match exec.backend() {
        Backend::Postgres => postgres::live(exec, blueprint).await,
        Backend::Sqlite => {
            let mut live = sqlite::live(exec).await?;
            sqlite::add_view_columns(exec, &blueprint.views, &mut live).await?;
            Ok(live)
        }
    }
}

/// All tables and enum types of the named schemas, and of the one the
/// connection works in; of partitions those that are named.
pub(crate) async fn schemas(
    exec: Exec<'_>,
    named: BTreeSet<&str>,
    partitions: &[Name],
) -> Result<Live> {
    match exec.backend() {
        Backend::Postgres => postgres::schemas(exec, named, partitions).await,
        Backend::Sqlite => sqlite::live(exec).await,
    }
}
