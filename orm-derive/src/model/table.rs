//! Unique constraints, checks and indexes.

/// A unique constraint.
pub(crate) struct Unique {
    pub(crate) name: String,
    pub(crate) columns: Vec<usize>,
    pub(crate) nulls_not_distinct: bool,
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
}

/// One part of an index.
pub(crate) struct IndexPart {
    pub(crate) term: Term,
    pub(crate) descending: bool,
    pub(crate) nulls_first: Option<bool>,
    pub(crate) operator_class: Option<String>,
}

/// What a part of an index looks at.
pub(crate) enum Term {
    Column(usize),
    Expression(String),
}
