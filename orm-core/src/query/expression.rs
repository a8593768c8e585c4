//! Typed expressions over the columns of one model.

use std::marker::PhantomData;
use std::ops::{Add, Div, Mul, Rem, Sub};

use super::subquery::{self, OneColumn};
use super::{Filter, Order};
use crate::ast::{self, BinaryOp, UnaryOp};
use crate::model::{Column, Model};
use crate::schema::SqlType;
use crate::types::{
    ArrayElement, ColumnType, IntoValue, IntoValues, Listed, Numeric, Param, Textual,
};

/// An expression over the columns of `M` that has the type `T`.
#[derive(Debug)]
#[must_use = "an expression does nothing until a query takes it"]
pub struct Expr<M, T> {
    pub(crate) ast: ast::Expr,
    marker: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Clone for Expr<M, T> {
    fn clone(&self) -> Self {
        Expr::new(self.ast.clone())
    }
}

impl<M, T> Expr<M, T> {
    pub(crate) fn new(ast: ast::Expr) -> Self {
        Expr {
            ast,
            marker: PhantomData,
        }
    }
}

/// The type of an expression without `Option`.
pub(crate) type Base<E> = <<E as Expression>::Type as ColumnType>::Base;

/// A column, or an expression made of columns: what can be compared, ordered by and selected.
///
/// A comparison with NULL is unknown, so such a row does not pass; ask with
/// [`is_null`](Expression::is_null). The exceptions say so: `eq(None)` is
/// `IS NULL`, `ne(None)` is `IS NOT NULL`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no expression",
    label = "expected a column or an expression",
    note = "a value is one by `orm::query::value(..)`, a text by `value(\"..\".to_owned())`"
)]
#[allow(clippy::wrong_self_convention)] // an expression moves into the filter made of it
pub trait Expression: Sized {
    /// The model whose rows it looks at.
    type Model: Model;
    /// Its type.
    type Type: ColumnType;

    /// The expression as plain data.
    #[doc(hidden)]
    fn into_ast(self) -> ast::Expr;

    /// `self = value`; `eq(None)` is `IS NULL`.
    fn eq(self, value: impl IntoOperand<Self::Model, Base<Self>>) -> Filter<Self::Model> {
        match value.into_operand() {
            ast::Expr::Param(Param::Null) => self.is_null(),
            value => compare(self, BinaryOp::Eq, value),
        }
    }

    /// `self <> value`; `ne(None)` is `IS NOT NULL`.
    fn ne(self, value: impl IntoOperand<Self::Model, Base<Self>>) -> Filter<Self::Model> {
        match value.into_operand() {
            ast::Expr::Param(Param::Null) => self.is_not_null(),
            value => compare(self, BinaryOp::Ne, value),
        }
    }

    /// `self < value`
    fn lt(self, value: impl IntoOperand<Self::Model, Base<Self>>) -> Filter<Self::Model> {
        compare(self, BinaryOp::Lt, value.into_operand())
    }

    /// `self <= value`
    fn le(self, value: impl IntoOperand<Self::Model, Base<Self>>) -> Filter<Self::Model> {
        compare(self, BinaryOp::Le, value.into_operand())
    }

    /// `self > value`
    fn gt(self, value: impl IntoOperand<Self::Model, Base<Self>>) -> Filter<Self::Model> {
        compare(self, BinaryOp::Gt, value.into_operand())
    }

    /// `self >= value`
    fn ge(self, value: impl IntoOperand<Self::Model, Base<Self>>) -> Filter<Self::Model> {
        compare(self, BinaryOp::Ge, value.into_operand())
    }

    /// `self BETWEEN low AND high`, both included.
    fn between(
        self,
        low: impl IntoOperand<Self::Model, Base<Self>>,
        high: impl IntoOperand<Self::Model, Base<Self>>,
    ) -> Filter<Self::Model> {
        let (low, high) = (low.into_operand(), high.into_operand());
        Filter::new(ast::Expr::between(self.into_ast(), low, high))
    }

