//! Removing rows, marking them as deleted, and bringing them back.

use std::marker::PhantomData;

use super::Query;
use super::queries::{held_filter, key_filter};
use super::removal::{How, Removal};
use super::select::Narrowed;
use super::untouched::untouched_of;
use super::update::write_problem;
use crate::ast::{Marked, Visible};
use crate::error::{Error, Result};
use crate::exec::{Exec, Executor};
use crate::model::{Model, SoftDeletes};

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
            },
            unbounded,
            model: PhantomData,
        }
    }
}

impl<M: Model> Ending<M> {
    fn removal(self) -> Result<Removal> {
        match self.unbounded {
            Some(problem) => Err(Error::usage(problem)),
            None => Ok(self.removal),
        }
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

fn one<M: Model>(row: &M, how: How) -> Removal {
    let visible = Visible::of(M::TABLE);
    Removal {
        table: M::TABLE,
        visible: match how {
            How::Delete => visible,
            How::ForGood => visible.with(Marked::Shown),
            How::Restore => visible.with(Marked::Only),
        },
        filter: Some(match how {
            How::Delete | How::ForGood => held_filter(row),
            // Its delete moved the version that the program may hold.
            How::Restore => key_filter::<M>(&row.key()),
        }),
        how,
        is_one: true,
    }
}

/// Removes one row by its key, or marks it.
pub(crate) async fn delete_row<M: Model>(row: &M, how: How, db: Exec<'_>) -> Result<()> {
    let removal = one::<M>(row, how);
    let visible = removal.visible.clone();
    match removal.run(db).await? {
        0 => Err(untouched_of(row, "delete", visible, db).await),
        _ => Ok(()),
    }
}

/// Brings one row back by its key.
pub(crate) async fn restore_row<M: Model>(row: &M, db: Exec<'_>) -> Result<M> {
    let removal = one::<M>(row, How::Restore);
    let visible = removal.visible.clone();
    match removal.returning(db).await?.pop() {
        None => Err(untouched_of(row, "restore", visible, db).await),
        Some(row) => Ok(row),
    }
}
