//! Keys as texts, by which rows are told apart whatever their model.

use std::fmt::Write as _;

use crate::schema::{SqlType, TableDef};
use crate::types::Param;

/// A key as text, each part with its length behind it, so that no two keys are alike. Values that
/// every database takes for one have one text: `1.0` and `1.00`, `0.0` and `-0.0`, and of
/// `char(3)` `'a'` and `'a  '`.
pub(crate) fn key_text<'p>(
    table: &TableDef,
    columns: &[u16],
    key: impl IntoIterator<Item = &'p Param>,
) -> String {
    let types = columns.iter().map(|&at| table.column(at).sql_type);
    // There may be one for each of many rows: a number takes no second allocation.
    let mut all = String::with_capacity(24);
    key.into_iter()
        .zip(types)
        .for_each(|(part, sql_type)| push_key_text(&mut all, part, sql_type));
    all
}

/// Adds one part of a key to its text.
pub(crate) fn push_key_text(all: &mut String, part: &Param, sql_type: SqlType) {
    if matches!(part, Param::Null) {
        // An empty text is a value, and ends with its length.
        return all.push_str(":-");
    }
    let start = all.len();
    // What has no text is not found, and keeps the place it came in.
    let _ = match part {
        #[cfg(feature = "decimal")]
        Param::Numeric(value) => Param::Numeric(value.normalize()).write_text(all),
        Param::Float4(0.0) => Param::Float4(0.0).write_text(all),
        Param::Float8(0.0) => Param::Float8(0.0).write_text(all),
        other => other.write_text(all),
    };
    if let SqlType::Char(_) = sql_type {
        let text = all[start..].trim_end_matches(' ');
        all.truncate(start + text.len());
    }
    let _ = write!(all, ":{}", all.len() - start);
}

/// A key in words, for messages; `None` where a part may be personal.
pub(crate) fn key_shown(key: &[Param]) -> Option<String> {
    match key {
        [only] => only.shown(),
        parts => {
            let parts: Option<Vec<String>> = parts.iter().map(Param::shown).collect();
            Some(format!("({})", parts?.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(key: &[(SqlType, Param)]) -> String {
        let mut all = String::new();
        key.iter()
            .for_each(|(sql_type, part)| push_key_text(&mut all, part, *sql_type));
        all
    }

    #[test]
    fn keys_of_several_columns_are_told_apart() {
        let key = |a: &str, b: &str| {
            let part = |text: &str| (SqlType::Text, Param::Text(text.into()));
            text(&[part(a), part(b)])
        };
        assert_ne!(key("ab", "c"), key("a", "bc"));
    }

    #[test]
    fn nothing_is_no_empty_text() {
        let key = |param: Param| text(&[(SqlType::Text, param), (SqlType::Text, Param::Null)]);
        assert_ne!(key(Param::Null), key(Param::Text(String::new())));
        assert_ne!(key(Param::Null), key(Param::Text(":-".into())));
        assert_eq!(key(Param::Null), key(Param::Null));
    }

    #[test]
    fn values_that_are_one_have_one_text() {
        let key = |sql_type, param| text(&[(sql_type, param)]);
        let decimal = |value: &str| {
            let value: rust_decimal::Decimal = value.parse().unwrap_or_default();
            key(SqlType::Numeric(None), Param::Numeric(value))
        };
        assert_eq!(decimal("1.0"), decimal("1.00"));
        assert_ne!(decimal("1.0"), decimal("10"));
        let float = |value| key(SqlType::Float8, Param::Float8(value));
        assert_eq!(float(0.0), float(-0.0));
        let padded = |value: &str| key(SqlType::Char(3), Param::Text(value.into()));
        assert_eq!(padded("a"), padded("a  "));
        let text = |value: &str| key(SqlType::Text, Param::Text(value.into()));
        assert_ne!(text("a"), text("a  "));
    }
}
