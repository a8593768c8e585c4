//! Values as text: the server's text format, and SQL literals.
//!
//! Literals appear in DDL only, for defaults and checks that a model declares
//! as constants. Values of statements are always bound.

use std::fmt::Write as _;

use super::{EncodeFault, Param, temporal, uuid};

impl Param {
    /// Appends the value in the server's text format, unquoted; NULL is empty.
    ///
    /// # Errors
    /// When the value has no text format: a document that cannot be serialized.
    pub fn write_text(&self, out: &mut String) -> Result<(), EncodeFault> {
        match self {
            Param::Null => {}
            Param::Bool(value) => push(out, value),
            Param::Int2(value) => push(out, value),
            Param::Int4(value) => push(out, value),
            Param::Int8(value) => push(out, value),
            Param::Float4(value) => push_float(out, f64::from(*value), value),
            Param::Float8(value) => push_float(out, *value, value),
            #[cfg(feature = "decimal")]
            Param::Numeric(value) => push(out, value),
            Param::Text(value) => out.push_str(value),
            Param::Bytes(value) => push_hex(out, value),
            Param::Uuid(value) => uuid::write(*value, out),
            Param::Date(days) => temporal::write_date(*days, out),
            Param::Time(micros) => temporal::write_time(*micros, out),
            Param::Timestamp(micros) => temporal::write_timestamp(*micros, "", out),
            Param::Timestamptz(micros) => temporal::write_timestamp(*micros, "+00", out),
            Param::Enum(_, label) => out.push_str(label),
            Param::Other(value) => value.write_text(out)?,
        }
        Ok(())
    }

    /// Appends the value as an SQL literal, for the DDL of a declared default
    /// or check: `24`, `true`, `'it''s'`, `NULL`.
    ///
    /// Standard-conforming strings are assumed, as in every PostgreSQL since 9.1.
    ///
    /// # Errors
    /// When a text contains the character NUL, or the value has no text format.
    pub fn write_literal(&self, out: &mut String) -> Result<(), EncodeFault> {
        let mut text = String::new();
        self.write_text(&mut text)?;
        let bare = match self {
            Param::Null => {
                out.push_str("NULL");
                return Ok(());
            }
            Param::Bool(_) | Param::Int2(_) | Param::Int4(_) | Param::Int8(_) => true,
            Param::Float4(value) => value.is_finite(),
            Param::Float8(value) => value.is_finite(),
            #[cfg(feature = "decimal")]
            Param::Numeric(_) => true,
            _ => false,
        };
        if bare {
            out.push_str(&text);
            return Ok(());
        }
        if text.contains('\0') {
            return Err(EncodeFault::nul_in_text());
        }
        out.push('\'');
        out.push_str(&text.replace('\'', "''"));
        out.push('\'');
        Ok(())
    }
}

fn push(out: &mut String, value: &impl std::fmt::Display) {
    // Writing to a `String` cannot fail.
    let _ = write!(out, "{value}");
}

/// The shortest digits that read back as the same number.
fn push_float(out: &mut String, value: f64, exact: &impl std::fmt::Display) {
    match value {
        f64::INFINITY => out.push_str("Infinity"),
        f64::NEG_INFINITY => out.push_str("-Infinity"),
        _ => push(out, exact),
    }
}

fn push_hex(out: &mut String, bytes: &[u8]) {
    out.push_str("\\x");
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
}

/// One element of an array's text or one bound of a range's, always quoted.
pub(super) fn write_element(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        if matches!(character, '"' | '\\') {
            out.push('\\');
        }
        out.push(character);
    }
    out.push('"');
}
