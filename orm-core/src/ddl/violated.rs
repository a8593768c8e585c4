//! From the name of a violated constraint back to the model.

use super::blueprint::Rule;
use super::desired::{self, CheckSource};
use crate::schema::{AssociationKind, TableDef};

/// What a violated constraint is about, in the words of the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violated {
    /// The fields it covers; none for a check that the model's author wrote.
    pub fields: Vec<&'static str>,
    /// What its author says about a violation: the validator's message.
    pub message: Option<String>,
}

/// Finds a constraint by the name the server reports, or for a NOT NULL
/// violation by the name of the column.
///
/// A foreign key of another table is found too where it refers to this one:
/// it is what the server names when a row is still referred to.
pub fn violated(table: &'static TableDef, constraint: &str) -> Option<Violated> {
    check(table, constraint)
        .or_else(|| own(table, constraint))
        .or_else(|| referrer(table, constraint))
        .or_else(|| column(table, constraint))
}

fn check(table: &'static TableDef, name: &str) -> Option<Violated> {
    let (_, source) = desired::checks(table).find(|(check, _)| check.name == name)?;
    Some(match source {
        CheckSource::Model(def) => Violated {
            fields: Vec::new(),
            message: def.message.map(Into::into),
        },
        CheckSource::Validator(column, validator) => Violated {
            fields: vec![column.field],
            message: Some(validator.message(column.field).into_owned()),
        },
    })
}

/// The primary key, uniques, foreign keys and unique indexes.
fn own(table: &'static TableDef, name: &str) -> Option<Violated> {
    let resolved = desired::table(table);
    let columns = match resolved.constraint(name) {
        Some(constraint) => match &constraint.rule {
            Rule::PrimaryKey(columns) | Rule::Unique { columns, .. } => columns.clone(),
            Rule::ForeignKey(key) => key.columns.clone(),
            Rule::Check { .. } => Vec::new(),
        },
        None => {
            let index = resolved.indexes.iter().find(|index| index.name == name)?;
            index
                .parts
                .iter()
                .filter_map(|part| part.column().map(Into::into))
                .collect()
        }
    };
    Some(about(table, &columns))
}

/// A foreign key that refers to this table, of a table that one of the
/// associations leads to or through.
fn referrer(table: &'static TableDef, name: &str) -> Option<Violated> {
    let models = table
        .associations
        .iter()
        .filter_map(|it| match (it.kind, &it.through) {
            (AssociationKind::BelongsTo, _) => None,
            (_, None) => Some((it.target)()),
            (_, Some(through)) => through.table.map(|model| model()),
        });
    let mut others = models
        .map(desired::table)
        .chain(desired::join_tables(table));
    others.find_map(|other| {
        let (_, key) = other.foreign_keys().find(|(own, _)| *own == name)?;
        (key.target == table.name.into()).then(|| about(table, &key.target_columns))
    })
}

fn column(table: &'static TableDef, name: &str) -> Option<Violated> {
    let known = table.columns.iter().any(|column| column.name == name);
    known.then(|| about(table, &[name.into()]))
}

fn about(table: &'static TableDef, columns: &[String]) -> Violated {
    let field = |name: &String| {
        table
            .columns
            .iter()
            .find(|column| column.name == name)
            .map(|column| column.field)
    };
    Violated {
        fields: columns.iter().filter_map(field).collect(),
        message: None,
    }
}
