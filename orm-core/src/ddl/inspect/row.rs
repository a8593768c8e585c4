//! Rows of the catalog as parts of a blueprint.

use tokio_postgres::Row;

use crate::ddl::blueprint::{Column, Constraint, ForeignKey, Index, Name, Part, Rule, Term, Type};
use crate::ddl::live::Relation;
use crate::error::Result;
use crate::schema::{Action, Deferrable, Identity};

/// The name in two columns, without `schema` if that is where it lives.
pub(super) fn name(row: &Row, at: [usize; 2], schema: Option<&str>) -> Result<Name> {
    let mut name = Name {
        schema: row.try_get(at[0])?,
        name: row.try_get(at[1])?,
    };
    name.schema.take_if(|own| Some(own.as_str()) == schema);
    Ok(name)
}

fn column(row: &Row, schema: Option<&str>) -> Result<Column> {
    let kind = match row.try_get::<_, Option<&str>>(9)? {
        Some(_) => Type::Enum {
            name: name(row, [8, 9], schema)?,
            array: row.try_get(10)?,
        },
        None => Type::BuiltIn(row.try_get(2)?),
    };
    let expression: Option<String> = row.try_get(6)?;
    let (generated, default) = if row.try_get(5)? {
        (expression, None)
    } else {
        (None, expression)
    };
    Ok(Column {
        name: row.try_get(1)?,
        kind,
        nullable: row.try_get(3)?,
        identity: match row.try_get(4)? {
            "a" => Some(Identity::Always),
            "d" => Some(Identity::ByDefault),
            _ => None,
        },
        default,
        generated,
        comment: row.try_get(7)?,
    })
}

/// Adds a column to its table.
pub(super) fn add_column(row: &Row, schema: Option<&str>, relation: &mut Relation) -> Result<()> {
    let column = column(row, schema)?;
    let numbered = column
        .default
        .as_ref()
        .is_some_and(|it| it.starts_with("nextval("));
    if numbered && row.try_get(11)? {
        relation.serials.insert(column.name.clone());
    }
    relation.table.columns.push(column);
    Ok(())
}

/// Adds a constraint to its table.
pub(super) fn add_constraint(
    row: &Row,
    schema: Option<&str>,
    relation: &mut Relation,
) -> Result<()> {
    let constraint = constraint(row, schema)?;
    let text: String = row.try_get(4)?;
    let name = &constraint.name;
    relation.constraint_texts.insert(name.clone(), text);
    if !row.try_get::<_, bool>(13)? {
        relation.unvalidated.insert(name.clone());
    }
    relation.table.constraints.push(constraint);
    Ok(())
}

fn constraint(row: &Row, schema: Option<&str>) -> Result<Constraint> {
    let columns = row.try_get(3)?;
    let definition: &str = row.try_get(4)?;
    let rule = match row.try_get(2)? {
        "p" => Rule::PrimaryKey(columns),
        "u" => Rule::Unique {
            columns,
            nulls_not_distinct: definition.starts_with("UNIQUE NULLS NOT DISTINCT"),
        },
        "f" => Rule::ForeignKey(foreign_key(row, columns, schema)?),
        _ => Rule::Check {
            condition: row.try_get(12)?,
            column: None,
        },
    };
    Ok(Constraint {
        name: row.try_get(1)?,
        rule,
    })
}

fn foreign_key(row: &Row, columns: Vec<String>, schema: Option<&str>) -> Result<ForeignKey> {
    Ok(ForeignKey {
        columns,
        target: name(row, [5, 6], schema)?,
        target_columns: row.try_get(7)?,
        on_delete: action(row.try_get(8)?),
        on_update: action(row.try_get(9)?),
        deferrable: match (row.try_get(10)?, row.try_get(11)?) {
            (false, _) => Deferrable::No,
            (true, false) => Deferrable::InitiallyImmediate,
            (true, true) => Deferrable::InitiallyDeferred,
        },
    })
}

fn action(code: &str) -> Action {
    match code {
        "r" => Action::Restrict,
        "c" => Action::Cascade,
        "n" => Action::SetNull,
        "d" => Action::SetDefault,
        _ => Action::NoAction,
    }
}

pub(super) fn add_index(row: &Row, relation: &mut Relation) -> Result<()> {
    let name: String = row.try_get(1)?;
    let keys = usize::from(row.try_get::<_, i16>(6)?.unsigned_abs());
    let columns: Vec<Option<String>> = row.try_get(7)?;
    let expressions: Vec<String> = row.try_get(8)?;
    let options: Vec<i16> = row.try_get(9)?;
    let (searched, stored) = columns.split_at(keys.min(columns.len()));
    let classes: Vec<Option<String>> = row.try_get(10)?;
    let terms = searched.iter().zip(expressions).zip(options).zip(classes);
    relation.index_texts.insert(name.clone(), row.try_get(12)?);
    if !row.try_get::<_, bool>(4)? {
        relation.invalid_indexes.insert(name.clone());
    }
    relation.table.indexes.push(Index {
        name,
        method: row.try_get(2)?,
        unique: row.try_get(3)?,
        nulls_not_distinct: row.try_get(11)?,
        parts: terms
            .map(|(((column, text), option), class)| part(column.clone(), text, option, class))
            .collect(),
        include: stored.iter().flatten().cloned().collect(),
        filter: row.try_get(5)?,
    });
    Ok(())
}

/// The catalog's bits: 1 is descending, 2 is NULLS FIRST.
fn part(column: Option<String>, text: String, option: i16, class: Option<String>) -> Part {
    Part {
        term: column.map_or(Term::Expression(text), Term::Column),
        descending: option & 1 != 0,
        nulls_first: Some(option & 2 != 0),
        operator_class: class,
    }
}
