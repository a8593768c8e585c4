//! What the models of a build read and write, as a document that is kept with its release.
//!
//! ```text
//! models -> describe -> Manifest -> JSON;   a file of an older release -> read -> Manifest -> lint
//! ```
//!
//! It holds names and types, and no value.

mod describe;
mod read;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub(crate) use self::describe::describe;
pub(crate) use self::read::read;

/// The version of the document; another one is refused.
pub(crate) const VERSION: u64 = 1;

/// Everything that the models of a build use of a database.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// [`VERSION`].
    pub(crate) manifest: u64,
    /// The kind of database, by its word in `#[model(backends(..))]`.
    pub(crate) database: String,
    /// The migrations that the build was made with.
    #[serde(default)]
    pub(crate) migrations: Vec<String>,
    #[serde(default)]
    pub(crate) extensions: Vec<String>,
    #[serde(default)]
    pub(crate) enums: Vec<Enum>,
    pub(crate) tables: Vec<Table>,
}

/// An enum type, and the labels that are known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Enum {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) schema: Option<String>,
    pub(crate) name: String,
    pub(crate) labels: Vec<String>,
}

/// A table or view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Table {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) schema: Option<String>,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// The models that are made of its rows; none of a table that joins two others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) models: Vec<String>,
    pub(crate) columns: Vec<Column>,
    /// What makes two rows the same: what an upsert may name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) keys: Vec<Key>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) foreign_keys: Vec<ForeignKey>,
    /// The names of the other constraints that are known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) checks: Vec<String>,
}

/// What is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Rows are read and written.
    Table,
    /// Rows are read.
    View,
    /// The same, of a view that keeps its rows.
    MaterializedView,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Column {
    pub(crate) name: String,
    /// Its type, as PostgreSQL spells it; of an enum the name with its schema.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The field can hold NULL.
    pub(crate) nullable: bool,
    pub(crate) write: Write,
    /// The field can hold labels of its enum that are not known.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) takes_unknown: bool,
    /// Every write counts in it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) version: bool,
    /// It marks rows as deleted.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) soft_delete: bool,
}

/// What an insert does with a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Write {
    /// It always gives a value.
    Always,
    /// It gives a value, or NULL, or leaves it out.
    Maybe,
    /// It gives a value, or leaves it to the server's default.
    OrDefault,
    /// It never gives one: the server makes it, or nothing is written at all.
    Never,
}

/// Columns in which no two rows agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
    /// The condition that those rows pass.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub(crate) filter: Option<String>,
}

/// Columns that hold the key of another row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ForeignKey {
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
    pub(crate) references: String,
    pub(crate) to: Vec<String>,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands fields out by reference"
)]
fn is_false(flag: &bool) -> bool {
    !flag
}
