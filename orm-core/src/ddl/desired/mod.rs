//! From descriptors to a blueprint: every name decided, every default and
//! check written out, join tables and the indexes of foreign keys added.

mod check;
mod column;
mod exclusion;
mod foreign_key;
mod index;
mod join_table;
mod storage;

pub(super) use check::{CheckSource, all as checks};
pub(super) use column::default;
pub(crate) use foreign_key::name_of as foreign_key_name;
pub(super) use foreign_key::of as foreign_key;
pub(super) use index::serves;
pub(super) use join_table::of as join_tables;
pub(super) use storage::patterns;
pub(crate) use storage::{kind as stored_as, known as expression};

use std::collections::BTreeMap;

use super::blueprint::{
    Blueprint, Constraint, EnumType, Name, Partition, Rule, Storage, Table, View,
};
use super::constraint_name;
use crate::schema::{Backend, EnumDef, SqlType, TableDef, TableKind, UniqueDef};

/// What the tables of these models need, whatever order they come in.
pub(crate) fn blueprint(backend: Backend, models: &[&'static TableDef]) -> Blueprint {
    let mut enums = BTreeMap::new();
    let mut tables = BTreeMap::new();
    let mut views = Vec::new();
    let stored = models.iter().filter(|it| it.kind != TableKind::NamedQuery);
    for model in stored {
        for kind in self::enums(backend, model) {
            enums.entry(kind.name.clone()).or_insert(kind);
        }
        let name = Name::from(model.name);
        match model.kind {
            TableKind::NamedQuery => {}
            TableKind::Table => {
                tables.entry(name).or_insert_with(|| table(backend, model));
            }
            TableKind::View | TableKind::MaterializedView => {
                views.push(view(backend, model));
            }
        }
    }
    for join_table in models.iter().flat_map(|model| join_tables(backend, model)) {
        tables.entry(join_table.name.clone()).or_insert(join_table);
    }
    // Several models may read one view.
    views.sort_by(|a, b| a.name.cmp(&b.name));
    Blueprint {
        enums: enums.into_values().collect(),
        tables: tables.into_values().collect(),
        views,
    }
}

fn view(backend: Backend, model: &'static TableDef) -> View {
    let columns = model.columns.iter();
    View {
        name: model.name.into(),
        materialized: model.kind == TableKind::MaterializedView,
        columns: columns.map(|def| column::of(backend, def)).collect(),
    }
}

/// One model's table, without the join tables of its associations.
pub(super) fn table(backend: Backend, model: &'static TableDef) -> Table {
    let mut table = Table {
        name: model.name.into(),
        columns: model
            .columns
            .iter()
            .map(|def| column::of(backend, def))
            .collect(),
        constraints: primary_key(model).into_iter().collect(),
        indexes: model
            .indexes
            .iter()
            .map(|def| index::of(backend, model, def))
            .collect(),
        storage: kept(model),
        comment: model.comment.map(Into::into),
    };
    let uniques = model.uniques.iter().map(|def| unique(model, def));
    table.constraints.extend(uniques);
    let exclusions = model.exclusions.iter();
    let exclusions = exclusions.map(|def| exclusion::of(model, def));
    table.constraints.extend(exclusions);
    let checks = checks(backend, model).map(|(check, _)| check);
    table.constraints.extend(checks);
    table.constraints.extend(foreign_key::all(model));
    index::add_for_foreign_keys(&mut table, &foreign_key::without_index(model));
    if backend == Backend::Sqlite {
        in_sqlite(&mut table);
    }
    table
}

/// SQLite forgets the name of a unique constraint, and cannot add or drop one
/// without making the table anew; an index does the same and does neither. It
/// has no comments, no exclusion constraints, and one way to keep rows.
fn in_sqlite(table: &mut Table) {
    table.comment = None;
    table.storage = Storage::default();
    let mut uniques = Vec::new();
    table
        .constraints
        .retain(|constraint| match &constraint.rule {
            Rule::Unique {
                columns,
                nulls_not_distinct,
                ..
            } => {
                let columns = columns.clone();
                uniques.push(index::unique(
                    &constraint.name,
                    columns,
                    *nulls_not_distinct,
                ));
                false
            }
            Rule::Exclude(_) => false,
            _ => true,
        });
    table.indexes.splice(0..0, uniques);
}

/// The names of columns given by position.
pub(super) fn column_names(table: &TableDef, positions: &[u16]) -> Vec<String> {
    positions
        .iter()
        .map(|&position| table.column(position).name.into())
        .collect()
}

fn kept(model: &TableDef) -> Storage {
    let def = &model.storage;
    let parameters = def.parameters.iter();
    Storage {
        unlogged: def.unlogged,
        parameters: parameters
            .map(|&(name, value)| (name.into(), value.into()))
            .collect(),
        partition: def.partition.map(|it| Partition {
            method: it.method,
            columns: column_names(model, it.columns),
        }),
    }
}

fn primary_key(model: &TableDef) -> Option<Constraint> {
    let columns = column_names(model, model.primary_key);
    (!columns.is_empty()).then(|| Constraint {
        name: match model.primary_key_name {
            Some(name) => constraint_name::given(name),
            None => constraint_name::primary_key(model.name.name),
        },
        rule: Rule::PrimaryKey(columns),
    })
}

fn unique(model: &TableDef, def: &UniqueDef) -> Constraint {
    let columns = column_names(model, def.columns);
    let name = match def.name {
        "" => constraint_name::unique(model.name.name, columns.iter().map(String::as_str)),
        name => constraint_name::given(name),
    };
    Constraint {
        name,
        rule: Rule::Unique {
            columns,
            nulls_not_distinct: def.nulls_not_distinct,
            deferrable: def.deferrable,
        },
    }
}

/// The enum types that a model's columns need.
pub(super) fn enums(backend: Backend, model: &'static TableDef) -> impl Iterator<Item = EnumType> {
    // In SQLite a column's check has the labels.
    let columns = model.columns.iter();
    let columns = columns.filter(move |_| backend == Backend::Postgres);
    columns.filter_map(|column| {
        let def = enum_of(&column.sql_type)?;
        let labels = def.labels.iter().map(|&label| label.into()).collect();
        Some(EnumType {
            name: Name::new(def.schema, def.name),
            labels,
        })
    })
}

/// The enum that a column of this type needs.
fn enum_of(sql_type: &SqlType) -> Option<&'static EnumDef> {
    match sql_type {
        SqlType::Enum(def) => Some(def),
        SqlType::Array(element) => enum_of(element),
        _ => None,
    }
}
