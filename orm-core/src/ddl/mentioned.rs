//! The columns that an SQL expression of the model's author mentions, or a database lists.

use crate::schema::{ColumnDef, TableDef};

/// The fields whose columns an expression mentions, in the order of the model.
///
/// A name is read as PostgreSQL reads it: `Total` is `total`, `"Total"` is not.
/// What stands in quotes as a text, is called as a function or follows `::` is
/// no column.
pub(super) fn mentioned(table: &'static TableDef, expression: &str) -> Vec<&'static str> {
    let names = names_in(expression);
    let columns = table.columns.iter();
    let mentioned = columns.filter(|column| names.iter().any(|name| name == column.name));
    mentioned.map(|column| column.field).collect()
}

/// The columns of a list that a database writes without quotes, `a, b`: each of the
/// table, and with this before its name.
pub(super) fn listed(
    table: &'static TableDef,
    list: &str,
    before: &str,
) -> Option<Vec<&'static ColumnDef>> {
    table.columns.iter().find_map(|column| {
        let rest = list.strip_prefix(before)?.strip_prefix(column.name)?;
        let mut columns = vec![column];
        if !rest.is_empty() {
            columns.extend(listed(table, rest.strip_prefix(", ")?, before)?);
        }
        Some(columns)
    })
}

/// The names in an expression that may be columns, in its order.
pub(crate) fn names_in(expression: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = expression;
    let mut after_cast = false;
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            rest = after_quote(&rest[1..], '\'').1;
        } else if first == '"' {
            let (name, after) = after_quote(&rest[1..], '"');
            names.push(name.replace("\"\"", "\""));
            rest = after;
        } else if first.is_alphabetic() || first == '_' {
            let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
            let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            if !after_cast && !after.trim_start().starts_with('(') {
                names.push(word.to_lowercase());
            }
            rest = after;
        } else if first.is_ascii_digit() {
            // So that the `e` of `1e5` is no name.
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
            rest = &rest[end.unwrap_or(rest.len())..];
        } else if let Some(after) = rest.strip_prefix("::") {
            rest = after.trim_start();
            after_cast = true;
            continue;
        } else {
            rest = &rest[first.len_utf8()..];
        }
        after_cast = false;
    }
    names
}

/// The text up to the quote that ends it, and what follows; a doubled quote is
/// part of it.
fn after_quote(text: &str, quote: char) -> (&str, &str) {
    let mut at = 0;
    while let Some(found) = text[at..].find(quote) {
        let end = at + found;
        if !text[end + 1..].starts_with(quote) {
            return (&text[..end], &text[end + 1..]);
        }
        at = end + 2;
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::names_in;

    #[test]
    fn columns_are_told_from_texts_functions_and_types() {
        let cases: [(&str, &[&str]); 6] = [
            ("starts_at < Ends_At", &["starts_at", "ends_at"]),
            (
                "kind <> 'it''s total' AND total>0",
                &["kind", "and", "total"],
            ),
            (r#""Odd ""one""" > 1e5"#, &[r#"Odd "one""#]),
            ("length(name) > 2", &["name"]),
            ("day::date = due :: date", &["day", "due"]),
            ("'never closed", &[]),
        ];
        for (expression, names) in cases {
            assert_eq!(names_in(expression), names, "{expression}");
        }
    }
}
