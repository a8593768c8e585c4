//! What a database has, as far as a blueprint asks.

use std::collections::{BTreeMap, BTreeSet};

use super::blueprint::{Name, Table};

/// The part of a database that a blueprint talks about. Names in the schema
/// the connection works in have no schema, as in the blueprint.
#[derive(Debug, Clone, Default)]
pub(super) struct Live {
    /// The name of the database.
    pub(super) database: String,
    /// The schema the connection works in, if it has one.
    pub(super) schema: Option<String>,
    /// Those of the blueprint's schemas that exist.
    pub(super) schemas: BTreeSet<String>,
    /// What has the name of a table.
    pub(super) relations: BTreeMap<Name, Relation>,
    /// What has the name of an enum type: its labels, or `None` for another type.
    pub(super) types: BTreeMap<Name, Option<Vec<String>>>,
}

/// Something that has a table's name.
#[derive(Debug, Clone)]
pub(super) struct Relation {
    /// Whether it is a table, and not a view, sequence, index or the like.
    pub(super) is_table: bool,
    /// Its columns, constraints and indexes.
    pub(super) table: Table,
    /// Its indexes that were never finished.
    pub(super) invalid_indexes: BTreeSet<String>,
}
