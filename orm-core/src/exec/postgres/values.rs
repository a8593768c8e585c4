//! Bound values, as the driver writes them.

use std::fmt;

use bytes::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type};

use crate::error::Error;
use crate::exec::params::Params;
use crate::types::{EncodeFault, Param, WireType};

/// The values in order, without collecting them.
pub(crate) fn hidden(params: Params<'_>) -> impl ExactSizeIterator<Item = Hidden<'_>> {
    params.iter().map(Hidden)
}

/// A value whose `Debug` says nothing: the driver prints values when the
/// program's logger is set to `debug`.
pub(crate) struct Hidden<'a>(&'a Param);

/// Writes one value in the binary form of a type, behind what is there already.
///
/// # Errors
/// When the type cannot hold the value.
pub(super) fn write(value: &Param, ty: &Type, out: &mut BytesMut) -> crate::Result<IsNull> {
    let written = Hidden(value).to_sql_checked(ty, out);
    written.map_err(|refusal| match refusal.downcast::<Error>() {
        Ok(error) => *error,
        Err(other) => Error::encode(other.to_string()),
    })
}

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

#[cfg(test)]
mod tests {
    use super::*;

    // With `RUST_LOG=debug` the driver logs what it is given.
    #[test]
    fn the_driver_gets_values_it_cannot_print() {
        let values = [Param::from("canary"), Param::from(7)];
        let params = Params::from(&values);
        let given: Vec<_> = hidden(params).collect();
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
}
