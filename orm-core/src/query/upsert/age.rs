//! Whether a row that an upsert wrote is new.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::ast::{Insert, InsertRows};
use crate::decode::Row;
use crate::error::{Error, Result};
use crate::exec::{Exec, Params};
use crate::query::noted::Tables;
use crate::sql::dialect;
use crate::types::Param;

/// Tables whose rows have a transaction number that tells a new row from an old one.
static NUMBERED: Tables = Tables::new();
/// Tables whose rows, as they come back, have none: partitioned ones, and views.
static UNNUMBERED: Tables = Tables::new();

/// Sends an upsert of one row; the row, and behind it whether it is new.
pub(super) async fn upserted(insert: &mut Insert, db: Exec<'_>) -> Result<Option<Row>> {
    let mut row = None;
    sent(insert, db, &mut |it| {
        row = Some(it);
        Ok(())
    })
    .await?;
    Ok(row)
}

/// Sends an upsert; each row that it wrote, and behind it whether it is new.
///
/// A row of an ordinary table tells by itself, which costs nothing. A failed
/// statement ends a transaction, so there nothing is tried out: a table not known
/// yet is asked in the way that always works.
pub(super) async fn sent(
    insert: &mut Insert,
    db: Exec<'_>,
    each: &mut (dyn FnMut(Row) -> Result<()> + Send),
) -> Result<()> {
    let table = insert.table.name;
    if !dialect(db.backend()).rows_tell_their_age() {
        return marked(insert, db, each).await;
    }
    if UNNUMBERED.has(&table) || (db.in_transaction() && !NUMBERED.has(&table)) {
        return marked(insert, db, each).await;
    }
    let mut told = false;
    let mut telling = |row| {
        told = true;
        each(row)
    };
    match asked(insert, db, &mut telling).await {
        Err(error) if lacks_number(&error) => {
            let done = match db.in_transaction() {
                true => Err(error),
                false => marked(insert, db, each).await,
            };
            if done.is_ok() || db.in_transaction() {
                UNNUMBERED.note(table);
            }
            done
        }
        done => {
            // Where no row came back, none was asked for its number.
            if told && done.is_ok() && !NUMBERED.has(&table) {
                NUMBERED.note(table);
            }
            done
        }
    }
}

/// "cannot retrieve a system column" of a partitioned table, "column does not
/// exist" of a view.
fn lacks_number(error: &Error) -> bool {
    matches!(error.sqlstate(), Some("0A000" | "42703"))
}

/// The same where rows do not tell: what overwrites an existing row leaves a mark
/// in the session, which is looked for when that row comes back.
async fn marked(
    insert: &mut Insert,
    db: Exec<'_>,
    each: &mut (dyn FnMut(Row) -> Result<()> + Send),
) -> Result<()> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    if let Some(conflict) = &mut insert.conflict {
        // Another for each statement: a transaction may hold several.
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        conflict.mark = Some(Param::Text(number.to_string()));
    }
    asked(insert, db, each).await
}

async fn asked(
    insert: &Insert,
    db: Exec<'_>,
    each: &mut (dyn FnMut(Row) -> Result<()> + Send),
) -> Result<()> {
    let sql = crate::refusal::insert(db.backend(), insert)?;
    let params = Params::from(&sql.params);
    match (sql.steps, &insert.rows) {
        (None, InsertRows::One { .. }) => {
            let row = db.query_opt(&sql.text, params).await?;
            row.map_or(Ok(()), each)
        }
        (None, InsertRows::Arrays { .. }) => {
            db.query_each(&sql.text, params, each).await.map(|_| ())
        }
        (Some(steps), _) => {
            let done = db.query_steps(&sql.text, params, steps, each).await;
            done.map(|_| ())
        }
    }
}
