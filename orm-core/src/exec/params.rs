//! Bound values on their way to the driver, borrowed.

use std::fmt;

use bytes::BytesMut;
use tokio_postgres::types::{Format, IsNull, ToSql, Type};

use crate::ast::Bound;
use crate::types::Param;

/// The values of one statement: a pointer to them, cheap to copy.
///
/// `Debug` shows how many there are, never what they are.
#[derive(Clone, Copy)]
pub struct Params<'a>(Source<'a>);

#[derive(Clone, Copy)]
enum Source<'a> {
    Refs(&'a [&'a (dyn ToSql + Sync)]),
    Owned(&'a [Param]),
    Bound(&'a [&'a Param]),
}

impl<'a> Params<'a> {
    /// A statement without parameters.
    pub const fn none() -> Self {
        Self(Source::Refs(&[]))
    }

    /// Values of different types, `&[&1, &"two"]`.
    pub const fn refs(values: &'a [&'a (dyn ToSql + Sync)]) -> Self {
        Self(Source::Refs(values))
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        match self.0 {
            Source::Refs(values) => values.len(),
            Source::Owned(values) => values.len(),
            Source::Bound(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The values with nothing borrowed, where they are our own.
    pub(super) fn to_owned(self) -> Option<Vec<Param>> {
        match self.0 {
            Source::Refs([]) => Some(Vec::new()),
            Source::Refs(_) => None,
            Source::Owned(values) => Some(values.to_vec()),
            Source::Bound(values) => Some(values.iter().copied().cloned().collect()),
        }
    }

    fn at(&self, index: usize) -> &'a (dyn ToSql + Sync) {
        match self.0 {
            Source::Refs(values) => values[index],
            Source::Owned(values) => &values[index],
            Source::Bound(values) => values[index],
        }
    }

    /// The values in order, without collecting them.
    pub(crate) fn iter(self) -> impl ExactSizeIterator<Item = Hidden<'a>> {
        (0..self.len()).map(move |index| Hidden(self.at(index)))
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

impl<'a> From<&'a [&'a (dyn ToSql + Sync)]> for Params<'a> {
    fn from(values: &'a [&'a (dyn ToSql + Sync)]) -> Self {
        Self::refs(values)
    }
}

impl fmt::Debug for Params<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Params({} values)", self.len())
    }
}

/// A value whose `Debug` says nothing: the driver prints values when the
/// program's logger is set to `debug`.
pub(crate) struct Hidden<'a>(&'a (dyn ToSql + Sync));

impl fmt::Debug for Hidden<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}

impl ToSql for Hidden<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Refusal> {
        self.to_sql_checked(ty, out)
    }

    // Only the value itself knows; it is asked by `to_sql_checked`.
    fn accepts(_: &Type) -> bool {
        true
    }

    // The message is in `out`, with the values before this one.
    fn to_sql_checked(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Refusal> {
        let is_null = self.0.to_sql_checked(ty, out)?;
        crate::types::check_size(out, 0)?;
        Ok(is_null)
    }

    fn encode_format(&self, ty: &Type) -> Format {
        self.0.encode_format(ty)
    }
}

type Refusal = Box<dyn std::error::Error + Sync + Send>;

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
                Source::Refs(values) => write!(f, "{:?}", values[index])?,
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
        let params = Params::refs(&[&"canary", &7_i32]);
        assert_eq!(format!("{params:?}"), "Params(2 values)");
    }

    // With `RUST_LOG=debug` the driver logs what it is given.
    #[test]
    fn the_driver_gets_values_it_cannot_print() {
        let params = Params::refs(&[&"canary", &7_i32]);
        let given: Vec<_> = params.iter().collect();
        assert_eq!(format!("{given:?}"), "[.., ..]");
    }

    #[test]
    fn logged_params_show_values_in_order() {
        let refs = Params::refs(&[&"a", &7_i32]);
        assert_eq!(format!("{:?}", LoggedParams(refs)), r#"["a", 7]"#);
        let list = vec![Param::Int8(1), Param::Text("it's".into()), Param::Null];
        let list = Params::from(&list);
        assert_eq!(format!("{:?}", LoggedParams(list)), "[1, 'it''s', NULL]");
    }
}
