//! What can go wrong with one value on its way to or from a column.
//!
//! Both faults name types and reasons, never the value: they end up in errors
//! and logs.

use crate::schema::Backend;
use crate::types::{TypeKind, WireType};
use std::borrow::Cow;
use std::error::Error;
use std::fmt;

/// Why one column's bytes could not be read: what was expected and what was found.
///
/// ```
/// use orm_core::types::DecodeFault;
///
/// assert_eq!(DecodeFault::new("int8", "text").to_string(), "expected int8, got text");
/// ```
pub struct DecodeFault(Box<Expectation>);

struct Expectation {
    expected: Cow<'static, str>,
    got: Cow<'static, str>,
}

impl DecodeFault {
    /// A fault in words. Neither part may hold a value from the row.
    #[cold]
    pub fn new(expected: impl Into<Cow<'static, str>>, got: impl Into<Cow<'static, str>>) -> Self {
        DecodeFault(Box::new(Expectation {
            expected: expected.into(),
            got: got.into(),
        }))
    }

    /// The column has another type.
    #[cold]
    pub fn wrong_type(expected: impl Into<Cow<'static, str>>, found: WireType<'_>) -> Self {
        DecodeFault::new(expected, type_name(found))
    }

    /// The column is NULL where a value is needed.
    #[cold]
    pub fn null(expected: impl Into<Cow<'static, str>>) -> Self {
        DecodeFault::new(expected, "NULL")
    }

    /// The bytes are not those of the type.
    #[cold]
    pub fn malformed(expected: impl Into<Cow<'static, str>>) -> Self {
        DecodeFault::new(expected, "malformed data")
    }

    /// What the program expects: the name of a type.
    pub fn expected(&self) -> &str {
        &self.0.expected
    }

    /// What the column holds instead: the name of a type, `NULL` or a reason.
    pub fn got(&self) -> &str {
        &self.0.got
    }

    /// Both parts, for an error that names the column too.
    pub(crate) fn into_parts(self) -> (Cow<'static, str>, Cow<'static, str>) {
        (self.0.expected, self.0.got)
    }
}

impl fmt::Display for DecodeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, got {}", self.expected(), self.got())
    }
}

impl fmt::Debug for DecodeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DecodeFault({self})")
    }
}

impl Error for DecodeFault {}

/// Why a value cannot be sent.
///
/// The driver reports it as the source of its own error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodeFault(Reason);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Reason {
    NulInText,
    WrongType {
        value: Cow<'static, str>,
        column: String,
    },
    OutOfRange {
        value: Cow<'static, str>,
        column: String,
    },
    Unrepresentable(&'static str),
    Unstorable {
        value: Cow<'static, str>,
        why: Option<&'static str>,
        database: Backend,
    },
}

impl EncodeFault {
    /// A text contains the character NUL, which PostgreSQL cannot store.
    #[cold]
    pub fn nul_in_text() -> Self {
        EncodeFault(Reason::NulInText)
    }

    /// A text contains the character NUL. SQLite's own functions end a text there.
    #[cold]
    pub(crate) fn nul_in_stored(value: &'static str) -> Self {
        EncodeFault::unstorable(value, "contains the character NUL (U+0000)")
    }

    /// SQLite stores values of the type, but not this one: `is not a number`.
    #[cold]
    pub(crate) fn unstorable(value: &'static str, why: &'static str) -> Self {
        EncodeFault(Reason::Unstorable {
            value: Cow::Borrowed(value),
            why: Some(why),
            database: Backend::Sqlite,
        })
    }

    /// SQLite has no such type.
    #[cold]
    pub(crate) fn unstorable_type(value: Cow<'static, str>) -> Self {
        EncodeFault(Reason::Unstorable {
            value,
            why: None,
            database: Backend::Sqlite,
        })
    }

    /// The values of a statement are more than the server takes.
    #[cold]
    pub(crate) fn too_large() -> Self {
        EncodeFault::unrepresentable(
            "the values of a statement have more than 1 GB, which is more than PostgreSQL takes: \
             write them in several statements",
        )
    }

    /// The server's type holds other values.
    #[cold]
    pub fn wrong_type(value: impl Into<Cow<'static, str>>, column: WireType<'_>) -> Self {
        EncodeFault(Reason::WrongType {
            value: value.into(),
            column: type_name(column),
        })
    }

    /// The server's type holds such values, but not this one.
    #[cold]
    pub fn out_of_range(value: impl Into<Cow<'static, str>>, column: WireType<'_>) -> Self {
        EncodeFault(Reason::OutOfRange {
            value: value.into(),
            column: type_name(column),
        })
    }

    /// The value has no form the server understands; the reason is a sentence
    /// without the value.
    #[cold]
    pub fn unrepresentable(reason: &'static str) -> Self {
        EncodeFault(Reason::Unrepresentable(reason))
    }

    /// Whether a text contains the character NUL.
    pub fn is_nul_in_text(&self) -> bool {
        self.0 == Reason::NulInText
    }

    /// Whether the value is out of the range of the server's type.
    pub fn is_out_of_range(&self) -> bool {
        matches!(self.0, Reason::OutOfRange { .. })
    }
}

impl fmt::Display for EncodeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::NulInText => f.write_str(
                "a text contains the character NUL (U+0000), which PostgreSQL cannot store",
            ),
            Reason::WrongType { value, column } => {
                write!(f, "a value of type {value} cannot be sent as {column}")
            }
            Reason::OutOfRange { value, column } => {
                write!(f, "a value of type {value} is out of range for {column}")
            }
            Reason::Unrepresentable(reason) => f.write_str(reason),
            Reason::Unstorable {
                value,
                why,
                database,
            } => match why {
                Some(why) => write!(
                    f,
                    "a value of type {value} {why}: {database} cannot hold it"
                ),
                None => write!(f, "{database} cannot hold a value of type {value}"),
            },
        }
    }
}

impl Error for EncodeFault {}

/// The server's name for a type, arrays as `int4[]`.
fn type_name(sql_type: WireType<'_>) -> String {
    match sql_type.kind() {
        TypeKind::Array(element) => format!("{}[]", type_name(element)),
        _ => sql_type.name().to_owned(),
    }
}
