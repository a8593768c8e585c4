//! Which of many rows an error of the database is about.

use crate::ast::Insert;
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
            let key = key_in(error.server()?.detail()?)?;
            let is_it = |row: &usize| {
                let mut text = String::new();
                for (at, values) in columns.iter().enumerate() {
                    text.push_str(if at == 0 { "" } else { ", " });
                    if values[*row].write_text(&mut text).is_err() {
                        return false;
                    }
                }
                text == key
            };
            match violation {
                // Of two that are given, it is the second that may not be there.
                Violation::Unique(_) => rows.rfind(is_it),
                _ => rows.find(is_it),
            }
        }
        _ => None,
    }
}

/// The values in `Key (a, b)=(1, x) already exists.`, in whatever language.
fn key_in(detail: &str) -> Option<&str> {
    let start = detail.find(")=(")? + 3;
    let end = detail.rfind(')').filter(|&end| end >= start)?;
    Some(&detail[start..end])
}

#[cfg(test)]
mod tests {
    use super::key_in;

    #[test]
    fn the_key_is_found_in_what_the_server_says() {
        assert_eq!(
            key_in("Key (a, b)=(1, (x)) already exists."),
            Some("1, (x)")
        );
        assert_eq!(key_in("Schlüssel »(a)=(ü)« existiert bereits."), Some("ü"));
        assert_eq!(
            key_in("Key (a)=() is not present in table \"t\"."),
            Some("")
        );
        assert_eq!(key_in("no key"), None);
    }
}
