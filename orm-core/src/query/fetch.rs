//! The ends of a query: what sends it.

use std::collections::HashSet;

use super::select::Query;
use crate::ast::{Expr, Item, Limit, OrderBy, Output, Select};
use crate::decode::Cursor;
use crate::error::{Error, Result};
use crate::exec::{Exec, Executor, Params};
use crate::explain::QueryPlan;
use crate::key::key_text;
use crate::load::{self, Gather, Gathered, Shape};
use crate::model::Model;
use crate::refusal;
use crate::schema::{Backend, ColumnDef, TableDef};
use crate::types::{ColumnType, Param, take_param};

impl<M: Model, L: Send + 'static, S: Send> Query<M, L, S> {
    /// All rows.
    ///
    /// Without an [`order_by`](Query::order_by) they come in whatever order the
    /// server finds them in, which changes with its version, its plan and what was
    /// written before. A query with includes returns them by primary key then,
    /// and the rows of each parent too.
    ///
    /// # Errors
    /// When the query has no meaning, the statement fails, or a column does not fit its field.
    pub async fn all(self, db: &dyn Executor) -> Result<Vec<L>> {
        let mut rows = Gathered::all(&self.shape);
        run(db.executor(), &self.select, &mut rows, Wanted::Any).await?;
        Ok(rows.into_rows())
    }

    /// The one row.
    ///
    /// # Errors
    /// When there is none ([`is_not_found`](Error::is_not_found)) or more than
    /// one, beside what fails in [`all`](Self::all).
    pub async fn one(self, db: &dyn Executor) -> Result<L> {
        let mut rows = Gathered::first(&self.shape);
        run(db.executor(), &self.select, &mut rows, Wanted::One).await?;
        rows.into_first().ok_or_else(|| none_found(&self.select))
    }

    /// The one row, if there is one.
    ///
    /// # Errors
    /// When there is more than one, beside what fails in [`all`](Self::all).
    pub async fn one_or_none(self, db: &dyn Executor) -> Result<Option<L>> {
        let mut rows = Gathered::first(&self.shape);
        run(db.executor(), &self.select, &mut rows, Wanted::AtMostOne).await?;
        Ok(rows.into_first())
    }

    /// The first row in the query's order; by primary key where it has none, or by
    /// what it shows where equal rows appear once.
    ///
    /// # Errors
    /// As [`all`](Self::all).
    pub async fn first(mut self, db: &dyn Executor) -> Result<Option<L>> {
        only_first(&mut self.select);
        one_or_none(&self.select, &self.shape, db.executor()).await
    }

    /// How many rows there are: of the query itself, whatever it includes.
    ///
    /// # Errors
    /// When the statement fails.
    pub async fn count(mut self, db: &dyn Executor) -> Result<i64> {
        self.select.output = Output::Count(compared(&mut self.select));
        scalar(&mut self.select, db.executor())
            .await
            .map_err(in_model::<M>)
    }

    /// Whether there is a row.
    ///
    /// # Errors
    /// When the statement fails.
    pub async fn exists(mut self, db: &dyn Executor) -> Result<bool> {
        self.select.output = Output::Exists(compared(&mut self.select));
        scalar(&mut self.select, db.executor())
            .await
            .map_err(in_model::<M>)
    }

    /// The SQL text of the query, one line per statement.
    pub fn to_sql(&self) -> String {
        load::to_sql(Backend::Postgres, &self.select).join("\n")
    }

    /// How the database goes about the query, without running it: a value that says
    /// what is read by which index, and prints as text.
    ///
    /// ```
    /// # use orm_core::{Model, Result, exec::Executor, query::Queries};
    /// # async fn demo<Post: Model>(db: &dyn Executor) -> Result<()> {
    /// let plan = Post::query().limit(20).explain(db).await?;
    /// println!("{plan}");
    /// assert!(plan.cost().is_none_or(|cost| cost < 1e6));
    /// # Ok(()) }
    /// ```
    ///
    /// On PostgreSQL an include that is fetched [`separately`](super::Include::separate)
    /// is left out, as the plan's note says.
    ///
    /// # Errors
    /// When the query has no meaning, or the server refuses the statement.
    pub async fn explain(self, db: &dyn Executor) -> Result<QueryPlan> {
        load::explain(db.executor(), &self.select)
            .await
            .map_err(in_model::<M>)
    }

    /// The plan that the database makes if every index pays, however few rows there are:
    /// for tests that want to know whether there is an index, see
    /// [`indexed`](QueryPlan::indexed).
    ///
    /// PostgreSQL is told to avoid sequential scans for this one plan, in a transaction
    /// that is rolled back, or in a savepoint of the one that is open. SQLite takes every
    /// index that helps.
    ///
    /// # Errors
    /// As [`explain`](Self::explain).
    pub async fn explain_by_index(self, db: &dyn Executor) -> Result<QueryPlan> {
        Box::pin(load::explain_by_index(db.executor(), &self.select))
            .await
            .map_err(in_model::<M>)
    }
}

