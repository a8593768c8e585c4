//! The rows of join tables.

use super::Writer;
use super::visible::{AND, WHERE};
use super::writer::Alias;
use crate::ast::{Among, Assignment, Link, Unlink, UnlinkScope};
use crate::schema::{JoinTable, TableDef};

impl<'a> Writer<'a> {
    /// `SELECT count(*) FROM (SELECT DISTINCT "id" FROM target WHERE filter) AS meant`
    pub(super) fn among(&mut self, among: &'a Among) {
        self.push("SELECT count(*)");
        self.those_among(among);
    }

    /// ` FROM (SELECT DISTINCT "id" FROM target WHERE filter) AS meant`: the rows that may be
    /// paired, each key once, for two rows may have one where tables inherit.
    pub(super) fn those_among(&mut self, among: &'a Among) {
        self.push(" FROM (SELECT DISTINCT ");
        self.list(among.table.key_columns(), |w, column| w.column(column));
        self.push(" FROM ");
        self.table(&among.table.name);
        self.rows_that_pass(WHERE, among.table, &among.visible, Some(&among.filter));
        self.push(") AS meant");
    }

    /// Removes, or marks, the pairs of the owner's key with the targets', or with all others.
    pub(crate) fn unlink(&mut self, unlink: &'a Unlink) {
        let join = unlink.join;
        match join.table {
            Some(table) if !unlink.marks.is_empty() => self.marked(table(), &unlink.marks),
            _ => {
                self.push("DELETE FROM ");
                self.table(&join.name);
                self.push(" AS pair");
            }
        }
        self.push(WHERE);
        for (name, key) in join.owner_columns.iter().zip(&unlink.owner) {
            self.push("pair.");
            self.identifier(name);
            self.push(" = ");
            self.param(key);
            self.push(" AND ");
        }
        self.dialect.leads_to_listed(self, unlink);
        if unlink.keep {
            self.leads_somewhere(join);
        }
        self.scoped(Some(Alias::PAIR), |w| {
            w.visible_join(AND, join, &unlink.visible);
        });
        if let Some(scope) = &unlink.scope {
            self.leads_into(join, scope);
        }
    }

    /// `UPDATE join AS pair SET "deleted_at" = now`
    fn marked(&mut self, table: &'static TableDef, set: &'a [Assignment]) {
        self.push("UPDATE ");
        self.table(&table.name);
        self.push(" AS pair SET ");
        self.scoped(Some(Alias::PAIR), |w| w.assignments(table, set));
    }

    /// ` AS pair`, where marked rows are looked at.
    pub(super) fn named_if_revived(&mut self, link: &Link) {
        if link.revived.is_some() {
            self.push(" AS pair");
        }
    }

    /// ` DO UPDATE SET "deleted_at" = NULL WHERE pair."deleted_at" IS NOT NULL`, or
    /// nothing is done to a pair that is there.
    pub(super) fn revive(&mut self, link: &'a Link) {
        let (Some(revived), Some(table)) = (&link.revived, link.join.table) else {
            return self.push(" DO NOTHING");
        };
        self.push(" DO UPDATE SET ");
        self.scoped(Some(Alias::PAIR), |w| w.assignments(table(), &revived.set));
        for column in &revived.taken_over {
            self.push(", ");
            self.identifier(column.name);
            self.push(" = excluded.");
            self.identifier(column.name);
        }
        self.push(" WHERE pair.");
        self.identifier(revived.mark.name);
        self.push(" IS NOT NULL");
    }

    /// The rows that are pairs, behind those of one pair.
    pub(super) fn there_as_pair(&mut self, link: &'a Link) {
        self.scoped(Some(Alias::PAIR), |w| {
            w.visible_join(AND, link.join, &link.visible);
        });
    }

    /// ` AND pair."role_id" IS NOT NULL` where it may be: such a row of the join
    /// table is no pair, so it is not among the others.
    fn leads_somewhere(&mut self, join: &JoinTable) {
        let table = join.table.map(|table| table());
        let columns = table.into_iter().flat_map(|table| table.columns);
        for column in columns.filter(|column| column.nullable) {
            if join.target_columns.contains(&column.name) {
                self.push(" AND pair.");
                self.identifier(column.name);
                self.push(" IS NOT NULL");
            }
        }
    }

    /// ` AND EXISTS (SELECT 1 FROM target AS t0 WHERE t0.key = pair.target AND scope)`
    fn leads_into(&mut self, join: &JoinTable, scope: &'a UnlinkScope) {
        let alias = self.new_alias();
        self.push(" AND EXISTS (SELECT 1 FROM ");
        self.table(&scope.table.name);
        self.push(" AS ");
        self.alias(alias);
        self.push(" WHERE ");
        for (&column, name) in scope.columns.iter().zip(join.target_columns) {
            self.column_of(Some(alias), scope.table.column(column).name);
            self.push(" = pair.");
            self.identifier(name);
            self.push(" AND ");
        }
        self.scoped(Some(alias), |w| {
            w.rows_that_pass("", scope.table, &scope.visible, Some(&scope.filter));
        });
        self.push(")");
    }
}

/// The columns of both keys, each once: the keys may share a part.
pub(super) fn pair_of(join: &JoinTable) -> impl Iterator<Item = &'static str> + use<> {
    let (owner, target) = (join.owner_columns, join.target_columns);
    let others = target.iter().filter(|name| !owner.contains(name));
    owner.iter().chain(others).copied()
}
