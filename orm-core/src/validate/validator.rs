//! A rule on a column, with the sentence its author wrote.

use std::borrow::Cow;

use super::fault::Fault;
use super::rule::Rule;
use super::view::View;

/// A rule on a column, with the sentence its author wrote for its failure.
///
/// ```
/// use orm_core::validate::{Bound, Rule, Validator, View};
///
/// const STOCK: Validator =
///     Validator::new(Rule::Min(Bound::Int(0))).with_message("Stock cannot go below zero");
/// assert!(STOCK.check(&View::Int(0)));
/// assert!(!STOCK.check(&View::Int(-1)));
/// assert_eq!(STOCK.message("stock"), "Stock cannot go below zero");
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Validator {
    /// What must hold.
    pub rule: Rule,
    /// What to say when it does not; `None` for the default sentence.
    pub message: Option<&'static str>,
}

impl Validator {
    /// A validator with the default message.
    #[must_use]
    pub const fn new(rule: Rule) -> Self {
        Self {
            rule,
            message: None,
        }
    }

    /// The same rule with a message of its own.
    #[must_use]
    pub const fn with_message(self, message: &'static str) -> Self {
        Self {
            rule: self.rule,
            message: Some(message),
        }
    }

    /// Whether the value satisfies the rule; NULL always does.
    #[must_use]
    pub fn check(&self, value: &View<'_>) -> bool {
        self.rule.check(value)
    }

    /// What to say when the rule fails on this column.
    #[must_use]
    pub fn message(&self, column: &str) -> Cow<'static, str> {
        match self.message {
            Some(message) => Cow::Borrowed(message),
            None => Cow::Owned(format!(
                "Validation {} on {column} failed",
                self.rule.name()
            )),
        }
    }

    /// The fault to report when the rule fails on this column.
    #[must_use]
    pub fn fault(&self, column: &'static str) -> Fault {
        Fault {
            column: Some(column),
            rule: self.rule.name(),
            message: self.message(column).into_owned(),
        }
    }
}
