//! Statements that compile and have no meaning. Every statement with conditions
//! or values of the program passes here on its way to the server; what the server
//! would refuse, or answer otherwise than asked, is refused before anything is
//! sent, with what to write instead.
//!
//! [`depth`] counts levels, [`place`] knows where aggregates and windows may stand, [`group`] which values a
//! group has, [`sets`] how rows of several queries go together, [`scope`] which rows are around and which queries have a name, [`typed`] what a column's type cannot be asked, [`lacking`] what a kind of
//! database cannot do, [`home`] which models it cannot hold.

mod depth;
mod group;
mod home;
mod lacking;
mod place;
mod scope;
mod sets;
mod typed;

pub(crate) use group::folds_rows;
pub(crate) use home::judge_join;

use std::borrow::Cow;

use crate::ast::{
    Assignment, Conflict, Delete, Expr, Follow, Include, Insert, Output, RemoveRows, Select,
    Update, UpdateRows, Value, Visible,
};
use crate::error::{Error, Result};
use crate::schema::{Backend, TableDef};
use crate::sql::{self, Sql};
use place::Place;
use scope::Scope;

/// The text and values of a query without includes, if it has a meaning.
pub(crate) fn select(backend: Backend, select: &Select) -> Result<Sql<'_>> {
    judge(backend, select)?;
    Ok(sql::select(backend, select))
}

/// The text and values of a query for rows and what follows from them, if it has a meaning.
pub(crate) fn follow(backend: Backend, follow: &Follow) -> Result<Sql<'_>> {
    let mut asked = Select::seeing(follow.table, follow.visible.clone());
    asked.named.clone_from(&follow.named);
    asked.filter = Some(Expr::all_of(follow.conditions().cloned()));
    asked.order_by.clone_from(&follow.order_by);
    judge(backend, &asked)?;
    asked = follow.roots.clone();
    asked.named.clone_from(&follow.named);
    judge(backend, &asked)?;
    if let Some(join) = &follow.association.through {
        home::judge_join_rows(join, &follow.joined, backend)?;
        place::join_rows(join, &follow.joined)?;
        scope::followed(follow)?;
        lacking::joined(backend, join, &follow.joined)?;
    }
    Ok(sql::follow(backend, follow))
}

/// The text and values of an insert, if the database can hold its model.
pub(crate) fn insert(backend: Backend, insert: &Insert) -> Result<Sql<'_>> {
    home::judge_model(insert.table, backend)?;
    if let Some(conflict) = &insert.conflict {
        judge_seen(backend, insert.table, &conflict.visible)?;
        judge_conflict(backend, insert.table, conflict)?;
    }
    Ok(sql::insert(backend, insert))
}

/// Refuses to fill the table of a model that the database cannot hold.
pub(crate) fn judge_table(backend: Backend, table: &'static TableDef) -> Result<()> {
    home::judge_model(table, backend)
}

/// The text and values of an update, if it has a meaning.
pub(crate) fn update(backend: Backend, update: &Update) -> Result<Sql<'_>> {
    judge_seen(backend, update.table, &update.visible)?;
    judge_rows(backend, update.table, update.filter.as_ref(), &update.set)?;
    Ok(sql::update(backend, update))
}

/// The text and values of an update of many rows, if the database can hold its model.
pub(crate) fn update_rows(backend: Backend, update: &UpdateRows) -> Result<Sql<'_>> {
    home::judge_model(update.rows.table, backend)?;
    judge_seen(backend, update.rows.table, &update.rows.visible)?;
    Ok(sql::update_rows(backend, update))
}

/// The text and values of a removal of many rows, if it has a meaning.
pub(crate) fn remove_rows(backend: Backend, remove: &RemoveRows) -> Result<Sql<'_>> {
    judge_seen(backend, remove.rows.table, &remove.rows.visible)?;
    judge_rows(backend, remove.rows.table, None, &remove.set)?;
    Ok(sql::remove_rows(backend, remove))
}

/// The text and values of a delete, if it has a meaning.
pub(crate) fn delete(backend: Backend, delete: &Delete) -> Result<Sql<'_>> {
    judge_seen(backend, delete.table, &delete.visible)?;
    judge_rows(backend, delete.table, delete.filter.as_ref(), &[])?;
    Ok(sql::delete(backend, delete))
}

