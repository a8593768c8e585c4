//! Queries by name: what a statement reads as a model, and no database has.

use super::{Query, Rows};
use crate::ast::{self, Named};
use crate::model::{Model, NamedQuery};

/// A query whose rows are those of a named query with the fields `V`.
#[diagnostic::on_unimplemented(
    message = "these are other rows than the named query has: it shows `{V}`",
    label = "expected a query for the fields of the model, in their order",
    note = "select what its fields say, `Option` where a value may be NULL: `.values((Order::user_id, count()))`"
)]
pub trait Shows<V> {
    /// The query as plain data.
    #[doc(hidden)]
    fn into_rows(self) -> ast::Select;
}

#[diagnostic::do_not_recommend]
impl<M: Model, R: Send + 'static, S> Shows<R> for Rows<M, R, S> {
    fn into_rows(self) -> ast::Select {
        self.settled().0
    }
}

fn named<N: NamedQuery>(rows: impl Shows<N::Shown>) -> Named {
    Named {
        table: N::TABLE,
        rows: rows.into_rows().inside(),
    }
}

impl<M: Model, L: 'static, S> Query<M, L, S> {
    /// Says which rows the named query `N` has in this statement: `WITH`. Wherever the
    /// query reads `N`, itself, in a condition on an association or an include, it reads
    /// these. Several are said one after the other, and one may read those before it.
    ///
    /// `N` is a model with `#[model(named_query)]`, whose fields are what `rows` shows.
    ///
    /// ```
    /// # use orm_core::{Result, exec::Executor, model::{Column, Model, NamedQuery}};
    /// # use orm_core::query::Queries;
    /// # async fn demo<Order: Model, Spent: NamedQuery<Shown = (i64, i64)>>(
    /// #     user_id: Column<Order, i64>, orders: Column<Spent, i64>, db: &dyn Executor,
    /// # ) -> Result<()> {
    /// use orm_core::prelude::*;
    /// use orm_core::query::count;
    ///
    /// let per_user = Order::query().values((user_id, count())).group_by(user_id);
    /// let most = Spent::query().with::<Spent>(per_user).order_by(orders.desc()).limit(3);
    /// let most: Vec<Spent> = most.all(db).await?;
    /// # Ok(()) }
    /// ```
    pub fn with<N: NamedQuery>(mut self, rows: impl Shows<N::Shown>) -> Self {
        self.select.named.push(named::<N>(rows));
        self
    }
}

impl<M: Model, R: Send + 'static, S> Rows<M, R, S> {
    /// Says which rows the named query `N` has in this statement: see [`Query::with`].
    pub fn with<N: NamedQuery>(self, rows: impl Shows<N::Shown>) -> Self {
        self.naming(named::<N>(rows))
    }
}
