//! Queries as operands of other queries.

use super::expression::Base;
use super::{Expr, Expression, Filter, Query, Rows};
use crate::ast::{self, Output, SubqueryAsk, UnaryOp};
use crate::model::{Column, Model};
use crate::types::ColumnType;

/// A query whose rows another one may ask about, by [`exists`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a query",
    label = "expected a query such as `Order::query().filter(..)`",
    note = "name what is asked of the rows around with `outer`: `.filter(Order::user_id.eq(outer(User::id)))`"
)]
pub trait AskedFor {
    /// The query as plain data.
    #[doc(hidden)]
    fn into_subquery(self) -> ast::Select;
}

#[diagnostic::do_not_recommend]
impl<M: Model, L, S> AskedFor for Query<M, L, S> {
    fn into_subquery(self) -> ast::Select {
        let mut select = self.select;
        select.includes.clear();
        if !select.distinct {
            select.output = Output::Model;
        }
        select
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, R: Send + 'static, S> AskedFor for Rows<M, R, S> {
    fn into_subquery(self) -> ast::Select {
        self.settled().0
    }
}

/// A query for one column of the type `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a query for one column of type `{T}`",
    label = "expected a query of `{T}`",
    note = "end the query with the column to look in: `Order::query().values(Order::user_id)`"
)]
pub trait OneColumn<T> {
    /// Whether a value may be NULL.
    #[doc(hidden)]
    const NULLABLE: bool;

    /// The query as plain data.
    #[doc(hidden)]
    fn into_subquery(self) -> ast::Select;
}

#[diagnostic::do_not_recommend]
impl<M: Model, R: ColumnType, S> OneColumn<R::Base> for Rows<M, R, S> {
    const NULLABLE: bool = R::NULLABLE;

    fn into_subquery(self) -> ast::Select {
        self.settled().0
    }
}

/// Rows for which the query has a row: `EXISTS (SELECT ..)`.
///
/// It is asked for each row, whose columns are named by [`outer`]. Where an association
/// leads there, `User::orders.any(..)` says the same in less.
///
/// ```
/// # use orm_core::model::Column;
/// # use orm_core::{Model, query::{Filter, Queries}};
/// # fn demo<User: Model, Coupon: Model, K, L>(
/// #     email: Column<User, String, K>,
/// #     sent_to: Column<Coupon, String, L>,
/// # ) -> Filter<User> {
/// use orm_core::prelude::*;
/// use orm_core::query::{exists, outer};
///
/// // Users whose address a coupon was sent to.
/// exists(Coupon::query().filter(sent_to.eq(outer(email))))
/// # }
/// ```
pub fn exists<M: Model>(query: impl AskedFor) -> Filter<M> {
    let ask = SubqueryAsk::Exists;
    Filter::new(asked::<M>(query.into_subquery(), ask))
}

/// Rows for which the query has no row: `NOT EXISTS (SELECT ..)`; see [`exists`].
pub fn not_exists<M: Model>(query: impl AskedFor) -> Filter<M> {
    exists(query).not()
}

/// A column of the rows around a subquery, or around a condition on an association: of
/// the nearest such row of its model. Where there is none, the query is refused before
/// anything is sent.
///
/// ```
/// # use orm_core::model::Column;
/// # use orm_core::{Model, query::{Filter, Queries}};
/// # fn demo<Product: Model, K: Copy, L: Copy>(
/// #     price: Column<Product, i32, K>,
/// #     category: Column<Product, String, L>,
/// # ) -> Filter<Product> {
/// use orm_core::prelude::*;
/// use orm_core::query::outer;
///
/// // Products dearer than the average of their category: of one model, `outer` means the
/// // product around.
/// let of_category = Product::query().filter(category.eq(outer(category)));
/// let average = of_category.values(price.avg()).subquery();
/// price.cast::<f64>().gt(average.cast::<Option<f64>>())
/// # }
/// ```
pub fn outer<M: Model, N: Model, T: ColumnType, K>(column: Column<N, T, K>) -> Expr<M, T> {
    Expr::new(ast::Expr::Outer(N::TABLE, column.def))
}

impl<N: Model, R: ColumnType, S> Rows<N, R, S> {
    /// The one value of the one row, as an expression of the query around; NULL where
    /// there is no row.
    ///
    /// It has one row: an aggregate of all of them, or the first, `.limit(1)`. Any other
    /// query is refused before anything is sent. What is asked of the rows around is named
    /// by [`outer`].
    ///
    /// ```
    /// # use orm_core::model::Column;
    /// # use orm_core::{Model, query::{Filter, Queries}};
    /// # fn demo<Product: Model, K: Copy>(price: Column<Product, i32, K>) -> Filter<Product> {
    /// use orm_core::prelude::*;
    ///
    /// // The dearest products.
    /// price.eq(Product::query().values(price.max()).subquery())
    /// # }
    /// ```
    pub fn subquery<M: Model>(self) -> Expr<M, Option<R::Base>> {
        Expr::new(asked::<M>(self.settled().0, SubqueryAsk::Value))
    }
}

/// Whether a value is among those of a query.
pub(super) fn within<E: Expression, Q: OneColumn<Base<E>>>(value: E, rows: Q) -> Filter<E::Model> {
    let ask = SubqueryAsk::IsAmong(vec![value.into_ast()]);
    Filter::new(asked::<E::Model>(rows.into_subquery(), ask))
}

/// Whether a value is not among those of a query, of which NULL is none.
pub(super) fn not_within<E: Expression, Q: OneColumn<Base<E>>>(
    value: E,
    rows: Q,
) -> Filter<E::Model> {
    let value = value.into_ast();
    let ask = SubqueryAsk::IsAmong(vec![value.clone()]);
    let is_within = asked::<E::Model>(rows.into_subquery(), ask);
    if !E::Type::NULLABLE && !Q::NULLABLE {
        return Filter::new(ast::Expr::unary(UnaryOp::Not, is_within));
    }
    let known = ast::Expr::unary(UnaryOp::IsNotNull, value);
    Filter::new(known.and(ast::Expr::unary(UnaryOp::IsNotTrue, is_within)))
}

fn asked<M: Model>(select: ast::Select, ask: SubqueryAsk) -> ast::Expr {
    ast::Expr::subquery(ast::Subquery {
        owner: Some(M::TABLE),
        select,
        ask,
    })
}
