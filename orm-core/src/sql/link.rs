//! The rows of join tables.

use super::Writer;
use crate::ast::{Among, Unlink, UnlinkScope};
use crate::schema::JoinTable;

impl<'a> Writer<'a> {
    /// `SELECT count(*) FROM target WHERE filter`
    pub(super) fn among(&mut self, among: &'a Among) {
        self.push("SELECT count(*)");
        self.those_among(among);
    }

    /// ` FROM target WHERE filter`: the rows that may be paired.
    pub(super) fn those_among(&mut self, among: &'a Among) {
        self.push(" FROM ");
        self.table(&among.table.name);
        self.push(" WHERE ");
        self.expr(&among.filter);
    }

    /// Removes the pairs of the owner's key with the targets', or with all others.
    pub(crate) fn unlink(&mut self, unlink: &'a Unlink) {
        let join = unlink.join;
        self.push("DELETE FROM ");
        self.table(&join.name);
        self.push(" AS pair WHERE ");
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
        if let Some(scope) = &unlink.scope {
            self.leads_into(join, scope);
        }
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
        self.push("(");
        self.scoped(Some(alias), |w| w.expr(&scope.filter));
        self.push("))");
    }
}

/// The columns of both keys, each once: the keys may share a part.
pub(super) fn pair_of(join: &JoinTable) -> impl Iterator<Item = &'static str> + use<> {
    let (owner, target) = (join.owner_columns, join.target_columns);
    let others = target.iter().filter(|name| !owner.contains(name));
    owner.iter().chain(others).copied()
}
