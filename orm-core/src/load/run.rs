//! Runs a query and collects its rows.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::Shape;
use super::collect::{self, Collect, distinct_key_arrays, ordinal};
use super::plan::{Level, Plan};
use super::spread;
use super::statement::{self, Source};
use crate::ast::{Include, Select};
use crate::decode::Cursor;
use crate::error::{ErrorKind, Result};
use crate::exec::{Exec, Params};
use crate::model::{Associate, Cardinality, Model};
use crate::schema::TableDef;
use crate::sql::{Memo, Sql};
use crate::types::Param;

/// Fetches the rows of a query with everything it includes.
pub(crate) async fn fetch<L: Send + 'static>(
    db: Exec<'_>,
    select: &Select,
    shape: &Shape<L>,
) -> Result<Vec<L>> {
    if let Some(origin) = select.origin {
        db.note(origin);
    }
    if select.includes.is_empty() {
        return fetch_flat(db, select, shape).await;
    }
    // Large: it would be part of the future of every query without includes.
    Box::pin(fetch_tree(db, select, shape)).await
}

async fn fetch_tree<L: Send + 'static>(
    db: Exec<'_>,
    select: &Select,
    shape: &Shape<L>,
) -> Result<Vec<L>> {
    let (sql, plan) = together(select);
    if spread::pays(db, &plan.root, &sql.text).is_some() {
        match fetch_spread(db, select, shape, &sql.text).await {
            // The statement below is sent once more if a connection was dead.
            Err(error) if error.kind() == ErrorKind::ConnectionLost => {}
            fetched => return fetched,
        }
    }
    let mut run = Run::new(db, shape, &plan);
    let rows = run.sql(&plan.root, &sql).await?;
    db.remember_rows(&sql.text, rows).await;
    run.separate(&plan.root, select).await?;
    run.finish()
}

/// Fetches level by level; `text` is what one statement would have been.
async fn fetch_spread<L: Send + 'static>(
    db: Exec<'_>,
    select: &Select,
    shape: &Shape<L>,
    text: &str,
) -> Result<Vec<L>> {
    let plan = Plan::spread(select);
    let unit = db.snapshot().await?;
    let mut run = Run::new(unit.exec(), shape, &plan);
    let root = run.statement(&plan.root, select, Source::Root);
    unit.begin_snapshot(root).await?;
    run.separate(&plan.root, select).await?;
    db.remember_rows(text, run.seen).await;
    let loaded = run.finish()?;
    unit.commit().await?;
    Ok(loaded)
}

/// Fetches the rows of an include for parents whose keys are given; one entry per parent.
pub(crate) async fn fetch_for<A, K, L>(
    db: Exec<'_>,
    include: &Include,
    shape: Shape<L>,
    keys: Vec<Option<A::Key>>,
) -> Result<Vec<K::Loaded<L>>>
where
    A: Associate,
    K: Cardinality,
    L: Clone + Send + Sync + 'static,
{
    let level = Plan::of_include(include, A::Owner::TABLE);
    if keys.iter().all(Option::is_none) {
        // Nothing can belong to rows without a key, nor to no rows.
        return collect::Children::<A, K, L>::new(keys, &shape, &level).attach();
    }
    let arrays = distinct_key_arrays(&keys);
    let mut run = Run {
        db: db.reading(),
        rows: Box::new(collect::Children::<A, K, L>::new(keys, &shape, &level)),
        ordinals: Vec::new(),
        root: usize::MAX,
        seen: 0,
    };
    run.statement(
        &level,
        &include.select,
        Source::Keys(include, A::Owner::TABLE, &arrays),
    )
    .await?;
    run.separate(&level, &include.select).await?;
    run.finish()
}

/// Fetches a row and says whether it is the only one; `None` where there is none.
pub(crate) async fn fetch_one<L: Send + 'static>(
    db: Exec<'_>,
    select: &Select,
    shape: &Shape<L>,
) -> Result<Option<(L, bool)>> {
    if let (true, Some(decode)) = (select.includes.is_empty(), shape.decode()) {
        if let Some(origin) = select.origin {
            db.note(origin);
        }
        let mut first = None;
        let rows = each_row(db, select, &mut |row| {
            if first.is_none() {
                first = Some(decode(&row)?);
            }
            Ok(())
        })
        .await?;
        return Ok(first.map(|row| (row, rows == 1)));
    }
    let mut rows = fetch(db, select, shape).await?;
    let only = rows.len() == 1;
    Ok(rows.pop().map(|row| (row, only)))
}

/// The rows of one table: one statement, nothing to attach.
async fn fetch_flat<L: Send + 'static>(
    db: Exec<'_>,
    select: &Select,
    shape: &Shape<L>,
) -> Result<Vec<L>> {
    if let Some(decode) = shape.decode() {
        let mut rows = Vec::new();
        each_row(db, select, &mut |row| {
            rows.push(decode(&row)?);
            Ok(())
        })
        .await?;
        return Ok(rows);
    }
    let mut rows = shape.collect(None);
    each_row(db, select, &mut |row| rows.push(0, &row)).await?;
    rows.finish()
}

/// Runs a query without includes; returns how many rows it had.
async fn each_row(
    db: Exec<'_>,
    select: &Select,
    each: &mut (dyn FnMut(tokio_postgres::Row) -> Result<()> + Send),
) -> Result<u64> {
    let sql = crate::sql::select(select);
    let db = if select.lock.is_some() {
        db
    } else {
        db.reading()
    };
    db.query_each(&sql.text, Params::from(&sql.params), each)
        .await
}