// These are compiled for every type that a program's queries return, so they are
// small: what awaits the database, `run`, does not know the type. The methods of
// `Query` do the same in their own words: a future around a future would be
// compiled for every type once more.

pub(crate) async fn all<L: Send + 'static>(
    select: &Select,
    shape: &Shape<L>,
    db: Exec<'_>,
) -> Result<Vec<L>> {
    let mut rows = Gathered::all(shape);
    run(db, select, &mut rows, Wanted::Any).await?;
    Ok(rows.into_rows())
}

/// The one row of a query, or an error that says which one was asked for.
pub(crate) async fn one<L: Send + 'static>(
    select: &Select,
    shape: &Shape<L>,
    db: Exec<'_>,
) -> Result<L> {
    let mut rows = Gathered::first(shape);
    run(db, select, &mut rows, Wanted::One).await?;
    rows.into_first().ok_or_else(|| none_found(select))
}

pub(crate) async fn one_or_none<L: Send + 'static>(
    select: &Select,
    shape: &Shape<L>,
    db: Exec<'_>,
) -> Result<Option<L>> {
    let mut rows = Gathered::first(shape);
    run(db, select, &mut rows, Wanted::AtMostOne).await?;
    Ok(rows.into_first())
}

/// Hands every row of a query over.
pub(super) async fn gather(db: Exec<'_>, select: &Select, rows: &mut dyn Gather) -> Result<()> {
    run(db, select, rows, Wanted::Any).await
}

/// How many rows a query may have.
enum Wanted {
    Any,
    One,
    AtMostOne,
}

async fn run(db: Exec<'_>, select: &Select, rows: &mut dyn Gather, wanted: Wanted) -> Result<()> {
    let found = load::run(db, select, rows).await;
    let found = found.map_err(|error| in_table(error, select.table))?;
    match (wanted, found) {
        (Wanted::One, 0) => Err(none_found(select)),
        (Wanted::One | Wanted::AtMostOne, 2..) => Err(Error::too_many_rows(select.table.model)),
        _ => Ok(()),
    }
}

pub(super) fn none_found(select: &Select) -> Error {
    Error::not_found(select.table.model, asked_key(select).unwrap_or_default())
}

/// How many rows a query has.
pub(crate) async fn count_of(select: &mut Select, db: Exec<'_>) -> Result<u64> {
    select.output = Output::Count(Vec::new());
    let count: i64 = scalar(select, db).await?;
    Ok(count.unsigned_abs())
}

/// The primary keys of rows that come back, each once: two rows may have one, where tables
/// inherit.
pub(super) struct KeysSeen {
    table: &'static TableDef,
    seen: HashSet<String>,
}

impl KeysSeen {
    pub(super) fn of(table: &'static TableDef) -> Self {
        let seen = HashSet::new();
        KeysSeen { table, seen }
    }

    /// Takes the key of a row, which comes first in it.
    pub(super) fn add(&mut self, row: &mut Cursor<'_>) -> Result<()> {
        let key = self.table.key_columns();
        let key = key.map(|column| take_param(row, column.sql_type));
        let key = key.collect::<Result<Vec<Param>>>()?;
        let text = key_text(self.table, self.table.primary_key, &key);
        self.seen.insert(text);
        Ok(())
    }

