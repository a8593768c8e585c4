//! Bound values on their way to the driver, borrowed.

use std::borrow::Borrow;
use std::fmt;

use bytes::BytesMut;
use tokio_postgres::types::{Format, IsNull, ToSql, Type};

use crate::types::Param;

/// A list of values to bind, `$1` first.
///
/// Implemented for lists of [`Param`], owned or borrowed.
pub trait ParamList: Send + Sync {
    /// How many values there are.
    fn len(&self) -> usize;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value at `index`, counted from zero.
    fn at(&self, index: usize) -> &(dyn ToSql + Sync);

    /// Writes the value for a log whose owner asked to see values.
    ///
    /// # Errors
    ///
    /// Fails only if the formatter does.
    fn show(&self, index: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

impl<P: Borrow<Param> + Send + Sync> ParamList for Vec<P> {
    fn len(&self) -> usize {
        self.len()
    }

    fn at(&self, index: usize) -> &(dyn ToSql + Sync) {
        self[index].borrow()
    }

    fn show(&self, index: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let param: &Param = self[index].borrow();
        let mut shown = String::new();
        match param.write_literal(&mut shown) {
            Ok(()) => f.write_str(&shown),
            // What cannot be sent has no text either.
            Err(_) => write!(f, "{param:?}"),
        }
    }
}

/// The values of one statement: a pointer to them, cheap to copy.
///
/// `Debug` shows how many there are, never what they are.
#[derive(Clone, Copy)]
pub struct Params<'a>(Source<'a>);

#[derive(Clone, Copy)]
enum Source<'a> {
    Refs(&'a [&'a (dyn ToSql + Sync)]),
    List(&'a dyn ParamList),
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

    /// Values of a list that is owned elsewhere.
    pub const fn list(values: &'a dyn ParamList) -> Self {
        Self(Source::List(values))
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        match self.0 {
            Source::Refs(values) => values.len(),
            Source::List(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn at(&self, index: usize) -> &'a (dyn ToSql + Sync) {
        match self.0 {
            Source::Refs(values) => values[index],
            Source::List(values) => values.at(index),
        }
    }

    /// The values in order, without collecting them.
    pub(crate) fn iter(self) -> impl ExactSizeIterator<Item = Hidden<'a>> {
        (0..self.len()).map(move |index| Hidden(self.at(index)))
    }
}

impl<'a, P: Borrow<Param> + Send + Sync> From<&'a Vec<P>> for Params<'a> {
    fn from(values: &'a Vec<P>) -> Self {
        Self::list(values)
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
        self.0.to_sql_checked(ty, out)
    }

    // Only the value itself knows; it is asked by `to_sql_checked`.
    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Refusal> {
        self.0.to_sql_checked(ty, out)
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
                Source::List(values) => values.show(index, f)?,
            }
        }
        f.write_str("]")
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
