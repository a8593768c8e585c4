//! The rows of join tables.

use super::Writer;
use crate::ast::{Link, Unlink};
use crate::schema::SqlType;
use crate::types::Param;

impl<'a> Writer<'a> {
    /// Pairs the owner's key with every target's, where no such pair exists.
    pub(crate) fn link(&mut self, link: &'a Link) {
        let join = link.join;
        self.push("INSERT INTO ");
        self.table(&join.name);
        self.push(" (");
        let names = join
            .owner_columns
            .iter()
            .chain(join.target_columns)
            .copied();
        self.list(
            names.chain(link.values.iter().map(|(column, _)| column.name)),
            |w, name| w.identifier(name),
        );
        self.push(") SELECT ");
        for (key, sql_type) in &link.owner {
            self.cast(key, sql_type);
            self.push(", ");
        }
        self.list(join.target_columns, |w, name| w.target_key(name));
        for (column, value) in &link.values {
            self.push(", ");
            self.cast(value, &column.sql_type);
        }
        self.push(" FROM ");
        self.targets(link.join.target_columns, &link.targets);
        self.push(" ON CONFLICT DO NOTHING");
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
        self.push(if unlink.keep {
            "NOT EXISTS (SELECT 1 FROM "
        } else {
            "EXISTS (SELECT 1 FROM "
        });
        self.targets(join.target_columns, &unlink.targets);
        self.push(" WHERE ");
        for (i, name) in join.target_columns.iter().enumerate() {
            self.push(if i == 0 { "pair." } else { " AND pair." });
            self.identifier(name);
            self.push(" = ");
            self.target_key(name);
        }
        self.push(")");
    }

    /// `unnest(..) AS target ("role_id")`
    fn targets(&mut self, names: &[&'static str], arrays: &'a [(Param, SqlType)]) {
        self.unnest(arrays.iter().map(|(array, sql_type)| (array, *sql_type)));
        self.push(" AS target (");
        self.list(names, |w, name| w.identifier(name));
        self.push(")");
    }

    fn target_key(&mut self, name: &str) {
        self.push("target.");
        self.identifier(name);
    }

    fn cast(&mut self, param: &'a Param, sql_type: &SqlType) {
        self.push("CAST(");
        self.param(param);
        self.push(" AS ");
        self.type_name(sql_type);
        self.push(")");
    }
}
