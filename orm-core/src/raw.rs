//! SQL written by hand: whole statements and parts of expressions.
//!
//! The text is taken as it is, which is why every name here says raw. Values
//! are never part of it: they are bound.
//!
//! ```no_run
//! # async fn demo(db: &orm_core::exec::Db) -> orm_core::Result<()> {
//! use orm_core::raw::raw_sql;
//!
//! let busy: Vec<(String, i64)> = raw_sql(
//!     "SELECT u.full_name, count(*) FROM users u JOIN orders o ON o.user_id = u.id \
//!      WHERE o.total_in_cents >= $1 GROUP BY u.full_name",
//! )
//! .bind(10_000_i32)
//! .rows(db)
//! .await?;
//! # Ok(())
//! # }
//! ```

use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::ast::{self, Item, Output, RawPart, Select, Visible};
use crate::decode::{Cursor, Row};
use crate::error::{Error, Result};
use crate::exec::{Executor, Params};
use crate::load::Level;
use crate::model::{Column, Model};
use crate::projection::{Projecting, Projection};
use crate::query::{Expr, Filter};
use crate::types::{ColumnType, Param};

/// A statement written by hand, with its values bound.
#[must_use = "nothing is sent until a method such as `.rows(&db)` is awaited"]
pub struct RawSql {
    text: Cow<'static, str>,
    params: Vec<Param>,
}

impl std::fmt::Debug for RawSql {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RawSql")
            .field("text", &self.text)
            .field("params", &self.params)
            .finish()
    }
}

/// A statement written by hand; `$1` is the first value given to [`bind`](RawSql::bind).
pub fn raw_sql(text: impl Into<Cow<'static, str>>) -> RawSql {
    RawSql {
        text: text.into(),
        params: Vec::new(),
    }
}

impl RawSql {
    /// Binds the next value.
    pub fn bind(mut self, value: impl IntoBound) -> Self {
        self.params.push(value.into_bound());
        self
    }

    /// The rows as a model. Columns are found by name, in any order; others are ignored.
    ///
    /// # Errors
    /// When the statement fails, or a column of the model is missing or has another type.
    pub async fn models<M: Model>(self, db: &dyn Executor) -> Result<Vec<M>> {
        self.projections(db).await
    }

    /// The rows as a projection. Columns are found by the name they have in
    /// the model, computed values by the name of their field; others are ignored.
    ///
    /// # Errors
    /// When the projection holds associations, which a raw statement cannot
    /// load; when the statement fails, or a value is missing or has another type.
    pub async fn projections<P: Projection>(self, db: &dyn Executor) -> Result<Vec<P>> {
        let mut select = Select::seeing(P::Model::TABLE, Visible::every());
        let shape = P::shape(Projecting::new(&mut select));
        if !select.includes.is_empty() {
            return Err(Error::usage(
                "a raw statement returns flat rows; this projection holds associations",
            ));
        }
        let mut rows = None;
        db.executor()
            .query_each(&self.text, Params::from(&self.params), &mut |row| {
                let rows = match &mut rows {
                    Some(rows) => rows,
                    None => {
                        let slots = slots_by_name(&select, &row)?;
                        rows.insert(shape.collect(Some(&Level::flat(select.table, slots))))
                    }
                };
                rows.push(0, &row)
            })
            .await?;
        rows.map_or_else(|| Ok(Vec::new()), |rows| rows.finish())
    }

    /// The rows as tuples, column by column.
    ///
    /// # Errors
    /// When the statement fails or a column has another type.
    pub async fn rows<R: RawRow>(self, db: &dyn Executor) -> Result<Vec<R>> {
        let mut rows = Vec::new();
        db.executor()
            .query_each(&self.text, Params::from(&self.params), &mut |row| {
                rows.push(R::decode(&mut Cursor::of_row(&row))?);
                Ok(())
            })
            .await?;
        Ok(rows)
    }

    /// The first column of every row.
    ///
    /// # Errors
    /// When the statement fails or the column has another type.
    pub async fn scalars<T: ColumnType>(self, db: &dyn Executor) -> Result<Vec<T>> {
        Ok(self
            .rows::<(T,)>(db)
            .await?
            .into_iter()
            .map(|(value,)| value)
            .collect())
    }

    /// The first column of the only row.
    ///
    /// # Errors
    /// When there is no row or more than one, beside what fails in [`scalars`](Self::scalars).
    pub async fn scalar<T: ColumnType>(self, db: &dyn Executor) -> Result<T> {
        let text = self.text.clone();
        let mut values = self.scalars(db).await?;
        let problem = match (values.pop(), values.is_empty()) {
            (Some(value), true) => return Ok(value),
            (Some(_), false) => "the statement returned more than one row; use `scalars`",
            (None, _) => "the statement returned no row; use `scalars`",
        };
        Err(Error::usage(problem).after_write(db.executor().wrote_by(&text)))
    }

    /// Runs the statement and returns how many rows it wrote.
    ///
    /// # Errors
    /// When the statement fails.
    pub async fn execute(self, db: &dyn Executor) -> Result<u64> {
        db.executor()
            .execute(&self.text, Params::from(&self.params))
            .await
    }
}

/// Where the values of a model or a flat projection are in a result.
fn slots_by_name(select: &Select, result: &Row) -> Result<Arc<[u16]>> {
    let table = select.table;
    let slot = |name: &'static str| {
        let place = (0..result.len()).position(|at| result.name(at) == Some(name));
        let slot = place.and_then(|slot| u16::try_from(slot).ok());
        slot.ok_or_else(|| Error::decode(table.name.name, name, "a column of the result", "none"))
    };
    match &select.output {
        Output::Items(items) => items
            .iter()
            .map(|item| match item {
                Item::Column(position) => slot(table.column(*position).name),
                Item::Value { name, .. } => slot(name),
            })
            .collect(),
        _ => table
            .columns
            .iter()
            .map(|column| slot(column.name))
            .collect(),
    }
}