    pub(super) fn count(&self) -> usize {
        self.seen.len()
    }
}

/// How many keys the rows of a query have.
pub(crate) async fn keys_of(mut select: Select, db: Exec<'_>) -> Result<usize> {
    let key = select.table.primary_key.iter();
    select.distinct = true;
    select.output = Output::Count(key.map(|&at| Item::Column(at)).collect());
    let keys: i64 = scalar(&mut select, db).await?;
    usize::try_from(keys).map_err(|_| Error::usage("a count is not negative"))
}

/// The values of a query that decide how many rows it has: those that are
/// compared where equal rows appear once, and aggregates, which leave one.
fn compared(select: &mut Select) -> Vec<Item> {
    let decides = select.distinct || folds_rows(&select.output);
    match &mut select.output {
        Output::Items(items) if decides => std::mem::take(items),
        _ => Vec::new(),
    }
}

/// The only value of the only row of a query.
pub(super) async fn scalar<T: ColumnType>(select: &mut Select, db: Exec<'_>) -> Result<T> {
    select.includes.clear();
    select.order_by.clear();
    let sql = refusal::select(db.backend(), select)?;
    let row = db
        .reading()
        .sharing(!sql.has_raw)
        .query_opt(&sql.text, Params::from(&sql.params))
        .await?;
    let row = row.ok_or_else(|| Error::not_found(select.table.model, String::new()))?;
    Cursor::of_row(&row).take()
}

/// Makes the query return its first row. Where it has no order that is by
/// primary key, or by what it shows where equal rows appear once.
pub(crate) fn only_first(select: &mut Select) {
    if folds_rows(&select.output) {
        return;
    }
    select.limit = Some(Limit::Bound(Param::Int8(1)));
    if select.order_by.is_empty() {
        let keys: Vec<Expr> = match &select.output {
            Output::Items(items) if select.distinct => {
                items.iter().map(|item| shown(select, item)).collect()
            }
            _ => select.table.key_columns().map(Expr::Column).collect(),
        };
        select.order_by.extend(keys.into_iter().map(|expr| OrderBy {
            expr,
            descending: false,
            nulls: crate::ast::Nulls::Default,
            sorted: None,
        }));
    }
}

fn shown(select: &Select, item: &Item) -> Expr {
    match item {
        Item::Column(position) => Expr::Column(select.table.column(*position)),
        Item::Value { expr, .. } => expr.clone(),
    }
}

/// Whether aggregates leave one row of all.
fn folds_rows(output: &Output) -> bool {
    let folds = |item: &Item| matches!(item, Item::Value { expr, .. } if expr.folds_rows());
    matches!(output, Output::Items(items) if items.iter().any(folds))
}

/// The key a query asks for, in words, where it asks for exactly one that may be shown.
fn asked_key(select: &Select) -> Option<String> {
    let key: Vec<&ColumnDef> = select.table.key_columns().collect();
    match (select.filter.as_ref()?, key.as_slice()) {
        (Expr::And(parts), key) if parts.len() == key.len() => {
            let parts = parts.iter().zip(key);
            let parts: Option<Vec<String>> = parts
                .map(|(part, column)| asked_part(part, column))
                .collect();
            Some(format!("({})", parts?.join(", ")))
        }
        (only, [column]) => asked_part(only, column),
        _ => None,
    }
}

/// The value of one column of the primary key, where the expression asks for it.
fn asked_part(expr: &Expr, key: &ColumnDef) -> Option<String> {
    match expr {
        Expr::ColumnIs(column, param) if column.name == key.name => param.shown(),
        _ => None,
    }
}

/// Names the model and its fields in an error of the server.
pub(crate) fn in_model<M: Model>(error: Error) -> Error {
    in_table(error, M::TABLE)
}

/// Names the model and its fields in an error of the server.
pub(crate) fn in_table(error: Error, table: &'static TableDef) -> Error {
    error.in_table(table)
}
