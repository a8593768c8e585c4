//! Whose rows a level has: those that hold, or are joined to, the keys of its parents.

use super::body::{Body, Tables};
use super::{Source, level_name};
use crate::ast::Include;
use crate::load::plan::Level;
use crate::sql::{Link, Listed, Writer};

impl<'a> Body<'_, 'a> {
    /// Whether no two parents hold one key, and the keys need no look for doubles.
    pub(super) fn has_unique_parents(&self, include: &Include) -> bool {
        match self.source {
            Source::Parent(_, level) => {
                include.association.owner_columns == level.table.primary_key
            }
            // Doubles were removed before the keys were bound.
            Source::Keys(..) => true,
            Source::Root => false,
        }
    }

    /// A part of the parent's key: in the join table, or in the rows themselves.
    pub(super) fn held_column(
        &self,
        w: &mut Writer<'a>,
        tables: Tables<'a>,
        include: &Include,
        part: usize,
    ) {
        if let Some((_, alias)) = tables.join {
            return w.link_column(alias, Link::Owner(part));
        }
        let position = include.association.target_columns[part];
        w.column_of(tables.rows, self.level.table.column(position).name);
    }

    /// `key IN (keys)`, or `(a, b) IN (keys)` for a composite key; of one column in
    /// the words of the database.
    pub(super) fn key_test(&self, w: &mut Writer<'a>, tables: Tables<'a>, include: &'a Include) {
        self.key(w, tables, include);
        match (self.source, include.association.owner_columns) {
            (Source::Keys(_, _, [only]), [_]) => {
                let dialect = w.dialect;
                dialect.is_listed(w, Listed::Yes, &mut |w| w.param(only));
            }
            (Source::Keys(..), _) => {
                w.push(" IN (SELECT * FROM ");
                self.bound_keys(w, include, None);
                w.push(")");
            }
            (Source::Parent(_, parent), _) => {
                let by_index = self.finds_keys_by_index(include);
                let dialect = w.dialect;
                dialect.is_key_of_parent(w, by_index, &mut |w| {
                    self.keys_of_parent(w, include, parent);
                });
            }
            (Source::Root, _) => {}
        }
    }

    /// `key`, or `(a, b)`
    fn key(&self, w: &mut Writer<'a>, tables: Tables<'a>, include: &'a Include) {
        let width = include.association.owner_columns.len();
        w.push(if width > 1 { "(" } else { "" });
        w.list(0..width, |w, part| {
            self.held_column(w, tables, include, part);
        });
        w.push(if width > 1 { ")" } else { "" });
    }

    /// Whether the rows of one key are found by an index, as far as the model knows.
    pub(super) fn finds_keys_by_index(&self, include: &Include) -> bool {
        let association = include.association;
        let ([_], [position]) = (association.owner_columns, association.target_columns) else {
            return false;
        };
        include.association.through.is_some() || !self.level.table.is_unindexed(*position)
    }

    fn keys_of_parent(&self, w: &mut Writer<'a>, include: &'a Include, parent: &Level) {
        w.push("SELECT ");
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
    }

    /// The keys of parents that were fetched before, as rows.
    pub(super) fn bound_keys(
        &self,
        w: &mut Writer<'a>,
        include: &'a Include,
        named: Option<(&'static str, &dyn Fn(&mut Writer<'a>, usize))>,
    ) {
        let Source::Keys(_, parents, keys) = self.source else {
            return;
        };
        let columns = include.association.owner_columns.iter();
        let types = columns.map(|&position| parents.column(position).sql_type);
        w.bound_rows(keys.iter().zip(types), named);
    }
}