/// The one statement of a query with includes, and its plan.
fn together(select: &Select) -> (Sql<'_>, Arc<Plan>) {
    thread_local!(static TREES: RefCell<Memo<Arc<Plan>>> = Memo::new());
    TREES.with_borrow_mut(|trees| {
        trees.sql(select, |select| {
            let plan = Plan::new(select);
            let sql = statement::write(&plan.root, select, Source::Root);
            (sql, Arc::new(plan))
        })
    })
}

/// One run of a query with includes.
struct Run<'e, L> {
    db: Exec<'e>,
    rows: Box<dyn Collect<L>>,
    /// The ordinals of the root's rows.
    ordinals: Vec<i64>,
    /// The number of the root's level, whose rows the query returns.
    root: usize,
    /// How many rows have arrived.
    seen: u64,
}

impl<'e, L: Send + 'static> Run<'e, L> {
    fn new(db: Exec<'e>, shape: &Shape<L>, plan: &Plan) -> Self {
        Run {
            db: db.reading(),
            rows: shape.collect(Some(&plan.root)),
            ordinals: Vec::new(),
            root: plan.root.number,
            seen: 0,
        }
    }

    /// Runs the statement that begins at a level and takes in all of its rows.
    async fn statement(
        &mut self,
        level: &Level,
        select: &Select,
        source: Source<'_, '_>,
    ) -> Result<()> {
        self.sql(level, &statement::write(level, select, source))
            .await
            .map(drop)
    }

    /// Runs a statement that is written already; returns how many rows it had.
    async fn sql(&mut self, level: &Level, sql: &Sql<'_>) -> Result<u64> {
        let (rows, ordinals) = (&mut self.rows, &mut self.ordinals);
        let root = (level.number == self.root)
            .then_some(level.ordinal_slot)
            .flatten();
        let mut each = |row: tokio_postgres::Row| {
            let number = level_number(&row);
            if let (true, Some(slot)) = (number == self.root, root) {
                ordinals.push(ordinal(&row, slot));
            }
            rows.push(number, &row)
        };
        let seen = self
            .db
            .query_each(&sql.text, Params::from(&sql.params), &mut each)
            .await?;
        self.seen += seen;
        Ok(seen)
    }

    /// Runs the statements of the levels that asked for their own, parents first.
    fn separate<'f>(
        &'f mut self,
        level: &'f Level,
        select: &'f Select,
    ) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'f>> {
        Box::pin(async move {
            for (child, include) in level.children.iter().zip(&select.includes) {
                if child.own_statement {
                    self.separate_level(child, include, level.table).await?;
                }
                self.separate(child, &include.select).await?;
            }
            Ok(())
        })
    }

    async fn separate_level(
        &mut self,
        level: &Level,
        include: &Include,
        parents: &'static TableDef,
    ) -> Result<()> {
        let Some(keys) = self.rows.keys_for(level.number) else {
            return Ok(());
        };
        self.statement(
            level,
            &include.select,
            Source::Keys(include, parents, &keys),
        )
        .await
    }

    /// The values, the root's in the order of their ordinals.
    fn finish(self) -> Result<Vec<L>> {
        let rows = self.rows.finish()?;
        if self.ordinals.is_sorted() {
            return Ok(rows);
        }
        let mut rows: Vec<(i64, L)> = self.ordinals.into_iter().zip(rows).collect();
        rows.sort_by_key(|(ordinal, _)| *ordinal);
        Ok(rows.into_iter().map(|(_, row)| row).collect())
    }
}

/// The level that a row of a folded result belongs to: its first column.
fn level_number(row: &tokio_postgres::Row) -> usize {
    row.try_get::<_, i32>(0)
        .ok()
        .and_then(|number| usize::try_from(number).ok())
        .unwrap_or(usize::MAX)
}

/// The text of every statement a query sends, in order.
pub(crate) fn to_sql(select: &Select) -> Vec<Arc<str>> {
    if select.includes.is_empty() {
        return vec![crate::sql::select(select).text];
    }
    let (sql, plan) = together(select);
    let mut texts = vec![sql.text];
    separate_texts(&plan.root, select, &mut texts);
    texts
}

fn separate_texts(level: &Level, select: &Select, texts: &mut Vec<Arc<str>>) {
    for (child, include) in level.children.iter().zip(&select.includes) {
        if child.own_statement {
            let keys = vec![Param::Null; include.association.owner_columns.len()];
            texts.push(
                statement::write(
                    child,
                    &include.select,
                    Source::Keys(include, level.table, &keys),
                )
                .text,
            );
        }
        separate_texts(child, &include.select, texts);
    }
}

/// The server's plan for every statement a query sends that needs no result of another.
pub(crate) async fn explain(db: Exec<'_>, select: &Select) -> Result<String> {
    if select.includes.is_empty() {
        return explain_one(db, &crate::sql::select(select)).await;
    }
    let (sql, plan) = together(select);
    let Some(rows) = spread::pays(db, &plan.root, &sql.text) else {
        return explain_one(db, &sql).await;
    };
    let plan = Plan::spread(select);
    let root = explain_one(db, &statement::write(&plan.root, select, Source::Root)).await?;
    Ok(format!(
        "-- One statement per level, because there were {rows} rows last time. The first:\n{root}"
    ))
}

async fn explain_one(db: Exec<'_>, sql: &crate::sql::Sql<'_>) -> Result<String> {
    let text = format!("EXPLAIN {}", sql.text);
    let mut lines = String::new();
    db.once()
        .query_each(&text, Params::from(&sql.params), &mut |row| {
            lines.push_str(&Cursor::of_row(&row).take::<String>()?);
            lines.push('\n');
            Ok(())
        })
        .await?;
    Ok(lines)
}
