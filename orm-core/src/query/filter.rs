//! Conditions on the rows of a model.

use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, Not};

use crate::ast;

/// A condition on the rows of `M`: a value to store, pass on and combine.
///
/// ```
/// # use orm_core::query::Filter;
/// # fn demo<M: orm_core::Model>(a: Filter<M>, b: Filter<M>) -> Filter<M> {
/// a.and(b.not())      // or: a & !b
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a filter does nothing until a query takes it"]
pub struct Filter<M> {
    pub(crate) ast: ast::Expr,
    model: PhantomData<fn() -> M>,
}

impl<M> Clone for Filter<M> {
    fn clone(&self) -> Self {
        Filter::new(self.ast.clone())
    }
}

/// What a query for rows of `M` can be narrowed down by: a [`Filter`] of its model.
///
/// ```
/// use orm_core::query::{Filter, IntoFilter};
///
/// fn or_nothing<M>(filter: Option<impl IntoFilter<M>>) -> Filter<M> {
///     filter.map_or_else(Filter::never, IntoFilter::into_filter)
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no filter for rows of `{M}`",
    label = "expected a `Filter<{M}>`",
    note = "compare a column, `{M}::column.eq(value)`, and join filters by `.and(..)` and `.or(..)`; what an \
            association leads to is asked by `{M}::association.any(..)`"
)]
pub trait IntoFilter<M> {
    /// The filter.
    fn into_filter(self) -> Filter<M>;
}

#[diagnostic::do_not_recommend]
impl<M> IntoFilter<M> for Filter<M> {
    fn into_filter(self) -> Filter<M> {
        self
    }
}

impl<M> Filter<M> {
    pub(crate) fn new(ast: ast::Expr) -> Self {
        Filter {
            ast,
            model: PhantomData,
        }
    }

    /// The condition that holds for every row: the start of a chain of `and`.
    pub fn always() -> Self {
        Filter::new(ast::Expr::Bool(true))
    }

    /// The condition that holds for no row: the start of a chain of `or`.
    pub fn never() -> Self {
        Filter::new(ast::Expr::Bool(false))
    }

    /// Both conditions.
    pub fn and(self, other: Self) -> Self {
        Filter::new(self.ast.and(other.ast))
    }

    /// Either condition.
    pub fn or(self, other: Self) -> Self {
        Filter::new(self.ast.or(other.ast))
    }

    /// The opposite condition. As in SQL, a row for which the condition is
    /// unknown (NULL) passes neither it nor its opposite.
    #[allow(clippy::should_implement_trait)] // `Not` is implemented too; the method reads well in a chain
    pub fn not(self) -> Self {
        // Twice is not at all, for NULL too.
        if let ast::Expr::Unary(ast::UnaryOp::Not, inner) = self.ast {
            return Filter::new(*inner.into_parts());
        }
        Filter::new(ast::Expr::unary(ast::UnaryOp::Not, self.ast))
    }

    /// All of the conditions; none is [`Filter::always`].
    pub fn all_of(filters: impl IntoIterator<Item = Self>) -> Self {
        Filter::new(ast::Expr::all_of(filters.into_iter().map(|it| it.ast)))
    }

    /// Any of the conditions; none is [`Filter::never`].
    pub fn any_of(filters: impl IntoIterator<Item = Self>) -> Self {
        Filter::new(ast::Expr::any_of(filters.into_iter().map(|it| it.ast)))
    }
}

impl<M> BitAnd for Filter<M> {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        self.and(other)
    }
}

impl<M> BitOr for Filter<M> {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.or(other)
    }
}

impl<M> Not for Filter<M> {
    type Output = Self;

    fn not(self) -> Self {
        Filter::not(self)
    }
}
