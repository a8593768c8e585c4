//! Queries that compile and have no meaning. They are refused before anything
//! is sent, with what to write instead.

use super::depth::refuse_depth;
use crate::ast::{Expr, Fingerprint, Item, Output, Select};
use crate::error::{Error, Result};
use crate::schema::{ColumnDef, TableDef};

/// Refuses what the server would, and what would be answered otherwise than asked.
pub(crate) fn refuse(select: &Select) -> Result<()> {
    refuse_depth(select)?;
    if select.lock.is_some() {
        refuse_lock(select)?;
    }
    if select.is_distinct() {
        refuse_distinct(select)?;
    }
    let mut shown = values(&select.output).chain(&select.having);
    if shown.any(Expr::narrows_no_aggregate) {
        return Err(Error::usage(
            "`.filter_where(..)` and `.over(..)` are about aggregates, and this is none; of raw text, write `FILTER` and `OVER` into the text",
        ));
    }
    if let Some(problem) = misplaced(select) {
        return Err(Error::usage(problem));
    }
    match &select.output {
        Output::Items(items) => refuse_items(select, items),
        Output::Exprs(_) => refuse_values(select),
        Output::Model | Output::Count(_) | Output::Exists(_) => Ok(()),
    }
}

/// What computes over rows stands where they are not chosen yet, if anything does.
fn misplaced(select: &Select) -> Option<&'static str> {
    if let Some(problem) = filter_problem(select.filter.as_ref()) {
        return Some(problem);
    }
    if select.group_by.iter().any(is_over_rows) {
        return Some(
            "rows cannot be grouped by an aggregate or a window: it is computed of the groups",
        );
    }
    if select.having.iter().any(Expr::has_window) {
        return Some(
            "a window is computed of the groups that pass `having`, and cannot choose them",
        );
    }
    let mut sorted_by = select.order_by.iter().map(|term| &term.expr);
    if matches!(select.output, Output::Model) && sorted_by.any(Expr::folds_rows) {
        return Some(
            "an aggregate folds the rows that it would sort; sort by one of an association, such as `User::orders.count()`",
        );
    }
    let mut includes = select.includes.iter();
    includes.find_map(|include| misplaced(&include.select))
}

/// What a filter cannot ask, if it asks that.
pub(crate) fn filter_problem(filter: Option<&Expr>) -> Option<&'static str> {
    filter.is_some_and(is_over_rows).then_some(
        "a filter chooses the rows that an aggregate or a window is computed of; use `.having(..)` after `.values(..)`, or an aggregate of an association, such as `User::orders.count()`",
    )
}

/// Refuses a filter of that kind.
pub(crate) fn refuse_filter(filter: Option<&Expr>) -> Result<()> {
    filter_problem(filter).map_or(Ok(()), |problem| Err(Error::usage(problem)))
}

fn is_over_rows(expr: &Expr) -> bool {
    expr.folds_rows() || expr.has_window()
}

/// A lock is on rows of tables: the rows of the result must be such.
fn refuse_lock(select: &Select) -> Result<()> {
    if !select.includes.is_empty() {
        return Err(Error::usage(
            "a query with includes cannot lock rows; lock the rows first, then load what belongs to them",
        ));
    }
    if select.is_distinct() {
        return Err(Error::usage(
            "distinct rows cannot be locked; leave out `.distinct()`, or lock the rows first, then ask for distinct values",
        ));
    }
    let mut computed = values(&select.output).chain(select.order_by.iter().map(|term| &term.expr));
    if computed.any(|expr| expr.folds_rows() || expr.has_window()) {
        return Err(Error::usage(
            "a query with aggregates or windows cannot lock rows; lock the rows first, then compute",
        ));
    }
    Ok(())
}

/// Which of several equal rows would say where they are sorted to?
fn refuse_distinct(select: &Select) -> Result<()> {
    let sorts = |term: &Expr| term.has_raw() || shows(select, term);
    if !select.order_by.iter().all(|term| sorts(&term.expr)) {
        return Err(Error::usage(
            "distinct rows can be sorted only by what they show; show the expression too, or leave out `.distinct()`",
        ));
    }
    let key = select.table.primary_key;
    match &select.output {
        Output::Items(items) if !select.includes.is_empty() && !shows_key(items, key) => {
            Err(Error::usage(
                "rows with associations differ by their key; show the key too, or leave out `.distinct()`",
            ))
        }
        _ => Ok(()),
    }
}

/// A projection shows rows: what folds them has one row, and nothing to sort or limit.
fn refuse_items(select: &Select, items: &[Item]) -> Result<()> {
    let is_narrowed = select.is_limited() || !select.order_by.is_empty();
    let is_folded = |item: &Item| match item {
        Item::Column(_) => false,
        Item::Value { expr, .. } => expr.folds_rows(),
    };
    if is_narrowed && items.iter().any(is_folded) {
        return Err(Error::usage(
            "an aggregate in a projection has one row, which an order, limit or offset says nothing about; use `.values(..)`, which aggregates the rows that are left",
        ));
    }
    Ok(())
}

