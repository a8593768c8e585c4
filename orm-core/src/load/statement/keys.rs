//! Whose rows a level has: those that hold, or are joined to, the keys of its parents.

use super::body::{Body, Tables};
use super::{Source, level_name};
use crate::ast::Include;
use crate::load::plan::Level;
use crate::sql::{Link, Writer};
use crate::types::Param;

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

    /// `key = ANY(keys)`, or `(a, b) IN (keys)` for a composite key.
    pub(super) fn key_test(
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

    pub(super) fn keys_of_parent(&self, w: &mut Writer<'a>, include: &'a Include, parent: &Level) {
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

    pub(super) fn bound_keys(&self, w: &mut Writer<'a>, include: &'a Include, keys: &'a [Param]) {
        match keys {
            [only] => w.param(only),
            _ => {
                w.push("SELECT * FROM ");
                self.unnested_keys(w, include);
            }
        }
    }

    /// `unnest(CAST($1 AS integer[]), ..)`
    pub(super) fn unnested_keys(&self, w: &mut Writer<'a>, include: &'a Include) {
        let Source::Keys(_, parents, keys) = self.source else {
            return;
        };
        let columns = include.association.owner_columns.iter();
        w.unnest(
            keys.iter()
                .zip(columns.map(|&position| parents.column(position).sql_type)),
        );
    }
}
