//! Runs a query and collects its rows.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::Shape;
use super::collect::{self, distinct_key_arrays, ordinal};
use super::gather::{Belonging, Gather};
use super::plan::{Folding, Level, Plan};
use super::spread;
use super::statement::{self, Source};
use crate::ast::{Fingerprint, Include, Named, Select, Shaped};
use crate::error::{ErrorKind, Result};
use crate::exec::{Exec, Params};
use crate::model::{Associate, Cardinality, Model as _};
use crate::refusal;
use crate::schema::{Backend, TableDef};
use crate::sql::{Memo, Sql, dialect};
use crate::types::Param;

/// Runs a query with everything it includes; returns how many rows it has.
pub(crate) async fn run(db: Exec<'_>, select: &Select, rows: &mut dyn Gather) -> Result<u64> {
    if let Some(origin) = select.origin {
        db.note(origin);
    }
    if select.includes.is_empty() {
        return run_flat(db, select, rows).await;
    }
    refusal::judge(db.backend(), select)?;
    // Large: it would be part of the future of every query without includes.
    let tree = run_tree(db, select, rows);
    db.within("tree", select.table.model, Box::pin(tree)).await
}

/// One table: one statement, nothing to attach.
async fn run_flat(db: Exec<'_>, select: &Select, rows: &mut dyn Gather) -> Result<u64> {
    let sql = refusal::select(db.backend(), select)?;
    let db = if select.lock.is_some() {
        db
    } else {
        db.reading().sharing(!sql.has_raw)
    };
    rows.begin(None);
    let mut each = |row| rows.push(0, &row);
    db.query_each(&sql.text, Params::from(&sql.params), &mut each)
        .await?;
    rows.finish(Vec::new())
}

async fn run_tree(db: Exec<'_>, select: &Select, rows: &mut dyn Gather) -> Result<u64> {
    let (sql, plan) = planned(db.backend(), select);
    if !dialect(db.backend()).folds_levels() && !db.in_transaction() {
        return run_levels(db, select, &plan, &sql, rows)
            .await
            .map(|it| it.0);
    }
    if spread::pays(db, &plan.root, &sql.text).is_some() {
        match run_spread(db, select, rows, &sql.text).await {
            // The statement below is sent once more if a connection was dead.
            Err(error) if error.kind() == ErrorKind::ConnectionLost => {}
            fetched => return fetched,
        }
    }
    let mut run = Run::new(db, rows, &plan.root, &select.named);
    let seen = run.sql(&plan.root, &sql).await?;
    db.remember_rows(&sql.text, seen);
    run.separate(&plan.root, select).await?;
    run.finish()
}

/// Runs a query level by level; `text` is what one statement would have been.
async fn run_spread(
    db: Exec<'_>,
    select: &Select,
    rows: &mut dyn Gather,
    text: &str,
) -> Result<u64> {
    let plan = Plan::new(select, Folding::WhereAskedFor);
    let root = statement::write(
        db.backend(),
        &select.named,
        &plan.root,
        select,
        Source::Root,
    );
    let (rows, seen) = run_levels(db, select, &plan, &root, rows).await?;
    db.remember_rows(text, seen);
    Ok(rows)
}

/// Runs the statements of a plan in one snapshot, the root's first; returns how
/// many rows the query has, and how many were sent.
async fn run_levels(
    db: Exec<'_>,
    select: &Select,
    plan: &Plan,
    root: &Sql<'_>,
    rows: &mut dyn Gather,
) -> Result<(u64, u64)> {
    let snapshot = db.snapshot().await?;
    let mut run = Run {
        last: Some(plan.root.last_statement()),
        ..Run::new(snapshot.exec(), rows, &plan.root, &select.named)
    };
    snapshot.begin(run.sql(&plan.root, root)).await?;
    run.separate(&plan.root, select).await?;
    let seen = run.seen;
    let rows = run.finish()?;
    snapshot.end().await?;
    Ok((rows, seen))
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
    refusal::judge_include(db.backend(), include)?;
    let level = Plan::of_include(include, A::Owner::TABLE, usual(db.backend()));
    // Nothing can belong to rows without a key, nor to no rows.
    let arrays = keys
        .iter()
        .any(Option::is_some)
        .then(|| distinct_key_arrays(&keys));
    let children = collect::Children::<A, K, L>::new(keys, &shape, &level);
    let mut rows = Belonging::new(children);
    let running = run_for(db, include, A::Owner::TABLE, &level, arrays, &mut rows);
    match include.select.includes.is_empty() {
        true => running.await?,
        false => {
            let tree = Box::pin(running);
            db.within("tree", include.select.table.model, tree).await?;
        }
    }
    Ok(rows.into_rows())
}

/// Runs the statements of an include for parents whose keys are given.
async fn run_for(
    db: Exec<'_>,
    include: &Include,
    parents: &'static TableDef,
    level: &Level,
    keys: Option<Vec<Param>>,
    rows: &mut dyn Gather,
) -> Result<()> {
    let Some(keys) = keys else {
        return rows.finish(Vec::new()).map(drop);
    };
    let mut run = Run {
        root: usize::MAX,
        ..Run::new(db, rows, level, &include.select.named)
    };
    run.of_keys(level, include, parents, &keys).await?;
    run.separate(level, &include.select).await?;
    run.finish().map(drop)
}

/// The first statement of a query with includes, often its only one, and its plan.
pub(super) fn planned(backend: Backend, select: &Select) -> (Sql<'_>, Arc<Plan>) {
    thread_local!(static TREES: RefCell<Memo<Arc<Plan>>> = Memo::new());
    TREES.with_borrow_mut(|trees| {
        trees.sql(backend, select, |select| {
            let plan = Plan::new(select, usual(backend));
            let sql = statement::write(backend, &select.named, &plan.root, select, Source::Root);
            (sql, Arc::new(plan))
        })
    })
}

