//! From the name of a violated constraint back to the model.

use super::blueprint::{Rule, Table, Term};
use super::desired::{self, CheckSource};
use super::mentioned::mentioned;
use crate::schema::{AssociationKind, Backend, TableDef};

/// What a violated constraint is about, in the words of the model.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Violated {
    /// The fields it covers; of a check or an index of expressions those that
    /// its text mentions.
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
    declared(table, constraint)
        .or_else(|| referrer(table, constraint))
        .or_else(|| column(table, constraint))
        .or_else(|| by_convention(table, table.name.name, constraint))
}

/// A constraint that the model itself declares.
pub(super) fn declared(table: &'static TableDef, constraint: &str) -> Option<Violated> {
    check(table, constraint).or_else(|| own(table, constraint))
}

/// A model's table with its names, which are the same in every database.
pub(super) fn named_in(table: &'static TableDef) -> Table {
    desired::table(Backend::Postgres, table)
}

fn check(table: &'static TableDef, name: &str) -> Option<Violated> {
    // Those of types, which only SQLite has, bear names that no other check has.
    let mut checks = desired::checks(Backend::Sqlite, table);
    let (_, source) = checks.find(|(check, _)| check.name == name)?;
    Some(match source {
        CheckSource::Model(def) => Violated {
            fields: mentioned(table, def.expression),
            message: def.message.map(Into::into),
        },
        CheckSource::Validator(column, validator) => Violated {
            fields: vec![column.field],
            message: Some(validator.message(column.field).into_owned()),
        },
        CheckSource::Type(column) => Violated {
            fields: vec![column.field],
            message: None,
        },
        CheckSource::Owner { owner_type, key } => Violated {
            fields: vec![owner_type.field, key.field],
            message: None,
        },
    })
}

/// The primary key, uniques, exclusions, foreign keys and unique indexes.
fn own(table: &'static TableDef, name: &str) -> Option<Violated> {
    let resolved = named_in(table);
    let Some(constraint) = resolved.constraint(name) else {
        return indexed(table, &resolved, name);
    };
    let columns = match &constraint.rule {
        Rule::Exclude(exclusion) => {
            let terms = exclusion.elements.iter().map(|it| &it.term);
            return Some(over(table, terms));
        }
        Rule::PrimaryKey(columns) | Rule::Unique { columns, .. } => columns.as_slice(),
        Rule::ForeignKey(key) => &key.columns,
        Rule::Check { .. } => &[],
    };
    Some(about(table, columns))
}

/// A unique index, of columns or expressions.
fn indexed(table: &'static TableDef, resolved: &Table, name: &str) -> Option<Violated> {
    let index = resolved.indexes.iter().find(|index| index.name == name)?;
    Some(over(table, index.parts.iter().map(|part| &part.term)))
}

/// The fields behind columns and expressions, each once.
fn over<'t>(table: &'static TableDef, terms: impl Iterator<Item = &'t Term>) -> Violated {
    let mut fields: Vec<&'static str> = Vec::new();
    for field in terms.flat_map(|term| match term {
        Term::Column(column) => fields_of(table, std::slice::from_ref(column)),
        Term::Expression(text) => mentioned(table, text),
    }) {
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    Violated {
        fields,
        message: None,
    }
}

/// A constraint that the model does not speak of, by the name PostgreSQL gives
/// one that nobody named: `users_email_key`, `orders_total_check`. It begins with
/// the name of the table that has it, which may be a partition.
pub(super) fn by_convention(
    table: &'static TableDef,
    holder: &str,
    name: &str,
) -> Option<Violated> {
    let rest = name.strip_prefix(holder)?.strip_prefix('_')?;
    let (columns, kind) = rest.rsplit_once('_')?;
    if !["key", "fkey", "check", "excl"].contains(&kind) {
        return None;
    }
    let mut fields = Vec::new();
    split_columns(table, columns, &mut fields).then_some(Violated {
        fields,
        message: None,
    })
}

/// Takes `room_id_during` apart into columns of the table.
fn split_columns(table: &'static TableDef, text: &str, fields: &mut Vec<&'static str>) -> bool {
    table.columns.iter().any(|column| {
        let Some(rest) = text.strip_prefix(column.name) else {
            return false;
        };
        fields.push(column.field);
        let rest_fits = match rest.strip_prefix('_') {
            Some(rest) => split_columns(table, rest, fields),
            None => rest.is_empty(),
        };
        if !rest_fits {
            fields.pop();
        }
        rest_fits
    })
}

/// A foreign key that refers to this table, of a table that one of the
/// associations leads to or through.
pub(super) fn referrer(table: &'static TableDef, name: &str) -> Option<Violated> {
    let models = table
        .associations
        .iter()
        .filter_map(|it| match (it.kind, &it.through) {
            (AssociationKind::BelongsTo, _) => None,
            (_, None) => Some((it.target)()),
            (_, Some(through)) => through.table.map(|model| model()),
        });
    let mut others = models
        .map(named_in)
        .chain(desired::join_tables(Backend::Postgres, table));
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
    Violated {
        fields: fields_of(table, columns),
        message: None,
    }
}

/// The fields behind columns of a table.
pub(super) fn fields_of(table: &'static TableDef, columns: &[String]) -> Vec<&'static str> {
    let field = |name: &String| {
        let mut all = table.columns.iter();
        all.find(|column| column.name == name).map(|it| it.field)
    };
    columns.iter().filter_map(field).collect()
}
