//! What a group of rows has one value of, and what distinct rows show.

use super::{Judged, Level, Problem, typed};
use crate::ast::{Expr, Fingerprint, Item, Output, Select};
use crate::schema::{ColumnDef, TableDef};

/// Which of several equal rows would say where they are sorted to?
pub(super) fn distinct(select: &Select) -> Judged {
    let refused = |words| Err(Problem::new(select.table, words));
    let sorts = |term: &Expr| term.has_raw() || shows(select, term);
    if !select.order_by.iter().all(|term| sorts(&term.expr)) {
        return refused(
            "distinct rows can be sorted only by what they show; show the expression too, or leave out `.distinct()`",
        );
    }
    if let Output::Items(items) = &select.output
        && !select.includes.is_empty()
        && !shows_key(items, select.table.primary_key)
    {
        return refused(
            "rows with associations differ by their key; show the key too, or leave out `.distinct()`",
        );
    }
    match &select.output {
        Output::Items(items) | Output::Count(items) | Output::Exists(items)
            if !items.is_empty() =>
        {
            let mut items = items.iter();
            items.try_for_each(|item| match item {
                Item::Column(at) => {
                    let column = Expr::Column(select.table.column(*at));
                    typed::has_equality(select.table, &column)
                }
                Item::Value { expr, .. } => typed::has_equality(select.table, expr),
            })
        }
        Output::Exprs(exprs) => {
            let mut exprs = exprs.iter();
            exprs.try_for_each(|expr| typed::has_equality(select.table, expr))
        }
        _ => typed::rows_have_equality(select.table),
    }
}

/// A projection shows rows: what folds them has one row, of aggregates alone, with
/// nothing to sort or limit and nothing that belongs to it.
pub(super) fn items(select: &Select, items: &[Item], level: Level) -> Judged {
    let folds = |item: &Item| matches!(item, Item::Value { expr, .. } if expr.folds_rows());
    if !items.iter().any(folds) {
        return Ok(());
    }
    let refused = |words| Err(Problem::new(select.table, words));
    if level == Level::Below {
        return refused(
            "an aggregate in a projection folds the rows of all parents; show one of the association in the projection above, such as `User::orders.count()`",
        );
    }
    if !select.includes.is_empty() {
        return refused(
            "an aggregate in a projection folds all rows into one, to which no associated rows belong; load them by a projection of their own",
        );
    }
    if select.is_limited() || !select.order_by.is_empty() {
        return refused(
            "an aggregate in a projection has one row, which an order, limit or offset says nothing about; use `.values(..)`, which aggregates the rows that are left",
        );
    }
    let column = |item: &Item| match item {
        Item::Column(at) => Some(select.table.column(*at)),
        Item::Value { expr, .. } => ungrouped(select, expr),
    };
    match items.iter().find_map(column) {
        None => Ok(()),
        Some(column) => Err(Problem::new(
            select.table,
            format!(
                "`{}` has many values in the one row that an aggregate makes of all; fold it too, such as by `.max()`, or use `.values(..)` with `.group_by(..)`",
                column.field
            ),
        )),
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
    let shown = select.values().iter();
    shown.chain(&select.having).chain(sorted_by)
}

/// A report is about the rows that a limit before it left, or about groups of them.
pub(super) fn values(select: &Select) -> Judged {
    let limited_before = select.from.as_deref();
    if limited_before.is_some_and(|it| it.distinct) {
        return Err(Problem::new(
            select.table,
            "`.distinct()` and a limit before `.values(..)` can mean two things; write what is about the values after it",
        ));
    }
    if !folds_rows(select) {
        return Ok(());
    }
    match of_groups(select).find_map(|expr| ungrouped(select, expr)) {
        None => Ok(()),
        Some(column) => Err(Problem::new(
            select.table,
            format!(
                "`{}` has many values in a group; add it to `.group_by(..)`, or fold it with an aggregate such as `.max()`",
                column.field
            ),
        )),
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
        Expr::Association(test) => {
            let (table, columns) = test.start();
            of(table, columns)
        }
        Expr::JoinedTo(test) => of(test.table, test.columns),
        Expr::Subquery(it) => {
            let mut operands = it.operands().iter();
            let operand = operands.find_map(|operand| ungrouped(select, operand));
            operand.or_else(|| outer_columns(select.table, &it.select).find_map(one))
        }
        Expr::Aggregate(it) if it.over.is_none() => None,
        other => {
            let parts = other.parts();
            parts.iter().find_map(|part| ungrouped(select, part))
        }
    }
}

/// The columns of the rows of a table around a query that it names.
fn outer_columns<'s>(
    table: &'static TableDef,
    query: &'s Select,
) -> Box<dyn Iterator<Item = &'static ColumnDef> + 's> {
    let from = query.sources();
    let from = from.flat_map(move |from| outer_columns(table, from));
    let own = query.exprs().flat_map(move |expr| outer_in(table, expr));
    Box::new(from.chain(own))
}

fn outer_in(table: &'static TableDef, expr: &Expr) -> Vec<&'static ColumnDef> {
    match expr {
        Expr::Outer(of, column) if of.name == table.name => vec![column],
        // A nearer row of the table is meant there.
        Expr::Subquery(it) if it.owner.is_none_or(|owner| owner.name != table.name) => {
            outer_columns(table, &it.select).collect()
        }
        other => {
            let parts = other.parts();
            parts
                .iter()
                .flat_map(|part| outer_in(table, part))
                .collect()
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

/// Whether the rows of the result hold the value of an expression.
fn shows(select: &Select, expr: &Expr) -> bool {
    let is_column = |position: u16| {
        let column = select.table.column(position);
        matches!(expr, Expr::Column(other) if other.name == column.name)
    };
    match &select.output {
        Output::Model => matches!(expr, Expr::Column(_)),
        Output::Items(items) => {
            let is_shown = |item: &Item| matches!(item, Item::Column(at) if is_column(*at));
            items.iter().any(is_shown) || select.output.exprs().any(|value| is_same(value, expr))
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
