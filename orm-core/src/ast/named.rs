//! Queries that go by a name for as long as a statement lasts.

use super::Select;
use crate::schema::TableDef;

/// A query whose rows are those of a model: wherever the statement behind it reads the
/// model, it reads them.
#[derive(Debug, Clone)]
pub struct Named {
    /// The model's table, which no database has.
    pub table: &'static TableDef,
    /// The query, which shows a value for each column.
    pub rows: Select,
}
