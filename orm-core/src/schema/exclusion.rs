//! Exclusion constraints.

use super::{Deferrable, IndexMethod, IndexTerm};

/// An exclusion constraint: of any two rows, one of its operators does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExclusionDef {
    /// The name of the constraint in the database.
    pub name: &'static str,
    /// What is compared, in order.
    pub elements: &'static [ExclusionElement],
    /// The method of the index that finds the rows in conflict.
    pub method: IndexMethod,
    /// Which rows it is about, taken as it is; `None` is all.
    pub filter: Option<&'static str>,
    /// When the server checks it.
    pub deferrable: Deferrable,
}

/// One thing that two rows are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExclusionElement {
    /// The column or expression.
    pub term: IndexTerm,
    /// How it is compared.
    pub operator: ExclusionOperator,
    /// The operator class, taken as it is.
    pub operator_class: Option<&'static str>,
}

/// The operators of exclusion constraints: those that say the same both ways round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExclusionOperator {
    /// `=`: they are equal.
    Equal,
    /// `<>`: they are not equal.
    NotEqual,
    /// `&&`: they overlap.
    Overlaps,
    /// `-|-`: one begins where the other ends.
    Adjacent,
    /// `~=`: they are the same shape.
    Same,
    /// `&&&`: their boxes overlap in all dimensions, in PostGIS.
    OverlapsInAll,
}

impl ExclusionOperator {
    /// All there are.
    pub const ALL: [ExclusionOperator; 6] = [
        ExclusionOperator::Equal,
        ExclusionOperator::NotEqual,
        ExclusionOperator::Overlaps,
        ExclusionOperator::Adjacent,
        ExclusionOperator::Same,
        ExclusionOperator::OverlapsInAll,
    ];

    /// As it is written.
    ///
    /// ```
    /// use orm_core::schema::ExclusionOperator;
    ///
    /// assert_eq!(ExclusionOperator::Overlaps.sql(), "&&");
    /// ```
    pub const fn sql(self) -> &'static str {
        match self {
            ExclusionOperator::Equal => "=",
            ExclusionOperator::NotEqual => "<>",
            ExclusionOperator::Overlaps => "&&",
            ExclusionOperator::Adjacent => "-|-",
            ExclusionOperator::Same => "~=",
            ExclusionOperator::OverlapsInAll => "&&&",
        }
    }
}
