//! Arrays: what is in them, and the same array with elements more or less.

use super::expression::Base;
use super::{Expr, Expression, Filter};
use crate::ast::{self, BinaryOp, Function};
use crate::types::{ArrayType, ColumnType, IntoValue, Param};

/// What an array holds.
type Element<E> = <Base<E> as ArrayType>::Element;

/// Operators and functions of arrays, of PostgreSQL.
///
/// What makes an array of another is for updates as well:
///
/// ```
/// # use orm_core::{Result, exec::Executor, query::Queries};
/// # use orm_core::model::{Column, Settable, Writable};
/// # async fn demo<Post: Writable, K: Copy + Settable>(
/// #     db: &dyn Executor,
/// #     tags: Column<Post, Vec<String>, K>,
/// # ) -> Result<()> {
/// use orm_core::prelude::*;
///
/// let drafts = Post::query().filter(tags.has_element("draft"));
/// drafts.update().set(tags, tags.array_remove("draft")).save(db).await?;
/// # Ok(()) }
/// ```
pub trait Arrays: Expression {
    /// The number of elements of an array.
    fn cardinality(self) -> Expr<Self::Model, Option<i32>>
    where
        Base<Self>: ArrayType,
    {
        Expr::new(ast::Expr::call(
            Function::Cardinality,
            vec![self.into_ast()],
        ))
    }

    /// Whether an array contains an element.
    fn has_element(self, element: impl IntoValue<Element<Self>>) -> Filter<Self::Model>
    where
        Base<Self>: ArrayType,
    {
        let one = Element::<Self>::array_param(vec![element.into_value()]);
        operator(self, BinaryOp::Contains, one)
    }

    /// Whether an array contains all of the elements.
    fn contains_all(self, elements: impl IntoValue<Base<Self>>) -> Filter<Self::Model>
    where
        Base<Self>: ArrayType,
    {
        operator(self, BinaryOp::Contains, elements.into_value().into_param())
    }

    /// Whether every element of an array is one of these.
    fn contained_by(self, elements: impl IntoValue<Base<Self>>) -> Filter<Self::Model>
    where
        Base<Self>: ArrayType,
    {
        let elements = elements.into_value().into_param();
        operator(self, BinaryOp::ContainedBy, elements)
    }

    /// Whether two arrays have an element in common.
    fn overlaps(self, elements: impl IntoValue<Base<Self>>) -> Filter<Self::Model>
    where
        Base<Self>: ArrayType,
    {
        operator(self, BinaryOp::Overlaps, elements.into_value().into_param())
    }

    /// The array with an element behind the others; of NULL, one of it alone.
    fn array_append(self, element: impl IntoValue<Element<Self>>) -> Expr<Self::Model, Base<Self>>
    where
        Base<Self>: ArrayType,
    {
        let array = self.into_ast();
        let element = typed::<Element<Self>>(element);
        Expr::new(ast::Expr::call(Function::ArrayAppend, vec![array, element]))
    }

    /// The array with an element before the others; of NULL, one of it alone.
    fn array_prepend(self, element: impl IntoValue<Element<Self>>) -> Expr<Self::Model, Base<Self>>
    where
        Base<Self>: ArrayType,
    {
        let array = self.into_ast();
        let element = typed::<Element<Self>>(element);
        Expr::new(ast::Expr::call(
            Function::ArrayPrepend,
            vec![element, array],
        ))
    }

    /// The array without any element that is equal to this one.
    fn array_remove(self, element: impl IntoValue<Element<Self>>) -> Expr<Self::Model, Self::Type>
    where
        Base<Self>: ArrayType,
    {
        let array = self.into_ast();
        let element = typed::<Element<Self>>(element);
        Expr::new(ast::Expr::call(Function::ArrayRemove, vec![array, element]))
    }

    /// The array with another element in place of each that is equal to the first.
    fn array_replace(
        self,
        element: impl IntoValue<Element<Self>>,
        with: impl IntoValue<Element<Self>>,
    ) -> Expr<Self::Model, Self::Type>
    where
        Base<Self>: ArrayType,
    {
        let array = self.into_ast();
        let element = typed::<Element<Self>>(element);
        let with = typed::<Element<Self>>(with);
        Expr::new(ast::Expr::call(
            Function::ArrayReplace,
            vec![array, element, with],
        ))
    }

    /// The array with these elements behind the others; of NULL, these alone.
    fn array_concat(self, elements: impl IntoValue<Base<Self>>) -> Expr<Self::Model, Base<Self>>
    where
        Base<Self>: ArrayType,
    {
        let elements = elements.into_value().into_param();
        let elements = ast::Expr::TypedParam(elements, Self::Type::SQL_TYPE);
        let array = self.into_ast();
        Expr::new(ast::Expr::call(
            Function::ArrayConcat,
            vec![array, elements],
        ))
    }
}

impl<E: Expression> Arrays for E {}

/// An element with its type, which an array of any type does not tell.
fn typed<T: ColumnType>(element: impl IntoValue<T>) -> ast::Expr {
    ast::Expr::TypedParam(element.into_value().into_param(), T::SQL_TYPE)
}

fn operator<E: Expression>(array: E, op: BinaryOp, elements: Param) -> Filter<E::Model> {
    let elements = ast::Expr::Param(elements);
    Filter::new(ast::Expr::binary(op, array.into_ast(), elements))
}
