//! Queries for the rows of a model.

use std::marker::PhantomData;

use super::{Filter, IntoFilter, IntoInclude, IntoOrder};
use crate::ast;
use crate::load::Shape;
use crate::model::Model;
use crate::projection::{Projecting, ProjectionOf};
use crate::types::Param;

/// A query for rows of `M` that come back as `L`.
///
/// `L` is `M` itself until associations are included or a projection is
/// chosen. `S` tells whether a filter was given, which updates and deletes ask.
///
/// ```
/// # use orm_core::query::{Filter, Query};
/// # fn demo<M: orm_core::Model>(active: Filter<M>) -> Query<M, M, orm_core::query::Filtered> {
/// Query::new().filter(active).limit(20)
/// # }
/// ```
#[must_use = "a query does nothing until it is run: end it with `.all(&db)`, `.one(&db)`, …"]
pub struct Query<M, L = M, S = Unfiltered> {
    pub(crate) select: ast::Select,
    pub(crate) shape: Shape<L>,
    marker: PhantomData<fn() -> (M, S)>,
}

/// A query that looks at every row.
#[derive(Debug, Clone, Copy)]
pub struct Unfiltered;

/// A query that was given a filter.
#[derive(Debug, Clone, Copy)]
pub struct Filtered;

/// The state of a query that an update or delete may take.
#[diagnostic::on_unimplemented(
    message = "an update or delete of every row must be said out loud",
    label = "this query has no filter",
    note = "add `.filter(..)`, or `.all_rows()` if every row is meant"
)]
pub trait Narrowed {}

#[diagnostic::do_not_recommend]
impl Narrowed for Filtered {}

impl<M, L, S> Clone for Query<M, L, S> {
    fn clone(&self) -> Self {
        Query {
            select: self.select.clone(),
            shape: self.shape.clone(),
            marker: PhantomData,
        }
    }
}

impl<M, L, S> std::fmt::Debug for Query<M, L, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Query").field(&self.select).finish()
    }
}

impl<M: Model> Query<M> {
    /// Every row of the model.
    pub fn new() -> Self {
        Query {
            select: ast::Select::new(M::TABLE),
            shape: Shape::plain(),
            marker: PhantomData,
        }
    }
}

impl<M: Model> Default for Query<M> {
    fn default() -> Self {
        Query::new()
    }
}

impl<M: Model, L: 'static, S> Query<M, L, S> {
    /// Keeps only the rows that pass `filter`, beside what was asked before.
    pub fn filter(self, filter: impl IntoFilter<M>) -> Query<M, L, Filtered> {
        self.narrowed(filter.into_filter().ast)
    }

    /// Keeps only the rows that pass the filter, if there is one; `None` asks nothing.
    pub fn maybe(mut self, filter: Option<Filter<M>>) -> Self {
        if let Some(filter) = filter {
            self.select.and_filter(filter.ast);
        }
        self
    }

    /// Sorts the rows, by these terms after those given before.
    pub fn order_by(mut self, order: impl IntoOrder<M>) -> Self {
        order.push_to(&mut self.select.order_by);
        self
    }

    /// Returns at most `limit` rows.
    pub fn limit(mut self, limit: u32) -> Self {
        self.select.limit = Some(ast::Limit::Bound(Param::Int8(limit.into())));
        self
    }

    /// Skips the first `offset` rows.
    pub fn offset(mut self, offset: u64) -> Self {
        self.select.offset = Some(Param::Int8(i64::try_from(offset).unwrap_or(i64::MAX)));
        self
    }

    /// Returns equal rows once.
    pub fn distinct(mut self) -> Self {
        self.select.distinct = true;
        self
    }

    /// Loads an association beside the rows, in the same statement.
    pub fn include<I: IntoInclude<L>>(mut self, include: I) -> Query<M, I::Output, S> {
        let index = self.select.includes.len();
        let shape = include.add_to(&mut self.select, self.shape, index);
        Query {
            select: self.select,
            shape,
            marker: PhantomData,
        }
    }

    /// The same of a condition as plain data.
    pub(super) fn narrowed(mut self, condition: ast::Expr) -> Query<M, L, Filtered> {
        self.select.and_filter(condition);
        self.retyped()
    }

    pub(super) fn retyped<S2>(self) -> Query<M, L, S2> {
        Query {
            select: self.select,
            shape: self.shape,
            marker: PhantomData,
        }
    }
}

impl<M: Model, S> Query<M, M, S> {
    /// Returns each row as a projection: exactly the values it names, and
    /// nothing else, are selected.
    ///
    /// Filters, order and limits stay. A query that includes associations
    /// cannot be projected: the projection names what it loads.
    pub fn select<P: ProjectionOf<M>>(mut self) -> Query<M, P, S> {
        let shape = P::shape(Projecting::new(&mut self.select));
        Query::from_parts(self.select, shape)
    }
}

impl<M: Model, L: 'static, S> Query<M, L, S> {
    /// The rows of an association's other side; for the loader.
    pub(crate) fn from_parts(select: ast::Select, shape: Shape<L>) -> Self {
        Query {
            select,
            shape,
            marker: PhantomData,
        }
    }
}
