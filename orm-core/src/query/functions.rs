//! Functions and aggregates over expressions.

use std::marker::PhantomData;

use super::expression::{Base, Nullability, Of};
use super::{Expr, Expression, Filter, IntoOperand, IntoOrder};
use crate::ast::{self, BinaryOp, Function, TimeUnit, UnaryOp, Window};
use crate::model::Model;
use crate::schema::SqlType;
use crate::types::{
    Averaged, ColumnType, Extremes, JsonType, Numeric, Param, Summed, Textual, Timed,
};

fn call<M, T>(function: Function, arguments: Vec<ast::Expr>) -> Expr<M, T> {
    Expr::new(ast::Expr::call(function, arguments))
}

fn aggregate<M, T>(function: Function, distinct: bool, arguments: Vec<ast::Expr>) -> Expr<M, T> {
    Expr::new(ast::Expr::aggregate(ast::Aggregate {
        distinct,
        ..ast::Aggregate::new(function, arguments)
    }))
}

/// The number of rows: `count(*)`.
pub fn count<M: Model>() -> Expr<M, i64> {
    aggregate(Function::Count, false, Vec::new())
}

/// Whether a row passes the filter, as a value to select or sort by.
pub fn holds<M: Model>(filter: Filter<M>) -> Expr<M, Option<bool>> {
    Expr::new(filter.ast)
}

/// `CASE WHEN filter THEN value ELSE otherwise END`
///
/// What it begins with is a column or an expression, and says the type: of a constant,
/// [`value(0)`](value) or `value("large".to_owned())`.
pub fn case<M: Model, E, V, T>(filter: Filter<M>, value: E, otherwise: V) -> Expr<M, Of<V, M, T>>
where
    E: Expression<Model = M, Type = T>,
    V: IntoOperand<M, T::Base>,
    T: ColumnType,
{
    let arms = vec![(filter.ast, value.into_ast())];
    Expr::new(ast::Expr::case(arms, Some(otherwise.into_operand())))
}

/// A constant as an expression.
pub fn value<M: Model, T: ColumnType>(value: T) -> Expr<M, T> {
    Expr::new(ast::Expr::TypedParam(value.into_param(), T::SQL_TYPE))
}

/// Functions of text, numbers, times and JSON, and aggregates.
pub trait Functions: Expression {
    /// In lower case.
    fn lower(self) -> Expr<Self::Model, Self::Type>
    where
        Base<Self>: Textual,
    {
        call(Function::Lower, vec![self.into_ast()])
    }

    /// In upper case.
    fn upper(self) -> Expr<Self::Model, Self::Type>
    where
        Base<Self>: Textual,
    {
        call(Function::Upper, vec![self.into_ast()])
    }

    /// Without spaces at both ends.
    fn trim(self) -> Expr<Self::Model, Self::Type>
    where
        Base<Self>: Textual,
    {
        call(Function::Trim, vec![self.into_ast()])
    }

    /// The number of characters.
    fn char_length(self) -> Expr<Self::Model, Option<i32>>
    where
        Base<Self>: Textual,
    {
        call(Function::CharLength, vec![self.into_ast()])
    }

    /// The two texts joined.
    fn concat<V: IntoOperand<Self::Model, Base<Self>>>(
        self,
        other: V,
    ) -> Expr<Self::Model, Of<V, Self::Model, Self::Type>>
    where
        Base<Self>: Textual,
    {
        Expr::new(ast::Expr::binary(
            BinaryOp::Concat,
            self.into_ast(),
            other.into_operand(),
        ))
    }

    /// The value, or another one where it is NULL.
    fn coalesce<V: IntoOperand<Self::Model, Base<Self>>>(
        self,
        otherwise: V,
    ) -> Expr<Self::Model, <V::Nulls as Nullability>::Of<Base<Self>>> {
        call(
            Function::Coalesce,
            vec![self.into_ast(), otherwise.into_operand()],
        )
    }

