//! Values that cannot be read from a column or sent to one.

use std::borrow::Cow;
use std::fmt;

use super::{Error, ErrorKind, Fault};

pub(super) enum ValueFault {
    Decode {
        table: Cow<'static, str>,
        column: Cow<'static, str>,
        expected: Cow<'static, str>,
        got: Cow<'static, str>,
        /// The model and its field, where the column is a model's.
        field: Option<(&'static str, [&'static str; 1])>,
    },
    /// The driver could not read a column, and we do not know which table's.
    DecodeOther(String),
    Encode(Cow<'static, str>),
    /// A statement got too few or too many values.
    Binds {
        expected: usize,
        got: usize,
        statement: String,
    },
}

impl ValueFault {
    pub(super) fn kind(&self) -> ErrorKind {
        match self {
            Self::Decode { .. } | Self::DecodeOther(_) => ErrorKind::Decode,
            Self::Encode(_) | Self::Binds { .. } => ErrorKind::Encode,
        }
    }

    pub(super) fn model(&self) -> Option<&'static str> {
        match self {
            Self::Decode { field, .. } => field.map(|(model, _)| model),
            _ => None,
        }
    }

    pub(super) fn fields(&self) -> &[&'static str] {
        match self {
            Self::Decode {
                field: Some((_, fields)),
                ..
            } => fields,
            _ => &[],
        }
    }

    pub(super) fn table(&self) -> Option<&str> {
        match self {
            Self::Decode { table, .. } if !table.is_empty() => Some(table),
            _ => None,
        }
    }

    pub(super) fn column(&self) -> Option<&str> {
        match self {
            Self::Decode { column, .. } => Some(column),
            _ => None,
        }
    }
}

impl fmt::Display for ValueFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decode {
                table,
                column,
                expected,
                got,
                ..
            } => {
                if !table.is_empty() {
                    write!(f, "{table}.")?;
                }
                write!(f, "{column}: expected {expected}, got {got}")
            }
            Self::DecodeOther(message) => f.write_str(message),
            Self::Encode(message) => f.write_str(message),
            Self::Binds {
                expected,
                got,
                statement,
            } => {
                write!(
                    f,
                    "the statement has {expected} placeholders and was given {got} values: each of \
                     `$1`, `$2`, .. needs one `.bind(..)`"
                )?;
                if !statement.is_empty() {
                    write!(f, ": `{statement}`")?;
                }
                Ok(())
            }
        }
    }
}

impl Error {
    /// A column holds something else than the program expects:
    /// `orders.total_cents: expected int8, got text`.
    ///
    /// `expected` and `got` are types (or `NULL`), never the value itself.
    pub fn decode(
        table: impl Into<Cow<'static, str>>,
        column: impl Into<Cow<'static, str>>,
        expected: impl Into<Cow<'static, str>>,
        got: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(Fault::Value(ValueFault::Decode {
            table: table.into(),
            column: column.into(),
            expected: expected.into(),
            got: got.into(),
            field: None,
        }))
    }

    /// Says which field of which model could not be read.
    pub(crate) fn of_field(mut self, of_model: &'static str, of_field: &'static str) -> Self {
        if let Fault::Value(ValueFault::Decode { field, .. }) = &mut self.0.fault {
            *field = Some((of_model, [of_field]));
        }
        self
    }

    pub(super) fn decode_other(message: String) -> Self {
        Self::new(Fault::Value(ValueFault::DecodeOther(message)))
    }

    /// A value cannot be sent. The message names types, never the value.
    pub fn encode(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Fault::Value(ValueFault::Encode(message.into())))
    }

    /// A text contains the character NUL, which PostgreSQL cannot store.
    pub fn nul_in_text() -> Self {
        Self::encode("a text contains the character NUL (U+0000), which PostgreSQL cannot store")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decode_error_complains_by_name() {
        let error = Error::decode("orders", "total_cents", "int8", "text");
        assert_eq!(
            error.to_string(),
            "orders.total_cents: expected int8, got text"
        );
        assert_eq!(error.table(), Some("orders"));
        assert_eq!(error.column(), Some("total_cents"));
    }
}
