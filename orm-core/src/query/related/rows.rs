//! The rows that a method was given, and whether all of them were meant.

use std::collections::HashSet;

use crate::ast::{self, Assignment, Expr};
use crate::decode::Cursor;
use crate::error::{Error, Result};
use crate::exec::{Exec, Params};
use crate::key::key_text;
use crate::membership::Membership;
use crate::model::{AnyRow, Model};
use crate::query::fetch::{KeysSeen, in_table};
use crate::query::untouched::stale;
use crate::query::update::moving_of;
use crate::schema::TableDef;
use crate::types::Param;

/// The primary keys of some rows, each once.
pub(super) struct Keys {
    table: &'static TableDef,
    /// An array for each column of the key.
    keys: Vec<Param>,
    /// The versions that they were read with, where rows have one and it is known.
    versions: Option<(u16, Param)>,
    pub(super) count: usize,
}

impl Keys {
    pub(super) fn of(table: &'static TableDef, rows: &[&dyn AnyRow]) -> Self {
        let key = table.primary_key;
        let mut seen = HashSet::with_capacity(rows.len());
        let mut keys: Vec<Vec<Param>> = vec![Vec::with_capacity(rows.len()); key.len()];
        let mut versions = Vec::new();
        for row in rows {
            let values: Vec<Param> = key.iter().map(|&at| row.value(at)).collect();
            if seen.insert(key_text(table, key, &values)) {
                keys.iter_mut()
                    .zip(values)
                    .for_each(|(keys, value)| keys.push(value));
                let version = table.version().map(|at| row.value(at));
                versions.extend(version.filter(|version| !version.is_null()));
            }
        }
        let array = |at, values| Param::array_of(table.column(at).sql_type, values);
        let arrays = key.iter().zip(keys);
        let version = table.version().filter(|_| versions.len() == seen.len());
        Keys {
            table,
            keys: arrays.map(|(&at, values)| array(at, values)).collect(),
            versions: version.map(|at| (at, array(at, versions))),
            count: seen.len(),
        }
    }

    /// The rows, and the rows as the program holds them.
    pub(super) fn held(&self) -> [Expr; 2] {
        let mut columns = self.table.primary_key.to_vec();
        let mut arrays = self.keys.clone();
        let rows = Expr::KeyIn(self.table, columns.clone(), arrays.clone());
        let Some((version, versions)) = self.versions.clone() else {
            return [rows.clone(), rows];
        };
        columns.push(version);
        arrays.push(versions);
        [rows, Expr::KeyIn(self.table, columns, arrays)]
    }

    pub(super) fn filter(&self) -> Expr {
        let columns = self.table.primary_key.to_vec();
        Expr::KeyIn(self.table, columns, self.keys.clone())
    }
}

/// What became of rows that were changed.
#[derive(Debug, Default)]
pub(super) struct Changed {
    /// How many keys they have: two rows may have one, where tables inherit.
    pub(super) keys: usize,
    /// How many were.
    pub(super) rows: u64,
    /// How many of them are as they should be: a trigger may have changed them again.
    pub(super) right: u64,
}

/// Changes rows, and looks at them as they come back.
pub(super) async fn update_rows(
    table: &'static TableDef,
    set: Vec<Assignment>,
    filter: Expr,
    right: Expr,
    db: Exec<'_>,
) -> Result<Changed> {
    let update = ast::Update {
        table,
        visible: ast::Visible::of(table),
        set: moving_of(table, set),
        filter: Some(filter),
        returning: ast::OfEachRow::KeyAndWhether(right),
    };
    let sql = crate::refusal::update(db.backend(), &update)?;
    let mut changed = Changed::default();
    let mut keys = KeysSeen::of(table);
    let each = &mut |row| {
        let mut cursor = Cursor::of_row(&row);
        keys.add(&mut cursor)?;
        let right: Option<bool> = cursor.take()?;
        changed.rows += 1;
        changed.right += u64::from(right == Some(true));
        Ok(())
    };
    let written = db.query_each(&sql.text, Params::from(&sql.params), each);
    match written.await {
        Ok(_) => Ok(Changed {
            keys: keys.count(),
            ..changed
        }),
        Err(error) => Err(in_table(error, table)),
    }
}

/// An error unless every row was meant and found; the caller's unit then rolls back.
pub(super) fn all_or_nothing(membership: Membership, found: usize, asked: usize) -> Result<()> {
    if found == asked {
        return Ok(());
    }
    Err(membership.not_related(asked, found as u64))
}

/// The same of rows that were written; one that somebody else wrote since it was read
/// is told apart. Of the rows that are seen so many are `moved` by what was written.
pub(super) async fn all_written(
    membership: Membership,
    written: usize,
    asked: usize,
    rows: [Expr; 2],
    moved: u64,
    db: Exec<'_>,
) -> Result<()> {
    let Err(error) = all_or_nothing(membership, written, asked) else {
        return Ok(());
    };
    Err(stale(membership.target, rows, moved, db)
        .await
        .unwrap_or(error))
}

/// An error unless every row that was changed is as it should be.
pub(super) fn all_right(
    membership: Membership,
    changed: &Changed,
    write: &'static str,
) -> Result<()> {
    if changed.right == changed.rows {
        return Ok(());
    }
    Err(Error::untouched(
        membership.target.model,
        String::new(),
        write,
    ))
}

/// A row is still here that was taken out.
pub(super) fn stays(of: &'static str) -> Error {
    Error::untouched(of, String::new(), "removal")
}

pub(in crate::query) fn only<M: Model>(rows: Vec<M>) -> Result<M> {
    rows.into_iter()
        .next()
        .ok_or_else(|| Error::not_written(M::TABLE.model, 1, 0))
}