    /// Without its sign.
    fn abs(self) -> Expr<Self::Model, Self::Type>
    where
        Base<Self>: Numeric,
    {
        call(Function::Abs, vec![self.into_ast()])
    }

    /// The start of the unit of time the value is in, in UTC. Of a time of day, all
    /// units longer than an hour begin at midnight.
    fn date_trunc(self, unit: TimeUnit) -> Expr<Self::Model, Self::Type>
    where
        Base<Self>: Timed,
    {
        let truncated = call(Function::DateTrunc(unit), vec![self.into_ast()]);
        match Base::<Self>::SQL_TYPE {
            // The server makes a timestamp of a date, and an interval of a time of day.
            same @ (SqlType::Date | SqlType::Time) => {
                Expr::new(ast::Expr::cast(truncated.ast, same))
            }
            _ => truncated,
        }
    }

    /// One unit of a time, as a number. A time of day has no unit longer than an
    /// hour; a query that asks for one fails.
    fn extract(self, unit: TimeUnit) -> Expr<Self::Model, Option<f64>>
    where
        Base<Self>: Timed,
    {
        call(Function::Extract(unit), vec![self.into_ast()])
    }

    /// The value under a path of keys and positions, as JSON. The path is bound,
    /// so its keys may hold any character.
    fn json_path<P: Into<String>>(
        self,
        path: impl IntoIterator<Item = P>,
    ) -> Expr<Self::Model, Option<serde_json::Value>>
    where
        Base<Self>: JsonType,
    {
        Expr::new(ast::Expr::binary(
            BinaryOp::JsonPath,
            self.into_ast(),
            path_param(path),
        ))
    }

    /// The value under a path of keys and positions, as text.
    fn json_text<P: Into<String>>(
        self,
        path: impl IntoIterator<Item = P>,
    ) -> Expr<Self::Model, Option<String>>
    where
        Base<Self>: JsonType,
    {
        Expr::new(ast::Expr::binary(
            BinaryOp::JsonPathText,
            self.into_ast(),
            path_param(path),
        ))
    }

    /// Whether a jsonb object has a key, or a jsonb array a text element.
    fn has_key(self, key: &str) -> Filter<Self::Model>
    where
        Base<Self>: JsonType,
    {
        operator(self, BinaryOp::HasKey, Param::Text(key.to_owned()))
    }

    /// Whether a jsonb document contains another.
    fn json_contains(self, document: serde_json::Value) -> Filter<Self::Model>
    where
        Base<Self>: JsonType,
    {
        operator(self, BinaryOp::Contains, document.into_param())
    }

    /// How many rows have a value here that is not NULL.
    fn count(self) -> Expr<Self::Model, i64> {
        aggregate(Function::Count, false, vec![self.into_ast()])
    }

    /// How many different values there are.
    fn count_distinct(self) -> Expr<Self::Model, i64> {
        aggregate(Function::Count, true, vec![self.into_ast()])
    }

    /// The sum; NULL of no rows.
    fn sum(self) -> Expr<Self::Model, Option<<Base<Self> as Summed>::Sum>>
    where
        Base<Self>: Summed,
    {
        aggregate(Function::Sum, false, vec![self.into_ast()])
    }

    /// The average; NULL of no rows.
    fn avg(self) -> Expr<Self::Model, Option<<Base<Self> as Averaged>::Avg>>
    where
        Base<Self>: Averaged,
    {
        aggregate(Function::Avg, false, vec![self.into_ast()])
    }

    /// The smallest value; NULL of no rows.
    fn min(self) -> Expr<Self::Model, Option<Base<Self>>>
    where
        Base<Self>: Extremes,
    {
        aggregate(Function::Min, false, vec![self.into_ast()])
    }

    /// The biggest value; NULL of no rows.
    fn max(self) -> Expr<Self::Model, Option<Base<Self>>>
    where
        Base<Self>: Extremes,
    {
        aggregate(Function::Max, false, vec![self.into_ast()])
    }
}

