//! What is wrong with a set of models before any database is asked.

use std::collections::{BTreeMap, BTreeSet};

mod sqlite;

use super::blueprint::{Blueprint, Constraint, Name, Rule, Table, sequence};
use super::constraint_name::LONGEST_NAME;
use super::desired;
use crate::error::{Error, Result};
use crate::schema::{
    Action, AssociationKind, Backend, DefaultValue, Deferrable, SequenceOptions, TableDef,
    TableKind,
};

/// Refuses models that no database could hold as they are declared, or this one not.
///
/// # Errors
/// With one line per flaw; `is_unsupported` where other databases have what is needed.
pub(crate) fn refuse(
    backend: Backend,
    models: &[&'static TableDef],
    blueprint: &Blueprint,
) -> Result<()> {
    let (mut flaws, mut lacks) = (BTreeSet::new(), BTreeSet::new());
    match backend {
        Backend::Postgres => names(blueprint, &mut flaws),
        Backend::Sqlite => sqlite::names(blueprint, &mut lacks),
    }
    relations(backend, blueprint, &mut flaws);
    sequences(blueprint, &mut flaws);
    for model in models {
        ambiguities(backend, model, blueprint, &mut flaws);
        defaults(backend, model, &mut flaws);
        keys(model, &mut flaws);
        if backend == Backend::Sqlite {
            sqlite::model(model, &mut lacks);
        }
    }
    let is_declared = flaws.is_empty();
    flaws.append(&mut lacks);
    let words = flaws.into_iter().collect::<Vec<_>>().join("\n");
    match (words.is_empty(), is_declared) {
        (true, _) => Ok(()),
        (false, true) => Err(Error::unsupported(None, None, words)),
        (false, false) => Err(Error::usage(words)),
    }
}

type Flaws = BTreeSet<String>;

/// Names that PostgreSQL would cut, or cannot take at all.
fn names(blueprint: &Blueprint, flaws: &mut Flaws) {
    let mut check = |what: &str, name: &str| {
        if let Some(problem) = problem_of(name) {
            flaws.insert(format!("the {what} `{}` {problem}", name.escape_debug()));
        }
    };
    for schema in blueprint.schemas() {
        check("schema", schema);
    }
    for kind in &blueprint.enums {
        check("enum type", &kind.name.name);
        kind.labels
            .iter()
            .filter(|it| !it.is_empty())
            .for_each(|it| check("enum label", it));
    }
    for name in blueprint.sequences().into_keys() {
        check("sequence", &name.name);
    }
    for table in &blueprint.tables {
        check("table", &table.name.name);
        table
            .columns
            .iter()
            .for_each(|column| check("column", &column.name));
    }
}

fn problem_of(name: &str) -> Option<String> {
    match name.len() {
        0 => Some("has an empty name".into()),
        _ if name.contains('\0') => Some("has a NUL in its name".into()),
        length if length > LONGEST_NAME => Some(format!(
            "is {length} bytes long, and PostgreSQL keeps {LONGEST_NAME}: shorten it"
        )),
        _ => None,
    }
}

/// Tables and indexes of one schema share one set of names, in which SQLite
/// takes `A` and `a` for one.
fn relations(backend: Backend, blueprint: &Blueprint, flaws: &mut Flaws) {
    let mut taken = BTreeSet::new();
    let folded = |name: &str| match backend {
        Backend::Postgres => name.to_owned(),
        Backend::Sqlite => name.to_ascii_lowercase(),
    };
    for name in blueprint.sequences().into_keys() {
        taken.insert((&name.schema, folded(&name.name)));
    }
    for table in &blueprint.tables {
        let schema = &table.name.schema;
        let own = std::iter::once(table.name.name.as_str());
        for name in own.chain(table.constraints.iter().filter_map(index_name)) {
            if !taken.insert((schema, folded(name))) {
                flaws.insert(format!(
                    "`{name}` is the name of two tables, indexes or sequences"
                ));
            }
        }
        for index in &table.indexes {
            if !taken.insert((schema, folded(&index.name))) {
                flaws.insert(format!(
                    "`{}` is the name of two tables, indexes or sequences",
                    index.name
                ));
            }
        }
        constraint_names(table, flaws);
    }
}

/// Two columns that ask one sequence and disagree about it.
fn sequences(blueprint: &Blueprint, flaws: &mut Flaws) {
    let all = blueprint.sequences();
    for (name, said) in sequence::said(&blueprint.tables) {
        if said.unlike(&all[name]) != SequenceOptions::UNSAID {
            flaws.insert(format!(
                "two columns say different things of the sequence `{name}`: say it at one of them"
            ));
        }
    }
}

fn index_name(constraint: &Constraint) -> Option<&str> {
    match constraint.rule {
        Rule::PrimaryKey(_) | Rule::Unique { .. } | Rule::Exclude(_) => Some(&constraint.name),
        Rule::Check { .. } | Rule::ForeignKey(_) => None,
    }
}

fn constraint_names(table: &Table, flaws: &mut Flaws) {
    let mut taken = BTreeSet::new();
    for constraint in &table.constraints {
        if !taken.insert(&constraint.name) {
            let name = &constraint.name;
            flaws.insert(format!(
                "`{name}` is the name of two constraints of `{}`",
                table.name
            ));
        }
    }
}

/// Two models, or two declarations of one enum or join table, that disagree.
fn ambiguities(
    backend: Backend,
    model: &'static TableDef,
    blueprint: &Blueprint,
    flaws: &mut Flaws,
) {
    let name = Name::from(model.name);
    let chosen = blueprint.tables.iter().find(|table| table.name == name);
    match (model.kind, chosen) {
        (TableKind::Table, Some(chosen)) if *chosen == desired::table(backend, model) => {}
        (TableKind::Table, _) => {
            flaws.insert(format!("`{name}` is the table of two models"));
        }
        (TableKind::NamedQuery, _) => return,
        (TableKind::View | TableKind::MaterializedView, Some(_)) => {
            flaws.insert(format!(
                "`{name}` is a table of one model and a view of another"
            ));
        }
        (TableKind::View | TableKind::MaterializedView, None) => {}
    }
    for kind in desired::enums(backend, model) {
        if !blueprint.enums.contains(&kind) {
            flaws.insert(format!(
                "the enum type `{}` is declared twice, not alike",
                kind.name
            ));
        }
    }
    for join_table in desired::join_tables(backend, model) {
        let name = &join_table.name;
        let chosen = blueprint.tables.iter().find(|table| table.name == *name);
        if chosen != Some(&join_table) {
            flaws.insert(format!(
                "`{name}` is the join table of two associations that disagree, or a model that \
                 `through` does not name"
            ));
        }
    }
}

fn defaults(backend: Backend, model: &TableDef, flaws: &mut Flaws) {
    for column in model.columns {
        // What asks a sequence is judged with it.
        let asks = matches!(column.default, Some(DefaultValue::Next));
        if column.default.is_some() && !asks && desired::default(backend, column).is_none() {
            flaws.insert(format!(
                "the default of `{}.{}` cannot be written in SQL",
                model.model, column.field
            ));
        }
    }
}

/// Foreign keys that the server would refuse, or that contradict each other.
fn keys(model: &'static TableDef, flaws: &mut Flaws) {
    let mut by_columns = BTreeMap::new();
    for association in model.associations {
        if association.kind != AssociationKind::BelongsTo || !association.constraint {
            continue;
        }
        let name = format!("`{}::{}`", model.model, association.name);
        let key = desired::foreign_key(model, association);
        let target = (association.target)();
        if !is_key(
            &desired::table(Backend::Postgres, target),
            &key.target_columns,
        ) {
            let columns = key.target_columns.join(", ");
            flaws.insert(format!(
                "{name} refers to `{}` ({columns}), which is neither its primary key nor unique",
                target.model
            ));
        }
        if target.storage.unlogged && !model.storage.unlogged {
            flaws.insert(format!(
                "{name} refers from a table that is logged to `{}`, which is not",
                target.model
            ));
        }
        let sets_null = [key.on_delete, key.on_update].contains(&Action::SetNull);
        let nullable = |&position: &u16| model.column(position).nullable;
        if sets_null && !association.owner_columns.iter().all(nullable) {
            flaws.insert(format!("{name} sets a key to NULL that may not be NULL"));
        }
        let rival = by_columns.insert((key.columns.clone(), key.target.clone()), key.clone());
        if rival.is_some_and(|rival| rival != key) {
            flaws.insert(format!(
                "{name} and another association disagree about one foreign key"
            ));
        }
    }
}

fn is_key(table: &Table, columns: &[String]) -> bool {
    let same = |key: &[String]| {
        key.len() == columns.len() && key.iter().all(|column| columns.contains(column))
    };
    let by_constraint = table
        .constraints
        .iter()
        .any(|constraint| match &constraint.rule {
            Rule::PrimaryKey(key) => same(key),
            // What is checked late is the key of nothing.
            Rule::Unique {
                columns: key,
                deferrable,
                ..
            } => *deferrable == Deferrable::No && same(key),
            _ => false,
        });
    by_constraint
        || table.indexes.iter().any(|index| {
            let key = index.columns().unwrap_or_default();
            index.unique
                && index.filter.is_none()
                && same(&key.into_iter().map(Into::into).collect::<Vec<_>>())
        })
}