    /// Equal to one of the values, bound as one array. No value: no row.
    fn in_(self, values: impl IntoValues<Base<Self>>) -> Filter<Self::Model>
    where
        Base<Self>: Listed,
    {
        let array = ast::Expr::Param(Base::<Self>::array_param(values.into_values()));
        Filter::new(ast::Expr::eq_any(self.into_ast(), array))
    }

    /// Different from all of the values, bound as one array. No value: every
    /// row, also those where the column is NULL.
    fn not_in(self, values: impl IntoValues<Base<Self>>) -> Filter<Self::Model>
    where
        Base<Self>: Listed,
    {
        let array = ast::Expr::Param(Base::<Self>::array_param(values.into_values()));
        Filter::new(ast::Expr::ne_all(self.into_ast(), array))
    }

    /// Equal to a value of another query: `self IN (SELECT ..)`.
    ///
    /// ```
    /// # use orm_core::model::Column;
    /// # use orm_core::{Model, query::{Filter, Queries}};
    /// # fn demo<User: Model, Ban: Model, K, L>(
    /// #     email: Column<User, String, K>,
    /// #     address: Column<Ban, String, L>,
    /// # ) -> Filter<User> {
    /// use orm_core::prelude::*;
    ///
    /// email.in_subquery(Ban::query().values(address))
    /// # }
    /// ```
    fn in_subquery(self, rows: impl OneColumn<Base<Self>>) -> Filter<Self::Model> {
        subquery::within(self, rows)
    }

    /// Different from all values of another query. NULL among these means nothing, and
    /// where `self` is NULL the row does not pass.
    fn not_in_subquery(self, rows: impl OneColumn<Base<Self>>) -> Filter<Self::Model> {
        subquery::not_within(self, rows)
    }

    /// `self IS NULL`
    fn is_null(self) -> Filter<Self::Model> {
        Filter::new(ast::Expr::unary(UnaryOp::IsNull, self.into_ast()))
    }

    /// `self IS NOT NULL`
    fn is_not_null(self) -> Filter<Self::Model> {
        Filter::new(ast::Expr::unary(UnaryOp::IsNotNull, self.into_ast()))
    }

    /// Different from `value`, where NULL is a value like any other.
    fn is_distinct_from(
        self,
        value: impl IntoOperand<Self::Model, Base<Self>>,
    ) -> Filter<Self::Model> {
        compare(self, BinaryOp::IsDistinctFrom, value.into_operand())
    }

    /// Equal to `value`, where NULL is a value like any other.
    fn is_not_distinct_from(
        self,
        value: impl IntoOperand<Self::Model, Base<Self>>,
    ) -> Filter<Self::Model> {
        compare(self, BinaryOp::IsNotDistinctFrom, value.into_operand())
    }

    /// Matches a pattern: `%` is any text, `_` any character, `\` takes the next one literally.
    fn like(self, pattern: &str) -> Filter<Self::Model>
    where
        Base<Self>: Textual,
    {
        compare(self, BinaryOp::Like, text(pattern))
    }

    /// Does not match a pattern.
    fn not_like(self, pattern: &str) -> Filter<Self::Model>
    where
        Base<Self>: Textual,
    {
        compare(self, BinaryOp::NotLike, text(pattern))
    }

    /// Matches a pattern, whatever the case of letters.
    fn ilike(self, pattern: &str) -> Filter<Self::Model>
    where
        Base<Self>: Textual,
    {
        compare(self, BinaryOp::ILike, text(pattern))
    }

    /// Does not match a pattern, whatever the case of letters.
    fn not_ilike(self, pattern: &str) -> Filter<Self::Model>
    where
        Base<Self>: Textual,
    {
        compare(self, BinaryOp::NotILike, text(pattern))
    }

    /// Starts with a text; `%` and `_` in it are ordinary characters.
    fn starts_with(self, prefix: &str) -> Filter<Self::Model>
    where
        Base<Self>: Textual,
    {
        compare(self, BinaryOp::Like, pattern("", prefix, "%"))
    }

