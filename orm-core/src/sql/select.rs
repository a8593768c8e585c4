//! Queries for the rows of one table.

use super::Writer;
use super::writer::Alias;
use crate::ast::{Distinct, Item, Lock, Output, Select};

impl<'a> Writer<'a> {
    pub(crate) fn select(&mut self, select: &'a Select) {
        let alias = needs_alias(select).then(|| self.new_alias());
        match &select.output {
            Output::Exists => {
                self.push("SELECT EXISTS (");
                self.body(select, alias, |w| w.push("1"));
                self.push(")");
            }
            Output::Count if counts_rows_of_a_subquery(select) => {
                self.push("SELECT count(*) FROM (");
                self.body(select, alias, |w| {
                    if matches!(select.distinct, Distinct::No) {
                        w.push("1");
                    } else {
                        w.model_columns(select);
                    }
                });
                self.push(") AS counted");
            }
            Output::Count => self.body(select, alias, |w| w.push("count(*)")),
            Output::Model => self.body(select, alias, |w| w.model_columns(select)),
            Output::Items(items) => self.body(select, alias, |w| {
                w.list(items, |w, item| w.item(select, item));
            }),
            Output::Exprs(exprs) => {
                self.body(select, alias, |w| w.list(exprs, |w, expr| w.expr(expr)));
            }
        }
    }

    pub(crate) fn model_columns(&mut self, select: &'a Select) {
        self.list(select.table.columns, |w, column| w.column(column));
    }

    fn item(&mut self, select: &Select, item: &'a Item) {
        match item {
            Item::Column(position) => self.column(select.table.column(*position)),
            Item::Value { name, expr, .. } => {
                self.expr(expr);
                self.push(" AS ");
                self.identifier(name);
            }
        }
    }

    /// `SELECT output FROM table WHERE .. ORDER BY .. LIMIT ..`, the columns in scope.
    pub(crate) fn body(
        &mut self,
        select: &'a Select,
        alias: Option<Alias>,
        output: impl FnOnce(&mut Self),
    ) {
        self.scoped(alias, |w| {
            w.push("SELECT ");
            w.distinct(&select.distinct);
            output(w);
            w.push(" FROM ");
            w.table(&select.table.name);
            if let Some(alias) = alias {
                w.push(" AS ");
                w.alias(alias);
            }
            if let Some(filter) = &select.filter {
                w.push(" WHERE ");
                w.expr(filter);
            }
            w.tail(select);
        });
    }

    /// Everything behind the WHERE clause.
    pub(crate) fn tail(&mut self, select: &'a Select) {
        if !select.group_by.is_empty() {
            self.push(" GROUP BY ");
            self.list(&select.group_by, |w, expr| w.expr(expr));
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
            self.param(limit);
        }
        if let Some(offset) = &select.offset {
            self.push(" OFFSET ");
            self.param(offset);
        }
    }

    fn distinct(&mut self, distinct: &'a Distinct) {
        match distinct {
            Distinct::No => {}
            Distinct::Rows => self.push("DISTINCT "),
            Distinct::On(exprs) => {
                self.push("DISTINCT ON (");
                self.list(exprs, |w, expr| w.expr(expr));
                self.push(") ");
            }
        }
    }
}

/// Whether a count must count the rows that a limit, an offset, groups or
/// distinctness leave over.
fn counts_rows_of_a_subquery(select: &Select) -> bool {
    select.limit.is_some()
        || select.offset.is_some()
        || !select.group_by.is_empty()
        || !matches!(select.distinct, Distinct::No)
}

/// Whether columns need a qualifier: another table is looked at somewhere, or
/// a computed value has a name that an order could take for a column's.
pub(crate) fn needs_alias(select: &Select) -> bool {
    let exprs = match &select.output {
        Output::Exprs(exprs) => exprs.as_slice(),
        Output::Items(items) if items.iter().any(|item| matches!(item, Item::Value { .. })) => {
            return true;
        }
        _ => &[],
    };
    let mut all = exprs
        .iter()
        .chain(&select.filter)
        .chain(&select.group_by)
        .chain(&select.having)
        .chain(select.order_by.iter().map(|term| &term.expr));
    all.any(|expr| expr.has_association())
}
