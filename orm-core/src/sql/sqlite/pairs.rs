//! The pairs of a join table, one at a time: each statement takes a step for each pair.

use crate::ast::{KnownPair, Link, LinkColumn, LinkValue, Unlink};
use crate::sql::Writer;
use crate::sql::dialect::{BoundRows, Dialect as _, Listed};
use crate::sql::link::pair_of;

use super::Sqlite;

impl<'a> Writer<'a> {
    /// `INSERT INTO join (..) VALUES (?1, ?2) ON CONFLICT (pair) DO NOTHING RETURNING 1`
    pub(super) fn new_pair(&mut self, link: &'a Link) {
        self.push("INSERT INTO ");
        self.table(&link.join.name);
        self.named_if_revived(link);
        self.push(" (");
        self.list(&link.columns, |w, column| w.identifier(column.name));
        self.push(match link.known {
            KnownPair::ByConstraint => ") VALUES (",
            KnownPair::ByLooking => ") SELECT ",
        });
        self.list(&link.columns, |w, column| w.said_of_pair(column));
        match link.known {
            KnownPair::ByConstraint => {
                self.push(") ON CONFLICT (");
                self.list(pair_of(link.join), |w, name| w.identifier(name));
                self.push(")");
                self.revive(link);
            }
            KnownPair::ByLooking => {
                self.push(" WHERE ");
                self.is_not_there(link);
            }
        }
        self.push(" RETURNING 1");
    }

    /// A row if the pair is not there.
    pub(super) fn missing_pair(&mut self, link: &'a Link) {
        self.push("SELECT 1 WHERE ");
        self.is_not_there(link);
    }

    fn said_of_pair(&mut self, column: &'a LinkColumn) {
        match &column.value {
            LinkValue::Same(value) | LinkValue::Each(value) => {
                self.dialect.given(self, &column.sql_type, value);
            }
            LinkValue::Now => self.dialect.stamp(self, &column.sql_type),
        }
    }

    /// `NOT EXISTS (SELECT 1 FROM join AS pair WHERE pair.a = ?1 AND pair.b = ?2)`
    fn is_not_there(&mut self, link: &'a Link) {
        self.push("NOT EXISTS (SELECT 1 FROM ");
        self.table(&link.join.name);
        self.push(" AS pair WHERE ");
        for (i, name) in pair_of(link.join).enumerate() {
            self.push(if i == 0 { "pair." } else { " AND pair." });
            self.identifier(name);
            self.push(" = ");
            match link.columns.iter().find(|column| column.name == name) {
                Some(column) => self.said_of_pair(column),
                None => self.push("NULL"),
            }
        }
        self.there_as_pair(link);
        self.push(")");
    }

    /// `pair."b" IN (..)`
    pub(super) fn leads_to_one_of(&mut self, unlink: &'a Unlink) {
        let part = |w: &mut Self, name: &str| {
            w.push("pair.");
            w.identifier(name);
        };
        let listed = match unlink.keep {
            true => Listed::No,
            false => Listed::Yes,
        };
        if let ([name], [(array, _)]) = (unlink.join.target_columns, unlink.targets.as_slice()) {
            part(self, name);
            return Sqlite.is_listed(self, listed, &mut |w| w.param(array));
        }
        self.push("(");
        self.list(unlink.join.target_columns, |w, name| part(w, name));
        self.push(match listed {
            Listed::Yes => ") IN (SELECT * FROM ",
            Listed::No => ") NOT IN (SELECT * FROM ",
        });
        let arrays: Vec<_> = unlink
            .targets
            .iter()
            .map(|(array, it)| (array, *it))
            .collect();
        let rows = BoundRows {
            arrays: &arrays,
            named: None,
        };
        Sqlite.bound_rows(self, &rows);
        self.push(")");
    }
}
