//! Many rows, given by the program, that go together.

use std::collections::HashSet;

use super::all_or_none::{perhaps_missing, required};
use super::delete::seen;
use super::fetch::{in_table, keys_of};
use super::removal::{How, Removal, marking};
use super::untouched::untouched_at;
use crate::ast::{Expr, Marked, NumberedRows, RemoveRows, Select, Visible};
use crate::decode::Cursor;
use crate::error::{Error, Result};
use crate::exec::{Exec, Executor, Params, jointly};
use crate::hooks::{Write, between, refuse_consequences, unseen};
use crate::key::Key;
use crate::key::key_values;
use crate::model::{Model, SoftDeletes};
use crate::refusal;
use crate::types::{ColumnType, Param};

/// The removal of many rows, from [`Queries::delete_many`](super::Queries::delete_many)
/// and [`Queries::delete_keys`](super::Queries::delete_keys).
#[must_use = "a delete does nothing until `.run(&db)`"]
pub struct DeleteMany<'m, M: Model> {
    given: Given<'m, M>,
    how: How,
    without_hooks: bool,
}

/// What the program gave.
enum Given<'m, M: Model> {
    Rows(Vec<&'m M>),
    Keys(Vec<M::Key>),
}

impl<M: Model> std::fmt::Debug for DeleteMany<'_, M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let number = match &self.given {
            Given::Rows(rows) => rows.len(),
            Given::Keys(keys) => keys.len(),
        };
        f.debug_tuple("DeleteMany").field(&number).finish()
    }
}

impl<'m, M: Model> DeleteMany<'m, M> {
    pub(super) fn of_rows(rows: Vec<&'m M>) -> Self {
        Self::new(Given::Rows(rows))
    }

    pub(super) fn of_keys(keys: Vec<M::Key>) -> Self {
        Self::new(Given::Keys(keys))
    }

    fn new(given: Given<'m, M>) -> Self {
        DeleteMany {
            given,
            how: How::Delete,
            without_hooks: false,
        }
    }

    /// Removes the rows from their table, whether they are marked as deleted or not.
    pub fn for_good(mut self) -> Self
    where
        M: SoftDeletes,
    {
        self.how = How::ForGood;
        self
    }

    /// Removes the rows without the hooks of their model and of rows that go with them,
    /// which do not see it.
    pub fn without_hooks(mut self) -> Self {
        self.without_hooks = true;
        self
    }

    /// Removes the rows, or marks them, all or none. No row sends nothing, and one that
    /// is given twice goes once.
    ///
    /// # Errors
    /// When a row does not exist any more or is marked already, was written since it was
    /// read and has a version ([`is_stale`](Error::is_stale)), a foreign key still refers
    /// to one, or a trigger keeps a delete away. The message, and [`Error::row`] where it
    /// can be told, say which row, counted from 0.
    pub async fn run(self, db: &dyn Executor) -> Result<()> {
        let going = Going::<M>::new(&self);
        let db = db.executor();
        if going.rows.is_empty() {
            return Ok(());
        }
        if !self.without_hooks {
            refuse_consequences(M::TABLE, self.how)?;
        }
        let (Some(hooks), false) = (M::HOOKS, self.without_hooks) else {
            return going.run(db).await;
        };
        let Given::Rows(rows) = self.given else {
            return unseen::<M>(
                "a delete by keys",
                "give the rows to `delete_many`, or say `.without_hooks()`",
            );
        };
        let rows: Vec<M> = going.rows.iter().map(|it| rows[it.place].clone()).collect();
        let returned = rows.clone();
        let work = between(move |(), db: Exec<'_>| {
            Box::pin(async move {
                going.run(db).await?;
                Ok(returned)
            })
        });
        let done = (hooks.remove)(Write::Delete, rows, work, db).await;
        done.map(drop)
    }
}

/// The rows, each once.
struct Going<M: Model> {
    rows: Vec<Held<M::Key>>,
    how: How,
    without_hooks: bool,
}

/// A row as the program holds it.
struct Held<K> {
    /// Where it stood among those that were given.
    place: usize,
    key: K,
    version: Option<Param>,
}

impl<M: Model> Going<M> {
    fn new(delete: &DeleteMany<'_, M>) -> Self {
        let rows: Vec<(M::Key, Option<Param>)> = match &delete.given {
            Given::Keys(keys) => keys.iter().map(|key| (key.clone(), None)).collect(),
            Given::Rows(rows) => {
                let version = |row: &M| M::TABLE.version().map(|at| row.param(at));
                rows.iter().map(|row| (row.key(), version(row))).collect()
            }
        };
        let mut seen = HashSet::with_capacity(rows.len());
        let mut held = Vec::with_capacity(rows.len());
        for (place, (key, version)) in rows.into_iter().enumerate() {
            // Of two versions of a row one is stale, and is told.
            let shown = version.as_ref().and_then(Param::shown);
            if seen.insert((key.clone(), shown)) {
                held.push(Held {
                    place,
                    key,
                    version,
                });
            }
        }
        Going {
            rows: held,
            how: delete.how,
            without_hooks: delete.without_hooks,
        }
    }

