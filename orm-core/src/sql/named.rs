//! Queries that go by a name in the statement behind them.

use super::Writer;
use super::dialect::For;
use super::select::needs_alias;
use crate::ast::Named;

impl<'a> Writer<'a> {
    /// `WITH "totals" ("user_id", "total") AS (SELECT ..) `
    pub(crate) fn with(&mut self, named: &'a [Named]) {
        if !named.is_empty() {
            self.push("WITH ");
            self.list(named, Self::named);
            self.push(" ");
        }
    }

    /// The same among others that stand behind WITH already.
    pub(crate) fn with_others(&mut self, named: &'a [Named]) {
        for it in named {
            self.named(it);
            self.push(", ");
        }
    }

    /// Each value has the form that a column of its type has: whoever reads it takes it
    /// for one.
    fn named(&mut self, Named { table, rows }: &'a Named) {
        self.table(&table.name);
        self.push(" (");
        self.list(table.columns, |w, column| w.identifier(column.name));
        self.push(") AS (");
        let alias = needs_alias(rows).then(|| self.new_alias());
        self.body(rows, alias, |w| {
            w.list(rows.values(), |w, value| {
                if !w.dialect.key(w, value, For::Equality) {
                    w.expr(value);
                }
            });
        });
        self.push(")");
    }
}