/// Refuses a query without a meaning, and what a database lacks.
pub(crate) fn judge(backend: Backend, select: &Select) -> Result<()> {
    depth::query(select)?;
    home::judge_query(select, backend)?;
    query(select, Level::Root)?;
    scope::query(select, &mut Scope::default())?;
    lacking::query(backend, select)
}

/// Refuses what is to be loaded for rows that are there, where it has no meaning.
pub(crate) fn judge_include(backend: Backend, include: &Include) -> Result<()> {
    depth::include(include)?;
    home::judge_include(include, backend)?;
    join_rows(include)?;
    owner(include)?;
    query(&include.select, Level::Below)?;
    scope::include(include)?;
    lacking::include(backend, include)
}

/// Refuses a default scope without a meaning.
fn judge_seen(backend: Backend, table: &'static TableDef, visible: &Visible) -> Result<()> {
    let mut tests = visible.tests();
    tests.try_for_each(|test| judge_rows(backend, table, Some(test), &[]))
}

/// Refuses an update or a delete without a meaning.
pub(crate) fn judge_rows(
    backend: Backend,
    table: &'static TableDef,
    filter: Option<&Expr>,
    set: &[Assignment],
) -> Result<()> {
    depth::filter(filter, table)?;
    depth::values(set, table)?;
    home::judge_write(table, filter, backend)?;
    let judged = filter.map_or(Ok(()), |filter| place::judge(table, filter, Place::FILTER));
    judged?;
    filter.map_or(Ok(()), |it| scope::expr(table, it, &mut Scope::default()))?;
    for assignment in set {
        if let Value::Expr(value) = &assignment.value {
            place::judge(table, value, Place::NEW_VALUE)?;
            scope::expr(table, value, &mut Scope::default())?;
        }
    }
    lacking::write(backend, table, filter, set)
}

/// Refuses what an existing row is overwritten with, where it has no meaning.
fn judge_conflict(backend: Backend, table: &'static TableDef, conflict: &Conflict) -> Result<()> {
    let Conflict { set, only, .. } = conflict;
    depth::filter(only.as_ref(), table)?;
    depth::values(set, table)?;
    if let Some(only) = only {
        home::judge_write(table, Some(only), backend)?;
        place::judge(table, only, Place::FILTER.beside_proposed())?;
        scope::expr(table, only, &mut Scope::default())?;
    }
    for assignment in set {
        if let Value::Expr(value) = &assignment.value {
            place::judge(table, value, Place::NEW_VALUE.beside_proposed())?;
            scope::expr(table, value, &mut Scope::default())?;
        }
    }
    lacking::write(backend, table, only.as_ref(), set)
}

/// What is wrong with a statement.
struct Problem {
    model: &'static str,
    words: Cow<'static, str>,
}

impl Problem {
    fn new(table: &TableDef, words: impl Into<Cow<'static, str>>) -> Self {
        Problem {
            model: table.model,
            words: words.into(),
        }
    }
}

#[diagnostic::do_not_recommend]
impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Error::usage(format!("{}: {}", problem.model, problem.words))
    }
}

type Judged = std::result::Result<(), Problem>;

/// Where the rows of a query go.
#[derive(Clone, Copy, PartialEq)]
enum Level {
    /// To the program.
    Root,
    /// To the rows of another query, by key.
    Below,
}

fn query(select: &Select, level: Level) -> Judged {
    for from in select.queries() {
        query(from, Level::Root)?;
    }
    if select.lock.is_some() {
        lock(select)?;
    }
    if !select.combined.is_empty() {
        return sets::judge(select);
    }
    if select.distinct {
        group::distinct(select)?;
    }
    clauses(select, level)?;
    match &select.output {
        Output::Items(items) | Output::Count(items) | Output::Exists(items) => {
            group::items(select, items, level)?;
        }
        Output::Exprs(_) => group::values(select)?,
        Output::Model => {}
    }
    let mut includes = select.includes.iter();
    includes.try_for_each(|include| {
        join_rows(include)?;
        owner(include)?;
        query(&include.select, Level::Below)
    })
}

