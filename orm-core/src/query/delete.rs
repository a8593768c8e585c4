//! Removing rows, marking them as deleted, and bringing them back.

use std::marker::PhantomData;

use super::Query;
use super::queries::{held_filter, key_filter};
use super::related::only;
use super::removal::{How, Removal};
use super::select::Narrowed;
use super::untouched::untouched_of;
use super::update::write_problem;
use crate::ast::{Marked, Visible};
use crate::error::{Error, Result};
use crate::exec::{Exec, Executor};
use crate::hooks::{Write, between, refuse_consequences, unseen};
use crate::model::{Model, SoftDeletes, Writable};

/// The removal of a query's rows, from [`Query::delete`].
#[must_use = "a delete does nothing until `.run(&db)`"]
pub struct Delete<M>(Ending<M>);

/// The return of a query's rows that were marked as deleted, from [`Query::restore`].
#[must_use = "a restore does nothing until `.run(&db)`"]
pub struct Restore<M>(Ending<M>);

/// What is to be done with the rows of a query.
struct Ending<M> {
    removal: Removal,
    unbounded: Option<&'static str>,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> std::fmt::Debug for Delete<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Delete")
            .field("filter", &self.0.removal.filter)
            .finish_non_exhaustive()
    }
}

impl<M: Model> std::fmt::Debug for Restore<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Restore")
            .field("filter", &self.0.removal.filter)
            .finish_non_exhaustive()
    }
}

impl<M: Model, L: 'static, S> Query<M, L, S> {
    /// Removes every row that passes the filter; of a model that soft-deletes it marks
    /// those that are not marked yet, as [`Queries::delete`](super::Queries::delete)
    /// marks one.
    ///
    /// A query without a filter cannot; say [`all_rows`](Query::all_rows) first
    /// if every row is meant. Running it fails where the filter holds for every
    /// row because a list in it is empty: `not_in([])`, `all_of([])`.
    pub fn delete(self) -> Delete<M>
    where
        M: Writable,
        S: Narrowed,
    {
        Delete(self.ending(How::Delete))
    }

    /// Removes every row that passes the filter from its table. Marked rows are removed
    /// where the query sees them:
    /// `Post::query().only_deleted().filter(..).delete_for_good()`.
    pub fn delete_for_good(self) -> Delete<M>
    where
        M: SoftDeletes,
        S: Narrowed,
    {
        Delete(self.ending(How::ForGood))
    }

    /// Brings back every marked row that passes the filter, with what was marked by the
    /// same delete.
    pub fn restore(self) -> Restore<M>
    where
        M: SoftDeletes,
        S: Narrowed,
    {
        Restore(self.ending(How::Restore))
    }

    fn ending(self, how: How) -> Ending<M> {
        let unbounded = write_problem(&self.select);
        Ending {
            removal: Removal {
                table: M::TABLE,
                visible: self.select.visible,
                filter: self.select.filter,
                how,
                is_one: false,
                without_hooks: false,
            },
            unbounded,
            model: PhantomData,
        }
    }
}

impl<M: Model> Ending<M> {
    fn removal(self) -> Result<Removal> {
        if let Some(problem) = self.unbounded {
            return Err(Error::usage(problem));
        }
        if !self.removal.without_hooks {
            let (write, instead) = match self.removal.how {
                How::Restore => (
                    "a restore of all rows that pass a filter",
                    "read the rows and restore each, or say `.without_hooks()`",
                ),
                How::Delete | How::ForGood => (
                    "a delete of all rows that pass a filter",
                    "read the rows and use `delete_many`, or say `.without_hooks()`",
                ),
            };
            unseen::<M>(write, instead)?;
        }
        Ok(self.removal)
    }
}

impl<M: Model> Delete<M> {
    /// Removes the rows, or marks them, and returns their number.
    ///
    /// # Errors
    /// When a foreign key still refers to one of them (then none is removed), or
    /// the filter holds for every row.
    pub async fn run(self, db: &dyn Executor) -> Result<u64> {
        self.0.removal()?.run(db.executor()).await
    }

    /// Removes the rows, or marks them, and returns them, in no particular order.
    ///
    /// # Errors
    /// When a foreign key still refers to one of them (then none is removed), or
    /// the filter holds for every row.
    pub async fn returning(self, db: &dyn Executor) -> Result<Vec<M>> {
        self.0.removal()?.returning(db.executor()).await
    }
}

impl<M: Model> Restore<M> {
    /// Brings the rows back and returns their number.
    ///
    /// # Errors
    /// When a constraint refuses one of them; then none is back.
    pub async fn run(self, db: &dyn Executor) -> Result<u64> {
        self.0.removal()?.run(db.executor()).await
    }

    /// Brings the rows back and returns them, in no particular order.
    ///
    /// # Errors
    /// When a constraint refuses one of them; then none is back.
    pub async fn returning(self, db: &dyn Executor) -> Result<Vec<M>> {
        self.0.removal()?.returning(db.executor()).await
    }
}