    /// Ends with a text; `%` and `_` in it are ordinary characters.
    fn ends_with(self, suffix: &str) -> Filter<Self::Model>
    where
        Base<Self>: Textual,
    {
        compare(self, BinaryOp::Like, pattern("%", suffix, ""))
    }

    /// Contains a text; `%` and `_` in it are ordinary characters.
    fn contains(self, part: &str) -> Filter<Self::Model>
    where
        Base<Self>: Textual,
    {
        compare(self, BinaryOp::Like, pattern("%", part, "%"))
    }

    /// Contains a text, whatever the case of letters.
    fn icontains(self, part: &str) -> Filter<Self::Model>
    where
        Base<Self>: Textual,
    {
        compare(self, BinaryOp::ILike, pattern("%", part, "%"))
    }

    /// Matches a POSIX regular expression.
    fn matches(self, pattern: &str) -> Filter<Self::Model>
    where
        Base<Self>: Textual,
    {
        compare(self, BinaryOp::Matches, text(pattern))
    }

    /// Matches a POSIX regular expression, whatever the case of letters.
    fn imatches(self, pattern: &str) -> Filter<Self::Model>
    where
        Base<Self>: Textual,
    {
        compare(self, BinaryOp::IMatches, text(pattern))
    }

    /// Small values first.
    fn asc(self) -> Order<Self::Model> {
        Order::new::<Self::Type>(self.into_ast(), false)
    }

    /// Big values first.
    fn desc(self) -> Order<Self::Model> {
        Order::new::<Self::Type>(self.into_ast(), true)
    }

    /// The expression converted to another column type: `CAST(self AS ..)`. What may
    /// be NULL becomes an `Option`.
    fn cast<T: CastOf<Self::Type>>(self) -> Expr<Self::Model, T> {
        Expr::new(ast::Expr::cast(self.into_ast(), T::SQL_TYPE))
    }
}

fn compare<E: Expression>(left: E, op: BinaryOp, right: ast::Expr) -> Filter<E::Model> {
    Filter::new(ast::Expr::binary(op, left.into_ast(), right))
}

fn text(value: &str) -> ast::Expr {
    ast::Expr::Param(Param::Text(value.to_owned()))
}

/// A LIKE pattern around a literal text.
fn pattern(before: &str, literal: &str, after: &str) -> ast::Expr {
    let mut pattern = String::with_capacity(before.len() + literal.len() + after.len());
    pattern.push_str(before);
    for c in literal.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push_str(after);
    ast::Expr::Param(Param::Text(pattern))
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: ColumnType, K> Expression for Column<M, T, K> {
    type Model = M;
    type Type = T;

    fn into_ast(self) -> ast::Expr {
        ast::Expr::Column(self.def)
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: ColumnType> Expression for Expr<M, T> {
    type Model = M;
    type Type = T;

    fn into_ast(self) -> ast::Expr {
        self.ast
    }
}

/// What a column of the type `T` can be compared with.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be compared with a column of type `{T}`",
    label = "expected `{T}`, or a column of `{M}` that holds one",
    note = "compare an enum with a variant, a time with one of its type; a text of a request is read by `.parse()?`"
)]
pub trait IntoOperand<M, T> {
    /// Whether it may be NULL.
    type Nulls: Nullability;

    /// The value or expression as plain data.
    fn into_operand(self) -> ast::Expr;
}

/// Whether an operand may be NULL, and what that makes of a result of the type `T`.
pub trait Nullability {
    /// The type of the result.
    type Of<T: ColumnType>: ColumnType;
}

/// An operand that is never NULL: a result is what it was.
#[derive(Debug, Clone, Copy)]
pub struct NeverNull;

/// An operand that may be NULL: so may a result.
#[derive(Debug, Clone, Copy)]
pub struct MaybeNull;

impl Nullability for NeverNull {
    type Of<T: ColumnType> = T;
}

impl Nullability for MaybeNull {
    type Of<T: ColumnType> = Option<T::Base>;
}

/// What is computed of a `T` and the operand `V`, which is NULL where one of them is.
pub(crate) type Of<V, M, T> =
    <<V as IntoOperand<M, <T as ColumnType>::Base>>::Nulls as Nullability>::Of<T>;

/// The types that an expression of type `T` can be converted to.
#[diagnostic::on_unimplemented(
    message = "what may be NULL cannot become `{Self}`, which has none",
    label = "an expression of type `{T}` may be NULL",
    note = "write `.cast::<Option<{Self}>>()`, or put something in place of NULL first: `.coalesce(..)`"
)]
pub trait CastOf<T>: ColumnType {}

