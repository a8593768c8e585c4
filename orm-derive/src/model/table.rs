//! What the rows are; unique constraints, checks and indexes.

use super::Deferrable;

/// What the rows of a model are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TableKind {
    Table,
    View,
    MaterializedView,
    NamedQuery,
}

impl TableKind {
    /// Those that are not written, and the words that say so.
    pub(crate) const READ_ONLY: [(&'static str, TableKind); 3] = [
        ("view", TableKind::View),
        ("materialized_view", TableKind::MaterializedView),
        ("named_query", TableKind::NamedQuery),
    ];

    /// The variant of the runtime's `TableKind`.
    pub(crate) const fn variant(self) -> &'static str {
        match self {
            TableKind::Table => "Table",
            TableKind::View => "View",
            TableKind::MaterializedView => "MaterializedView",
            TableKind::NamedQuery => "NamedQuery",
        }
    }

    /// What it is called, with its article.
    pub(crate) const fn noun(self) -> &'static str {
        match self {
            TableKind::Table => "a table",
            TableKind::View => "a view",
            TableKind::MaterializedView => "a materialized view",
            TableKind::NamedQuery => "a named query",
        }
    }
}

/// A unique constraint.
pub(crate) struct Unique {
    pub(crate) name: String,
    pub(crate) columns: Vec<usize>,
    pub(crate) nulls_not_distinct: bool,
    pub(crate) deferrable: Deferrable,
}

/// An exclusion constraint.
pub(crate) struct Exclusion {
    pub(crate) name: String,
    pub(crate) elements: Vec<Element>,
    /// The variant of `IndexMethod`.
    pub(crate) method: &'static str,
    pub(crate) filter: Option<String>,
    pub(crate) deferrable: Deferrable,
}

/// One thing that two rows are compared by.
#[derive(PartialEq)]
pub(crate) struct Element {
    pub(crate) term: Term,
    pub(crate) operator_class: Option<String>,
    /// The variant of `ExclusionOperator`.
    pub(crate) operator: &'static str,
}

/// How the rows are kept.
#[derive(Default)]
pub(crate) struct Storage {
    pub(crate) unlogged: bool,
    /// Storage parameters, as they are sent.
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) partition: Option<Partition>,
}

/// How the rows are spread over partitions.
pub(crate) struct Partition {
    /// The variant of `PartitionMethod`.
    pub(crate) method: &'static str,
    pub(crate) columns: Vec<usize>,
}

/// A check constraint.
pub(crate) struct Check {
    pub(crate) name: String,
    pub(crate) expression: String,
    pub(crate) message: Option<String>,
}

/// An index.
pub(crate) struct Index {
    pub(crate) name: String,
    pub(crate) parts: Vec<IndexPart>,
    pub(crate) include: Vec<usize>,
    /// The variant of `IndexMethod`.
    pub(crate) method: &'static str,
    pub(crate) unique: bool,
    /// Whether the condition leaves out marked rows, and nothing else.
    pub(crate) unless_deleted: bool,
    pub(crate) filter: Option<String>,
    /// Storage parameters, as they are sent.
    pub(crate) parameters: Vec<(String, String)>,
}

/// One part of an index.
pub(crate) struct IndexPart {
    pub(crate) term: Term,
    pub(crate) descending: bool,
    pub(crate) nulls_first: Option<bool>,
    pub(crate) operator_class: Option<String>,
}

/// What a part of an index looks at.
#[derive(PartialEq)]
pub(crate) enum Term {
    Column(usize),
    Expression(String),
}
