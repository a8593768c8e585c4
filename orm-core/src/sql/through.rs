//! The table between the two sides of a many-to-many association.

use super::Writer;
use super::dialect::For;
use super::visible::WHERE;
use super::writer::Alias;
use crate::ast::{OfJoinRow, Visible};
use crate::schema::{ColumnDef, JoinTable};

impl<'a> Writer<'a> {
    /// `(SELECT a AS "orm owner 0", b AS "orm target 0", .. FROM join)`
    ///
    /// Those of its rows that are there. Its columns have names of ours, so that a name in raw text can only mean
    /// a column of the other side. Where the table may hold a pair twice, each
    /// pair comes once, unless the columns of its rows are asked for: then every
    /// row is one of its own. What is computed of them to sort by comes at last.
    pub(crate) fn join_source(
        &mut self,
        join: &JoinTable,
        visible: &'a Visible,
        pairs: Pairs,
        row: Option<&[ColumnDef]>,
        sorted: &'a [OfJoinRow],
    ) {
        let named = visible.tests().next().is_some() || !sorted.is_empty();
        let alias = named.then(|| self.new_alias());
        self.push(match pairs {
            Pairs::Once if row.is_none() && !join.holds_pairs_once() => "(SELECT DISTINCT ",
            _ => "(SELECT ",
        });
        for (i, name) in join.owner_columns.iter().enumerate() {
            self.push(if i == 0 { "" } else { ", " });
            self.identifier(name);
            self.push(" AS ");
            self.link_name(Link::Owner(i));
        }
        for (i, name) in join.target_columns.iter().enumerate() {
            self.push(", ");
            self.identifier(name);
            self.push(" AS ");
            self.link_name(Link::Target(i));
        }
        for (i, column) in row.into_iter().flatten().enumerate() {
            self.push(", ");
            self.identifier(column.name);
            self.push(" AS ");
            self.link_name(Link::Row(i));
        }
        self.scoped(alias, |w| {
            for (i, of_join) in sorted.iter().enumerate() {
                w.push(", ");
                w.key(&of_join.term.expr, For::Order);
                w.push(" AS ");
                w.link_name(Link::Sort(i));
            }
        });
        self.push(" FROM ");
        self.table(&join.name);
        if let Some(alias) = alias {
            self.push(" AS ");
            self.alias(alias);
        }
        self.scoped(alias, |w| w.visible_join(WHERE, join, visible));
        self.push(")");
    }

    /// `t1."orm owner 0"`
    pub(crate) fn link_column(&mut self, alias: Alias, column: Link) {
        self.alias(alias);
        self.push(".");
        self.link_name(column);
    }

    pub(crate) fn link_name(&mut self, column: Link) {
        let (word, number) = match column {
            Link::Owner(number) => ("\"orm owner ", number),
            Link::Target(number) => ("\"orm target ", number),
            Link::Row(number) => ("\"orm join ", number),
            Link::Sort(number) => ("\"orm sort ", number),
        };
        self.push(word);
        self.number(number);
        self.push("\"");
    }
}

/// Whether it matters how often a pair is there.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Pairs {
    /// Rows are counted or returned: each pair once.
    Once,
    /// Nothing but their existence is asked for.
    Any,
}

/// A column of the join table, by what it is for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Link {
    /// A part of the key of the side that asks.
    Owner(usize),
    /// A part of the key of the other side.
    Target(usize),
    /// A column of the join row, where it is read.
    Row(usize),
    /// What rows are sorted by, computed of the join row.
    Sort(usize),
}
