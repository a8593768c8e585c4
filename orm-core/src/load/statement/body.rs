//! The rows of one level: what is selected, from where, under which conditions, in
//! which order.

use super::{ORDINAL, Source, value_name};
use crate::ast::{Include, Item, Output, Select};
use crate::load::plan::{Level, LevelOrder, join_columns, repeated_join_rows};
use crate::schema::JoinTable;
use crate::sql::{AND, Alias, Link, Pairs, PerParent, WHERE, Writer};

/// The rows of one level.
pub(super) struct Body<'l, 'a> {
    pub(super) level: &'l Level,
    pub(super) select: &'a Select,
    pub(super) source: Source<'l, 'a>,
}

/// The tables of a level's body, by alias.
#[derive(Clone, Copy)]
pub(super) struct Tables<'a> {
    pub(super) rows: Option<Alias>,
    pub(super) join: Option<(&'a JoinTable, Alias)>,
}

impl<'a> Body<'_, 'a> {
    pub(super) fn write(self, w: &mut Writer<'a>) {
        if !self.is_limited_per_parent() {
            return self.unlimited(w);
        }
        match w.dialect.limit_per_parent() {
            PerParent::Lateral => self.limited(w),
            PerParent::RowNumber => match self.include() {
                Some(include) if self.finds_few_of_each() => self.few_of_each(w, include),
                _ => self.numbered(w),
            },
        }
    }

    pub(super) fn include(&self) -> Option<&'a Include> {
        match self.source {
            Source::Root => None,
            Source::Parent(include, _) | Source::Keys(include, ..) => Some(include),
        }
    }

    fn is_limited_per_parent(&self) -> bool {
        self.include().is_some() && (self.select.limit.is_some() || self.select.offset.is_some())
    }

    pub(super) fn tables(&self, w: &mut Writer<'a>) -> Tables<'a> {
        let join = self
            .include()
            .and_then(|include| include.association.through.as_ref());
        let qualified =
            join.is_some() || self.is_limited_per_parent() || crate::sql::needs_alias(self.select);
        Tables {
            rows: qualified.then(|| w.new_alias()),
            join: join.map(|join| (join, w.new_alias())),
        }
    }

    /// `SELECT .. FROM table WHERE key = ANY(..) AND (filter)`
    fn unlimited(self, w: &mut Writer<'a>) {
        let tables = self.tables(w);
        self.rows(w, tables, |this, w| match this.source {
            Source::Root => {}
            Source::Parent(include, _) | Source::Keys(include, ..) => {
                this.key_test(w, tables, include);
            }
        });
        if self.sorts_on_server() {
            w.scoped(tables.rows, |w| self.order_by(w, " ", tables));
        }
        w.limit(self.select);
    }

    /// `SELECT columns FROM tables WHERE`, then the key test, then the filter.
    pub(super) fn rows(
        &self,
        w: &mut Writer<'a>,
        tables: Tables<'a>,
        key_test: impl FnOnce(&Self, &mut Writer<'a>),
    ) {
        w.push("SELECT ");
        w.scoped(tables.rows, |w| self.items(w));
        self.columns_of_join(w, tables);
        if self.level.order == LevelOrder::Counted && !self.is_limited_per_parent() {
            w.push(", row_number() OVER (");
            w.scoped(tables.rows, |w| self.order_by(w, "", tables));
            w.push(") AS ");
            w.push(ORDINAL);
        }
        self.from(w, tables);
        let before = match self.source {
            Source::Root => WHERE,
            Source::Parent(..) | Source::Keys(..) => {
                w.push(WHERE);
                key_test(self, w);
                AND
            }
        };
        self.filter(w, tables, before);
    }

    /// Of the join table: every column of the join row, or the parent's key alone.
    pub(super) fn columns_of_join(&self, w: &mut Writer<'a>, tables: Tables<'a>) {
        let Some((_, alias)) = tables.join else {
            return;
        };
        for column in self.links() {
            w.push(", ");
            w.link_column(alias, column);
        }
    }

    /// Which columns of the join table those are.
    pub(super) fn links(&self) -> Vec<Link> {
        let Some(include) = self.include() else {
            return Vec::new();
        };
        match (join_columns(include), &include.association.through) {
            (Some(row), _) => (0..row.len()).map(Link::Row).collect(),
            (None, Some(join)) => (0..join.owner_columns.len()).map(Link::Owner).collect(),
            (None, None) => Vec::new(),
        }
    }

    /// The columns that are fetched, then the computed values.
    pub(super) fn items(&self, w: &mut Writer<'a>) {
        w.list(&self.level.columns, |w, &position| {
            w.column(self.level.table.column(position));
        });
        let Output::Items(items) = &self.select.output else {
            return;
        };
        let values = items.iter().filter_map(|item| match item {
            Item::Value { expr, .. } => Some(expr),
            Item::Column(_) => None,
        });
        for (at, expr) in values.enumerate() {
            w.push(if at == 0 && self.level.columns.is_empty() {
                ""
            } else {
                ", "
            });
            w.expr(expr);
            w.push(" AS ");
            value_name(w, at);
        }
    }

    /// Which rows are there, and which of them are asked for.
    pub(super) fn filter(&self, w: &mut Writer<'a>, tables: Tables<'a>, before: &'static str) {
        let select = self.select;
        w.scoped(tables.rows, |w| {
            w.rows_that_pass(
                before,
                self.level.table,
                &select.visible,
                select.filter.as_ref(),
            );
        });
    }

    /// ` FROM table AS t0 [JOIN through AS t1 ON ..]`
    pub(super) fn from(&self, w: &mut Writer<'a>, tables: Tables<'a>) {
        w.push(" FROM ");
        w.table(&self.level.table.name);
        if let Some(alias) = tables.rows {
            w.push(" AS ");
            w.alias(alias);
        }
        let (Some((join, alias)), Some(include)) = (tables.join, self.include()) else {
            return;
        };
        w.push(" JOIN ");
        w.join_source(
            join,
            &include.joined,
            Pairs::Once,
            join_columns(include),
            &include.join_order,
        );
        w.push(" AS ");
        w.alias(alias);
        w.push(" ON ");
        for (i, &position) in include.association.target_columns.iter().enumerate() {
            w.push(if i == 0 { "" } else { " AND " });
            w.link_column(alias, Link::Target(i));
            w.push(" = ");
            w.column_of(tables.rows, self.level.table.column(position).name);
        }
    }

    /// Whether the server has to sort: a limit depends on it, or nothing tells
    /// the rows' order but that of their arrival. Otherwise the ordinal is
    /// enough, and the client sorts the few rows of each parent.
    fn sorts_on_server(&self) -> bool {
        let is_limited = self.select.limit.is_some() || self.select.offset.is_some();
        is_limited || self.level.order == LevelOrder::Arrival
    }

    /// The terms over the join row that stand behind so many of the query's own.
    fn order_of_join(&self, w: &mut Writer<'a>, behind: usize, tables: Tables<'a>) {
        let (Some(include), Some((_, alias))) = (self.include(), tables.join) else {
            return;
        };
        let terms = include.join_order.iter().enumerate();
        for (at, of_join) in terms.filter(|(_, it)| it.behind == behind) {
            w.link_column(alias, Link::Sort(at));
            w.direction(&of_join.term);
            w.push(", ");
        }
    }

    /// The order the query asks for, then the primary key, then that of the join
    /// row where a row comes with several, so that it is total.
    pub(super) fn order_by(&self, w: &mut Writer<'a>, before: &str, tables: Tables<'a>) {
        w.push(before);
        w.push("ORDER BY ");
        let own = &self.select.order_by;
        for at in 0..=own.len() {
            self.order_of_join(w, at, tables);
            if let Some(term) = own.get(at) {
                w.order_term(term);
                w.push(", ");
            }
        }
        w.list(self.level.table.key_columns(), |w, column| w.column(column));
        let repeated = self.include().and_then(repeated_join_rows);
        let (Some((_, alias)), Some(join_key)) = (tables.join, repeated) else {
            return;
        };
        for &position in join_key {
            w.push(", ");
            w.link_column(alias, Link::Row(usize::from(position)));
        }
    }
}
