//! What SQLite cannot hold of models, before it is asked.

use std::collections::BTreeSet;

use super::Flaws;
use crate::check::unfit_words;
use crate::ddl::blueprint::{Blueprint, Table};
use crate::schema::fits::misfits;
use crate::schema::{Backend, TableDef};

/// Names that SQLite keeps for itself or takes for one.
pub(super) fn names(blueprint: &Blueprint, flaws: &mut Flaws) {
    for table in &blueprint.tables {
        let name = &table.name;
        if let Some(schema) = &name.schema {
            flaws.insert(format!(
                "`{name}` is in the schema `{schema}`, and SQLite has no schemas"
            ));
        }
        let indexes = table.indexes.iter().map(|index| &index.name);
        let columns = table.columns.iter().map(|column| &column.name);
        for name in std::iter::once(&name.name).chain(indexes).chain(columns) {
            if let Some(problem) = problem_of(name) {
                flaws.insert(format!("`{}` {problem}", name.escape_debug()));
            }
        }
        columns_of(table, flaws);
    }
}

fn problem_of(name: &str) -> Option<&'static str> {
    let reserved = name
        .get(..7)
        .is_some_and(|it| it.eq_ignore_ascii_case("sqlite_"));
    match name {
        "" => Some("is an empty name"),
        _ if name.contains('\0') => Some("has a NUL in its name"),
        _ if reserved => Some("begins with `sqlite_`, as SQLite's own names do"),
        _ => None,
    }
}

fn columns_of(table: &Table, flaws: &mut Flaws) {
    let mut taken = BTreeSet::new();
    for column in &table.columns {
        if !taken.insert(column.name.to_ascii_lowercase()) {
            flaws.insert(format!(
                "`{}` has two columns `{}`: SQLite takes `A` and `a` for one name",
                table.name, column.name
            ));
        }
    }
}

/// Everything else that it lacks. Names are looked at where all are known: those
/// of join tables and of what has no name in a model too.
pub(super) fn model(model: &'static TableDef, flaws: &mut Flaws) {
    let misfits = misfits(model, Backend::Sqlite).filter(|misfit| !misfit.part.is_name());
    flaws.extend(misfits.map(|misfit| unfit_words(model, &misfit, Backend::Sqlite)));
}
