//! Stored values in the text of a statement that makes a table.

use std::fmt::Write as _;

use super::Stored;

impl Stored {
    /// Appends the value as an SQL literal, for a declared default or check.
    pub(crate) fn write_literal(&self, out: &mut String) {
        // Writing to a `String` cannot fail.
        let _ = match self {
            Stored::Null => out.write_str("NULL"),
            Stored::Integer(value) => write!(out, "{value}"),
            Stored::Real(value) if value.is_infinite() => {
                out.write_str(if *value > 0.0 { "9e999" } else { "-9e999" })
            }
            Stored::Real(value) => write!(out, "{value:?}"),
            Stored::Text(text) => write!(out, "'{}'", text.replace('\'', "''")),
            Stored::Blob(bytes) => {
                out.push_str("x'");
                for byte in bytes {
                    let _ = write!(out, "{byte:02x}");
                }
                out.write_str("'")
            }
        };
    }
}
