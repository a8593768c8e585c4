//! The tables of the models that this program works with.
//!
//! An error that arrives at COMMIT, or from a statement written by hand, names a
//! table and a constraint and no model. A table is noted when a statement on it
//! is written for the first time; where it leads is known from its associations.

use std::sync::{PoisonError, RwLock};

#[cfg(feature = "sqlite")]
use super::mentioned;
#[cfg(feature = "sqlite")]
use crate::schema::ColumnDef;
use crate::schema::{TableDef, TableName};

static NOTED: RwLock<Vec<&'static TableDef>> = RwLock::new(Vec::new());

/// Notes the table of a model.
pub(crate) fn note(table: &'static TableDef) {
    // A list of references is whole whatever happened while it was locked.
    let is_noted = |all: &[&'static TableDef]| all.iter().any(|it| is_same(it, table));
    if is_noted(&NOTED.read().unwrap_or_else(PoisonError::into_inner)) {
        return;
    }
    let mut noted = NOTED.write().unwrap_or_else(PoisonError::into_inner);
    if !is_noted(&noted) {
        noted.push(table);
    }
}

/// Every table that was noted or that associations lead to from there.
pub(super) fn all() -> Vec<&'static TableDef> {
    let mut all = NOTED.read().unwrap_or_else(PoisonError::into_inner).clone();
    let mut next = 0;
    while let Some(table) = all.get(next).copied() {
        next += 1;
        for association in table.associations {
            let through = association.through.and_then(|it| it.table);
            let targets = [Some(association.target), through];
            for target in targets.into_iter().flatten().map(|target| target()) {
                if !all.iter().any(|it| is_same(it, target)) {
                    all.push(target);
                }
            }
        }
    }
    all
}

/// The model of a table, as the server names it: one that names the schema
/// before one that leaves it to the search path.
pub(super) fn named(schema: Option<&str>, name: &str) -> Option<&'static TableDef> {
    let all = all();
    let with = |wanted: Option<&str>| {
        all.iter()
            .copied()
            .find(|it| it.name.name == name && it.name.schema == wanted)
    };
    with(schema).or_else(|| with(None))
}

/// The model of a table whose schema the server does not name, unless several may be meant.
pub(super) fn called(name: &str) -> Option<&'static TableDef> {
    let all = all();
    let mut called = all.iter().filter(|it| it.name.name == name);
    let first = called.next()?;
    called.all(|it| it.name == first.name).then_some(*first)
}

/// The table and the columns of a model that SQLite lists: `users.email, users.tenant`.
#[cfg(feature = "sqlite")]
pub(crate) fn listed(list: &str) -> Option<(&'static str, Vec<&'static ColumnDef>)> {
    all().into_iter().find_map(|table| {
        let name = table.name.name;
        Some((name, mentioned::listed(table, list, &format!("{name}."))?))
    })
}

/// Whether the server's names mean this table.
pub(super) fn is_named(table: TableName, schema: Option<&str>, name: &str) -> bool {
    table.name == name && (table.schema.is_none() || schema.is_none() || table.schema == schema)
}

/// The compiler may keep one constant in several places.
fn is_same(a: &'static TableDef, b: &'static TableDef) -> bool {
    std::ptr::eq(a, b) || (a.model == b.model && a.name == b.name)
}
