//! Queries for the rows of one table.

use super::Writer;
use super::dialect::For;
use super::repeat::Repeats;
use super::visible::WHERE;
use super::writer::Alias;
use crate::ast::{Expr, Item, Limit, Lock, Output, Select};

impl<'a> Writer<'a> {
    pub(crate) fn select(&mut self, select: &'a Select) {
        let alias = needs_alias(select).then(|| self.new_alias());
        match &select.output {
            Output::Exists(items)
                if select.distinct
                    && select.offset.is_some()
                    && !self.dialect.exists_skips_distinct_rows() =>
            {
                self.push("SELECT EXISTS (SELECT 1 FROM (");
                self.body(select, alias, |w| w.compared(select, items));
                self.push("))");
            }
            Output::Exists(items) => {
                self.push("SELECT EXISTS (");
                self.body(select, alias, |w| w.compared(select, items));
                self.push(")");
            }
            Output::Count(items) if !items.is_empty() || counts_rows_of_a_subquery(select) => {
                self.push("SELECT count(*) FROM (");
                self.body(select, alias, |w| w.compared(select, items));
                self.push(") AS counted");
            }
            Output::Count(_) => self.body(select, alias, |w| w.push("count(*)")),
            Output::Model => self.body(select, alias, |w| w.model_columns(select)),
            Output::Items(items) => self.body(select, alias, |w| w.items(select, items)),
            Output::Exprs(exprs) => {
                self.body(select, alias, |w| {
                    w.list(exprs, |w, expr| w.shown(select, expr));
                });
            }
        }
    }

    pub(crate) fn model_columns(&mut self, select: &'a Select) {
        self.list(select.table.columns, |w, column| w.column(column));
    }

    /// What decides how many rows there are that are only counted: nothing, or
    /// what makes them distinct or folds them.
    fn compared(&mut self, select: &'a Select, items: &'a [Item]) {
        match items {
            [] if !select.distinct => self.push("1"),
            [] => self.model_columns(select),
            items => self.items(select, items),
        }
    }

    /// What tells the rows of a query apart of which it matters only whether there are any.
    pub(super) fn compared_rows(&mut self, select: &'a Select) {
        match &select.output {
            Output::Exprs(values) => self.list(values, |w, value| w.shown(select, value)),
            Output::Items(items) | Output::Count(items) | Output::Exists(items) => {
                self.compared(select, items);
            }
            Output::Model => self.compared(select, &[]),
        }
    }

    fn items(&mut self, select: &'a Select, items: &'a [Item]) {
        self.list(items, |w, item| w.item(select, item));
    }

    fn item(&mut self, select: &Select, item: &'a Item) {
        match item {
            Item::Column(position) => self.column(select.table.column(*position)),
            Item::Value { name, expr, .. } => {
                self.shown(select, expr);
                self.push(" AS ");
                self.identifier(name);
            }
        }
    }

    /// A computed value, in the form that rows are compared by where equal ones
    /// appear once.
    fn shown(&mut self, select: &Select, expr: &'a Expr) {
        if !select.distinct || !self.dialect.key(self, expr, For::Equality) {
            self.expr(expr);
        }
    }

    /// `SELECT output FROM table WHERE .. ORDER BY .. LIMIT ..`, the columns in scope.
    pub(crate) fn body(
        &mut self,
        select: &'a Select,
        alias: Option<Alias>,
        output: impl FnOnce(&mut Self),
    ) {
        self.with(&select.named);
        let around = std::mem::replace(&mut self.repeats, Repeats::of(select, alias));
        self.scoped(alias, |w| {
            w.push("SELECT ");
            w.push(if select.distinct { "DISTINCT " } else { "" });
            output(w);
            w.push(" FROM ");
            w.without_repeats(|w| {
                w.source(select);
                if let Some(alias) = alias {
                    w.push(" AS ");
                    w.alias(alias);
                }
                w.rows_that_pass(WHERE, select.table, &select.visible, select.filter.as_ref());
            });
            w.tail(select);
        });
        self.repeats = around;
    }

    /// The table, or the query whose rows are looked at.
    fn source(&mut self, select: &'a Select) {
        match &select.from {
            None => self.table(&select.table.name),
            Some(first) if !select.combined.is_empty() || !first.values().is_empty() => {
                self.push("(");
                self.sets(first, &select.combined);
                self.push(")");
            }
            Some(from) => {
                self.push("(");
                let alias = needs_alias(from).then(|| self.new_alias());
                self.body(from, alias, |w| w.every_column());
                self.push(")");
            }
        }
    }

    /// Every column of the innermost table, also those that its model does not know.
    fn every_column(&mut self) {
        if let Some(alias) = self.current_alias() {
            self.alias(alias);
            self.push(".");
        }
        self.push("*");
    }

    /// Everything behind the WHERE clause.
    pub(crate) fn tail(&mut self, select: &'a Select) {
        if !select.group_by.is_empty() {
            self.push(" GROUP BY ");
            self.list(&select.group_by, |w, expr| w.key(expr, For::Equality));
        }
        if let Some(having) = &select.having {
            self.push(" HAVING ");
            self.expr(having);
        }
        if !select.order_by.is_empty() {
            self.push(" ");
            self.order_by(&select.order_by);
        }
        self.limit(select);
        if let Some(Lock { strength, wait }) = select.lock {
            self.push(self.dialect.lock(strength));
            self.push(self.dialect.lock_wait(wait));
        }
    }

    pub(crate) fn limit(&mut self, select: &'a Select) {
        if let Some(limit) = &select.limit {
            self.push(" LIMIT ");
            self.rows_at_most(limit);
        } else if select.offset.is_some() {
            self.push(self.dialect.no_limit());
        }
        if let Some(offset) = &select.offset {
            self.push(" OFFSET ");
            self.param(offset);
        }
    }

    pub(crate) fn rows_at_most(&mut self, limit: &'a Limit) {
        match limit {
            Limit::Bound(rows) => self.param(rows),
            Limit::Written(rows) => self.number(*rows as usize),
        }
    }
}

/// Whether a count must count the rows that a limit, an offset, groups or
/// distinctness leave over.
fn counts_rows_of_a_subquery(select: &Select) -> bool {
    select.is_limited() || !select.group_by.is_empty() || select.distinct
}

/// Whether columns need a qualifier: another table is looked at somewhere, or
/// a computed value has a name that an order could take for a column's.
pub(crate) fn needs_alias(select: &Select) -> bool {
    if select.from.is_some() {
        return true;
    }
    let exprs = match &select.output {
        Output::Exprs(exprs) if hides_a_sorted_column(select, exprs) => return true,
        Output::Exprs(exprs) => exprs.as_slice(),
        Output::Items(items) | Output::Count(items) | Output::Exists(items) => {
            if items.iter().any(|item| matches!(item, Item::Value { .. })) {
                return true;
            }
            &[]
        }
        Output::Model => &[],
    };
    let mut all = exprs
        .iter()
        .chain(&select.filter)
        .chain(select.visible.tests())
        .chain(&select.group_by)
        .chain(&select.having)
        .chain(select.order_by.iter().map(|term| &term.expr));
    all.any(|expr| expr.needs_qualifier())
}

/// Whether a bare name behind ORDER BY could mean a computed value: the server
/// calls `lower("name")` `lower` and `CAST("id" AS text)` `id`.
fn hides_a_sorted_column(select: &Select, exprs: &[Expr]) -> bool {
    let is_column = |expr: &Expr| matches!(expr, Expr::Column(_));
    let mut terms = select.order_by.iter();
    terms.any(|term| is_column(&term.expr)) && !exprs.iter().all(is_column)
}
