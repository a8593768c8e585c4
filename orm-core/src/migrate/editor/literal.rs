//! Values in statements that cannot take bound ones, as all that define
//! something.

use crate::ddl::literal;
use crate::error::{Error, Result};

/// A value that a column can have by default.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// NULL
    Null,
    /// A truth value.
    Bool(bool),
    /// A number.
    Int(i64),
    /// A text, a label of an enum, or any value in the server's text form.
    Text(String),
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Value::Int(value.into())
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Int(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Value::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Value::Text(value)
    }
}

impl Value {
    /// As SQLite reads it.
    pub(super) fn stored(&self) -> Result<String> {
        let Value::Text(text) = self else {
            return Ok(self.sql());
        };
        let mut out = String::new();
        literal::sqlite::write(&mut out, text)
            .ok_or_else(|| Error::usage("a text has the character NUL in it"))?;
        Ok(out)
    }

    pub(super) fn sql(&self) -> String {
        match self {
            Value::Null => "NULL".to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Int(value) => value.to_string(),
            Value::Text(text) => literal(text),
        }
    }
}

/// A text as a literal.
pub(super) fn literal(text: &str) -> String {
    let mut out = String::new();
    literal::write(&mut out, text);
    out
}
