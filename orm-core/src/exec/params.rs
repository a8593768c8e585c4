//! Bound values on their way to the driver, borrowed.

use std::fmt;

use crate::ast::Bound;
use crate::types::Param;

/// The values of one statement: a pointer to them, cheap to copy.
///
/// `Debug` shows how many there are, never what they are.
#[derive(Clone, Copy)]
pub struct Params<'a>(Source<'a>);

#[derive(Clone, Copy)]
enum Source<'a> {
    Owned(&'a [Param]),
    Bound(&'a [&'a Param]),
}

impl<'a> Params<'a> {
    /// A statement without parameters.
    pub const fn none() -> Self {
        Self(Source::Owned(&[]))
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        match self.0 {
            Source::Owned(values) => values.len(),
            Source::Bound(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The values with nothing borrowed, where they are our own.
    pub(super) fn to_owned(self) -> Vec<Param> {
        match self.0 {
            Source::Owned(values) => values.to_vec(),
            Source::Bound(values) => values.iter().copied().cloned().collect(),
        }
    }

    fn at(&self, index: usize) -> &'a Param {
        match self.0 {
            Source::Owned(values) => &values[index],
            Source::Bound(values) => values[index],
        }
    }

    /// The values in order, without collecting them.
    pub(super) fn iter(self) -> impl ExactSizeIterator<Item = &'a Param> {
        (0..self.len()).map(move |index| self.at(index))
    }
}

impl<'a> From<&'a Vec<Param>> for Params<'a> {
    fn from(values: &'a Vec<Param>) -> Self {
        Self(Source::Owned(values))
    }
}

impl<'a> From<&'a Bound<'_>> for Params<'a> {
    fn from(values: &'a Bound<'_>) -> Self {
        Self(Source::Bound(values))
    }
}

impl<'a> From<&'a [Param]> for Params<'a> {
    fn from(values: &'a [Param]) -> Self {
        Self(Source::Owned(values))
    }
}

impl<'a, const N: usize> From<&'a [Param; N]> for Params<'a> {
    fn from(values: &'a [Param; N]) -> Self {
        Self(Source::Owned(values))
    }
}

impl fmt::Debug for Params<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Params({} values)", self.len())
    }
}

/// The values as a log may show them: only there if `log_params(true)` was set.
#[derive(Clone, Copy)]
pub struct LoggedParams<'a>(pub(super) Params<'a>);

impl fmt::Debug for LoggedParams<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for index in 0..self.0.len() {
            if index > 0 {
                f.write_str(", ")?;
            }
            match self.0.0 {
                Source::Owned(values) => show(&values[index], f)?,
                Source::Bound(values) => show(values[index], f)?,
            }
        }
        f.write_str("]")
    }
}

/// Writes a value for a log whose owner asked to see values.
fn show(value: &Param, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut shown = String::new();
    match value.write_literal(&mut shown) {
        Ok(()) => f.write_str(&shown),
        // What cannot be sent has no text either.
        Err(_) => write!(f, "{value:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // A log line that prints the whole event must not print values.
    #[test]
    fn debug_shows_the_count_and_never_a_value() {
        let values = [Param::from("canary"), Param::from(7)];
        let params = Params::from(&values);
        assert_eq!(format!("{params:?}"), "Params(2 values)");
    }

    #[test]
    fn logged_params_show_values_in_order() {
        let list = vec![Param::Int8(1), Param::Text("it's".into()), Param::Null];
        let list = Params::from(&list);
        assert_eq!(format!("{:?}", LoggedParams(list)), "[1, 'it''s', NULL]");
    }
}
