//! What is asked of the rows that one association leads to, said of the association itself.

use super::{AllRows, Foremost, GoesOnFrom, Leading, Reached};
use crate::model::{Associate, Association};
use crate::query::expression::Base;
use crate::query::{Expr, Expression, Filter, IntoOrder};
use crate::types::{ArrayElement, Averaged, Extremes, Summed};

impl<A: Associate> Association<A> {
    /// The rows of the other side that pass `filter`, to compute something of them:
    /// `User::orders.only(Order::paid.eq(true)).sum(Order::total)`.
    ///
    /// To load them, see [`filter`](Self::filter).
    pub fn only(self, filter: Filter<A::Target>) -> Reached<A::Owner, A::Target, A::Join> {
        self.rows().only(filter)
    }

    /// The rows that another association leads to from those of this one:
    /// `User::orders.then(Order::items).sum(Item::price)`.
    pub fn then<L: Leading + AllRows>(self, next: L) -> Reached<A::Owner, L::Target, L::Join>
    where
        L::Owner: GoesOnFrom<A::Target>,
    {
        self.rows().then(next)
    }

    /// The first rows of the other side by an order: see [`Reached::first`].
    pub fn first(
        self,
        rows: u32,
        order: impl IntoOrder<A::Target>,
    ) -> Reached<A::Owner, A::Target, A::Join, Foremost> {
        self.rows().first(rows, order)
    }

    /// Its rows, to compute something of them, rows of the other side marked as deleted
    /// too: `User::orders.rows().with_deleted().count()`.
    pub fn rows(self) -> Reached<A::Owner, A::Target, A::Join> {
        Reached::of::<A>()
    }

    /// How many rows the other side has: an expression to filter, sort and select by.
    pub fn count(self) -> Expr<A::Owner, i64> {
        self.rows().count()
    }

    /// How many rows of the other side pass the filter.
    pub fn count_where(self, filter: Filter<A::Target>) -> Expr<A::Owner, i64> {
        self.only(filter).count()
    }

    /// How many different values an expression has on the rows of the other side; NULL is none.
    pub fn count_distinct<E>(self, expression: E) -> Expr<A::Owner, i64>
    where
        E: Expression<Model = A::Target>,
    {
        self.rows().count_distinct(expression)
    }

    /// The sum of an expression over the rows of the other side; NULL of no rows.
    pub fn sum<E>(self, expression: E) -> Expr<A::Owner, Option<<Base<E> as Summed>::Sum>>
    where
        E: Expression<Model = A::Target>,
        Base<E>: Summed,
    {
        self.rows().sum(expression)
    }

    /// The average of an expression over the rows of the other side; NULL of no rows.
    pub fn avg<E>(self, expression: E) -> Expr<A::Owner, Option<<Base<E> as Averaged>::Avg>>
    where
        E: Expression<Model = A::Target>,
        Base<E>: Averaged,
    {
        self.rows().avg(expression)
    }

    /// The smallest value of an expression on the rows of the other side; NULL of no rows.
    pub fn min<E>(self, expression: E) -> Expr<A::Owner, Option<Base<E>>>
    where
        E: Expression<Model = A::Target>,
        Base<E>: Extremes,
    {
        self.rows().min(expression)
    }

    /// The biggest value of an expression on the rows of the other side; NULL of no rows.
    pub fn max<E>(self, expression: E) -> Expr<A::Owner, Option<Base<E>>>
    where
        E: Expression<Model = A::Target>,
        Base<E>: Extremes,
    {
        self.rows().max(expression)
    }

    /// The value of an expression on each row of the other side, in an order: see
    /// [`Reached::array`].
    pub fn array<E>(
        self,
        expression: E,
        order: impl IntoOrder<A::Target>,
    ) -> Expr<A::Owner, Vec<E::Type>>
    where
        E: Expression<Model = A::Target>,
        E::Type: ArrayElement,
    {
        self.rows().array(expression, order)
    }
}