    async fn run(&self, db: Exec<'_>) -> Result<()> {
        if let Some(all_or_none) = required(self.rows.len(), db)
            && self.removal().is_plain()
        {
            match self.send(Some(all_or_none), db).await {
                Err(error) if perhaps_missing(&error) => {}
                Err(error) => return Err(in_table(error, M::TABLE)),
                Ok(None) => return Ok(()),
                Ok(Some(_)) => {
                    // Cannot be; if it is, the others are gone.
                    let asked = self.rows.len();
                    let error = Error::not_written(M::TABLE.model, asked, asked - 1);
                    return Err(error.after_write(db.wrote()));
                }
            }
        }
        jointly!(db, |exec| self.remove(exec));
        Ok(())
    }

    /// The same, within the caller's unit.
    async fn remove(&self, db: Exec<'_>) -> Result<()> {
        let removal = self.removal();
        let missing = match removal.is_plain() {
            true => self.send(None, db).await,
            false => self.send_with_others(removal, db).await,
        };
        let missing = missing.map_err(|error| in_table(error, M::TABLE))?;
        let Some(held) = missing.and_then(|at| self.rows.get(at)) else {
            return Ok(());
        };
        let (key, version) = (key_values(&held.key), held.version.clone());
        let error = untouched_at(M::TABLE, key, version, "delete", self.visible(), db).await;
        Err(error.in_row(Some(held.place)))
    }

    fn visible(&self) -> Visible {
        match self.how {
            How::Delete => seen::<M>(self.how).with(Marked::Hidden),
            How::ForGood | How::Restore => seen::<M>(self.how),
        }
    }

    fn removal(&self) -> Removal {
        Removal {
            table: M::TABLE,
            visible: self.visible(),
            filter: Some(self.filter(&self.rows)),
            how: self.how,
            is_one: false,
            without_hooks: self.without_hooks,
        }
    }

    /// Removes rows of which nothing follows; the first that did not go.
    async fn send(&self, all_or_none: Option<Param>, db: Exec<'_>) -> Result<Option<usize>> {
        let remove = RemoveRows {
            rows: NumberedRows {
                table: M::TABLE,
                visible: self.visible(),
                key: self.arrays(&self.rows),
                numbers: i64::array_param((0..).take(self.rows.len()).collect()),
                count: self.rows.len(),
                all_or_none,
            },
            set: marking(M::TABLE, self.how).unwrap_or_default(),
        };
        let sql = refusal::remove_rows(db.backend(), &remove)?;
        let params = Params::from(&sql.params);
        let mut gone = vec![false; self.rows.len()];
        let mut each = |row| {
            let number: i64 = Cursor::of_row(&row).take()?;
            let at = usize::try_from(number).ok();
            if let Some(gone) = at.and_then(|at| gone.get_mut(at)) {
                *gone = true;
            }
            Ok(())
        };
        match sql.steps {
            None => db.query_each(&sql.text, params, &mut each).await?,
            Some(steps) => db.query_steps(&sql.text, params, steps, &mut each).await?,
        };
        Ok(gone.iter().position(|gone| !gone))
    }

    /// Marks rows with those that refer to them, if all are there; the first that is not.
    async fn send_with_others(&self, removal: Removal, db: Exec<'_>) -> Result<Option<usize>> {
        let (mut from, mut to) = (0, self.rows.len());
        if !self.are_there(from, to, &removal.visible, db).await? {
            while to - from > 1 {
                let middle = from.midpoint(to);
                match self.are_there(from, middle, &removal.visible, db).await? {
                    true => from = middle,
                    false => to = middle,
                }
            }
            return Ok(Some(from));
        }
        match removal.keys_gone(db).await? == self.rows.len() {
            true => Ok(None),
            // Changed by others since they were looked for.
            false => Err(Error::not_found(M::TABLE.model, String::new())),
        }
    }

    async fn are_there(
        &self,
        from: usize,
        to: usize,
        visible: &Visible,
        db: Exec<'_>,
    ) -> Result<bool> {
        let mut rows = Select::seeing(M::TABLE, visible.clone());
        rows.filter = Some(self.filter(&self.rows[from..to]));
        Ok(keys_of(rows, db).await? == to - from)
    }

    fn filter(&self, rows: &[Held<M::Key>]) -> Expr {
        let (columns, arrays) = self.arrays(rows).into_iter().unzip();
        Expr::KeyIn(M::TABLE, columns, arrays)
    }

    /// The keys of rows, and the versions that they were read with, as bound arrays.
    fn arrays(&self, rows: &[Held<M::Key>]) -> Vec<(u16, Param)> {
        let arrays = M::Key::array_params(rows.iter().map(|it| it.key.clone()).collect());
        let key = M::TABLE.primary_key.iter().copied().zip(arrays);
        let versions: Vec<Param> = rows.iter().filter_map(|it| it.version.clone()).collect();
        let version = M::TABLE.version().filter(|_| !versions.is_empty());
        let version = version.map(|at| {
            let sql_type = M::TABLE.column(at).sql_type;
            (at, Param::array_of(sql_type, versions))
        });
        key.chain(version).collect()
    }
}
