//! Why the update or delete of one row found none.

use super::fetch::{count_of, scalar};
use super::queries::{column_eq, key_is};
use crate::ast::{Expr, Output, Select, UnaryOp, Visible};
use crate::error::Error;
use crate::exec::Exec;
use crate::key::{KeyValues, key_shown};
use crate::model::{AnyRow, Model};
use crate::schema::TableDef;
use crate::types::Param;

/// The row does not exist any more, or was written since it was read, or something
/// about its table kept the `write` away: that is asked only now, when there is nothing
/// else to do.
pub(super) async fn untouched<M: Model>(row: &M, write: &'static str, db: Exec<'_>) -> Error {
    untouched_of(M::TABLE, row, write, Visible::of(M::TABLE), db).await
}

/// The same of a write to one of the rows that are visible.
pub(super) async fn untouched_of(
    table: &'static TableDef,
    row: &dyn AnyRow,
    write: &'static str,
    visible: Visible,
    db: Exec<'_>,
) -> Error {
    let version = table.version().map(|at| row.value(at));
    let key = table.primary_key.iter().map(|&at| row.value(at)).collect();
    untouched_at(table, key, version, write, visible, db).await
}

/// The same of a row that is given by its key, and by the version that it was read with.
pub(super) async fn untouched_at(
    table: &'static TableDef,
    key: KeyValues,
    version: Option<Param>,
    write: &'static str,
    visible: Visible,
    db: Exec<'_>,
) -> Error {
    let told = key_shown(&key).unwrap_or_default();
    let key = key_is(table, key);
    let held = table.version().zip(version);
    let held = held.map(|(at, version)| {
        let held = column_eq(table.column(at), version);
        key.clone().and(held)
    });
    let rows = Select::seeing(table, visible);
    // Rare, and large: it would be part of the future of every write.
    Box::pin(reason(rows, key, held, told, write, db)).await
}

async fn reason(
    rows: Select,
    key: Expr,
    held: Option<Expr>,
    told: String,
    write: &'static str,
    db: Exec<'_>,
) -> Error {
    let table = rows.table;
    if !is_there(rows.clone(), key, db).await {
        return Error::not_found(table.model, told);
    }
    if let Some(held) = held
        && !is_there(rows, held, db).await
    {
        return Error::stale(table.model, told, write);
    }
    Error::untouched(table.model, told, write)
}

async fn is_there(mut row: Select, filter: Expr, db: Exec<'_>) -> bool {
    row.filter = Some(filter);
    row.output = Output::Exists(Vec::new());
    scalar(&mut row, db).await.unwrap_or(false)
}

/// Whether some of the rows, given by their keys and as the program holds them, were
/// written by others since they were read; so many of them are newer by our own write.
pub(super) async fn stale(
    table: &'static TableDef,
    [key, held]: [Expr; 2],
    ours: u64,
    db: Exec<'_>,
) -> Option<Error> {
    table.version()?;
    let mut newer = Select::new(table);
    newer.filter = Some(key.and(Expr::unary(UnaryOp::Not, held)));
    // Rare, and large.
    let newer = Box::pin(count_of(&mut newer, db)).await;
    let is_stale = newer.is_ok_and(|newer| newer > ours);
    is_stale.then(|| Error::stale(table.model, String::new(), "write"))
}
