//! Which of many rows an error of the database is about.

use crate::ast::{Insert, Link, LinkColumn, LinkValue};
use crate::error::{Error, Violation};
use crate::schema::TableDef;
use crate::types::Param;

/// Says which of the rows of an insert the error is about, where it can be told;
/// `places` are those of its rows among all that were given.
pub(super) fn in_row(error: Error, insert: &Insert, places: &[usize]) -> Error {
    among(error, insert.table, places, &|column| insert.given(column))
}

/// The same of any rows, given by the values of a column.
pub(super) fn among<'v>(
    error: Error,
    table: &'static TableDef,
    places: &[usize],
    given: &dyn Fn(u16) -> Option<&'v [Param]>,
) -> Error {
    // A database that takes one row at a time knows.
    if error.row().is_some() {
        return error.at_place(places);
    }
    let error = error.in_table(table);
    let row = at_fault(&error, table, given);
    error.in_row(row).at_place(places)
}

fn at_fault<'v>(
    error: &Error,
    table: &'static TableDef,
    given: &dyn Fn(u16) -> Option<&'v [Param]>,
) -> Option<usize> {
    let violation = error.violation()?;
    let fields = violation.rule().fields().iter();
    let columns: Option<Vec<&[Param]>> = fields
        .map(|field| {
            let mut columns = (0_u16..).zip(table.columns);
            let (at, _) = columns.find(|(_, column)| column.field == *field)?;
            given(at)
        })
        .collect();
    let columns = columns.filter(|columns| !columns.is_empty())?;
    let mut rows = 0..columns[0].len();
    match violation {
        Violation::NotNull(_) => rows.find(|&row| matches!(columns[0][row], Param::Null)),
        Violation::ForeignKey(_) | Violation::Unique(_) => {
            let (_, key) = listed(error.server()?.detail()?)?;
            let is_it = |row: &usize| is_key(columns.iter().map(|values| &values[*row]), key);
            match violation {
                // Of two that are given, it is the second that may not be there.
                Violation::Unique(_) => rows.rfind(is_it),
                _ => rows.find(is_it),
            }
        }
        _ => None,
    }
}

/// The same of pairs of keys: which of them refers to nothing.
pub(super) fn of_pair(error: &Error, link: &Link) -> Option<usize> {
    let Violation::ForeignKey(_) = error.violation()? else {
        return None;
    };
    let (names, key) = listed(error.server()?.detail()?)?;
    let (count, target) = (link.pairs(), link.join.target_columns);
    // Where there is one it needs no number.
    if count == 1 || names != target.join(", ") {
        return None;
    }
    let column = |name: &&str| link.columns.iter().find(|column| column.name == *name);
    let columns: Option<Vec<&LinkColumn>> = target.iter().map(column).collect();
    let columns = columns?;
    let value = |row: usize| {
        let values = columns.iter().map(move |column| match &column.value {
            LinkValue::Same(value) => Some(value),
            LinkValue::Each(array) => array.elements()?.get(row),
            LinkValue::Now => None,
        });
        values.collect::<Option<Vec<&Param>>>()
    };
    (0..count).find(|&row| value(row).is_some_and(|values| is_key(values.into_iter(), key)))
}

/// Whether these are the values that the server lists.
fn is_key<'v>(values: impl Iterator<Item = &'v Param>, key: &str) -> bool {
    let mut text = String::new();
    for (at, value) in values.enumerate() {
        text.push_str(if at == 0 { "" } else { ", " });
        if value.write_text(&mut text).is_err() {
            return false;
        }
    }
    text == key
}

/// The columns and the values in `Key (a, b)=(1, x) already exists.`, in whatever language.
fn listed(detail: &str) -> Option<(&str, &str)> {
    let (before, _) = detail.split_once(")=(")?;
    let start = before.len() + 3;
    let end = detail.rfind(')').filter(|&end| end >= start)?;
    let (_, names) = before.split_once('(')?;
    Some((names, &detail[start..end]))
}

#[cfg(test)]
mod tests {
    use super::listed;

    #[test]
    fn the_key_is_found_in_what_the_server_says() {
        assert_eq!(
            listed("Key (a, b)=(1, (x)) already exists."),
            Some(("a, b", "1, (x)"))
        );
        assert_eq!(
            listed("Schlüssel »(a)=(ü)« existiert bereits."),
            Some(("a", "ü"))
        );
        assert_eq!(
            listed("Key (a)=() is not present in table \"t\"."),
            Some(("a", ""))
        );
        assert_eq!(listed("no key"), None);
    }
}
