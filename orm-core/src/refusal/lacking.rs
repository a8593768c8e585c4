//! What a kind of database cannot do.

use crate::ast::{Assignment, Expr, Select};
use crate::error::Result;
use crate::schema::{Backend, TableDef};

/// Refuses a query that asks for such a thing, wherever it stands.
pub(super) fn query(backend: Backend, _select: &Select) -> Result<()> {
    match backend {
        Backend::Postgres | Backend::Sqlite => Ok(()),
    }
}

/// Refuses an update or a delete that asks for such a thing.
pub(super) fn write(
    backend: Backend,
    _table: &'static TableDef,
    _filter: Option<&Expr>,
    _set: &[Assignment],
) -> Result<()> {
    match backend {
        Backend::Postgres | Backend::Sqlite => Ok(()),
    }
}