/// The values of a report.
pub(crate) fn values_of(select: &Select) -> &[Expr] {
    match &select.output {
        Output::Exprs(exprs) => exprs,
        _ => &[],
    }
}

/// Whether a report folds rows into groups, or all of them into one.
pub(crate) fn folds_rows(select: &Select) -> bool {
    !select.group_by.is_empty()
        || select.having.is_some()
        || of_groups(select).any(Expr::folds_rows)
}

/// What a report that folds rows computes of each group.
fn of_groups(select: &Select) -> impl Iterator<Item = &Expr> {
    let sorted_by = select.order_by.iter().map(|term| &term.expr);
    let shown = values_of(select).iter();
    shown.chain(&select.having).chain(sorted_by)
}

fn refuse_values(select: &Select) -> Result<()> {
    let limited_before = select.from.as_deref();
    if limited_before.is_some_and(Select::is_distinct) {
        return Err(Error::usage(
            "`.distinct()` and a limit before `.values(..)` can mean two things; write what is about the values after it",
        ));
    }
    if !folds_rows(select) {
        return Ok(());
    }
    match of_groups(select).find_map(|expr| ungrouped(select, expr)) {
        None => Ok(()),
        Some(column) => Err(Error::usage(format!(
            "{}: `{}` has many values in a group; add it to `.group_by(..)`, or fold it with an aggregate such as `.max()`",
            select.table.model, column.field
        ))),
    }
}

/// A column of the expression that has no one value in a group.
fn ungrouped(select: &Select, expr: &Expr) -> Option<&'static ColumnDef> {
    let one = |column: &'static ColumnDef| (!is_grouped(select, column)).then_some(column);
    let of = |table: &'static TableDef, positions: &[u16]| {
        let mut columns = positions.iter().map(|&position| table.column(position));
        columns.find_map(one)
    };
    if select.group_by.iter().any(|group| is_same(group, expr)) {
        return None;
    }
    match expr {
        Expr::Column(column) | Expr::ColumnIs(column, _) => one(column),
        Expr::KeyIn(table, columns, _) => of(table, columns),
        Expr::Association(test) => of(test.owner, test.association.owner_columns),
        Expr::JoinedTo(test) => of(test.table, test.columns),
        Expr::Aggregate(it) if it.over.is_none() => None,
        other => {
            let parts = other.parts();
            parts.iter().find_map(|part| ungrouped(select, part))
        }
    }
}

/// A group has one value of what it is grouped by, and of every column where
/// that is the key of the table.
fn is_grouped(select: &Select, column: &ColumnDef) -> bool {
    let groups_by = |column: &ColumnDef| {
        let mut groups = select.group_by.iter();
        groups.any(|group| matches!(group, Expr::Column(other) if other.name == column.name))
    };
    let groups_by_key = || {
        let mut key = select.table.key_columns();
        key.len() > 0 && select.from.is_none() && key.all(groups_by)
    };
    groups_by(column) || groups_by_key()
}

fn values(output: &Output) -> impl Iterator<Item = &Expr> {
    let (exprs, items) = match output {
        Output::Exprs(exprs) => (exprs.as_slice(), &[][..]),
        Output::Items(items) => (&[][..], items.as_slice()),
        Output::Model | Output::Count(_) | Output::Exists(_) => (&[][..], &[][..]),
    };
    let values = items.iter().filter_map(|item| match item {
        Item::Value { expr, .. } => Some(expr),
        Item::Column(_) => None,
    });
    exprs.iter().chain(values)
}

/// Whether the rows of the result hold the value of an expression.
fn shows(select: &Select, expr: &Expr) -> bool {
    let is_column = |position: u16| {
        let column = select.table.column(position);
        matches!(expr, Expr::Column(other) if other.name == column.name)
    };
    match &select.output {
        Output::Model => matches!(expr, Expr::Column(_)),
        Output::Items(items) => {
            let shown = |item: &Item| matches!(item, Item::Column(at) if is_column(*at));
            items.iter().any(shown) || values(&select.output).any(|value| is_same(value, expr))
        }
        Output::Exprs(values) => values.iter().any(|value| is_same(value, expr)),
        Output::Count(_) | Output::Exists(_) => true,
    }
}

fn shows_key(items: &[Item], key: &[u16]) -> bool {
    let shows = |part: &u16| {
        let mut items = items.iter();
        items.any(|item| matches!(item, Item::Column(position) if position == part))
    };
    key.iter().all(shows)
}

/// Whether two expressions are written alike, with equal values.
fn is_same(one: &Expr, other: &Expr) -> bool {
    Fingerprint::of(one) == Fingerprint::of(other)
}
