//! The pairs of a join table, as bound arrays.

use super::Postgres;
use crate::ast::{Among, KnownPair, Link, LinkColumn, LinkValue, Unlink};
use crate::schema::SqlType;
use crate::sql::Writer;
use crate::sql::dialect::{BoundRows, Dialect as _};
use crate::sql::link::pair_of;
use crate::types::Param;

impl<'a> Writer<'a> {
    /// Pairs the owner's key with every target's, where no such pair exists.
    ///
    /// Where more is asked than to write, it returns how many of the rows may be
    /// paired, and whether nothing about the table could keep a pair away.
    pub(super) fn new_pairs(&mut self, link: &'a Link) {
        if link.among.is_none() && link.all_of.is_none() {
            return self.insert_pairs(link);
        }
        self.push("WITH ");
        if let Some(among) = &link.among {
            self.push("\"orm found\" AS (SELECT count(*) AS \"found\"");
            self.those_among(among);
            self.push("), ");
        }
        self.push("\"orm written\" AS (");
        self.insert_pairs(link);
        self.push(") SELECT ");
        self.push(match &link.among {
            Some(_) => "(SELECT \"found\" FROM \"orm found\")",
            None => "CAST(NULL AS bigint)",
        });
        self.push(", ");
        match &link.all_of {
            Some(table) => self.keeps_no_row_away(table),
            None => self.push("FALSE"),
        }
    }

    /// How many of the pairs are not there.
    pub(super) fn missing_pairs(&mut self, link: &'a Link) {
        self.push("SELECT count(*) FROM ");
        self.each_pair(link);
        self.push(" WHERE ");
        self.is_no_pair(link);
    }

    /// `INSERT INTO join (..) SELECT .. FROM unnest(..) AS target (..) ON CONFLICT (pair) DO NOTHING`
    fn insert_pairs(&mut self, link: &'a Link) {
        let join = link.join;
        self.push("INSERT INTO ");
        self.table(&join.name);
        self.named_if_revived(link);
        self.push(" (");
        self.list(&link.columns, |w, column| w.identifier(column.name));
        self.push(") SELECT ");
        self.list(&link.columns, |w, column| w.link_value(column));
        self.push(" FROM ");
        self.each_pair(link);
        let mut before = " WHERE ";
        if let Some(table) = &link.all_of {
            self.push(before);
            self.keeps_no_row_away(table);
            before = " AND ";
        }
        if let Some(among) = &link.among {
            self.push(before);
            self.all_are_among(among);
            before = " AND ";
        }
        match link.known {
            KnownPair::ByConstraint => {
                self.push(" ON CONFLICT (");
                self.list(pair_of(join), |w, name| w.identifier(name));
                self.push(")");
                self.revive(link);
            }
            KnownPair::ByLooking => {
                self.push(before);
                self.is_no_pair(link);
            }
        }
    }

    /// `unnest(..) AS target ("role_id", ..)`
    fn each_pair(&mut self, link: &'a Link) {
        let (mut names, mut arrays) = (Vec::new(), Vec::new());
        for column in &link.columns {
            if let LinkValue::Each(array) = &column.value {
                names.push(column.name);
                arrays.push((array, column.sql_type));
            }
        }
        self.targets(&names, &arrays);
    }

    fn link_value(&mut self, column: &'a LinkColumn) {
        match &column.value {
            LinkValue::Same(value) => self.cast(value, &column.sql_type),
            LinkValue::Each(_) if matches!(column.sql_type, SqlType::Array(_)) => {
                self.push("CAST(");
                self.target_key(column.name);
                self.push(" AS ");
                self.type_name(&column.sql_type.without_length());
                self.push(")");
            }
            LinkValue::Each(_) => self.target_key(column.name),
            LinkValue::Now => self.call(crate::ast::Function::StatementTime, &[]),
        }
    }

    fn all_are_among(&mut self, among: &'a Among) {
        self.push("(SELECT \"found\" FROM \"orm found\") = ");
        self.param(&among.meant);
    }

    /// `NOT EXISTS (SELECT 1 FROM join AS pair WHERE pair.a = .. AND pair.b = target.b)`
    fn is_no_pair(&mut self, link: &'a Link) {
        self.push("NOT EXISTS (SELECT 1 FROM ");
        self.table(&link.join.name);
        self.push(" AS pair WHERE ");
        for (i, name) in pair_of(link.join).enumerate() {
            let column = link.columns.iter().find(|column| column.name == name);
            self.push(if i == 0 { "pair." } else { " AND pair." });
            self.identifier(name);
            self.push(" = ");
            match column {
                Some(column) => self.link_value(column),
                None => self.push("NULL"),
            }
        }
        self.there_as_pair(link);
        self.push(")");
    }

    /// `pair."b" = ANY(..)`, or of others `(pair."b") NOT IN (SELECT * FROM unnest(..))`, for which
    /// the server makes a hash table however few pairs it thinks there are.
    pub(super) fn leads_to_listed(&mut self, unlink: &'a Unlink) {
        let part = |w: &mut Self, name: &str| {
            w.push("pair.");
            w.identifier(name);
        };
        let arrays = unlink.targets.iter().map(|(array, it)| (array, *it));
        let arrays: Vec<_> = arrays.collect();
        if let ([name], [only], false) = (unlink.join.target_columns, &arrays[..], unlink.keep) {
            part(self, name);
            self.push(" = ANY(");
            self.bound_array(*only);
            return self.push(")");
        }
        self.push("(");
        self.list(unlink.join.target_columns, |w, name| part(w, name));
        self.push(match unlink.keep {
            true => ") NOT IN (SELECT * FROM ",
            false => ") IN (SELECT * FROM ",
        });
        let rows = BoundRows {
            arrays: &arrays,
            named: None,
        };
        Postgres.bound_rows(self, &rows);
        self.push(")");
    }

    /// `unnest(..) AS target ("role_id")`
    fn targets(&mut self, names: &[&'static str], arrays: &[(&'a Param, SqlType)]) {
        Postgres.bound_rows(
            self,
            &BoundRows {
                arrays,
                named: Some(("target", &|w, at| w.identifier(names[at]))),
            },
        );
    }

    fn target_key(&mut self, name: &str) {
        self.push("target.");
        self.identifier(name);
    }

    /// Without a length: a cast to `varchar(n)` would cut the text without a word.
    fn cast(&mut self, param: &'a Param, sql_type: &SqlType) {
        self.push("CAST(");
        self.param(param);
        self.push(" AS ");
        self.type_name(&sql_type.without_length());
        self.push(")");
    }
}