impl<M: Model> Delete<M> {
    /// Removes the rows, or marks them, without the hooks of their model and of rows that
    /// go with them, which do not see it. Without this, such a delete of a model with
    /// hooks is refused: it reads no rows.
    pub fn without_hooks(mut self) -> Self {
        self.0.removal.without_hooks = true;
        self
    }
}

impl<M: Model> Restore<M> {
    /// Brings the rows back without the hooks of their model and of rows that come with
    /// them, which do not see it. Without this, such a restore of a model with hooks is
    /// refused: it reads no rows.
    pub fn without_hooks(mut self) -> Self {
        self.0.removal.without_hooks = true;
        self
    }
}

/// A row that goes or comes back without its hooks and those of rows that do so with
/// it, from [`Queries::without_hooks`](super::Queries::without_hooks).
#[derive(Debug)]
#[must_use = "nothing happens until a method is called and awaited"]
pub struct WithoutHooks<'m, M>(pub(super) &'m M);

impl<M: Model> WithoutHooks<'_, M> {
    /// Removes the row as [`Queries::delete`](super::Queries::delete) does.
    ///
    /// # Errors
    /// As that.
    pub async fn delete(&self, db: &dyn Executor) -> Result<()> {
        remove_row(self.0, How::Delete, Hooking::Without, db.executor()).await
    }

    /// Brings the row back as [`Queries::restore`](super::Queries::restore) does.
    ///
    /// # Errors
    /// As that.
    pub async fn restore(&self, db: &dyn Executor) -> Result<M>
    where
        M: SoftDeletes,
    {
        bring_back(self.0, Hooking::Without, db.executor()).await
    }

    /// Removes the row as
    /// [`Queries::delete_for_good`](super::Queries::delete_for_good) does.
    ///
    /// # Errors
    /// As that.
    pub async fn delete_for_good(&self, db: &dyn Executor) -> Result<()>
    where
        M: SoftDeletes,
    {
        remove_row(self.0, How::ForGood, Hooking::Without, db.executor()).await
    }
}

/// Whether rows go without the hooks of whom they belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hooking {
    With,
    Without,
}

/// Which rows are there to be removed, or to come back, by their keys.
pub(super) fn seen<M: Model>(how: How) -> Visible {
    let visible = Visible::of(M::TABLE);
    match how {
        How::Delete => visible,
        How::ForGood => visible.with(Marked::Shown),
        How::Restore => visible.with(Marked::Only),
    }
}

fn one<M: Model>(row: &M, how: How, hooking: Hooking) -> Removal {
    Removal {
        table: M::TABLE,
        visible: seen::<M>(how),
        filter: Some(match how {
            How::Delete | How::ForGood => held_filter(row),
            // Its delete moved the version that the program may hold.
            How::Restore => key_filter::<M>(&row.key()),
        }),
        how,
        is_one: true,
        without_hooks: hooking == Hooking::Without,
    }
}

/// Removes one row by its key, or marks it.
pub(crate) async fn delete_row<M: Model>(row: &M, how: How, db: Exec<'_>) -> Result<()> {
    let Some(hooks) = M::HOOKS else {
        return remove_row(row, how, Hooking::With, db).await;
    };
    refuse_consequences(M::TABLE, how)?;
    let (rows, row) = (vec![row.clone()], row.clone());
    let work = between(move |(), db: Exec<'_>| {
        Box::pin(async move {
            remove_row(&row, how, Hooking::With, db).await?;
            Ok(vec![row])
        })
    });
    (hooks.remove)(Write::Delete, rows, work, db)
        .await
        .map(drop)
}

/// Brings one row back by its key.
pub(crate) async fn restore_row<M: Model>(row: &M, db: Exec<'_>) -> Result<M> {
    let Some(hooks) = M::HOOKS else {
        return bring_back(row, Hooking::With, db).await;
    };
    refuse_consequences(M::TABLE, How::Restore)?;
    let (rows, row) = (vec![row.clone()], row.clone());
    let work = between(move |(), db: Exec<'_>| {
        Box::pin(async move { Ok(vec![bring_back(&row, Hooking::With, db).await?]) })
    });
    only((hooks.remove)(Write::Restore, rows, work, db).await?)
}

async fn remove_row<M: Model>(row: &M, how: How, hooking: Hooking, db: Exec<'_>) -> Result<()> {
    let removal = one::<M>(row, how, hooking);
    let visible = removal.visible.clone();
    match removal.run(db).await? {
        0 => Err(untouched_of(M::TABLE, row, "delete", visible, db).await),
        _ => Ok(()),
    }
}

async fn bring_back<M: Model>(row: &M, hooking: Hooking, db: Exec<'_>) -> Result<M> {
    let removal = one::<M>(row, How::Restore, hooking);
    let visible = removal.visible.clone();
    match removal.returning(db).await?.pop() {
        None => Err(untouched_of(M::TABLE, row, "restore", visible, db).await),
        Some(row) => Ok(row),
    }
}
