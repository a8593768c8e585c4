//! What a call may lead to.

use orm::error::ErrorKind;

use crate::tables::{Table, Tables};

/// What a call may lead to.
#[derive(Debug, Clone)]
pub(crate) struct Expected {
    /// The tables and the labels of the rows that are returned.
    pub(crate) done: Option<(Tables, Vec<String>)>,
    /// Which rows of an upsert of many are new.
    pub(crate) created: Option<Vec<bool>>,
    /// Errors; then nothing changes.
    pub(crate) errors: Vec<ErrorKind>,
    /// Any error that is typed; then nothing changes.
    pub(crate) any_error: bool,
}

impl Expected {
    pub(crate) fn done(tables: Tables, returned: Vec<String>) -> Self {
        Expected {
            done: Some((tables, returned)),
            created: None,
            errors: Vec::new(),
            any_error: false,
        }
    }

    pub(crate) fn error(kind: ErrorKind) -> Self {
        Expected::one_of(vec![kind])
    }

    /// It fails, with one of these.
    pub(crate) fn one_of(errors: Vec<ErrorKind>) -> Self {
        Expected {
            done: None,
            created: None,
            errors,
            any_error: false,
        }
    }

    /// It fails, however it is called.
    pub(crate) fn refused() -> Self {
        Expected {
            done: None,
            created: None,
            errors: Vec::new(),
            any_error: true,
        }
    }

    pub(crate) fn or(mut self, kind: ErrorKind) -> Self {
        self.errors.push(kind);
        self
    }

    pub(crate) fn or_refused(mut self) -> Self {
        self.any_error = true;
        self
    }

    /// After what happens to the rows that refer to those deleted.
    pub(crate) fn followed(mut self, schema: &[Table]) -> Self {
        if let Some((tables, _)) = &mut self.done {
            tables.follow(schema);
        }
        self
    }

    /// After what the database refuses.
    pub(crate) fn judged(mut self, schema: &[Table]) -> Self {
        let Some((tables, returned)) = self.done.take() else {
            return self;
        };
        let violations = tables.violations(schema);
        if violations.is_empty() {
            self.done = Some((tables, returned));
        }
        self.errors.extend(violations);
        self
    }
}
