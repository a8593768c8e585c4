//! Pairs of keys in join tables.

use crate::ast::{Link, Unlink};
use crate::error::Result;
use crate::exec::{Exec, Params};
use crate::key::Key;
use crate::model::{Associate, Model};
use crate::query::fetch::in_table;
use crate::schema::{ColumnDef, SqlType, TableDef};
use crate::types::Param;

/// Pairs a row's key with those of rows on the other side; pairs that exist stay.
pub(crate) async fn link<'r, A: Associate>(
    key: &A::Key,
    rows: impl Iterator<Item = &'r A::Target>,
    values: &[(&'static ColumnDef, Param)],
    db: Exec<'_>,
) -> Result<()> {
    let Some(join) = &A::DEF.through else {
        return Ok(());
    };
    let Some(targets) = keys_of::<A>(rows) else {
        return Ok(());
    };
    let owner = params(key)
        .into_iter()
        .zip(types(A::Owner::TABLE, A::DEF.owner_columns))
        .collect();
    let link = Link {
        join,
        owner,
        targets,
        values: values.to_vec(),
    };
    let sql = crate::sql::link(&link);
    let written = db.execute(&sql.text, Params::from(&sql.params)).await;
    written
        .map(drop)
        .map_err(|error| in_table(error, join.table.map_or(A::Target::TABLE, |table| table())))
}

/// Removes the pairs of a row's key with those of rows on the other side, or
/// (`keep`) with those of all others. Returns how many there were.
pub(crate) async fn unlink<'r, A: Associate>(
    key: &A::Key,
    rows: impl Iterator<Item = &'r A::Target>,
    keep: bool,
    db: Exec<'_>,
) -> Result<u64> {
    let Some(join) = &A::DEF.through else {
        return Ok(0);
    };
    let targets = match keys_of::<A>(rows) {
        Some(targets) => targets,
        None if keep => no_keys::<A>(),
        None => return Ok(0),
    };
    let unlink = Unlink {
        join,
        owner: params(key),
        targets,
        keep,
    };
    let sql = crate::sql::unlink(&unlink);
    db.execute(&sql.text, Params::from(&sql.params)).await
}

/// The values that the association's key columns have in rows of the other
/// side, one bound array per column; `None` without rows.
fn keys_of<'r, A: Associate>(
    rows: impl Iterator<Item = &'r A::Target>,
) -> Option<Vec<(Param, SqlType)>> {
    let columns = A::DEF.target_columns;
    let mut arrays: Vec<Vec<Param>> = vec![Vec::new(); columns.len()];
    for row in rows {
        for (array, &column) in arrays.iter_mut().zip(columns) {
            array.push(row.param(column));
        }
    }
    let some = arrays.first().is_some_and(|array| !array.is_empty());
    some.then(|| bound(A::Target::TABLE, columns, arrays))
}

fn no_keys<A: Associate>() -> Vec<(Param, SqlType)> {
    let columns = A::DEF.target_columns;
    bound(A::Target::TABLE, columns, vec![Vec::new(); columns.len()])
}

fn bound(table: &TableDef, columns: &[u16], arrays: Vec<Vec<Param>>) -> Vec<(Param, SqlType)> {
    let typed = types(table, columns).zip(arrays);
    typed
        .map(|(sql_type, array)| (Param::array_of(sql_type, array), sql_type))
        .collect()
}

fn types<'t>(table: &'t TableDef, columns: &'t [u16]) -> impl Iterator<Item = SqlType> + 't {
    columns.iter().map(|&column| table.column(column).sql_type)
}

pub(crate) fn params<K: Key>(key: &K) -> Vec<Param> {
    let mut params = Vec::with_capacity(K::WIDTH);
    key.push_params(&mut params);
    params
}