/// How a kind of database is asked for a tree, unless something else is known.
fn usual(backend: Backend) -> Folding {
    match dialect(backend).folds_levels() {
        true => Folding::Usual,
        false => Folding::Never,
    }
}

/// What a level is asked whose parents were fetched before.
struct OfKeys<'a> {
    named: &'a [Named],
    include: &'a Include,
    parents: &'static TableDef,
    keys: &'a [Param],
}

impl OfKeys<'_> {
    /// The statement. That of a level alone does not depend on where in a tree it
    /// stands, so its text is kept.
    fn sql<'a>(&'a self, backend: Backend, level: &Level) -> Sql<'a> {
        thread_local!(static LEVELS: RefCell<Memo<()>> = Memo::new());
        let write = |it: &'a OfKeys<'a>| {
            let source = Source::Keys(it.include, it.parents, it.keys);
            statement::write(backend, it.named, level, &it.include.select, source)
        };
        if !level.is_alone() {
            return write(self);
        }
        LEVELS.with_borrow_mut(|texts| texts.sql(backend, self, |it| (write(it), ())).0)
    }
}

impl Shaped for OfKeys<'_> {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        let OfKeys {
            named,
            include,
            parents,
            keys,
        } = self;
        to.each(named);
        include.shape(to);
        to.descriptor(*parents);
        to.values(keys);
    }
}

/// One run of a query with includes.
struct Run<'e, 'r> {
    db: Exec<'e>,
    rows: &'r mut dyn Gather,
    /// The ordinals of the root's rows.
    ordinals: Vec<i64>,
    /// The number of the root's level, whose rows the query returns.
    root: usize,
    /// How many rows have arrived.
    seen: u64,
    /// The number of the level whose statement ends the snapshot.
    last: Option<usize>,
    /// What each of its statements has a name for.
    named: &'e [Named],
}

impl<'e, 'r> Run<'e, 'r> {
    fn new(db: Exec<'e>, rows: &'r mut dyn Gather, root: &Level, named: &'e [Named]) -> Self {
        rows.begin(Some(root));
        Run {
            db: db.reading(),
            rows,
            ordinals: Vec::new(),
            root: root.number,
            seen: 0,
            last: None,
            named,
        }
    }

    /// Runs the statement that begins at a level whose rows belong to parents that
    /// were fetched before, and takes in all of its rows.
    async fn of_keys(
        &mut self,
        level: &Level,
        include: &Include,
        parents: &'static TableDef,
        keys: &[Param],
    ) -> Result<()> {
        let asked = OfKeys {
            named: self.named,
            include,
            parents,
            keys,
        };
        let sql = asked.sql(self.db.backend(), level);
        self.sql(level, &sql).await.map(drop)
    }

    /// Runs a statement that is written already; returns how many rows it had.
    async fn sql(&mut self, level: &Level, sql: &Sql<'_>) -> Result<u64> {
        let (rows, ordinals) = (&mut self.rows, &mut self.ordinals);
        let root = (level.number == self.root)
            .then_some(level.ordinal_slot)
            .flatten();
        let only = level.is_alone().then_some(level.number);
        let mut each = |row: crate::decode::Row| {
            let number = only.unwrap_or_else(|| level_number(&row));
            if let (true, Some(slot)) = (number == self.root, root) {
                ordinals.push(ordinal(&row, slot));
            }
            rows.push(number, &row)
        };
        let ends = self.last == Some(level.number);
        let db = self.db.sharing(!sql.has_raw).ending(ends);
        let seen = db
            .query_each(&sql.text, Params::from(&sql.params), &mut each)
            .await;
        let seen = seen.map_err(|error| super::blame::named(error, level, &sql.text))?;
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
        self.of_keys(level, include, parents, &keys).await
    }

    /// Hands the root's rows over in the order of their ordinals.
    fn finish(self) -> Result<u64> {
        if self.ordinals.is_sorted() {
            return self.rows.finish(Vec::new());
        }
        let mut order: Vec<u32> = (0..).take(self.ordinals.len()).collect();
        order.sort_by_key(|&place| self.ordinals[place as usize]);
        self.rows.finish(order)
    }
}

/// The level that a row of a folded result belongs to: its first column.
fn level_number(row: &crate::decode::Row) -> usize {
    let number = row
        .integer(0)
        .and_then(|number| usize::try_from(number).ok());
    number.unwrap_or(usize::MAX)
}

/// The text of every statement a query sends to a kind of database, in order.
pub(crate) fn to_sql(backend: Backend, select: &Select) -> Vec<Arc<str>> {
    if select.includes.is_empty() {
        return vec![crate::sql::select(backend, select).text];
    }
    let (sql, plan) = planned(backend, select);
    let mut texts = vec![sql.text];
    let mut levels = Vec::new();
    own_statements(&plan.root, select, &mut levels);
    for (child, include, parents) in levels {
        let keys = vec![Param::Null; include.association.owner_columns.len()];
        let source = Source::Keys(include, parents, &keys);
        texts.push(statement::write(backend, &select.named, child, &include.select, source).text);
    }
    texts
}

/// The levels below one that have a statement of their own, each with its include and the
/// table of its parents.
pub(super) fn own_statements<'p>(
    level: &'p Level,
    select: &'p Select,
    found: &mut Vec<(&'p Level, &'p Include, &'static TableDef)>,
) {
    for (child, include) in level.children.iter().zip(&select.includes) {
        if child.own_statement {
            found.push((child, include, level.table));
        }
        own_statements(child, &include.select, found);
    }
}
