//! Removing rows.

use std::marker::PhantomData;

use super::Query;
use super::fetch::in_model;
use super::queries::held_filter;
use super::select::Narrowed;
use super::untouched::untouched;
use super::update::{rows_of, write_problem};
use crate::ast;
use crate::error::{Error, Result};
use crate::exec::{Exec, Executor, Params};
use crate::model::Model;

/// The removal of a query's rows, from [`Query::delete`].
#[must_use = "a delete does nothing until `.run(&db)`"]
pub struct Delete<M> {
    filter: Option<ast::Expr>,
    unbounded: Option<&'static str>,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> std::fmt::Debug for Delete<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Delete")
            .field("filter", &self.filter)
            .finish_non_exhaustive()
    }
}

impl<M: Model, L: 'static, S> Query<M, L, S> {
    /// Removes every row that passes the filter.
    ///
    /// A query without a filter cannot; say [`all_rows`](Query::all_rows) first
    /// if every row is meant. Running it fails where the filter holds for every
    /// row because a list in it is empty: `not_in([])`, `all_of([])`.
    pub fn delete(self) -> Delete<M>
    where
        S: Narrowed,
    {
        let unbounded = write_problem(&self.select);
        Delete {
            filter: self.select.filter,
            unbounded,
            model: PhantomData,
        }
    }
}

impl<M: Model> Delete<M> {
    /// Removes the rows and returns their number.
    ///
    /// # Errors
    /// When a foreign key still refers to one of them (then none is removed), or
    /// the filter holds for every row.
    pub async fn run(self, db: &dyn Executor) -> Result<u64> {
        let delete = self.into_ast(false)?;
        let db = db.executor();
        let sql = crate::refusal::delete(db.backend(), &delete)?;
        let rows = db.execute(&sql.text, Params::from(&sql.params)).await;
        rows.map_err(in_model::<M>)
    }

    /// Removes the rows and returns them, in no particular order.
    ///
    /// # Errors
    /// When a foreign key still refers to one of them (then none is removed), or
    /// the filter holds for every row.
    pub async fn returning(self, db: &dyn Executor) -> Result<Vec<M>> {
        let delete = self.into_ast(true)?;
        let db = db.executor();
        let sql = crate::refusal::delete(db.backend(), &delete)?;
        rows_of::<M>(db, &sql).await.map_err(in_model::<M>)
    }

    fn into_ast(self, returning: bool) -> Result<ast::Delete> {
        if let Some(problem) = self.unbounded {
            return Err(Error::usage(problem));
        }
        Ok(ast::Delete {
            table: M::TABLE,
            filter: self.filter,
            returning,
        })
    }
}

/// Removes one row by its key.
pub(crate) async fn delete_row<M: Model>(row: &M, db: Exec<'_>) -> Result<()> {
    let delete = ast::Delete {
        table: M::TABLE,
        filter: Some(held_filter(row)),
        returning: false,
    };
    let sql = crate::refusal::delete(db.backend(), &delete)?;
    let removed = db.execute(&sql.text, Params::from(&sql.params)).await;
    match removed.map_err(in_model::<M>)? {
        0 => Err(untouched(row, "delete", db).await),
        _ => Ok(()),
    }
}
