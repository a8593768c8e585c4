//! Many rows written by one statement: counted, and matched with what was sent.
//!
//! A trigger or a rule can keep a row away without an error. What comes back is
//! then one row short, and nothing in it says which. So either all rows come
//! back, or none stays written (`docs/decisions/0009`).

use std::collections::HashMap;
use std::pin::Pin;

use super::noted::Tables;
use super::update::rows_of;
use crate::ast::Insert;
use crate::error::{Error, Result};
use crate::exec::Exec;
use crate::model::Model;
use crate::schema::{SqlType, TableDef};
use crate::sql::{ManyRows, dialect};
use crate::types::Param;

/// Tables with something that may keep a row away.
static SELECTIVE: Tables = Tables::new();

/// What is read of the rows that a statement writes.
pub(super) struct Reading<M, R> {
    /// Sends the statement, and reads each row.
    pub(super) send: for<'r> fn(&'r mut Insert, Exec<'r>) -> Pending<'r, Vec<R>>,
    /// The row itself.
    pub(super) row: fn(&R) -> &M,
}

pub(super) type Pending<'r, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'r>>;

impl<M: Model> Reading<M, M> {
    /// The rows.
    pub(super) const ROWS: Self = Reading {
        send: |insert, db| {
            Box::pin(
                async move { rows_of(db, &crate::refusal::insert(db.backend(), insert)?).await },
            )
        },
        row: |row| row,
    };
}

/// The rows that a statement writes, in the order in which they were given.
///
/// Nothing can be undone that was written outside a transaction, so there the
/// statement itself sees to it that nothing about the table can keep a row
/// away, and else writes none. Such a table gets a transaction, and so does every
/// one where a statement writes one row at a time.
///
/// # Errors
/// When not every row was written; then none is, or the open transaction
/// cannot be committed.
pub(super) async fn rows_of_batch<M: Model, R: Send>(
    insert: &mut Insert,
    asked: usize,
    reading: Reading<M, R>,
    db: Exec<'_>,
) -> Result<Vec<R>> {
    if db.in_transaction() {
        return counted(insert, asked, reading, db).await;
    }
    let in_one = dialect(db.backend()).many_rows() == ManyRows::Arrays;
    if in_one && !SELECTIVE.has(&M::TABLE.name) {
        insert.all_or_none(true);
        let rows = (reading.send)(insert, db).await?;
        if rows.len() == asked {
            return Ok(in_given_order(rows, insert, reading.row));
        }
        if !rows.is_empty() {
            // Cannot be; if it is, they must not be written twice.
            let error = Error::not_written(M::TABLE.model, asked, rows.len());
            return Err(error.after_write(db.wrote()));
        }
        SELECTIVE.note(M::TABLE.name);
        insert.all_or_none(false);
    }
    let unit = db.unit().await?;
    let rows = counted(insert, asked, reading, unit.exec()).await?;
    unit.commit().await?;
    Ok(rows)
}

/// The same in a transaction.
async fn counted<M: Model, R: Send>(
    insert: &mut Insert,
    asked: usize,
    reading: Reading<M, R>,
    db: Exec<'_>,
) -> Result<Vec<R>> {
    let rows = (reading.send)(insert, db).await?;
    if rows.len() != asked {
        let error = Error::not_written(M::TABLE.model, asked, rows.len());
        return Err(db.must_roll_back(error));
    }
    Ok(in_given_order(rows, insert, reading.row))
}

/// The rows in the order in which they were given: by what makes two of them the
/// same, where that was given too. Rows that the server numbers come in the order of
/// the arrays.
fn in_given_order<M: Model, R>(rows: Vec<R>, insert: &Insert, row: fn(&R) -> &M) -> Vec<R> {
    let key = match &insert.conflict {
        Some(conflict) => &conflict.target.columns[..],
        None => M::TABLE.primary_key,
    };
    let given: Option<Vec<&[Param]>> = key.iter().map(|&column| insert.given(column)).collect();
    let Some(given) = given else {
        return rows;
    };
    let is_in_place = |(at, written): (usize, &R)| {
        let mut columns = key.iter().zip(&given);
        columns.all(|(&column, values)| row(written).param(column) == values[at])
    };
    if rows.iter().enumerate().all(is_in_place) {
        return rows;
    }
    let places = (0..rows.len()).map(|at| {
        let given = given.iter().map(|values| &values[at]);
        (text(types(M::TABLE, key), given), at)
    });
    let places: HashMap<String, usize> = places.collect();
    let columns = key;
    sorted(rows, |written| {
        let key: Vec<Param> = columns
            .iter()
            .map(|&column| row(written).param(column))
            .collect();
        places
            .get(&text(types(M::TABLE, columns), key.iter()))
            .copied()
    })
}

/// Puts each row in its place; those without one fill what is left, as they came.
fn sorted<T>(rows: Vec<T>, place: impl Fn(&T) -> Option<usize>) -> Vec<T> {
    let mut placed: Vec<Option<T>> = Vec::new();
    placed.resize_with(rows.len(), || None);
    let mut others = Vec::new();
    for row in rows {
        match place(&row).and_then(|at| placed.get_mut(at)) {
            Some(free @ None) => *free = Some(row),
            _ => others.push(row),
        }
    }
    let mut others = others.into_iter();
    let placed = placed.into_iter();
    placed
        .filter_map(|row| row.or_else(|| others.next()))
        .collect()
}

/// The types of some columns.
pub(super) fn types(table: &'static TableDef, columns: &[u16]) -> impl Iterator<Item = SqlType> {
    columns.iter().map(|&at| table.column(at).sql_type)
}

/// A key as text, each part with its length, so that no two keys are alike. Values that
/// every database takes for one have one text: `1.0` and `1.00`, `0.0` and `-0.0`, and of
/// `char(3)` `'a'` and `'a  '`.
pub(super) fn text<'p>(
    types: impl Iterator<Item = SqlType>,
    key: impl Iterator<Item = &'p Param>,
) -> String {
    let mut all = String::new();
    for (part, sql_type) in key.zip(types) {
        let mut text = String::new();
        // What has no text is not found, and keeps the place it came in.
        let _ = match part {
            #[cfg(feature = "decimal")]
            Param::Numeric(value) => Param::Numeric(value.normalize()).write_text(&mut text),
            Param::Float4(0.0) => Param::Float4(0.0).write_text(&mut text),
            Param::Float8(0.0) => Param::Float8(0.0).write_text(&mut text),
            other => other.write_text(&mut text),
        };
        if let SqlType::Char(_) = sql_type {
            text.truncate(text.trim_end_matches(' ').len());
        }
        all.push_str(&format!("{}:{text}", text.len()));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_go_to_their_places_and_strangers_fill_the_gaps() {
        let place = |row: &i32| usize::try_from(row - 10).ok();
        assert_eq!(sorted(vec![12, 10, 11], place), [10, 11, 12]);
        assert_eq!(sorted(vec![7, 10, 8], place), [10, 7, 8]);
        assert_eq!(sorted(vec![12, 7, 12], place), [7, 12, 12]);
    }

    #[test]
    fn keys_of_several_columns_are_told_apart() {
        let key = |a: &str, b: &str| {
            let key = [Param::Text(a.into()), Param::Text(b.into())];
            text([SqlType::Text; 2].into_iter(), key.iter())
        };
        assert_ne!(key("ab", "c"), key("a", "bc"));
    }

    #[test]
    fn values_that_are_one_have_one_text() {
        let key = |sql_type, param| text(std::iter::once(sql_type), std::iter::once(&param));
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
