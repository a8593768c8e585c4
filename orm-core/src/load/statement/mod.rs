//! The statement that fetches a level and everything below it.
//!
//! A level by itself is an ordinary query. Of several, each is a common table
//! expression; keys go down by a query of the level above; the levels come back
//! folded into one result by `UNION ALL`, each row tagged with its level's
//! number. It sends each row once, whatever refers to it, keeps every type
//! exact, and sees one snapshot. [`body`] writes the rows of one level,
//! [`limited`], [`few`] and [`numbered`] those with a limit per parent, [`keys`] whose
//! rows they are.

mod body;
mod few;
mod keys;
mod limited;
mod numbered;

use self::body::Body;
use super::plan::{FIRST_SLOT, Level, LevelOrder};
use crate::ast::{Include, Named, Select};
use crate::schema::{Backend, TableDef};
use crate::sql::{Link, Sql, Writer, dialect};
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

/// Writes the statement of a level that begins one; what it reads may be one of the queries
/// that the whole tree has a name for.
pub(super) fn write<'a>(
    backend: Backend,
    named: &'a [Named],
    level: &Level,
    select: &'a Select,
    source: Source<'_, 'a>,
) -> Sql<'a> {
    let mut w = Writer::new(dialect(backend));
    if level.is_alone() {
        w.with(named);
        let body = Body {
            level,
            select,
            source,
        };
        body.write(&mut w);
    } else {
        w.push("WITH ");
        w.with_others(named);
        common_tables(&mut w, level, select, source);
        branches(&mut w, level, level);
    }
    w.finish()
}

/// `"orm level 0" AS MATERIALIZED (..), "orm level 1" AS (..)`
fn common_tables<'a>(
    w: &mut Writer<'a>,
    level: &Level,
    select: &'a Select,
    source: Source<'_, 'a>,
) {
    level_name(w, level.number);
    let children = joined_children(level, select);
    w.push(w.dialect.level(!children.is_empty()));
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
    w.push("\"orm level ");
    w.number(number);
    w.push("\"");
}

/// ` SELECT 0, "id", .. FROM "orm level 0" UNION ALL SELECT 1, ..`
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
            None if is_first => w.dialect.null_of(w, sql_type),
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
