//! What it means to remove rows of a model, and to bring them back.
//!
//! Rows of a model that soft-deletes are marked, and whatever its associations say
//! of a delete is done by us ([`consequences`]); other rows go, and the database does
//! it. Every method that deletes asks here.

mod consequences;
mod pairs;
mod rows;

pub(crate) use consequences::reached;
pub(crate) use pairs::revive;

use super::update::{moving_of, rows_of};
use crate::ast::{self, Assignment, Expr, Marked, OfEachRow, Value, Visible};
use crate::create::statement_time;
use crate::decode::Cursor;
use crate::error::{Error, Result};
use crate::exec::{Exec, Params};
use crate::hooks::refuse_consequences;
use crate::model::Model;
use crate::query::fetch::{KeysSeen, in_model, in_table};
use crate::refusal;
use crate::schema::TableDef;
use crate::sql::Sql;
use crate::types::Param;

/// Rows that are to be removed, or to come back.
#[derive(Debug, Clone)]
pub(crate) struct Removal {
    pub(crate) table: &'static TableDef,
    /// Which rows are there to be removed.
    pub(crate) visible: Visible,
    /// Which of them; `None` is all, said out loud.
    pub(crate) filter: Option<Expr>,
    pub(crate) how: How,
    /// Whether it is one row, by its key.
    pub(crate) is_one: bool,
    /// Whether rows that refer to these change without their hooks.
    pub(crate) without_hooks: bool,
}

/// What becomes of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// They are marked as deleted where their model does so, and go otherwise.
    Delete,
    /// They go, marked or not.
    ForGood,
    /// Their mark is taken away.
    Restore,
}

/// The statement that does it to the rows themselves.
enum Statement {
    Update(ast::Update),
    Delete(ast::Delete),
}

/// Whether a delete and a restore of rows of a table do nothing to other rows, but what
/// the database does.
pub(crate) fn leaves_others(table: &'static TableDef) -> bool {
    let all = [How::Delete, How::Restore];
    all.into_iter()
        .all(|how| consequences::of(table, how).is_none())
}

impl Removal {
    /// Whether nothing is done to other rows but by the database.
    pub(crate) fn is_plain(&self) -> bool {
        consequences::of(self.table, self.how).is_none()
    }

    /// Does it, and returns how many rows there were.
    pub(crate) async fn run(self, db: Exec<'_>) -> Result<u64> {
        self.done(OfEachRow::Nothing, db).await
    }

    /// Does it, and returns how many keys the rows had.
    pub(crate) async fn keys_gone(self, db: Exec<'_>) -> Result<usize> {
        let gone = self.done(OfEachRow::Key, db).await?;
        usize::try_from(gone).map_err(|_| Error::usage("more rows went than can be counted"))
    }

    async fn done(self, returning: OfEachRow, db: Exec<'_>) -> Result<u64> {
        let table = self.table;
        self.shown()?;
        let done = match consequences::of(table, self.how) {
            Some(all) => Box::pin(consequences::run(all, self, returning, db)).await,
            None => execute(&self.statement(returning), db).await,
        };
        done.map_err(|error| in_table(error, table))
    }

    /// Does it, and returns the rows: as they now are, or were when they went.
    pub(crate) async fn returning<M: Model>(self, db: Exec<'_>) -> Result<Vec<M>> {
        self.shown()?;
        if consequences::of(M::TABLE, self.how).is_none() {
            let statement = self.statement(OfEachRow::Whole);
            let rows = rows_of::<M>(db, &statement.sql(db)?).await;
            return rows.map_err(in_model::<M>);
        }
        let unit = db.unit().await?;
        let done = Box::pin(consequences::prepare(self, OfEachRow::Whole, unit.exec())).await;
        let rows = match done.map_err(in_model::<M>)? {
            Some(last) => rows_of::<M>(unit.exec(), &Statement::Update(last).sql(db)?).await,
            None => Ok(Vec::new()),
        };
        let rows = rows.map_err(in_model::<M>)?;
        unit.commit().await?;
        Ok(rows)
    }

    /// An error if rows that refer to these change and their hooks would not see it.
    fn shown(&self) -> Result<()> {
        match self.without_hooks {
            true => Ok(()),
            false => refuse_consequences(self.table, self.how),
        }
    }

    fn statement(self, returning: OfEachRow) -> Statement {
        let Removal {
            table,
            visible,
            filter,
            how,
            is_one: _,
            without_hooks: _,
        } = self;
        let Some(set) = marking(table, how) else {
            return Statement::Delete(ast::Delete {
                table,
                visible,
                filter,
                returning,
            });
        };
        let marked = match how {
            How::Restore => Marked::Only,
            // A row that is marked keeps its first moment.
            How::Delete | How::ForGood => Marked::Hidden,
        };
        Statement::Update(ast::Update {
            table,
            visible: visible.with(marked),
            set,
            filter,
            returning,
        })
    }
}

/// What marks rows of a table as deleted, or takes the mark away; `None` where a delete
/// removes them.
pub(crate) fn marking(table: &'static TableDef, how: How) -> Option<Vec<Assignment>> {
    let value = match how {
        How::Delete => Value::Expr(statement_time()),
        How::Restore => Value::Param(Param::Null),
        How::ForGood => return None,
    };
    Some(set_mark(table, table.soft_delete?, value))
}

/// The mark, and all that every write moves: the time of the change, and the version.
fn set_mark(table: &'static TableDef, column: u16, value: Value) -> Vec<Assignment> {
    moving_of(table, vec![Assignment { column, value }])
}

impl Statement {
    fn sql(&self, db: Exec<'_>) -> Result<Sql<'_>> {
        match self {
            Statement::Update(update) => refusal::update(db.backend(), update),
            Statement::Delete(delete) => refusal::delete(db.backend(), delete),
        }
    }

    fn parts(&self) -> (&'static TableDef, &OfEachRow) {
        match self {
            Statement::Update(update) => (update.table, &update.returning),
            Statement::Delete(delete) => (delete.table, &delete.returning),
        }
    }
}

/// How many rows a statement writes, or how many keys they have if it is these that come back.
async fn execute(statement: &Statement, db: Exec<'_>) -> Result<u64> {
    let sql = statement.sql(db)?;
    let params = Params::from(&sql.params);
    let (table, OfEachRow::Key) = statement.parts() else {
        return db.execute(&sql.text, params).await;
    };
    let mut keys = KeysSeen::of(table);
    let each = &mut |row| keys.add(&mut Cursor::of_row(&row));
    db.query_each(&sql.text, params, each).await?;
    Ok(keys.count() as u64)
}
