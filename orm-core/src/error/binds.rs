//! Statements that got too few or too many values.

use super::value::ValueFault;
use super::{Error, Fault};

/// How much of a statement an error shows.
const SHOWN: usize = 80;

impl Error {
    /// Names the statement, where it got too few or too many values.
    ///
    /// Its text is the program's own: values are not part of it.
    pub(crate) fn in_statement(self, text: &str) -> Self {
        let Fault::Value(ValueFault::Binds { expected, got, .. }) = self.0.fault else {
            return self;
        };
        let shown = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut statement: String = shown.chars().take(SHOWN).collect();
        if statement.len() < shown.len() {
            statement.push('…');
        }
        Self::new(Fault::Value(ValueFault::Binds {
            expected,
            got,
            statement,
        }))
    }

    /// A statement got too few or too many values.
    pub(crate) fn binds(expected: usize, got: usize) -> Self {
        Self::new(Fault::Value(ValueFault::Binds {
            expected,
            got,
            statement: String::new(),
        }))
    }
}
