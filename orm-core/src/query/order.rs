//! The order of rows.

use std::marker::PhantomData;

use super::Expression;
use crate::ast::{self, Nulls};
use crate::model::{Column, Model};
use crate::query::Expr;
use crate::types::{ColumnType, Sorted};

/// One term of an order: an expression and a direction.
#[derive(Debug)]
#[must_use = "an order does nothing until a query takes it"]
pub struct Order<M> {
    pub(crate) ast: ast::OrderBy,
    model: PhantomData<fn() -> M>,
}

impl<M> Clone for Order<M> {
    fn clone(&self) -> Self {
        Order {
            ast: self.ast.clone(),
            model: PhantomData,
        }
    }
}

impl<M> Order<M> {
    pub(crate) fn new<T: ColumnType>(expr: ast::Expr, descending: bool) -> Self {
        Order {
            ast: ast::OrderBy {
                expr,
                descending,
                nulls: Nulls::Default,
                sorted: Some(Sorted::of::<T>()),
            },
            model: PhantomData,
        }
    }

    /// NULLs before every value.
    pub fn nulls_first(mut self) -> Self {
        self.ast.nulls = Nulls::First;
        self
    }

    /// NULLs after every value.
    pub fn nulls_last(mut self) -> Self {
        self.ast.nulls = Nulls::Last;
        self
    }
}

/// What `order_by` takes: terms, columns (ascending), or tuples and arrays of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an order for rows of `{M}`",
    label = "expected a column of `{M}`, `.asc()` or `.desc()`",
    note = "write several terms as a tuple: `order_by((User::full_name, User::id.desc()))`"
)]
pub trait IntoOrder<M> {
    /// Adds the terms to an order.
    fn push_to(self, order: &mut Vec<ast::OrderBy>);
}

#[diagnostic::do_not_recommend]
impl<M> IntoOrder<M> for Order<M> {
    fn push_to(self, order: &mut Vec<ast::OrderBy>) {
        order.push(self.ast);
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: ColumnType, K> IntoOrder<M> for Column<M, T, K> {
    fn push_to(self, order: &mut Vec<ast::OrderBy>) {
        order.push(Order::<M>::new::<T>(self.into_ast(), false).ast);
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: ColumnType> IntoOrder<M> for Expr<M, T> {
    fn push_to(self, order: &mut Vec<ast::OrderBy>) {
        order.push(Order::<M>::new::<T>(self.into_ast(), false).ast);
    }
}

#[diagnostic::do_not_recommend]
impl<M, O: IntoOrder<M>> IntoOrder<M> for Vec<O> {
    fn push_to(self, order: &mut Vec<ast::OrderBy>) {
        for term in self {
            term.push_to(order);
        }
    }
}

/// No order: what `.over((), ..)` takes for a window over all rows.
#[diagnostic::do_not_recommend]
impl<M> IntoOrder<M> for () {
    fn push_to(self, _order: &mut Vec<ast::OrderBy>) {}
}

macro_rules! tuples {
    ($($name:ident)+) => {
        #[diagnostic::do_not_recommend]
        impl<M, $($name: IntoOrder<M>),+> IntoOrder<M> for ($($name,)+) {
            fn push_to(self, order: &mut Vec<ast::OrderBy>) {
                #[allow(non_snake_case)] // the type parameters name the parts
                let ($($name,)+) = self;
                $($name.push_to(order);)+
            }
        }
    };
}

tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
