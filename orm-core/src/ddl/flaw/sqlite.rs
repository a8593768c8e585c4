//! What SQLite cannot hold of models, before it is asked.

use std::collections::BTreeSet;

use super::Flaws;
use crate::ddl::blueprint::{Blueprint, Table};
use crate::ddl::desired;
use crate::schema::{Backend, IndexMethod, TableDef};

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

/// Types, numbering and indexes.
pub(super) fn model(model: &'static TableDef, flaws: &mut Flaws) {
    let table = desired::table(Backend::Sqlite, model);
    for column in model.columns {
        let place = format!("`{}.{}`", model.model, column.field);
        if desired::stored_as(&column.sql_type).is_none() {
            let mut kind = String::new();
            column.sql_type.write_to(&mut kind);
            flaws.insert(format!(
                "{place} is of the type `{kind}`, which SQLite has not"
            ));
        }
        let is_key = table.numbered().is_some_and(|(_, key)| key == column.name);
        if column.identity.is_some() && !is_key {
            flaws.insert(format!(
                "{place} is numbered, which SQLite does only to a primary key of one column"
            ));
        }
    }
    for index in model.indexes {
        let lacks = match index.method {
            IndexMethod::Btree => None,
            _ => Some("an index method"),
        };
        let included = (!index.include.is_empty()).then_some("`include`");
        let classes = index.parts.iter().any(|part| part.operator_class.is_some());
        let classes = classes.then_some("an operator class");
        for what in lacks.into_iter().chain(included).chain(classes) {
            flaws.insert(format!(
                "an index of `{}` has {what}, and SQLite has none",
                model.model
            ));
        }
    }
    if model.uniques.iter().any(|it| it.nulls_not_distinct) {
        flaws.insert(format!(
            "a unique constraint of `{}` takes two NULLs for one, which SQLite does not",
            model.model
        ));
    }
}
