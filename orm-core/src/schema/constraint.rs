//! Unique constraints, checks and indexes.

use super::Deferrable;

/// A unique constraint over one or more columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UniqueDef {
    /// The name of the constraint in the database.
    pub name: &'static str,
    /// The columns, as positions in the table's column list.
    pub columns: &'static [u16],
    /// Whether two NULLs count as equal (`NULLS NOT DISTINCT`, PostgreSQL 15).
    pub nulls_not_distinct: bool,
    /// When the server checks it.
    pub deferrable: Deferrable,
}

/// A check constraint written by the model's author.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckDef {
    /// The name of the constraint in the database.
    pub name: &'static str,
    /// The condition, taken as it is.
    pub expression: &'static str,
    /// What a violation says in place of the constraint's name.
    pub message: Option<&'static str>,
}

/// An index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexDef {
    /// The name of the index in the database.
    pub name: &'static str,
    /// What is indexed, in order.
    pub parts: &'static [IndexPart],
    /// Columns stored in the index without being searchable, as positions.
    pub include: &'static [u16],
    /// The index method.
    pub method: IndexMethod,
    /// Whether the index refuses duplicates.
    pub unique: bool,
    /// The condition of a partial index, taken as it is.
    pub filter: Option<&'static str>,
    /// The storage parameters that the model names, with their values.
    pub parameters: &'static [(&'static str, &'static str)],
}

/// One part of an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexPart {
    /// The column or expression.
    pub term: IndexTerm,
    /// Whether the part sorts descending.
    pub descending: bool,
    /// `Some(true)` is NULLS FIRST, `Some(false)` NULLS LAST, `None` the server's choice.
    pub nulls_first: Option<bool>,
    /// The operator class, taken as it is.
    pub operator_class: Option<&'static str>,
}

/// What one part of an index looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexTerm {
    /// A column, as its position in the table's column list.
    Column(u16),
    /// An expression, taken as it is.
    Expression(&'static str),
}

/// The index methods of PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum IndexMethod {
    /// `btree`: equality, order and ranges.
    #[default]
    Btree,
    /// `hash`: equality only.
    Hash,
    /// `gin`: arrays, jsonb, full text.
    Gin,
    /// `gist`: ranges, geometry, nearest neighbour.
    Gist,
    /// `spgist`: partitioned search trees.
    SpGist,
    /// `brin`: summaries of block ranges, for big tables in natural order.
    Brin,
    /// `hnsw` of the extension `pgvector`: the nearest vectors, by a graph.
    Hnsw,
    /// `ivfflat` of the extension `pgvector`: the nearest vectors, by lists.
    IvfFlat,
}