/// A row of a raw statement: a tuple of column types.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a row of a raw statement",
    label = "expected a tuple of column types",
    note = "for a model use `.models(&db)`, for a single value `.scalar(&db)`"
)]
pub trait RawRow: Sized + Send {
    /// Reads one row.
    ///
    /// # Errors
    /// When a column has another type.
    #[doc(hidden)]
    fn decode(row: &mut Cursor<'_>) -> Result<Self>;
}

macro_rules! tuples {
    ($($($name:ident)+;)+) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($name: ColumnType),+> RawRow for ($($name,)+) {
            fn decode(row: &mut Cursor<'_>) -> Result<Self> {
                Ok(($(row.take::<$name>()?,)+))
            }
        }
    )+};
}

tuples! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
    A B C D E F G;
    A B C D E F G H;
}

/// A condition or value written by hand, with its values bound where they stand.
///
/// Names in it are the database's. A column written as text is what the server
/// takes it for: inside a subquery of the text, one of the inner table, if that
/// has a column of the name. [`column`](RawExpr::column) names a column of `M` and
/// [`outer`](RawExpr::outer) one of the model around it so that nothing can come
/// between.
///
/// ```
/// # use orm_core::model::Column;
/// # use orm_core::query::Order;
/// # fn demo<M: orm_core::Model, K>(id: Column<M, i32, K>) -> Order<M> {
/// use orm_core::query::Expression;
/// use orm_core::raw::raw_expr;
///
/// // With `id` in the text it would be the payments' own.
/// raw_expr("(SELECT max(paid_at) FROM payments WHERE order_id = ")
///     .column(id)
///     .raw(")")
///     .value::<Option<i64>>()
///     .desc()
/// # }
/// ```
///
/// Behind ORDER BY and GROUP BY the server takes a text that is nothing but a
/// number for a position, and one that is nothing but a name for a shown value first.
#[must_use = "nothing happens until a query takes the filter or expression"]
pub struct RawExpr<M> {
    parts: Vec<RawPart>,
    model: PhantomData<fn() -> M>,
}

impl<M> std::fmt::Debug for RawExpr<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("RawExpr").field(&self.parts).finish()
    }
}

/// Begins a condition or value written by hand.
///
/// ```
/// # fn demo<M: orm_core::Model>() -> orm_core::query::Filter<M> {
/// use orm_core::raw::raw_expr;
///
/// raw_expr("to_tsvector('english', description) @@ plainto_tsquery(").bind("red shoes").raw(")").filter()
/// # }
/// ```
pub fn raw_expr<M>(text: impl Into<Cow<'static, str>>) -> RawExpr<M> {
    RawExpr {
        parts: vec![RawPart::Text(text.into())],
        model: PhantomData,
    }
}

impl<M> RawExpr<M> {
    /// Continues with a bound value.
    pub fn bind(mut self, value: impl IntoBound) -> Self {
        self.parts.push(RawPart::Param(value.into_bound()));
        self
    }

    /// Continues with a column of `M`, written with its table.
    pub fn column<T, K>(mut self, column: Column<M, T, K>) -> Self {
        self.parts.push(RawPart::Column(column.def));
        self
    }

    /// Continues with a column of the model around: inside a condition or value on
    /// an association, such as `User::orders.any(..)`, one of the association's owner.
    ///
    /// It is the nearest such model around `M`. Where there is none, the query is refused
    /// before it is sent.
    ///
    /// ```
    /// # use orm_core::model::{Associate, Association, Column};
    /// # use orm_core::query::Filter;
    /// # fn demo<A: Associate, K, L>(
    /// #     orders: Association<A>,
    /// #     total: Column<A::Target, i32, K>,
    /// #     limit: Column<A::Owner, i32, L>,
    /// # ) -> Filter<A::Owner> {
    /// use orm_core::raw::raw_expr;
    ///
    /// // Users who have an order beyond their own limit.
    /// orders.any(raw_expr("").column(total).raw(" > ").outer(limit).filter())
    /// # }
    /// ```
    pub fn outer<N: Model, T, K>(mut self, column: Column<N, T, K>) -> Self {
        self.parts.push(RawPart::Enclosing(N::TABLE, column.def));
        self
    }

    /// Continues with text.
    pub fn raw(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.parts.push(RawPart::Text(text.into()));
        self
    }

    /// The text as a condition.
    pub fn filter(self) -> Filter<M> {
        Filter::new(ast::Expr::Raw(self.parts))
    }

    /// The text as a value of the type `T`.
    pub fn value<T: ColumnType>(self) -> Expr<M, T> {
        Expr::new(ast::Expr::Raw(self.parts))
    }
}

/// A value that can be bound: any column type, or `&str`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no value that can be bound",
    label = "not a value",
    note = "bind a value of a type of the list in the documentation of `orm::types`; a column is written by `.column(..)`, one of the rows around by `.outer(..)`"
)]
pub trait IntoBound {
    /// The value as a parameter.
    #[doc(hidden)]
    fn into_bound(self) -> Param;
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> IntoBound for T {
    fn into_bound(self) -> Param {
        self.into_param()
    }
}

impl IntoBound for &str {
    fn into_bound(self) -> Param {
        Param::Text(self.to_owned())
    }
}
