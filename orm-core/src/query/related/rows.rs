//! The rows that a method was given, and whether all of them were meant.

use crate::ast::{self, Assignment, Expr, UnaryOp};
use crate::decode::Cursor;
use crate::error::{Error, Result};
use crate::exec::{Exec, Params};
use crate::hooks::unseen;
use crate::key::Key;
use crate::membership::Membership;
use crate::model::Model;
use crate::query::fetch::in_table;
use crate::query::untouched::stale;
use crate::query::update::moving;
use crate::types::Param;

/// The primary keys of some rows, each once.
pub(super) struct Keys<M: Model> {
    keys: Vec<M::Key>,
    /// The versions that they were read with, where rows have one.
    versions: Vec<Param>,
    pub(super) count: usize,
}

impl<M: Model> Keys<M> {
    pub(super) fn of<'r>(rows: impl IntoIterator<Item = &'r M>) -> Self {
        let mut seen = std::collections::HashSet::new();
        let (mut keys, mut versions) = (Vec::new(), Vec::new());
        for row in rows {
            let key = row.key();
            if seen.insert(key.clone()) {
                keys.push(key);
                versions.extend(M::TABLE.version().map(|at| row.param(at)));
            }
        }
        Keys {
            count: keys.len(),
            keys,
            versions,
        }
    }

    /// The rows, and the rows as the program holds them.
    pub(super) fn held(&self) -> [Expr; 2] {
        let mut columns = M::TABLE.primary_key.to_vec();
        let mut arrays = M::Key::array_params(self.keys.clone());
        let rows = Expr::KeyIn(M::TABLE, columns.clone(), arrays.clone());
        let Some(version) = M::TABLE.version() else {
            return [rows.clone(), rows];
        };
        let sql_type = M::TABLE.column(version).sql_type;
        columns.push(version);
        arrays.push(Param::array_of(sql_type, self.versions.clone()));
        [rows, Expr::KeyIn(M::TABLE, columns, arrays)]
    }

    /// All rows but these.
    pub(super) fn others(self) -> Expr {
        Expr::unary(UnaryOp::Not, self.filter())
    }

    pub(super) fn filter(self) -> Expr {
        Expr::KeyIn(
            M::TABLE,
            M::TABLE.primary_key.to_vec(),
            M::Key::array_params(self.keys),
        )
    }
}

/// What became of rows that were changed.
#[derive(Debug, Default)]
pub(super) struct Changed {
    /// How many were.
    pub(super) rows: u64,
    /// How many of them are as they should be: a trigger may have changed them again.
    pub(super) right: u64,
}

/// An error if the rows have hooks, which would not see that their keys change.
pub(super) fn unseen_keys<M: Model>() -> Result<()> {
    unseen::<M>(
        "an association that changes the keys of many rows",
        "set the key with `update_many`",
    )
}

/// Changes rows, and looks at them as they come back.
pub(super) async fn update_rows<M: Model>(
    set: Vec<Assignment>,
    filter: Expr,
    right: Expr,
    db: Exec<'_>,
) -> Result<Changed> {
    let update = ast::Update {
        table: M::TABLE,
        visible: ast::Visible::of(M::TABLE),
        set: moving::<M>(set),
        filter: Some(filter),
        returning: ast::Updated::Whether(right),
    };
    let sql = crate::refusal::update(db.backend(), &update)?;
    let mut changed = Changed::default();
    let each = &mut |row| {
        let right: Option<bool> = Cursor::of_row(&row).take()?;
        changed.rows += 1;
        changed.right += u64::from(right == Some(true));
        Ok(())
    };
    let written = db.query_each(&sql.text, Params::from(&sql.params), each);
    match written.await {
        Ok(_) => Ok(changed),
        Err(error) => Err(in_table(error, M::TABLE)),
    }
}

/// An error unless every row was meant and found; the caller's unit then rolls back.
pub(super) fn all_or_nothing(membership: Membership, found: u64, asked: usize) -> Result<()> {
    if usize::try_from(found).is_ok_and(|found| found == asked) {
        return Ok(());
    }
    Err(membership.not_related(asked, found))
}

/// The same of rows that were written; one that somebody else wrote since it was read
/// is told apart. Of the rows that are seen so many are `moved` by what was written.
pub(super) async fn all_written<M: Model>(
    membership: Membership,
    written: u64,
    asked: usize,
    rows: [Expr; 2],
    moved: u64,
    db: Exec<'_>,
) -> Result<()> {
    let Err(error) = all_or_nothing(membership, written, asked) else {
        return Ok(());
    };
    Err(stale::<M>(rows, moved, db).await.unwrap_or(error))
}

/// An error unless every row that was changed is as it should be.
pub(super) fn all_right<M: Model>(changed: &Changed, write: &'static str) -> Result<()> {
    if changed.right == changed.rows {
        return Ok(());
    }
    Err(Error::untouched(M::TABLE.model, String::new(), write))
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
