//! Names on their way into SQL.

use std::fmt::Write;

use crate::sql::identifier;

/// The name of a table, a type or an index: in the first schema of the
/// `search_path`, or in one that is given as `("schema", "name")`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QualifiedName {
    schema: Option<String>,
    name: String,
}

impl From<&str> for QualifiedName {
    fn from(name: &str) -> Self {
        QualifiedName {
            schema: None,
            name: name.to_owned(),
        }
    }
}

impl From<String> for QualifiedName {
    fn from(name: String) -> Self {
        QualifiedName { schema: None, name }
    }
}

impl From<(&str, &str)> for QualifiedName {
    fn from((schema, name): (&str, &str)) -> Self {
        QualifiedName {
            schema: Some(schema.to_owned()),
            name: name.to_owned(),
        }
    }
}

impl QualifiedName {
    pub(super) fn quoted(&self) -> String {
        let mut out = String::new();
        if let Some(schema) = &self.schema {
            identifier::quote(&mut out, schema);
            out.push('.');
        }
        identifier::quote(&mut out, &self.name);
        out
    }
}

/// A name in quotes.
pub(super) fn quoted(name: &str) -> String {
    let mut out = String::new();
    identifier::quote(&mut out, name);
    out
}

/// `("a", "b")`
pub(super) fn list(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    format!("({})", names.join(", "))
}

/// Names as the editor keeps them.
pub(super) fn owned<'n>(names: impl IntoIterator<Item = &'n str>) -> Vec<String> {
    names.into_iter().map(str::to_owned).collect()
}

/// Appends to SQL.
pub(super) fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a `String` cannot fail.
    let _ = out.write_fmt(text);
}
