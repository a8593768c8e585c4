//! Bound values on their way to the driver, borrowed.

use std::fmt;

use bytes::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type};

use crate::ast::Bound;
use crate::error::Error;
use crate::types::{EncodeFault, Param, WireType};

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

/// A value whose `Debug` says nothing: the driver prints values when the
/// program's logger is set to `debug`.
pub(crate) struct Hidden<'a>(&'a Param);

impl fmt::Debug for Hidden<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}

impl ToSql for Hidden<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Refusal> {
        self.to_sql_checked(ty, out)
    }

    // Which values a type can hold is judged value by value.
    fn accepts(_: &Type) -> bool {
        true
    }

    // The message is in `out`, with the values before this one.
    fn to_sql_checked(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Refusal> {
        let size = match self.0 {
            Param::Text(text) => text.len(),
            Param::Bytes(bytes) => bytes.len(),
            _ => 0,
        };
        check_size(out, size)?;
        let written = self
            .0
            .encode(WireType::of_server(ty), out)
            .map_err(as_error)?;
        check_size(out, 0)?;
        Ok(match written {
            crate::types::IsNull::Yes => IsNull::Yes,
            crate::types::IsNull::No => IsNull::No,
        })
    }
}

/// So many bytes a message of the protocol may have: the server ends the connection
/// over one of 1 GB. What is around the values takes little.
pub(super) const MOST_BYTES: usize = (1 << 30) - (1 << 20);

/// Refuses a message that comes to be too long for the server.
fn check_size(message: &BytesMut, more: usize) -> Result<(), Refusal> {
    match message.len().saturating_add(more) {
        0..=MOST_BYTES => Ok(()),
        _ => Err(as_error(EncodeFault::too_large().into())),
    }
}

/// The driver hands the cause of its error on, so a fault leaves as the error
/// that callers see.
#[cold]
fn as_error(cause: Refusal) -> Refusal {
    match cause.downcast_ref::<EncodeFault>() {
        Some(fault) if fault.is_nul_in_text() => Box::new(Error::nul_in_text()),
        Some(fault) => Box::new(Error::encode(fault.to_string())),
        None => cause,
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

    // With `RUST_LOG=debug` the driver logs what it is given.
    #[test]
    fn the_driver_gets_values_it_cannot_print() {
        let values = [Param::from("canary"), Param::from(7)];
        let params = Params::from(&values);
        let given: Vec<_> = params.iter().collect();
        assert_eq!(format!("{given:?}"), "[.., ..]");
    }

    // The driver passes the cause of its error on, and callers ask it by predicate.
    #[test]
    fn the_driver_gets_errors_of_ours() {
        let refuse = |value: Param, described: &Type| {
            let sent = Hidden(&value).to_sql_checked(described, &mut BytesMut::new());
            let fault = sent.err().expect("refused");
            *fault.downcast::<Error>().expect("an error of this crate")
        };
        let nul = refuse(Param::from("a\0b"), &Type::TEXT);
        assert_eq!(nul.to_string(), Error::nul_in_text().to_string());
        let range = refuse(Param::Int4(70_000), &Type::INT2);
        assert_eq!(
            range.to_string(),
            "a value of type int4 is out of range for int2"
        );
        assert_eq!(range.kind(), crate::error::ErrorKind::Encode);
    }

    // The server ends the connection over a message of 1 GB.
    #[test]
    fn values_of_a_gigabyte_are_refused_before_they_are_copied() {
        let refusal = |param: Param, message: &mut BytesMut| {
            let sent = Hidden(&param).to_sql_checked(&Type::BYTEA, message);
            sent.err().map(|fault| fault.to_string())
        };
        // Memory that is never looked at is not taken.
        let mut empty = BytesMut::new();
        let error = refusal(Param::Bytes(vec![0; MOST_BYTES + 1]), &mut empty).expect("refused");
        assert!(error.contains("more than 1 GB"), "{error}");
        assert!(empty.is_empty());
        let mut full = BytesMut::zeroed(MOST_BYTES - 10);
        assert_eq!(refusal(Param::Bytes(vec![0; 10]), &mut full), None);
        assert!(refusal(Param::Bytes(vec![0; 1]), &mut full).is_some());
    }

    #[test]
    fn logged_params_show_values_in_order() {
        let list = vec![Param::Int8(1), Param::Text("it's".into()), Param::Null];
        let list = Params::from(&list);
        assert_eq!(format!("{:?}", LoggedParams(list)), "[1, 'it''s', NULL]");
    }
}
