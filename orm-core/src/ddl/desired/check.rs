//! Check constraints: the model's own, and those that validators become.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::storage;
use crate::ddl::blueprint::{Constraint, Rule};
use crate::ddl::{constraint_name, literal};
use crate::schema::{Backend, CheckDef, ColumnDef, SqlType, TableDef};
use crate::sql::identifier;
use crate::validate::{Bound, Check, Literal, Validator};

/// Where a check comes from.
#[derive(Debug, Clone, Copy)]
pub(in crate::ddl) enum CheckSource {
    /// The model's author wrote it.
    Model(&'static CheckDef),
    /// A column's validator became it.
    Validator(&'static ColumnDef, &'static Validator),
    /// Its type, where the database knows of none that is so narrow.
    Type(&'static ColumnDef),
    /// A row of one of several models says of which, or belongs to none.
    Owner {
        /// The column that says of which.
        owner_type: &'static ColumnDef,
        /// The column that holds the key.
        key: &'static ColumnDef,
    },
}

/// Every check of a model with where it comes from.
pub(in crate::ddl) fn all(
    backend: Backend,
    model: &'static TableDef,
) -> impl Iterator<Item = (Constraint, CheckSource)> {
    let validators = model
        .columns
        .iter()
        .flat_map(move |column| of_column(backend, model, column));
    let written = model.checks.iter().enumerate().map(move |(i, def)| {
        let unnamed_before = model.checks[..i]
            .iter()
            .filter(|it| it.name.is_empty())
            .count();
        of_model(model, unnamed_before, def)
    });
    let types = of_types(model).filter(move |_| backend == Backend::Sqlite);
    types
        .chain(validators)
        .chain(written)
        .chain(of_owners(model))
}

/// The checks of SQLite that stand for types.
pub(in crate::ddl) fn of_types(
    model: &'static TableDef,
) -> impl Iterator<Item = (Constraint, CheckSource)> {
    model.columns.iter().filter_map(move |column| {
        let condition = storage::condition(column)?;
        let rule = Rule::Check {
            condition,
            column: Some(column.name.into()),
        };
        let name = constraint_name::check(model.name.name, column.name, "type");
        Some((Constraint { name, rule }, CheckSource::Type(column)))
    })
}

/// Where both columns of a polymorphic association may be NULL, they are so
/// together: half a row belongs to nothing and is not free either.
fn of_owners(model: &'static TableDef) -> impl Iterator<Item = (Constraint, CheckSource)> {
    let mut seen = BTreeSet::new();
    model.associations.iter().filter_map(move |association| {
        let (owner_type, [key]) = (association.type_column?, association.owner_columns) else {
            return None;
        };
        let (owner_type, key) = (model.column(owner_type), model.column(*key));
        // There is one association per model that rows can belong to.
        let is_new = seen.insert((owner_type.name, key.name));
        if !(is_new && owner_type.nullable && key.nullable) {
            return None;
        }
        let mut condition = String::from("(");
        identifier::quote(&mut condition, owner_type.name);
        condition.push_str(" IS NULL) = (");
        identifier::quote(&mut condition, key.name);
        condition.push_str(" IS NULL)");
        let rule = Rule::Check {
            condition,
            column: None,
        };
        let name = constraint_name::check(model.name.name, owner_type.name, key.name);
        let source = CheckSource::Owner { owner_type, key };
        Some((Constraint { name, rule }, source))
    })
}

fn of_model(model: &TableDef, place: usize, def: &'static CheckDef) -> (Constraint, CheckSource) {
    let name = match def.name {
        "" => constraint_name::nth_check(model.name.name, place),
        name => constraint_name::given(name),
    };
    let rule = Rule::Check {
        condition: def.expression.into(),
        column: None,
    };
    (Constraint { name, rule }, CheckSource::Model(def))
}

fn of_column(
    backend: Backend,
    model: &'static TableDef,
    column: &'static ColumnDef,
) -> impl Iterator<Item = (Constraint, CheckSource)> {
    column
        .validators
        .iter()
        .enumerate()
        .filter_map(move |(i, validator)| {
            let condition = condition(backend, column, &validator.rule.as_check()?);
            let rule = Rule::Check {
                condition,
                column: Some(column.name.into()),
            };
            let name = validator.rule.name();
            let before = column.validators[..i]
                .iter()
                .filter(|it| it.rule.name() == name)
                .count();
            // A second `min` on one column is odd, but must not take the first one's name.
            let word = if before == 0 {
                name.into()
            } else {
                format!("{name}_{}", before + 1)
            };
            let name = constraint_name::check(model.name.name, column.name, &word);
            Some((
                Constraint { name, rule },
                CheckSource::Validator(column, validator),
            ))
        })
}

fn condition(backend: Backend, column: &ColumnDef, check: &Check) -> String {
    let mut out = String::new();
    match *check {
        Check::Min(least) => {
            identifier::quote(&mut out, column.name);
            out.push_str(" >= ");
            bound(backend, &mut out, column, least);
        }
        Check::Max(greatest) => {
            identifier::quote(&mut out, column.name);
            out.push_str(" <= ");
            bound(backend, &mut out, column, greatest);
        }
        Check::Len { min, max } => length(backend, &mut out, column, min, max),
        Check::OneOf(choices) => one_of(backend, &mut out, column, choices),
    }
    out
}

fn length(backend: Backend, out: &mut String, column: &ColumnDef, min: usize, max: Option<usize>) {
    let (function, cast) = match column.sql_type {
        // Of characters or bytes, as the value has them.
        _ if backend == Backend::Sqlite => ("length", ""),
        SqlType::Bytea => ("octet_length", ""),
        SqlType::Array(_) => ("cardinality", ""),
        SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_) => ("char_length", ""),
        // A type of the author's naming: whatever it is, it has a text.
        _ => ("char_length", "::text"),
    };
    out.push_str(function);
    out.push('(');
    identifier::quote(out, column.name);
    out.push_str(cast);
    out.push(')');
    // Writing to a `String` cannot fail.
    let _ = match max {
        Some(max) if min == 0 => write!(out, " <= {max}"),
        Some(max) => write!(out, " BETWEEN {min} AND {max}"),
        None => write!(out, " >= {min}"),
    };
}

fn one_of(backend: Backend, out: &mut String, column: &ColumnDef, choices: &[Literal]) {
    identifier::quote(out, column.name);
    out.push_str(" IN (");
    for (i, choice) in choices.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        match *choice {
            Literal::Text(text) if backend == Backend::Sqlite => {
                // The derive takes no NUL in a text.
                let _ = literal::sqlite::write(out, text);
            }
            Literal::Text(text) => literal::write(out, text),
            Literal::Int(number) => out.push_str(&number.to_string()),
            Literal::Bool(true) => out.push_str("TRUE"),
            Literal::Bool(false) => out.push_str("FALSE"),
        }
    }
    out.push(')');
}

fn bound(backend: Backend, out: &mut String, column: &ColumnDef, bound: Bound) {
    let mut number = String::new();
    match bound {
        Bound::Int(it) => number.push_str(&it.to_string()),
        // `{:?}` keeps every digit that matters and writes 1e300 short.
        Bound::Float(it) => number.push_str(&format!("{it:?}")),
        Bound::Decimal(digits) => number.push_str(digits),
    }
    // As a number it would have the digits of a double.
    if backend == Backend::Sqlite && matches!(column.sql_type, SqlType::Numeric(_)) {
        number = format!("'{number}'");
    }
    out.push_str(&number);
}