#[diagnostic::do_not_recommend]
impl<T: ColumnType, U: ColumnType<Base = U>> CastOf<T> for Option<U> {}
#[diagnostic::do_not_recommend]
impl<T: ColumnType<Base = T>, U: ColumnType<Base = U>> CastOf<T> for U {}

#[diagnostic::do_not_recommend]
impl<M, T: ColumnType<Base = T>> IntoOperand<M, T> for T {
    type Nulls = NeverNull;

    fn into_operand(self) -> ast::Expr {
        ast::Expr::Param(self.into_param())
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: ColumnType<Base = T>> IntoOperand<M, T> for &T {
    type Nulls = NeverNull;

    fn into_operand(self) -> ast::Expr {
        ast::Expr::Param(self.to_param())
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: ColumnType<Base = T>> IntoOperand<M, T> for Option<T> {
    type Nulls = MaybeNull;

    fn into_operand(self) -> ast::Expr {
        ast::Expr::Param(self.map_or(Param::Null, ColumnType::into_param))
    }
}

#[diagnostic::do_not_recommend]
impl<M> IntoOperand<M, String> for &str {
    type Nulls = NeverNull;

    fn into_operand(self) -> ast::Expr {
        text(self)
    }
}

#[diagnostic::do_not_recommend]
impl<M> IntoOperand<M, Vec<u8>> for &[u8] {
    type Nulls = NeverNull;

    fn into_operand(self) -> ast::Expr {
        ast::Expr::Param(Param::Bytes(self.to_vec()))
    }
}

/// `IntoOperand` for an expression over `M`, one that is never NULL and one that may be.
macro_rules! operands {
    ($([$($kind:ident)?] $expression:ident;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<M: Model, T: ColumnType<Base = T> $(, $kind)?> IntoOperand<M, T>
            for $expression<M, T $(, $kind)?>
        {
            type Nulls = NeverNull;

            fn into_operand(self) -> ast::Expr {
                self.into_ast()
            }
        }

        #[diagnostic::do_not_recommend]
        impl<M: Model, T: ColumnType<Base = T> $(, $kind)?> IntoOperand<M, T>
            for $expression<M, Option<T> $(, $kind)?>
        {
            type Nulls = MaybeNull;

            fn into_operand(self) -> ast::Expr {
                self.into_ast()
            }
        }
    )*};
}

operands! {
    [K] Column;
    [] Expr;
}

/// What a column of the type `T` can be set to: a value, or an expression of the same type.
#[diagnostic::on_unimplemented(
    message = "a column of type `{T}` cannot be set to `{Self}`",
    label = "expected `{T}`, or an expression of `{M}` that is one",
    note = "an expression that may be NULL is none: `.coalesce(..)` puts a value in its place"
)]
pub trait IntoAssignment<M, T> {
    /// The value or expression as plain data.
    fn into_assignment(self) -> ast::Value;
}

#[diagnostic::do_not_recommend]
impl<M, T: ColumnType> IntoAssignment<M, T> for T {
    fn into_assignment(self) -> ast::Value {
        ast::Value::Param(self.into_param())
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: ColumnType<Base = T>> IntoAssignment<M, Option<T>> for T {
    fn into_assignment(self) -> ast::Value {
        ast::Value::Param(self.into_param())
    }
}

/// `IntoAssignment` for a borrowed or plain form of `$to`, NULL allowed or not.
macro_rules! assignable {
    ($([$($generics:tt)*] $from:ty => $to:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<M, $($generics)*> IntoAssignment<M, $to> for $from {
            fn into_assignment(self) -> ast::Value {
                ast::Value::Param(IntoValue::<$to>::into_value(self).into_param())
            }
        }

        #[diagnostic::do_not_recommend]
        impl<M, $($generics)*> IntoAssignment<M, Option<$to>> for $from {
            fn into_assignment(self) -> ast::Value {
                ast::Value::Param(IntoValue::<$to>::into_value(self).into_param())
            }
        }
    )*};
}

assignable! {
    [] &str => String;
    [] &String => String;
    [] &[u8] => Vec<u8>;
    [T: ArrayElement] &[T] => Vec<T>;
    [T: ArrayElement, const N: usize] [T; N] => Vec<T>;
}

#[cfg(feature = "secrecy")]
assignable! {
    [] &str => secrecy::SecretString;
    [] String => secrecy::SecretString;
    [] &[u8] => secrecy::SecretSlice<u8>;
    [] Vec<u8> => secrecy::SecretSlice<u8>;
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: ColumnType> IntoAssignment<M, T> for Expr<M, T> {
    fn into_assignment(self) -> ast::Value {
        ast::Value::Expr(self.ast)
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: ColumnType, K> IntoAssignment<M, T> for Column<M, T, K> {
    fn into_assignment(self) -> ast::Value {
        ast::Value::Expr(ast::Expr::Column(self.def))
    }
}

// What is never NULL can be given to a column that may be.
#[diagnostic::do_not_recommend]
impl<M: Model, T: ColumnType<Base = T>> IntoAssignment<M, Option<T>> for Expr<M, T> {
    fn into_assignment(self) -> ast::Value {
        ast::Value::Expr(self.ast)
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: ColumnType<Base = T>, K> IntoAssignment<M, Option<T>> for Column<M, T, K> {
    fn into_assignment(self) -> ast::Value {
        ast::Value::Expr(ast::Expr::Column(self.def))
    }
}

macro_rules! arithmetic {
    ($trait:ident, $method:ident, $op:ident) => {
        impl<M: Model, T: ColumnType, K, V: IntoOperand<M, T::Base>> $trait<V> for Column<M, T, K>
        where
            T::Base: Numeric,
        {
            type Output = Expr<M, Of<V, M, T>>;

            fn $method(self, right: V) -> Self::Output {
                Expr::new(computed(
                    BinaryOp::$op,
                    T::SQL_TYPE,
                    self.into_ast(),
                    right.into_operand(),
                ))
            }
        }

        impl<M: Model, T: ColumnType, V: IntoOperand<M, T::Base>> $trait<V> for Expr<M, T>
        where
            T::Base: Numeric,
        {
            type Output = Expr<M, Of<V, M, T>>;

            fn $method(self, right: V) -> Self::Output {
                Expr::new(computed(
                    BinaryOp::$op,
                    T::SQL_TYPE,
                    self.ast,
                    right.into_operand(),
                ))
            }
        }
    };
}

arithmetic!(Add, add, Add);
arithmetic!(Sub, sub, Sub);
arithmetic!(Mul, mul, Mul);
arithmetic!(Div, div, Div);
arithmetic!(Rem, rem, Rem);

/// An operator on numbers of a type. The server has no remainder of floating-point
/// ones: it is computed as one of decimals.
fn computed(op: BinaryOp, numbers: SqlType, left: ast::Expr, right: ast::Expr) -> ast::Expr {
    let is_float = matches!(numbers, SqlType::Float4 | SqlType::Float8);
    if op != BinaryOp::Rem || !is_float {
        return ast::Expr::binary(op, left, right);
    }
    let cast = ast::Expr::cast;
    // A bound value is a float before it is a decimal.
    let decimal = |operand| cast(cast(operand, numbers), SqlType::Numeric(None));
    cast(
        ast::Expr::binary(op, decimal(left), decimal(right)),
        numbers,
    )
}
