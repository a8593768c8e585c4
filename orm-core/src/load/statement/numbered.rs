//! A level with a limit or an offset, where the rows of each parent are numbered.

use super::body::Body;
use super::{ORDINAL, value_name};
use crate::ast::{Item, Output};
use crate::load::plan::LevelOrder;
use crate::sql::{AND, Writer};

const NUMBER: &str = "\"orm number\"";

impl<'a> Body<'_, 'a> {
    /// `SELECT .. FROM (SELECT .., row_number() OVER (PARTITION BY key ORDER BY ..) AS
    /// "orm number" FROM table WHERE key IN (keys)) AS t0 WHERE "orm number" <= limit
    /// ORDER BY "orm number"`
    pub(super) fn numbered(self, w: &mut Writer<'a>) {
        let Some(include) = self.include() else {
            return;
        };
        let numbered = w.new_alias();
        self.shown(w);
        w.push(" FROM (SELECT ");
        let tables = self.tables(w);
        w.scoped(tables.rows, |w| self.items(w));
        self.columns_of_join(w, tables);
        w.push(", row_number() OVER (PARTITION BY ");
        w.list(0..include.association.owner_columns.len(), |w, part| {
            self.held_column(w, tables, include, part);
        });
        w.scoped(tables.rows, |w| self.order_by(w, " ", tables));
        w.push(") AS ");
        w.push(NUMBER);
        self.from(w, tables);
        w.push(" WHERE ");
        self.key_test(w, tables, include);
        self.filter(w, tables, AND);
        w.push(") AS ");
        w.alias(numbered);
        self.limit(w);
        if self.level.order == LevelOrder::Arrival {
            w.push(" ORDER BY ");
            w.push(NUMBER);
        }
    }

    /// `SELECT "id", "orm value 0", "orm owner 0"`: all but the number.
    fn shown(&self, w: &mut Writer<'a>) {
        w.push("SELECT ");
        let mut before = "";
        for &position in &self.level.columns {
            w.push(std::mem::replace(&mut before, ", "));
            w.identifier(self.level.table.column(position).name);
        }
        let values = match &self.select.output {
            Output::Items(items) => items.as_slice(),
            _ => &[],
        };
        let values = values.iter().filter(|it| matches!(it, Item::Value { .. }));
        for at in 0..values.count() {
            w.push(std::mem::replace(&mut before, ", "));
            value_name(w, at);
        }
        for column in self.links() {
            w.push(std::mem::replace(&mut before, ", "));
            w.link_name(column);
        }
        if self.level.order == LevelOrder::Counted {
            w.push(std::mem::replace(&mut before, ", "));
            w.push(NUMBER);
            w.push(" AS ");
            w.push(ORDINAL);
        }
    }

    /// ` WHERE "orm number" > offset AND "orm number" - offset <= limit`
    fn limit(&self, w: &mut Writer<'a>) {
        let mut before = " WHERE ";
        if let Some(offset) = &self.select.offset {
            w.push(before);
            w.push(NUMBER);
            w.push(" > ");
            w.param(offset);
            before = " AND ";
        }
        if let Some(limit) = &self.select.limit {
            w.push(before);
            w.push(NUMBER);
            if let Some(offset) = &self.select.offset {
                w.push(" - ");
                w.param(offset);
            }
            w.push(" <= ");
            w.rows_at_most(limit);
        }
    }
}
