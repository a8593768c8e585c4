//! The statement that fetches a level and everything below it.
//!
//! A level by itself is an ordinary query. Of several, each is a common table
//! expression; keys go down as `= ANY(ARRAY(SELECT ..))`; the levels come back
//! folded into one result by `UNION ALL`, each row tagged with its level's
//! number. It sends each row once, whatever refers to it, keeps every type
//! exact, and sees one snapshot.

use super::plan::{FIRST_SLOT, Level, LevelOrder, join_columns, repeated_join_rows};
use crate::ast::{Expr, Include, Item, Output, Select};
use crate::schema::{JoinTable, TableDef};
use crate::sql::{Alias, Link, POSTGRES, Pairs, Sql, Writer};
use crate::types::Param;

/// Where the rows of a level come from.
#[derive(Clone, Copy)]
pub(super) enum Source<'l, 'a> {
    /// The query itself.
    Root,
    /// The children of the level with a number, in the same statement.
    Parent(&'a Include, &'l Level),
    /// The children of parents of a table whose keys are bound, one array per column.
    Keys(&'a Include, &'static TableDef, &'a [Param]),
}

/// Writes the statement of a level that begins one.
pub(super) fn write<'a>(level: &Level, select: &'a Select, source: Source<'_, 'a>) -> Sql<'a> {
    let mut w = Writer::new(&POSTGRES);
    if level.is_alone() {
        let body = Body {
            level,
            select,
            source,
        };
        body.write(&mut w);
    } else {
        w.push("WITH ");
        common_tables(&mut w, level, select, source);
        branches(&mut w, level, level);
    }
    w.finish()
}

/// `"l0" AS MATERIALIZED (..), "l1" AS (..)`
fn common_tables<'a>(
    w: &mut Writer<'a>,
    level: &Level,
    select: &'a Select,
    source: Source<'_, 'a>,
) {
    level_name(w, level.number);
    let children = joined_children(level, select);
    w.push(if children.is_empty() {
        " AS ("
    } else {
        " AS MATERIALIZED ("
    });
    Body {
        level,
        select,
        source,
    }
    .write(w);
    w.push(")");
    for (child, include) in children {
        w.push(", ");
        common_tables(w, child, &include.select, Source::Parent(include, level));
    }
}

/// The children that are fetched by the statement of their parent.
fn joined_children<'l, 'a>(level: &'l Level, select: &'a Select) -> Vec<(&'l Level, &'a Include)> {
    let children = level.children.iter().zip(&select.includes);
    children.filter(|(child, _)| !child.own_statement).collect()
}

fn level_name(w: &mut Writer<'_>, number: usize) {
    w.push("\"l");
    w.number(number);
    w.push("\"");
}

/// ` SELECT 0, "id", .. FROM "l0" UNION ALL SELECT 1, ..`
fn branches(w: &mut Writer<'_>, first: &Level, level: &Level) {
    let is_first = first.number == level.number;
    w.push(if is_first {
        " SELECT "
    } else {
        " UNION ALL SELECT "
    });
    w.number(level.number);
    for (slot, sql_type) in (FIRST_SLOT..).zip(&first.result) {
        w.push(", ");
        match content(level, slot) {
            Some(Content::Column(position)) => w.identifier(level.table.column(position).name),
            Some(Content::Value(value)) => value_name(w, value),
            Some(Content::OwnerKey(position)) => w.link_name(Link::Owner(position)),
            Some(Content::Join(position)) => w.link_name(Link::Row(position)),
            Some(Content::Ordinal) => w.push(ORDINAL),
            // The first branch decides the type of the result's column.
            None if is_first => {
                w.push("CAST(NULL AS ");
                w.type_name(sql_type);
                w.push(")");
            }
            None => w.push("NULL"),
        }
    }
    w.push(" FROM ");
    level_name(w, level.number);
    for child in level.children.iter().filter(|child| !child.own_statement) {
        branches(w, first, child);
    }
}

/// What a level puts into a slot.
enum Content {
    Column(u16),
    Value(usize),
    OwnerKey(usize),
    Join(usize),
    Ordinal,
}

/// Whether a level has a value of its own in a slot of the result.
pub(super) fn fills(level: &Level, slot: u16) -> bool {
    content(level, slot).is_some()
}

fn content(level: &Level, slot: u16) -> Option<Content> {
    let place_in = |slots: &[u16]| slots.iter().position(|&taken| taken == slot);
    if let Some(at) = place_in(&level.column_slots) {
        return Some(Content::Column(level.columns[at]));
    }
    if let Some(at) = place_in(&level.value_slots) {
        return Some(Content::Value(at));
    }
    if level.order == LevelOrder::Counted && level.ordinal_slot == Some(slot) {
        return Some(Content::Ordinal);
    }
    place_in(&level.join_slots)
        .map(Content::Join)
        .or_else(|| place_in(&level.key_slots).map(Content::OwnerKey))
}

