//! Many rows written by one statement: counted, and matched with what was sent.
//!
//! A trigger or a rule can keep a row away without an error. What comes back is
//! then one row short, and nothing in it says which. So either all rows come
//! back, or none stays written (`docs/decisions/0009`).

use std::collections::HashMap;

use super::noted::Tables;
use super::row_at_fault::in_row;
use super::update::returned;
use super::upsert::send_upsert;
use crate::ast::Insert;
use crate::decode::{Cursor, Row};
use crate::error::{Error, Result};
use crate::exec::Exec;
use crate::key::key_text;
use crate::model::Model;
use crate::sql::{ManyRows, dialect};
use crate::types::Param;

/// Tables with something that may keep a row away.
static SELECTIVE: Tables = Tables::new();

/// The rows that statements wrote, as they come back.
///
/// What writes many rows knows them by this, so that it is compiled once and not for
/// every model of a program.
pub(super) trait Written: Send {
    /// How many there are.
    fn count(&self) -> usize;

    /// Adds one.
    ///
    /// # Errors
    /// When a column does not fit its field.
    fn add(&mut self, row: &Row) -> Result<()>;

    /// The value of a column of one of them.
    fn param(&self, row: usize, column: u16) -> Param;

    /// Puts each of the rows from `start` on to another place among these.
    fn arrange(&mut self, start: usize, places: &mut [usize]);
}

impl<M: Model> Written for Vec<M> {
    fn count(&self) -> usize {
        self.len()
    }

    fn add(&mut self, row: &Row) -> Result<()> {
        self.push(M::decode(&mut Cursor::new(row, M::TABLE, None))?);
        Ok(())
    }

    fn param(&self, row: usize, column: u16) -> Param {
        self[row].param(column)
    }

    fn arrange(&mut self, start: usize, places: &mut [usize]) {
        arrange(&mut self[start..], places);
    }
}

/// The rows that statements write, each in its place among all, whose places are given
/// with each statement.
///
/// # Errors
/// As [`write_rows`], saying which row where it can be told.
pub(super) async fn write_all_rows(
    statements: &mut [(Insert, Vec<usize>)],
    rows: &mut dyn Written,
    db: Exec<'_>,
) -> Result<()> {
    match statements {
        [] => Ok(()),
        [(only, places)] => {
            let done = write_rows(only, places.len(), rows, db).await;
            done.map_err(|error| in_row(error, only, places))
        }
        several => {
            let unit = db.unit().await?;
            let mut all = Vec::new();
            for (insert, places) in several {
                let done = write_rows(insert, places.len(), rows, unit.exec()).await;
                done.map_err(|error| in_row(error, insert, places))?;
                all.extend_from_slice(places);
            }
            unit.commit().await?;
            rows.arrange(0, &mut all);
            Ok(())
        }
    }
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
async fn write_rows(
    insert: &mut Insert,
    asked: usize,
    rows: &mut dyn Written,
    db: Exec<'_>,
) -> Result<()> {
    if db.in_transaction() {
        return counted(insert, asked, rows, db).await;
    }
    let table = insert.table;
    let in_one = dialect(db.backend()).many_rows() == ManyRows::Arrays;
    if in_one && !SELECTIVE.has(&table.name) {
        insert.all_or_none(true);
        let start = rows.count();
        send(insert, rows, db).await?;
        let written = rows.count() - start;
        if written == asked {
            in_given_order(rows, start, insert);
            return Ok(());
        }
        if written != 0 {
            // Cannot be; if it is, they must not be written twice.
            let error = Error::not_written(table.model, asked, written);
            return Err(error.after_write(db.wrote()));
        }
        SELECTIVE.note(table.name);
        insert.all_or_none(false);
    }
    let unit = db.unit().await?;
    counted(insert, asked, rows, unit.exec()).await?;
    unit.commit().await
}

/// The same in a transaction.
async fn counted(
    insert: &mut Insert,
    asked: usize,
    rows: &mut dyn Written,
    db: Exec<'_>,
) -> Result<()> {
    let start = rows.count();
    send(insert, rows, db).await?;
    let written = rows.count() - start;
    if written != asked {
        let error = Error::not_written(insert.table.model, asked, written);
        return Err(db.must_roll_back(error));
    }
    in_given_order(rows, start, insert);
    Ok(())
}

async fn send(insert: &mut Insert, rows: &mut dyn Written, db: Exec<'_>) -> Result<()> {
    if insert.conflict.is_some() {
        return send_upsert(insert, rows, db).await;
    }
    let sql = crate::refusal::insert(db.backend(), insert)?;
    returned(db, &sql, rows).await
}

/// Puts the rows of a statement in the order in which they were given: by what makes
/// two of them the same, where that was given too. Rows that the server numbers come in
/// the order of the arrays.
fn in_given_order(rows: &mut dyn Written, start: usize, insert: &Insert) {
    let table = insert.table;
    let key = match &insert.conflict {
        Some(conflict) => &conflict.target.columns[..],
        None => table.primary_key,
    };
    let given: Option<Vec<&[Param]>> = key.iter().map(|&column| insert.given(column)).collect();
    let Some(given) = given else {
        return;
    };
    let count = rows.count() - start;
    let is_in_place = |at: usize| {
        let mut columns = key.iter().zip(&given);
        columns.all(|(&column, values)| rows.param(start + at, column) == values[at])
    };
    if (0..count).all(is_in_place) {
        return;
    }
    let places = (0..count).map(|at| {
        let given = given.iter().map(|values| &values[at]);
        (key_text(table, key, given), at)
    });
    let places: HashMap<String, usize> = places.collect();
    let found = (start..start + count).map(|row| {
        let key_of_row: Vec<Param> = key.iter().map(|&at| rows.param(row, at)).collect();
        let place = places.get(&key_text(table, key, &key_of_row));
        place.copied()
    });
    let mut places = each_in_one(found.collect());
    rows.arrange(start, &mut places);
}

/// Gives each row a place: its own, if nobody has it; those without one get what is
/// left, as they came.
fn each_in_one(found: Vec<Option<usize>>) -> Vec<usize> {
    let mut taken = vec![false; found.len()];
    let is_free = |place: &usize| {
        let taken = taken.get_mut(*place);
        taken.is_some_and(|taken| !std::mem::replace(taken, true))
    };
    let own: Vec<Option<usize>> = found
        .into_iter()
        .scan(is_free, |is_free, place| Some(place.filter(is_free)))
        .collect();
    let mut left = (0..own.len()).filter(|&place| !taken[place]);
    let places = own.into_iter();
    places
        .filter_map(|place| place.or_else(|| left.next()))
        .collect()
}

/// Puts each row in its place; no two have the same.
pub(super) fn arrange<T>(rows: &mut [T], places: &mut [usize]) {
    for at in 0..places.len() {
        while places[at] != at {
            let place = places[at];
            rows.swap(at, place);
            places.swap(at, place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_go_to_their_places_and_strangers_fill_the_gaps() {
        let sorted = |mut rows: Vec<i32>| {
            let found = rows.iter().map(|row| usize::try_from(row - 10).ok());
            let mut places = each_in_one(found.collect());
            arrange(&mut rows, &mut places);
            rows
        };
        assert_eq!(sorted(vec![12, 10, 11]), [10, 11, 12]);
        assert_eq!(sorted(vec![11, 12, 10, 13]), [10, 11, 12, 13]);
        assert_eq!(sorted(vec![7, 10, 8]), [10, 7, 8]);
        assert_eq!(sorted(vec![12, 7, 12]), [7, 12, 12]);
    }
}
