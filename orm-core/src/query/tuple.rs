//! Computed values in place of whole rows: reports.

use std::marker::PhantomData;

use super::fetch::in_model;
use super::{Expr, Expression, Filter, IntoOrder, Query};
use crate::ast::{self, Output};
use crate::decode::Cursor;
use crate::error::{Error, Result};
use crate::exec::{Exec, Executor, Params};
use crate::model::{Column, Model};
use crate::types::{ColumnType, Param};

/// What [`Query::values`] takes: an expression, or a tuple of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a selection of values of `{M}`",
    label = "expected a column or expression of `{M}`, or a tuple of them"
)]
pub trait Selection<M> {
    /// The Rust type of one row.
    type Row: Send + 'static;

    /// Adds the expressions to a statement.
    #[doc(hidden)]
    fn push_to(self, exprs: &mut Vec<ast::Expr>);

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

/// A query for computed values, from [`Query::values`].
#[must_use = "a query does nothing until it is run: end it with `.all(&db)`, `.one(&db)`, …"]
pub struct Rows<M, R> {
    select: ast::Select,
    decode: fn(&mut Cursor<'_>) -> Result<R>,
    model: PhantomData<fn() -> M>,
}

impl<M, R> Clone for Rows<M, R> {
    fn clone(&self) -> Self {
        Rows {
            select: self.select.clone(),
            decode: self.decode,
            model: PhantomData,
        }
    }
}

impl<M, R> std::fmt::Debug for Rows<M, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Rows").field(&self.select).finish()
    }
}

impl<M: Model, L: 'static, S> Query<M, L, S> {
    /// Returns these values in place of whole rows.
    pub fn values<X: Selection<M>>(mut self, selection: X) -> Rows<M, X::Row> {
        let mut exprs = Vec::new();
        selection.push_to(&mut exprs);
        self.select.output = Output::Exprs(exprs);
        self.select.includes.clear();
        Rows {
            select: self.select,
            decode: X::decode,
            model: PhantomData,
        }
    }
}

impl<M: Model, R: Send + 'static> Rows<M, R> {
    /// Folds rows that are equal in these expressions into one.
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

    /// Sorts the result.
    pub fn order_by(mut self, order: impl IntoOrder<M>) -> Self {
        order.push_to(&mut self.select.order_by);
        self
    }

    /// Returns at most `limit` rows.
    pub fn limit(mut self, limit: u32) -> Self {
        self.select.limit = Some(Param::Int8(limit.into()));
        self
    }

    /// Returns equal rows once.
    pub fn distinct(mut self) -> Self {
        self.select.distinct = ast::Distinct::Rows;
        self
    }

    /// All rows.
    ///
    /// # Errors
    /// When the statement fails or a column does not fit its type.
    pub async fn all(self, db: &dyn Executor) -> Result<Vec<R>> {
        fetch(&self.select, self.decode, db.executor())
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

    /// The SQL text of the query.
    pub fn to_sql(&self) -> String {
        crate::sql::select(&self.select).text.as_ref().into()
    }
}

async fn fetch<R: Send>(
    select: &ast::Select,
    decode: fn(&mut Cursor<'_>) -> Result<R>,
    db: Exec<'_>,
) -> Result<Vec<R>> {
    let sql = crate::sql::select(select);
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
