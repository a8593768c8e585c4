//! Ranges: what lies in them, how they lie to each other, what is made of two.

use super::expression::{Base, Of};
use super::{Expr, Expression, Filter, IntoOperand};
use crate::ast::{self, BinaryOp, Function};
use crate::schema::SqlType;
use crate::types::{ColumnType, RangeType};

/// What a range is over.
type Bound<E> = <Base<E> as RangeType>::Bound;

/// Operators and functions of ranges, of PostgreSQL. The other range is a value or a column.
///
/// ```
/// # use orm_core::{Model, model::Column, query::Filter, types::Range};
/// # fn demo<Booking: Model, K: Copy>(days: Column<Booking, Range<i32>, K>) -> Filter<Booking> {
/// use orm_core::prelude::*;
///
/// days.overlaps_range(Range::from(3..8)) & days.contains_value(5)
/// # }
/// ```
#[allow(clippy::wrong_self_convention)] // as of `Expression`
pub trait Ranges: Expression {
    /// Whether a range contains a value.
    fn contains_value(
        self,
        value: impl IntoOperand<Self::Model, Bound<Self>>,
    ) -> Filter<Self::Model>
    where
        Base<Self>: RangeType,
        Bound<Self>: ColumnType<Base = Bound<Self>>,
    {
        let value = typed(value.into_operand(), Bound::<Self>::SQL_TYPE);
        holds(BinaryOp::Contains, self, value)
    }

    /// Whether a range contains all of another.
    fn contains_range(self, other: impl IntoOperand<Self::Model, Base<Self>>) -> Filter<Self::Model>
    where
        Base<Self>: RangeType,
    {
        compared(BinaryOp::Contains, self, other)
    }

    /// Whether a range lies within another.
    fn within_range(self, other: impl IntoOperand<Self::Model, Base<Self>>) -> Filter<Self::Model>
    where
        Base<Self>: RangeType,
    {
        compared(BinaryOp::ContainedBy, self, other)
    }

    /// Whether two ranges have a value in common.
    fn overlaps_range(self, other: impl IntoOperand<Self::Model, Base<Self>>) -> Filter<Self::Model>
    where
        Base<Self>: RangeType,
    {
        compared(BinaryOp::Overlaps, self, other)
    }

    /// Whether one range begins where the other ends, with nothing between and nothing shared.
    fn adjacent_to(self, other: impl IntoOperand<Self::Model, Base<Self>>) -> Filter<Self::Model>
    where
        Base<Self>: RangeType,
    {
        compared(BinaryOp::Adjacent, self, other)
    }

    /// Whether all of the range is before the other.
    fn before_range(self, other: impl IntoOperand<Self::Model, Base<Self>>) -> Filter<Self::Model>
    where
        Base<Self>: RangeType,
    {
        compared(BinaryOp::StrictlyLeft, self, other)
    }

    /// Whether all of the range is behind the other.
    fn behind_range(self, other: impl IntoOperand<Self::Model, Base<Self>>) -> Filter<Self::Model>
    where
        Base<Self>: RangeType,
    {
        compared(BinaryOp::StrictlyRight, self, other)
    }

    /// Whether the range contains nothing.
    fn is_empty_range(self) -> Filter<Self::Model>
    where
        Base<Self>: RangeType,
    {
        Filter::new(ast::Expr::call(
            Function::IsEmptyRange,
            vec![self.into_ast()],
        ))
    }

    /// The lower bound; NULL where there is none.
    fn range_start(self) -> Expr<Self::Model, Option<Bound<Self>>>
    where
        Base<Self>: RangeType,
        Bound<Self>: ColumnType<Base = Bound<Self>>,
    {
        Expr::new(ast::Expr::call(Function::RangeStart, vec![self.into_ast()]))
    }

    /// The upper bound, behind the last value of days and integers; NULL where there is none.
    fn range_end(self) -> Expr<Self::Model, Option<Bound<Self>>>
    where
        Base<Self>: RangeType,
        Bound<Self>: ColumnType<Base = Bound<Self>>,
    {
        Expr::new(ast::Expr::call(Function::RangeEnd, vec![self.into_ast()]))
    }

    /// What lies in both.
    fn range_intersection<V: IntoOperand<Self::Model, Base<Self>>>(
        self,
        other: V,
    ) -> Expr<Self::Model, Of<V, Self::Model, Self::Type>>
    where
        Base<Self>: RangeType,
    {
        made(BinaryOp::RangeIntersection, self, other)
    }

    /// What lies in either; a query of ranges with something between them fails.
    fn range_union<V: IntoOperand<Self::Model, Base<Self>>>(
        self,
        other: V,
    ) -> Expr<Self::Model, Of<V, Self::Model, Self::Type>>
    where
        Base<Self>: RangeType,
    {
        made(BinaryOp::RangeUnion, self, other)
    }

    /// What lies in the first alone; a query where that is two pieces fails.
    fn range_difference<V: IntoOperand<Self::Model, Base<Self>>>(
        self,
        other: V,
    ) -> Expr<Self::Model, Of<V, Self::Model, Self::Type>>
    where
        Base<Self>: RangeType,
    {
        made(BinaryOp::RangeDifference, self, other)
    }

    /// The smallest range that contains both, with what is between them.
    fn range_merge<V: IntoOperand<Self::Model, Base<Self>>>(
        self,
        other: V,
    ) -> Expr<Self::Model, Of<V, Self::Model, Self::Type>>
    where
        Base<Self>: RangeType,
    {
        let ranges = vec![
            self.into_ast(),
            typed(other.into_operand(), Self::Type::SQL_TYPE),
        ];
        Expr::new(ast::Expr::call(Function::RangeMerge, ranges))
    }
}

impl<E: Expression> Ranges for E {}

/// A bound value with its type: what is on the other side may be a range or a bound.
fn typed(operand: ast::Expr, sql_type: SqlType) -> ast::Expr {
    match operand {
        ast::Expr::Param(value) => ast::Expr::TypedParam(value, sql_type),
        other => other,
    }
}

fn holds<E: Expression>(op: BinaryOp, range: E, other: ast::Expr) -> Filter<E::Model> {
    Filter::new(ast::Expr::binary(op, range.into_ast(), other))
}

fn compared<E: Expression>(
    op: BinaryOp,
    range: E,
    other: impl IntoOperand<E::Model, Base<E>>,
) -> Filter<E::Model> {
    let other = typed(other.into_operand(), E::Type::SQL_TYPE);
    holds(op, range, other)
}

fn made<E: Expression, V: IntoOperand<E::Model, Base<E>>>(
    op: BinaryOp,
    range: E,
    other: V,
) -> Expr<E::Model, Of<V, E::Model, E::Type>> {
    let other = typed(other.into_operand(), E::Type::SQL_TYPE);
    Expr::new(ast::Expr::binary(op, range.into_ast(), other))
}