/// Refuses to count the rows of an include that is of the one owner of each row.
fn owner(include: &Include) -> Judged {
    if include.parents.is_some() && include.select.is_limited() {
        let (table, key) = (
            include.select.table,
            include.select.table.key_columns().next(),
        );
        let key = key.map_or("id", |it| it.field);
        return Err(Problem::new(
            table,
            format!(
                "each row has one owner, and `on` says which owners it may be: leave `.limit(..)` and \
                 `.offset(..)` out, or choose with `.filter({}::{key}.in_subquery(..))`",
                table.model
            ),
        ));
    }
    Ok(())
}

const TWO_JOIN_ROWS: &str = "its join table may hold a pair twice, so a row has no one join row to be sorted by; load the join rows too, `.with_join_row()`, or declare the pair unique";

/// What is asked of the join rows of an include.
fn join_rows(include: &Include) -> Judged {
    let (Some(join), Some(table)) = (&include.association.through, include.join_model()) else {
        return Ok(());
    };
    place::join_rows(join, &include.joined)?;
    if include.join_order.is_empty() {
        return Ok(());
    }
    if !include.join_columns && !join.holds_pairs_once() {
        return Err(Problem::new(
            table,
            format!("`{}`: {TWO_JOIN_ROWS}", include.association.name),
        ));
    }
    let mut order = include.join_order.iter().map(|it| &it.term.expr);
    order.try_for_each(|it| {
        typed::has_equality(table, it)?;
        place::judge(table, it, Place::ORDER_OF_TREE)
    })
}

fn clauses(select: &Select, level: Level) -> Judged {
    let table = select.table;
    let judge = |expr: &Expr, place| place::judge(table, expr, place);
    for filter in select.filter.iter().chain(select.visible.tests()) {
        judge(filter, Place::FILTER)?;
    }
    for group in &select.group_by {
        judge(group, Place::GROUP)?;
        typed::has_equality(table, group)?;
    }
    if let Some(having) = &select.having {
        judge(having, Place::HAVING)?;
    }
    let is_tree = level == Level::Below || !select.includes.is_empty();
    let order = match (&select.output, is_tree) {
        (Output::Exprs(_), _) => Place::ANY,
        (_, false) => Place::ORDER,
        (_, true) => Place::ORDER_OF_TREE,
    };
    for term in &select.order_by {
        judge(&term.expr, order)?;
        typed::has_equality(table, &term.expr)?;
    }
    let mut shown = select.output.exprs();
    shown.try_for_each(|value| judge(value, Place::ANY))
}

/// A lock is on rows of tables: the rows of the result must be such.
fn lock(select: &Select) -> Judged {
    let refused = |words| Err(Problem::new(select.table, words));
    if select.distinct {
        return refused(
            "distinct rows cannot be locked; leave out `.distinct()`, or lock the rows first, then ask for distinct values",
        );
    }
    let sorted_by = select.order_by.iter().map(|term| &term.expr);
    let mut computed = select.output.exprs().chain(sorted_by);
    if computed.any(|expr| expr.folds_rows() || expr.has_window()) {
        return refused(
            "a query with aggregates or windows cannot lock rows; lock the rows first, then compute",
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    /// What may write a statement that nobody judged: it is shown, and not sent.
    const SHOWN: [&str; 3] = ["load/run.rs", "query/lock.rs", "query/tuple.rs"];

    #[test]
    fn no_statement_goes_around_the_judgement() -> std::io::Result<()> {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut around = Vec::new();
        collect(&source, &source, &mut around)?;
        around.sort();
        assert_eq!(around, SHOWN);
        Ok(())
    }

    fn collect(root: &Path, folder: &Path, around: &mut Vec<String>) -> std::io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.strip_prefix(root).unwrap_or(&path);
            if name.starts_with("sql") || name.starts_with("refusal") || name.ends_with("tests.rs")
            {
                continue;
            }
            if path.is_dir() {
                collect(root, &path, around)?;
                continue;
            }
            let text = fs::read_to_string(&path)?;
            let writes =
                ["select", "insert", "update", "delete"].map(|it| format!("crate::sql::{it}("));
            let found: usize = writes.iter().map(|it| text.matches(it).count()).sum();
            around.extend((0..found).map(|_| name.display().to_string()));
        }
        Ok(())
    }
}
