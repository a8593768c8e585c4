//! Which rows of a table are there, and which of them a statement asks for.

use super::Writer;
use crate::ast::{Expr, Marked, Visible};
use crate::schema::{JoinTable, TableDef};

impl<'a> Writer<'a> {
    /// ` WHERE "deleted_at" IS NULL AND (scope) AND (filter)`, behind the word that
    /// stands before the first condition; a filter alone behind WHERE needs no parentheses.
    pub(crate) fn rows_that_pass(
        &mut self,
        before: &'static str,
        table: &'static TableDef,
        visible: &'a Visible,
        filter: Option<&'a Expr>,
    ) {
        let next = self.visible(before, table, visible);
        let Some(filter) = filter else {
            return;
        };
        self.push(next);
        match next == WHERE {
            true => self.expr(filter),
            false => self.in_parentheses(filter),
        }
    }

    /// What is asked of the rows that are there, if anything is, behind `before`; the
    /// word that stands before the next condition.
    pub(crate) fn visible(
        &mut self,
        before: &'static str,
        table: &'static TableDef,
        visible: &'a Visible,
    ) -> &'static str {
        let mut next = before;
        if let (Some(at), Some(test)) = (table.soft_delete, is_marked(visible.marked())) {
            self.push(std::mem::replace(&mut next, AND));
            self.column(table.column(at));
            self.push(test);
        }
        for scope in visible.tests() {
            self.push(std::mem::replace(&mut next, AND));
            self.in_parentheses(scope);
        }
        next
    }

    /// The same of the rows of a join table, which are plain unless it is a model.
    pub(crate) fn visible_join(
        &mut self,
        before: &'static str,
        join: &JoinTable,
        visible: &'a Visible,
    ) {
        if let Some(table) = join.table {
            self.visible(before, table(), visible);
        }
    }

    pub(super) fn in_parentheses(&mut self, expr: &'a Expr) {
        self.push("(");
        self.expr(expr);
        self.push(")");
    }
}

pub(crate) const WHERE: &str = " WHERE ";
pub(crate) const AND: &str = " AND ";

fn is_marked(marked: Marked) -> Option<&'static str> {
    match marked {
        Marked::Hidden => Some(" IS NULL"),
        Marked::Shown => None,
        Marked::Only => Some(" IS NOT NULL"),
    }
}
