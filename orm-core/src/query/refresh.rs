//! Materialized views, computed anew.

use std::marker::PhantomData;

use super::fetch::in_model;
use crate::error::Result;
use crate::exec::{Executor, Params};
use crate::model::Materialized;
use crate::{refusal, sql};

/// The rows of a materialized view, to be computed anew, from
/// [`Queries::refresh_view`](super::Queries::refresh_view).
#[must_use = "nothing is computed before `.run(&db)`"]
#[derive(Debug, Clone, Copy)]
pub struct RefreshView<M> {
    concurrently: bool,
    model: PhantomData<fn() -> M>,
}

impl<M: Materialized> RefreshView<M> {
    pub(super) fn new() -> Self {
        RefreshView {
            concurrently: false,
            model: PhantomData,
        }
    }

    /// Lets others read the rows as they were until the new ones are there. It takes longer,
    /// and the view needs a unique index over columns, without a condition.
    pub fn concurrently(mut self) -> Self {
        self.concurrently = true;
        self
    }

    /// Computes them, in the transaction of `db` where it is one.
    ///
    /// # Errors
    /// When there is no such view, it belongs to somebody else, or has no unique index
    /// where it is to be done [concurrently](Self::concurrently).
    pub async fn run(self, db: &dyn Executor) -> Result<()> {
        let db = db.executor();
        refusal::judge_table(db.backend(), M::TABLE)?;
        let text = sql::refresh_view(db.backend(), M::TABLE, self.concurrently);
        let done = db.once().execute(&text, Params::none()).await;
        done.map(drop).map_err(in_model::<M>)
    }
}
