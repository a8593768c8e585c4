//! A level with a limit or an offset, where an index finds the rows of each parent.

use super::Source;
use super::body::{Body, Tables};
use crate::ast::{Include, Item, Output};
use crate::load::plan::LevelOrder;
use crate::sql::{AND, Writer};

const KEYS: &str = "\"keys\"";
const KEY: &str = "\"k0\"";

impl<'a> Body<'_, 'a> {
    /// Whether [`few_of_each`](Self::few_of_each) can say it: each parent's rows hold its
    /// key in one indexed column, and are found by a key of one column themselves (of
    /// several, SQLite would run the query for each); nothing is computed of all of them.
    pub(super) fn finds_few_of_each(&self) -> bool {
        let Source::Keys(include, _, [_]) = self.source else {
            return false;
        };
        let only_columns = match &self.select.output {
            Output::Model => true,
            Output::Items(items) => items.iter().all(|it| matches!(it, Item::Column(_))),
            _ => false,
        };
        only_columns
            && self.level.table.primary_key.len() == 1
            && include.association.through.is_none()
            && include.association.target_columns.len() == 1
            && self.level.order != LevelOrder::Counted
            && self.finds_keys_by_index(include)
    }

    /// `SELECT t0.* FROM (keys) AS "keys" CROSS JOIN table AS t0 WHERE t0.id IN (SELECT
    /// t1.id FROM table AS t1 WHERE t1.key = "keys"."k0" ORDER BY .. LIMIT n) ORDER BY ..`
    ///
    /// It reads so many rows of each parent in whole; numbered, all rows would be sorted
    /// in whole before the first is known.
    pub(super) fn few_of_each(self, w: &mut Writer<'a>, include: &'a Include) {
        let outer = Tables {
            rows: Some(w.new_alias()),
            join: None,
        };
        w.push("SELECT ");
        w.scoped(outer.rows, |w| self.items(w));
        w.push(" FROM ");
        self.bound_keys(w, include, Some((KEYS, &|w, _| w.push(KEY))));
        // Written so, SQLite does not begin with the table.
        w.push(" CROSS JOIN ");
        self.table_as(w, outer);
        w.push(" WHERE ");
        self.row_key(w, outer);
        w.push(" IN (SELECT ");
        let inner = self.tables(w);
        self.row_key(w, inner);
        w.push(" FROM ");
        self.table_as(w, inner);
        w.push(" WHERE ");
        self.held_column(w, inner, include, 0);
        w.push(" = ");
        w.push(KEYS);
        w.push(".");
        w.push(KEY);
        self.filter(w, inner, AND);
        w.scoped(inner.rows, |w| self.order_by(w, " ", inner));
        w.limit(self.select);
        w.push(")");
        if self.level.order == LevelOrder::Arrival {
            w.scoped(outer.rows, |w| self.order_by(w, " ", outer));
        }
    }

    fn table_as(&self, w: &mut Writer<'a>, tables: Tables<'a>) {
        w.table(&self.level.table.name);
        if let Some(alias) = tables.rows {
            w.push(" AS ");
            w.alias(alias);
        }
    }

    fn row_key(&self, w: &mut Writer<'a>, tables: Tables<'a>) {
        w.scoped(tables.rows, |w| {
            w.list(self.level.table.key_columns(), |w, column| w.column(column));
        });
    }
}
