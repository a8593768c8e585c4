//! What validation found wrong.

use std::error::Error;
use std::fmt;

use super::validator::Validator;
use super::view::View;

/// One thing that is wrong. It never holds the offending value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fault {
    /// The column at fault; `None` if the model as a whole is.
    pub column: Option<&'static str>,
    /// The name of the rule that failed.
    pub rule: &'static str,
    /// The sentence for the person who filled in the form.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Validation error: {}", self.message)
    }
}

/// Everything that is wrong with a row, in the order of its fields.
///
/// Displayed as one line per fault, joined by a comma.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ValidationErrors {
    faults: Vec<Fault>,
}

impl ValidationErrors {
    /// No fault yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { faults: Vec::new() }
    }

    /// Judges a column's value and keeps a fault for each validator it fails.
    pub fn check(&mut self, column: &'static str, validators: &[Validator], value: &View<'_>) {
        let failed = validators
            .iter()
            .filter(|validator| !validator.check(value));
        self.faults
            .extend(failed.map(|validator| validator.fault(column)));
    }

    /// Adds a fault.
    pub fn push(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// The faults, in the order they were found.
    pub fn iter(&self) -> std::slice::Iter<'_, Fault> {
        self.faults.iter()
    }

    /// What is wrong with this column.
    pub fn for_column<'a>(&'a self, column: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter()
            .filter(move |fault| fault.column == Some(column))
            .map(|fault| fault.message.as_str())
    }

    /// What is wrong with the model as a whole.
    pub fn for_model(&self) -> impl Iterator<Item = &str> {
        self.iter()
            .filter(|fault| fault.column.is_none())
            .map(|fault| fault.message.as_str())
    }

    /// The number of faults.
    #[must_use]
    pub fn len(&self) -> usize {
        self.faults.len()
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.faults.is_empty()
    }

    /// `Ok` if nothing is wrong.
    ///
    /// # Errors
    ///
    /// These errors, if there is at least one.
    pub fn into_result(self) -> Result<(), Self> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl fmt::Display for ValidationErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(",\n")?;
            }
            fault.fmt(f)?;
        }
        Ok(())
    }
}

impl Error for ValidationErrors {}

impl Extend<Fault> for ValidationErrors {
    fn extend<I: IntoIterator<Item = Fault>>(&mut self, faults: I) {
        self.faults.extend(faults);
    }
}

impl IntoIterator for ValidationErrors {
    type Item = Fault;
    type IntoIter = std::vec::IntoIter<Fault>;

    fn into_iter(self) -> Self::IntoIter {
        self.faults.into_iter()
    }
}

impl<'a> IntoIterator for &'a ValidationErrors {
    type Item = &'a Fault;
    type IntoIter = std::slice::Iter<'a, Fault>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
