//! Exclusion constraints.

use super::Term;
use crate::ddl::token;
use crate::schema::{Deferrable, ExclusionOperator};

/// What two rows may not have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exclusion {
    /// The method of the index that finds the rows in conflict: `gist`, ..
    pub method: String,
    /// What is compared, in order.
    pub elements: Vec<Element>,
    /// Which rows it is about.
    pub filter: Option<String>,
    /// When the server checks it.
    pub deferrable: Deferrable,
}

/// One thing that two rows are compared by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// A column or an expression.
    pub term: Term,
    /// The operator class, where it is not the usual one.
    pub operator_class: Option<String>,
    /// How it is compared.
    pub operator: ExclusionOperator,
}

impl Exclusion {
    /// The plain columns among the elements.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.elements.iter().filter_map(|it| match &it.term {
            Term::Column(name) => Some(name.as_str()),
            Term::Expression(_) => None,
        })
    }

    /// Its expressions, and its condition.
    pub fn texts(&self) -> impl Iterator<Item = &String> {
        let expressions = self.elements.iter().filter_map(|it| match &it.term {
            Term::Expression(text) => Some(text),
            Term::Column(_) => None,
        });
        expressions.chain(&self.filter)
    }

    /// The same, to be changed.
    pub(crate) fn texts_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let expressions = self
            .elements
            .iter_mut()
            .filter_map(|it| match &mut it.term {
                Term::Expression(text) => Some(text),
                Term::Column(_) => None,
            });
        expressions.chain(&mut self.filter)
    }

    /// The plain columns, to be changed.
    pub(crate) fn columns_mut(&mut self) -> impl Iterator<Item = &mut String> {
        self.elements
            .iter_mut()
            .filter_map(|it| match &mut it.term {
                Term::Column(name) => Some(name),
                Term::Expression(_) => None,
            })
    }

    /// Whether a column is in it, plainly or in a text.
    pub fn is_over(&self, column: &str) -> bool {
        self.columns().any(|it| it == column) || self.texts().any(|it| token::mentions(it, column))
    }

    /// Whether both demand the same, by texts that the server wrote.
    pub(crate) fn is_same(&self, other: &Exclusion) -> bool {
        self.is_like(other, token::same)
            && (self.elements.iter().zip(&other.elements))
                .all(|(one, other)| one.operator_class == other.operator_class)
    }

    /// Whether both demand the same, but for operator classes; texts are compared by a rule.
    pub(crate) fn is_like(&self, other: &Exclusion, same: fn(&str, &str) -> bool) -> bool {
        let filters = match (&self.filter, &other.filter) {
            (Some(one), Some(other)) => same(one, other),
            (one, other) => one == other,
        };
        let mut elements = self.elements.iter().zip(&other.elements);
        filters
            && self.method == other.method
            && self.deferrable == other.deferrable
            && self.elements.len() == other.elements.len()
            && elements.all(|(one, other)| {
                let terms = match (&one.term, &other.term) {
                    (Term::Expression(one), Term::Expression(other)) => same(one, other),
                    (one, other) => one == other,
                };
                terms && one.operator == other.operator
            })
    }
}
