//! Computed values in place of whole rows: reports.

use std::marker::PhantomData;

use super::fetch::in_model;
use super::{Expr, Expression, Filter, IntoOrder, Query};
use crate::ast::{self, Output, SetOp};
use crate::decode::Cursor;
use crate::error::{Error, Result};
use crate::exec::{Exec, Executor, Params};
use crate::explain::QueryPlan;
use crate::load;
use crate::model::{Column, Model};
use crate::refusal::{self, folds_rows};
use crate::schema::{Backend, SqlType};
use crate::types::{ColumnType, Param};

/// What [`Query::values`] takes: an expression, or a tuple of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a selection of values of `{M}`",
    label = "expected a column or expression of `{M}`, or a tuple of them",
    note = "`row_number()` and `rank()` are values once they have an `.over(partition_by, order_by)`"
)]
pub trait Selection<M> {
    /// The Rust type of one row.
    type Row: Send + 'static;

    /// Adds the expressions to a statement.
    #[doc(hidden)]
    fn push_to(self, exprs: &mut Vec<ast::Expr>);

    /// Adds the types of the expressions.
    #[doc(hidden)]
    fn types(types: &mut Vec<SqlType>);

    /// Reads one row.
    ///
    /// # Errors
    /// When a column does not fit its type.
    #[doc(hidden)]
    fn decode(row: &mut Cursor<'_>) -> Result<Self::Row>;
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: ColumnType, K> Selection<M> for Column<M, T, K> {
    type Row = T;

    fn push_to(self, exprs: &mut Vec<ast::Expr>) {
        exprs.push(self.into_ast());
    }

    fn types(types: &mut Vec<SqlType>) {
        types.push(T::SQL_TYPE);
    }

    fn decode(row: &mut Cursor<'_>) -> Result<T> {
        row.take()
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: ColumnType> Selection<M> for Expr<M, T> {
    type Row = T;

    fn push_to(self, exprs: &mut Vec<ast::Expr>) {
        exprs.push(self.ast);
    }

    fn types(types: &mut Vec<SqlType>) {
        types.push(T::SQL_TYPE);
    }

    fn decode(row: &mut Cursor<'_>) -> Result<T> {
        row.take()
    }
}

macro_rules! tuples {
    ($($name:ident)+) => {
        #[diagnostic::do_not_recommend]
        impl<M, $($name: Selection<M>),+> Selection<M> for ($($name,)+) {
            type Row = ($($name::Row,)+);

            fn push_to(self, exprs: &mut Vec<ast::Expr>) {
                #[allow(non_snake_case)] // the type parameters name the parts
                let ($($name,)+) = self;
                $($name.push_to(exprs);)+
            }

            fn types(types: &mut Vec<SqlType>) {
                $($name::types(types);)+
            }

            fn decode(row: &mut Cursor<'_>) -> Result<Self::Row> {
                Ok(($($name::decode(row)?,)+))
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
tuples!(A B C D E F G);
tuples!(A B C D E F G H);
tuples!(A B C D E F G H I);
tuples!(A B C D E F G H I J);
tuples!(A B C D E F G H I J K);
tuples!(A B C D E F G H I J K L);

/// A query for computed values, from [`Query::values`].
#[must_use = "a query does nothing until it is run: end it with `.all(&db)`, `.one(&db)`, …"]
pub struct Rows<M, R, S = Single> {
    select: ast::Select,
    types: fn(&mut Vec<SqlType>),
    decode: fn(&mut Cursor<'_>) -> Result<R>,
    model: PhantomData<fn() -> (M, S)>,
}

/// The values are those of one query.
#[derive(Debug)]
pub enum Single {}

/// The values are those of several queries, put together: by [`Rows::union`] and its like.
#[derive(Debug)]
pub enum Combined {}

impl<M, R, S> Clone for Rows<M, R, S> {
    fn clone(&self) -> Self {
        Rows {
            select: self.select.clone(),
            types: self.types,
            decode: self.decode,
            model: PhantomData,
        }
    }
}

impl<M, R, S> std::fmt::Debug for Rows<M, R, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Rows").field(&self.select).finish()
    }
}

impl<M: Model, L: 'static, S> Query<M, L, S> {
    /// Returns these values in place of whole rows.
    ///
    /// What is asked before chooses the rows, what is asked after is about the
    /// values: `limit(10).values(count())` counts at most ten rows, and
    /// `values(..).group_by(..).limit(10)` returns at most ten groups. The same
    /// holds for `offset`, and for windows, which see the chosen rows alone. An
    /// `order_by` before decides which rows a limit leaves and sorts the values
    /// too, where one row still makes one; with a limit before, the order of groups
    /// is asked for after.
    ///
    /// `distinct` always means equal values, so it stands after where a limit
    /// stands before.
    pub fn values<X: Selection<M>>(mut self, selection: X) -> Rows<M, X::Row> {
        let mut exprs = Vec::new();
        selection.push_to(&mut exprs);
        self.select.includes.clear();
        let mut select = if self.select.is_limited() {
            self.select.output = Output::Model;
            ast::Select::from(self.select)
        } else {
            self.select
        };
        select.output = Output::Exprs(exprs);
        Rows {
            select,
            types: X::types,
            decode: X::decode,
            model: PhantomData,
        }
    }
}

/// Leaves out what the result does not need: a query inside for rows that are
/// shown one by one, an order of a single row.
fn settle(mut select: ast::Select) -> ast::Select {
    if !select.combined.is_empty() {
        return select;
    }
    let folds = folds_rows(&select);
    // What sorts must not make the one row of rows that are shown as they are.
    let is_one_row = select
        .values()
        .iter()
        .chain(&select.having)
        .any(ast::Expr::folds_rows);
    if is_one_row && select.group_by.is_empty() {
        select.order_by.clear();
    }
    let Some(mut from) = select.from.take() else {
        return select;
    };
    let is_row_by_row = |expr: &ast::Expr| !expr.has_window() && !expr.has_raw();
    let asks_nothing = !folds
        && !from.distinct
        && !select.distinct
        && !select.is_limited()
        && select.order_by.is_empty()
        && select.values().iter().all(is_row_by_row);
    if asks_nothing {
        from.output = select.output;
        from.named = select.named;
        return *from;
    }
    if !folds && !select.distinct {
        select.order_by.extend(from.order_by.iter().cloned());
    }
    select.from = Some(from);
    select
}

impl<M: Model, R: Send + 'static> Rows<M, R> {
    /// Folds rows that are equal in these expressions into one. An expression
    /// is known again wherever it stands: in the values, in
    /// [`having`](Self::having), in an order.
    pub fn group_by(mut self, terms: impl IntoOrder<M>) -> Self {
        let mut order = Vec::new();
        terms.push_to(&mut order);
        self.select
            .group_by
            .extend(order.into_iter().map(|term| term.expr));
        self
    }

    /// Keeps only the groups that pass a filter over aggregates.
    pub fn having(mut self, filter: Filter<M>) -> Self {
        self.select.having = Some(match self.select.having.take() {
            Some(existing) => existing.and(filter.ast),
            None => filter.ast,
        });
        self
    }

    /// Returns equal rows once. They can be sorted by what they show, and by nothing else.
    pub fn distinct(mut self) -> Self {
        self.select.distinct = true;
        self
    }
}

impl<M: Model, R: Send + 'static, S> Rows<M, R, S> {
    /// The rows of either query, equal ones once: `UNION`.
    ///
    /// The other query may be of another model; its values have the same types in the
    /// same places; where one of them may be NULL, the other query says so too,
    /// `.cast::<Option<i32>>()`. Two NULLs are equal. An order and a limit that a query has stay its
    /// own; what is asked behind is about all rows, which are sorted by what the first
    /// query shows. Steps are taken one after the other: `a.union(b).except(c)` leaves
    /// out of both what `c` has.
    ///
    /// Whole rows are found by what a key is among:
    /// `User::query().filter(User::id.in_subquery(a.union(b)))`.
    ///
    /// ```
    /// # use orm_core::model::Column;
    /// # use orm_core::{Model, Result, exec::Executor, query::Queries};
    /// # async fn demo<User: Model, Supplier: Model, K: Copy, L: Copy>(
    /// #     db: &dyn Executor,
    /// #     email: Column<User, String, K>,
    /// #     contact: Column<Supplier, String, L>,
    /// # ) -> Result<()> {
    /// use orm_core::prelude::*;
    ///
    /// // Everyone to write to, each address once.
    /// let users = User::query().values(email);
    /// let suppliers = Supplier::query().values(contact);
    /// let addresses: Vec<String> = users.union(suppliers).order_by(email).all(db).await?;
    /// # Ok(()) }
    /// ```
    pub fn union<N: Model, T>(self, other: Rows<N, R, T>) -> Rows<M, R, Combined> {
        self.combined(SetOp::Union, other)
    }

    /// The rows of both queries, each as often as it is there: `UNION ALL`; see
    /// [`union`](Self::union).
    pub fn union_all<N: Model, T>(self, other: Rows<N, R, T>) -> Rows<M, R, Combined> {
        self.combined(SetOp::UnionAll, other)
    }

    /// The rows that both queries have, each once: `INTERSECT`; see
    /// [`union`](Self::union).
    pub fn intersect<N: Model, T>(self, other: Rows<N, R, T>) -> Rows<M, R, Combined> {
        self.combined(SetOp::Intersect, other)
    }

    /// The rows of this query that the other one does not have, each once: `EXCEPT`; see
    /// [`union`](Self::union).
    pub fn except<N: Model, T>(self, other: Rows<N, R, T>) -> Rows<M, R, Combined> {
        self.combined(SetOp::Except, other)
    }

    fn combined<N: Model, T>(self, op: SetOp, other: Rows<N, R, T>) -> Rows<M, R, Combined> {
        let mut types = Vec::new();
        (self.types)(&mut types);
        let (first, other) = (settle(self.select), settle(other.select));
        Rows {
            select: first.combined_with(op, other, &types),
            types: self.types,
            decode: self.decode,
            model: PhantomData,
        }
    }

    /// Sorts the result; what several queries show is sorted by expressions that the
    /// first of them shows.
    pub fn order_by(mut self, order: impl IntoOrder<M>) -> Self {
        let mut terms = Vec::new();
        order.push_to(&mut terms);
        if !self.select.combined.is_empty() {
            self.select.sort_places(&mut terms);
        }
        self.select.order_by.extend(terms);
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

    pub(super) fn naming(mut self, named: ast::Named) -> Self {
        self.select.named.push(named);
        self
    }

    /// What is sent, and how a row of it is read.
    pub(super) fn settled(self) -> (ast::Select, fn(&mut Cursor<'_>) -> Result<R>) {
        (settle(self.select), self.decode)
    }

    /// All rows; without an [`order_by`](Self::order_by), in whatever order the
    /// server finds them.
    ///
    /// # Errors
    /// When the query has no meaning (a column beside aggregates that is not
    /// grouped by, distinct or combined rows sorted by what they do not show), the statement
    /// fails, or a column does not fit its type.
    pub async fn all(self, db: &dyn Executor) -> Result<Vec<R>> {
        let select = settle(self.select);
        fetch(&select, self.decode, db.executor())
            .await
            .map_err(in_model::<M>)
    }

    /// The one row.
    ///
    /// # Errors
    /// When there is none or more than one, beside what fails in [`all`](Self::all).
    pub async fn one(self, db: &dyn Executor) -> Result<R> {
        let found = self.one_or_none(db).await?;
        found.ok_or_else(|| Error::not_found(M::TABLE.model, ""))
    }

    /// The one row, if there is one.
    ///
    /// # Errors
    /// When there is more than one, beside what fails in [`all`](Self::all).
    pub async fn one_or_none(self, db: &dyn Executor) -> Result<Option<R>> {
        let mut rows = self.all(db).await?;
        if rows.len() > 1 {
            return Err(Error::too_many_rows(M::TABLE.model));
        }
        Ok(rows.pop())
    }

    /// How the database goes about the query, without running it: see
    /// [`Query::explain`].
    ///
    /// # Errors
    /// When the query has no meaning, or the server refuses the statement.
    pub async fn explain(self, db: &dyn Executor) -> Result<QueryPlan> {
        let select = settle(self.select);
        let plan = load::explain(db.executor(), &select).await;
        plan.map_err(in_model::<M>)
    }

    /// The plan if every index pays: see [`Query::explain_by_index`].
    ///
    /// # Errors
    /// As [`explain`](Self::explain).
    pub async fn explain_by_index(self, db: &dyn Executor) -> Result<QueryPlan> {
        let select = settle(self.select);
        let plan = Box::pin(load::explain_by_index(db.executor(), &select)).await;
        plan.map_err(in_model::<M>)
    }

    /// The SQL text of the query.
    pub fn to_sql(&self) -> String {
        let select = settle(self.select.clone());
        crate::sql::select(Backend::Postgres, &select)
            .text
            .as_ref()
            .into()
    }
}

async fn fetch<R: Send>(
    select: &ast::Select,
    decode: fn(&mut Cursor<'_>) -> Result<R>,
    db: Exec<'_>,
) -> Result<Vec<R>> {
    let sql = refusal::select(db.backend(), select)?;
    let mut rows = Vec::new();
    db.reading()
        .sharing(!sql.has_raw)
        .query_each(&sql.text, Params::from(&sql.params), &mut |row| {
            rows.push(decode(&mut Cursor::of_row(&row))?);
            Ok(())
        })
        .await?;
    Ok(rows)
}