impl<E: Expression> Functions for E {}

impl<M: Model, T: ColumnType> Expr<M, T> {
    /// Aggregates only the rows that pass a filter; what was filtered before passes both.
    ///
    /// Of an expression made of aggregates, `sum().coalesce(0)`, it is about each of
    /// them. Without an aggregate in it, or with one in raw text, the query fails.
    pub fn filter_where(mut self, condition: Filter<M>) -> Self {
        let condition = condition.ast;
        on_aggregates(&mut self.ast, &mut |filter, _| {
            let condition = condition.clone();
            *filter = Some(Box::new(match filter.take() {
                Some(existing) => existing.and(condition),
                None => condition,
            }));
        });
        self
    }

    /// Computes the aggregate for every row, over the rows of its partition in an order.
    ///
    /// Of an expression made of aggregates it is about each of them, as
    /// [`filter_where`](Self::filter_where).
    pub fn over(mut self, partition_by: impl IntoOrder<M>, order_by: impl IntoOrder<M>) -> Self {
        let (mut partition, mut order) = (Vec::new(), Vec::new());
        partition_by.push_to(&mut partition);
        order_by.push_to(&mut order);
        let window = Window {
            partition_by: partition.into_iter().map(|term| term.expr).collect(),
            order_by: order,
        };
        on_aggregates(&mut self.ast, &mut |_, over| {
            *over = Some(Box::new(window.clone()));
        });
        self
    }
}

/// The filter and the window of each aggregate that an expression is made of. An
/// expression without one becomes what a query refuses: it is not left as it was.
fn on_aggregates(
    expr: &mut ast::Expr,
    change: &mut dyn FnMut(&mut Option<Box<ast::Expr>>, &mut Option<Box<Window>>),
) {
    if expr.on_aggregates(change) {
        return;
    }
    let computed = std::mem::replace(expr, ast::Expr::Null);
    let refused = ast::Aggregate::new(Function::NotAnAggregate, vec![computed]);
    *expr = ast::Expr::aggregate(refused);
}

/// The number of the row in its partition, from 1; give it an `.over(..)`.
pub fn row_number<M: Model>() -> Ranking<M> {
    Ranking {
        function: Function::RowNumber,
        model: PhantomData,
    }
}

/// The rank of the row in its partition, with gaps after equal rows; give it an `.over(..)`.
pub fn rank<M: Model>() -> Ranking<M> {
    Ranking {
        function: Function::Rank,
        model: PhantomData,
    }
}

/// The place of a row among others, from [`row_number`] and [`rank`]: a value once
/// [`over`](Ranking::over) says which others.
#[derive(Debug)]
#[must_use = "give it an `.over(partition_by, order_by)`"]
pub struct Ranking<M> {
    function: Function,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> Ranking<M> {
    /// The place of every row among the rows of its partition, in an order.
    pub fn over(
        self,
        partition_by: impl IntoOrder<M>,
        order_by: impl IntoOrder<M>,
    ) -> Expr<M, i64> {
        aggregate(self.function, false, Vec::new()).over(partition_by, order_by)
    }
}

fn operator<E: Expression>(left: E, op: BinaryOp, right: Param) -> Filter<E::Model> {
    Filter::new(ast::Expr::binary(
        op,
        left.into_ast(),
        ast::Expr::Param(right),
    ))
}

fn path_param<P: Into<String>>(path: impl IntoIterator<Item = P>) -> ast::Expr {
    ast::Expr::Param(String::array_param(
        path.into_iter().map(Into::into).collect(),
    ))
}

impl<M> Filter<M> {
    /// The condition that holds where this one is true, and not where it is unknown.
    pub fn is_not_true(self) -> Self {
        Filter::new(ast::Expr::unary(UnaryOp::IsNotTrue, self.ast))
    }
}