const ORDINAL: &str = "\"orm ordinal\"";

/// Not the field's name, which may be that of a column that is fetched too.
fn value_name(w: &mut Writer<'_>, value: usize) {
    w.push("\"orm value ");
    w.number(value);
    w.push("\"");
}

/// The rows of one level.
struct Body<'l, 'a> {
    level: &'l Level,
    select: &'a Select,
    source: Source<'l, 'a>,
}

/// The tables of a level's body, by alias.
#[derive(Clone, Copy)]
struct Tables<'a> {
    rows: Option<Alias>,
    join: Option<(&'a JoinTable, Alias)>,
}

impl<'a> Body<'_, 'a> {
    fn write(self, w: &mut Writer<'a>) {
        if self.is_limited_per_parent() {
            self.limited(w);
        } else {
            self.unlimited(w);
        }
    }

    fn include(&self) -> Option<&'a Include> {
        match self.source {
            Source::Root => None,
            Source::Parent(include, _) | Source::Keys(include, ..) => Some(include),
        }
    }

    fn is_limited_per_parent(&self) -> bool {
        self.include().is_some() && (self.select.limit.is_some() || self.select.offset.is_some())
    }

    fn tables(&self, w: &mut Writer<'a>) -> Tables<'a> {
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
            Source::Root => false,
            Source::Parent(include, parent) => {
                this.key_test(w, tables, include, |w| {
                    this.keys_of_parent(w, include, parent);
                });
                true
            }
            Source::Keys(include, _, keys) => {
                this.key_test(w, tables, include, |w| this.bound_keys(w, include, keys));
                true
            }
        });
        if self.sorts_on_server() {
            w.scoped(tables.rows, |w| self.order_by(w, " ", tables));
        }
        w.limit(self.select);
    }

    /// One limited query per parent: `FROM (keys) AS p CROSS JOIN LATERAL (..) AS c`
    fn limited(self, w: &mut Writer<'a>) {
        let Some(include) = self.include() else {
            return;
        };
        let (parent, child) = (w.new_alias(), w.new_alias());
        w.push("SELECT ");
        w.alias(child);
        w.push(".*");
        if self.level.order == LevelOrder::Counted {
            // Without an order of its own: a limited query per parent can only be
            // run parent by parent, and each hands its rows over in their order.
            w.push(", row_number() OVER () AS ");
            w.push(ORDINAL);
        }
        w.push(if self.has_unique_parents(include) {
            " FROM (SELECT "
        } else {
            " FROM (SELECT DISTINCT "
        });
        match self.source {
            Source::Parent(_, level) => {
                w.list(
                    include.association.owner_columns.iter().enumerate(),
                    |w, (i, &position)| {
                        w.identifier(level.table.column(position).name);
                        w.push(" AS \"k");
                        w.number(i);
                        w.push("\"");
                    },
                );
                w.push(" FROM ");
                level_name(w, level.number);
            }
            Source::Root | Source::Keys(..) => {
                w.push("* FROM ");
                self.unnested_keys(w, include);
                w.push(" AS \"keys\" (");
                w.list(0..include.association.owner_columns.len(), |w, i| {
                    w.push("\"k");
                    w.number(i);
                    w.push("\"");
                });
                w.push(")");
            }
        }
        w.push(") AS ");
        w.alias(parent);
        w.push(" CROSS JOIN LATERAL (");
        let tables = self.tables(w);
        self.rows(w, tables, |this, w| {
            for i in 0..include.association.owner_columns.len() {
                w.push(if i == 0 { "" } else { " AND " });
                this.held_column(w, tables, include, i);
                w.push(" = ");
                w.alias(parent);
                w.push(".\"k");
                w.number(i);
                w.push("\"");
            }
            true
        });
        w.scoped(tables.rows, |w| self.order_by(w, " ", tables));
        w.limit(self.select);
        w.push(") AS ");
        w.alias(child);
    }

    /// Whether no two parents hold one key, and the keys need no look for doubles.
    fn has_unique_parents(&self, include: &Include) -> bool {
        match self.source {
            Source::Parent(_, level) => {
                include.association.owner_columns == level.table.primary_key
            }
            // Doubles were removed before the keys were bound.
            Source::Keys(..) => true,
            Source::Root => false,
        }
    }

    /// `SELECT columns FROM tables WHERE`, then the key test, then the filter.
    fn rows(
        &self,
        w: &mut Writer<'a>,
        tables: Tables<'a>,
        key_test: impl FnOnce(&Self, &mut Writer<'a>) -> bool,
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
        let filter = self.select.filter.as_ref();
        if filter.is_none() && matches!(self.source, Source::Root) {
            return;
        }
        w.push(" WHERE ");
        let tested = key_test(self, w);
        if let Some(filter) = filter {
            self.filter(w, tables, filter, tested);
        }
    }

    /// Of the join table: every column of the join row, or the parent's key alone.
    fn columns_of_join(&self, w: &mut Writer<'a>, tables: Tables<'a>) {
        let Some((join, alias)) = tables.join else {
            return;
        };
        let columns = match self.include().and_then(join_columns) {
            Some(row) => (0..row.len()).map(Link::Row).collect::<Vec<_>>(),
            None => (0..join.owner_columns.len()).map(Link::Owner).collect(),
        };
        for column in columns {
            w.push(", ");
            w.link_column(alias, column);
        }
    }

    /// The columns that are fetched, then the computed values.
    fn items(&self, w: &mut Writer<'a>) {
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

    fn filter(&self, w: &mut Writer<'a>, tables: Tables<'a>, filter: &'a Expr, tested: bool) {
        w.push(if tested { " AND (" } else { "" });
        w.scoped(tables.rows, |w| w.expr(filter));
        w.push(if tested { ")" } else { "" });
    }

    /// ` FROM table AS t0 [JOIN through AS t1 ON ..]`
    fn from(&self, w: &mut Writer<'a>, tables: Tables<'a>) {
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
        w.join_source(join, Pairs::Once, join_columns(include));
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

    /// A part of the parent's key: in the join table, or in the rows themselves.
    fn held_column(&self, w: &mut Writer<'a>, tables: Tables<'a>, include: &Include, part: usize) {
        if let Some((_, alias)) = tables.join {
            return w.link_column(alias, Link::Owner(part));
        }
        let position = include.association.target_columns[part];
        w.column_of(tables.rows, self.level.table.column(position).name);
    }

    /// `key = ANY(keys)`, or `(a, b) IN (keys)` for a composite key.
    fn key_test(
        &self,
        w: &mut Writer<'a>,
        tables: Tables<'a>,
        include: &'a Include,
        keys: impl FnOnce(&mut Writer<'a>),
    ) {
        let composite = include.association.owner_columns.len() > 1;
        let in_rows = self.has_keys_in_rows(include);
        w.push(if composite { "(" } else { "" });
        w.list(0..include.association.owner_columns.len(), |w, part| {
            self.held_column(w, tables, include, part);
        });
        w.push(match (composite, in_rows) {
            (true, _) => ") IN (",
            (false, true) => " IN (",
            (false, false) => " = ANY(",
        });
        keys(w);
        w.push(")");
    }

    /// Whether the parent's keys are compared with as rows, not as an array.
    ///
    /// An array is quicker wherever an index finds its members. Without an index
    /// the server looks through the array for every row of the table, unless
    /// it is bound; rows it puts into a hash table.
    fn has_keys_in_rows(&self, include: &Include) -> bool {
        let [position] = include.association.target_columns else {
            return true;
        };
        matches!(self.source, Source::Parent(..))
            && include.association.through.is_none()
            && self.level.table.is_unindexed(*position)
    }

    fn keys_of_parent(&self, w: &mut Writer<'a>, include: &'a Include, parent: &Level) {
        let single =
            include.association.owner_columns.len() == 1 && !self.has_keys_in_rows(include);
        w.push(if single { "ARRAY(SELECT " } else { "SELECT " });
        w.list(include.association.owner_columns, |w, &position| {
            w.identifier(parent.table.column(position).name);
        });
        w.push(" FROM ");
        level_name(w, parent.number);
        if let Some((position, value)) = &include.parents {
            w.push(" WHERE ");
            w.identifier(parent.table.column(*position).name);
            w.push(" = ");
            w.param(value);
        }
        w.push(if single { ")" } else { "" });
    }

    fn bound_keys(&self, w: &mut Writer<'a>, include: &'a Include, keys: &'a [Param]) {
        match keys {
            [only] => w.param(only),
            _ => {
                w.push("SELECT * FROM ");
                self.unnested_keys(w, include);
            }
        }
    }

    /// `unnest(CAST($1 AS integer[]), ..)`
    fn unnested_keys(&self, w: &mut Writer<'a>, include: &'a Include) {
        let Source::Keys(_, parents, keys) = self.source else {
            return;
        };
        let columns = include.association.owner_columns.iter();
        w.unnest(
            keys.iter()
                .zip(columns.map(|&position| parents.column(position).sql_type)),
        );
    }

    /// Whether the server has to sort: a limit depends on it, or nothing tells
    /// the rows' order but that of their arrival. Otherwise the ordinal is
    /// enough, and the client sorts the few rows of each parent.
    fn sorts_on_server(&self) -> bool {
        let is_limited = self.select.limit.is_some() || self.select.offset.is_some();
        is_limited || self.level.order == LevelOrder::Arrival
    }

    /// The order the query asks for, then the primary key, then that of the join
    /// row where a row comes with several, so that it is total.
    fn order_by(&self, w: &mut Writer<'a>, before: &str, tables: Tables<'a>) {
        w.push(before);
        if self.select.order_by.is_empty() {
            w.push("ORDER BY ");
        } else {
            w.order_by(&self.select.order_by);
            w.push(", ");
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
