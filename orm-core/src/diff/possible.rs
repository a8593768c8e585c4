//! Renames that nobody declared and that may be meant: they are asked about,
//! never taken for granted.

use std::fmt;

use crate::ddl::blueprint::{Name, Table};
use crate::ddl::live::Live;

use super::options::Options;

/// Something that would be dropped, and something like it that would be added:
/// perhaps one thing with a new name.
///
/// `Display` says which: "column `orders.cost` to `price`".
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PossibleRename {
    /// A table with the same columns.
    Table {
        /// What it is called, without its schema.
        from: String,
        /// What it may be called now.
        to: String,
    },
    /// A column of the same type.
    Column {
        /// Its table.
        table: String,
        /// What it is called.
        from: String,
        /// What it may be called now.
        to: String,
    },
}

impl fmt::Display for PossibleRename {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PossibleRename::Table { from, to } => write!(f, "table `{from}` to `{to}`"),
            PossibleRename::Column { table, from, to } => {
                write!(f, "column `{table}.{from}` to `{to}`")
            }
        }
    }
}

/// Every pair of a dropped and an added thing that are alike.
pub(super) fn renames(now: &Live, wanted: &Live, options: &Options) -> Vec<PossibleRename> {
    let mut found = Vec::new();
    for (name, relation) in &now.relations {
        if options.ignores(name) || !relation.is_table() {
            continue;
        }
        match wanted.relations.get(name) {
            Some(same) => columns(name, &relation.table, &same.table, &mut found),
            None => tables(name, &relation.table, now, wanted, &mut found),
        }
    }
    found
}

fn columns(name: &Name, now: &Table, wanted: &Table, found: &mut Vec<PossibleRename>) {
    let gone = now
        .columns
        .iter()
        .filter(|it| wanted.column(&it.name).is_none());
    for old in gone {
        let added = wanted
            .columns
            .iter()
            .filter(|it| now.column(&it.name).is_none());
        for new in added.filter(|it| it.kind == old.kind) {
            found.push(PossibleRename::Column {
                table: name.to_string(),
                from: old.name.clone(),
                to: new.name.clone(),
            });
        }
    }
}

fn tables(name: &Name, now: &Table, live: &Live, wanted: &Live, found: &mut Vec<PossibleRename>) {
    let shape = |table: &Table| {
        let mut columns: Vec<_> = table
            .columns
            .iter()
            .map(|it| (it.name.clone(), it.kind.clone()))
            .collect();
        columns.sort_by(|a, b| a.0.cmp(&b.0));
        columns
    };
    let added = wanted
        .relations
        .iter()
        .filter(|(new, _)| new.schema == name.schema && !live.relations.contains_key(new));
    for (new, relation) in added {
        if shape(&relation.table) == shape(now) {
            found.push(PossibleRename::Table {
                from: name.name.clone(),
                to: new.to_string(),
            });
        }
    }
}
