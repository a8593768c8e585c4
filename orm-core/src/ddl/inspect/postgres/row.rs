//! Rows of the catalog as parts of a blueprint.

use std::collections::BTreeMap;

use crate::decode::Row;

use super::{collation, exclusion};
use crate::ddl::blueprint::{
    Column, Constraint, ForeignKey, Index, Name, Part, Partition, Rule, Sequence, Storage, Term,
    Type,
};
use crate::ddl::live::{Former, Hanger, Inherited, Relation};
use crate::ddl::unsaid::ConstraintReason;
use crate::error::Result;
use crate::schema::{Action, Deferrable, Identity, PartitionMethod, SequenceOptions};

/// The name in two columns, without `schema` if that is where it lives.
pub(super) fn name(row: &Row, at: [usize; 2], schema: Option<&str>) -> Result<Name> {
    let mut name = Name {
        schema: row.get(at[0])?,
        name: row.get(at[1])?,
    };
    name.schema.take_if(|own| Some(own.as_str()) == schema);
    Ok(name)
}

/// The tables above a table, of which nothing else is known yet.
pub(super) fn inherited(row: &Row, schema: Option<&str>) -> Result<Inherited> {
    let homes: Option<Vec<String>> = row.get(10)?;
    let names: Option<Vec<String>> = row.get(11)?;
    let homes = homes.unwrap_or_default().into_iter();
    let from = homes
        .zip(names.unwrap_or_default())
        .map(|(home, name)| Name {
            schema: Some(home).filter(|it| Some(it.as_str()) != schema),
            name,
        });
    Ok(Inherited {
        from: from.collect(),
        is_partition: row.get(9)?,
        ..Inherited::default()
    })
}

/// `name=value`, as the catalog has storage parameters.
fn parameters(all: &[String]) -> BTreeMap<String, String> {
    let pairs = all.iter().filter_map(|it| it.split_once('='));
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// How the rows of a table are kept.
pub(super) fn storage(row: &Row) -> Result<Storage> {
    let parameters = parameters(&row.get::<Vec<String>>(6)?);
    let columns: Option<Vec<String>> = row.get(8)?;
    let method = match row.text(7)? {
        Some("r") => Some(PartitionMethod::Range),
        Some("l") => Some(PartitionMethod::List),
        Some("h") => Some(PartitionMethod::Hash),
        _ => None,
    };
    let partition = method.zip(columns);
    Ok(Storage {
        unlogged: row.get(5)?,
        parameters,
        partition: partition.map(|(method, columns)| Partition { method, columns }),
    })
}

fn column(row: &Row, schema: Option<&str>) -> Result<Column> {
    let kind = match row.text(9)? {
        Some(_) => Type::Enum {
            name: name(row, [8, 9], schema)?,
            array: row.get(10)?,
        },
        None => Type::BuiltIn(
            row.text(12)?
                .map_or_else(|| row.get(2), |it| Ok(it.into()))?,
        ),
    };
    let kind = match row.text(12)? {
        Some(_) => Type::Domain {
            name: row.get(2)?,
            base: Box::new(kind),
        },
        None => kind,
    };
    let expression: Option<String> = row.get(6)?;
    let (generated, default) = if row.get(5)? {
        (expression, None)
    } else {
        (None, expression)
    };
    Ok(Column {
        name: row.get(1)?,
        kind,
        nullable: row.get(3)?,
        identity: match row.text(4)? {
            Some("a") => Some(Identity::Always),
            Some("d") => Some(Identity::ByDefault),
            _ => None,
        },
        sequence: sequence(row, schema)?,
        default,
        generated,
        collation: row.get(13)?,
        comment: row.get(7)?,
    })
}

/// The sequence that numbers a column, if there is one.
fn sequence(row: &Row, schema: Option<&str>) -> Result<Option<Sequence>> {
    let Some(options) = sequence_options(row, 16)? else {
        return Ok(None);
    };
    let stands_alone = row.text(18)?.is_some();
    let shared = stands_alone
        .then(|| name(row, [17, 18], schema))
        .transpose()?;
    Ok(Some(Sequence { shared, options }))
}

/// How the numbers of a sequence follow each other; NULL is no sequence.
pub(super) fn sequence_options(row: &Row, at: usize) -> Result<Option<SequenceOptions>> {
    let numbers: Option<Vec<i64>> = row.get(at)?;
    Ok(numbers.map(|numbers| {
        let number = |at: usize| numbers.get(at).copied();
        SequenceOptions {
            start: number(0),
            increment: number(1),
            min: number(2),
            max: number(3),
            cache: number(4),
            cycle: number(5).map(|it| it != 0),
        }
    }))
}

/// Adds a column to its table.
pub(super) fn add_column(row: &Row, schema: Option<&str>, relation: &mut Relation) -> Result<()> {
    let column = column(row, schema)?;
    let numbered = column
        .default
        .as_ref()
        .is_some_and(|it| it.starts_with("nextval("));
    if numbered && row.get(11)? {
        relation.serials.insert(column.name.clone());
    }
    if row.get(14)? {
        relation.inherited.columns.insert(column.name.clone());
    }
    if row.get(15)? {
        relation.partition_key.insert(column.name.clone());
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
    let text: String = row.get(4)?;
    let name = &constraint.name;
    relation.constraint_texts.insert(name.clone(), text);
    if !row.get::<bool>(13)? {
        relation.unvalidated.insert(name.clone());
    }
    let reason = match row.text(14)? {
        Some("deferrable") => Some(ConstraintReason::Deferrable),
        Some("partly set") => Some(ConstraintReason::PartlySet),
        Some("not inherited") => Some(ConstraintReason::NotInherited),
        Some("stored") => Some(ConstraintReason::Stored),
        _ => None,
    };
    relation.unsaid.extend(reason.map(|it| (name.clone(), it)));
    if row.get(16)? {
        relation.inherited.constraints.insert(name.clone());
    }
    relation.stored.insert(name.clone(), row.get(17)?);
    relation.table.constraints.push(constraint);
    Ok(())
}

fn constraint(row: &Row, schema: Option<&str>) -> Result<Constraint> {
    let columns = row.get(3)?;
    let definition = row.text(4)?.unwrap_or_default();
    let rule = match row.text(2)? {
        Some("p") => Rule::PrimaryKey(columns),
        Some("u") => Rule::Unique {
            columns,
            nulls_not_distinct: definition.starts_with("UNIQUE NULLS NOT DISTINCT"),
            deferrable: deferrable(row, 10)?,
        },
        Some("f") => Rule::ForeignKey(foreign_key(row, columns, schema)?),
        _ => Rule::Check {
            condition: row.get(12)?,
            column: None,
        },
    };
    Ok(Constraint {
        name: row.get(1)?,
        rule,
    })
}

fn foreign_key(row: &Row, columns: Vec<String>, schema: Option<&str>) -> Result<ForeignKey> {
    Ok(ForeignKey {
        columns,
        target: name(row, [5, 6], schema)?,
        target_columns: row.get(7)?,
        on_delete: action(row.text(8)?),
        on_update: action(row.text(9)?),
        deferrable: deferrable(row, 10)?,
        match_full: row.get(15)?,
    })
}

/// Whether a constraint can be checked late, and is, in two columns.
pub(super) fn deferrable(row: &Row, at: usize) -> Result<Deferrable> {
    Ok(match (row.get(at)?, row.get(at + 1)?) {
        (false, _) => Deferrable::No,
        (true, false) => Deferrable::InitiallyImmediate,
        (true, true) => Deferrable::InitiallyDeferred,
    })
}

fn action(code: Option<&str>) -> Action {
    match code {
        Some("r") => Action::Restrict,
        Some("c") => Action::Cascade,
        Some("n") => Action::SetNull,
        Some("d") => Action::SetDefault,
        _ => Action::NoAction,
    }
}

pub(super) fn add_index(row: &Row, relation: &mut Relation) -> Result<()> {
    let name: String = row.get(1)?;
    let keys = usize::from(row.get::<i16>(6)?.unsigned_abs());
    let columns: Vec<Option<String>> = row.get(7)?;
    let expressions: Vec<String> = row.get(8)?;
    let options: Vec<i16> = row.get(9)?;
    let (searched, stored) = columns.split_at(keys.min(columns.len()));
    let classes: Vec<Option<String>> = row.get(10)?;
    let method: String = row.get(2)?;
    let definition: String = row.get(12)?;
    let expressions = collation::of_parts(&definition, &method, expressions);
    let keys = searched.iter().zip(expressions).zip(options).zip(classes);
    let keys = keys.map(|(((column, text), option), class)| {
        part(&method, column.clone(), text, option, class)
    });
    let parts: Vec<Part> = keys.collect();
    let stored: Vec<String> = stored.iter().flatten().cloned().collect();
    if let Some(operators) = row.get::<Option<Vec<Option<String>>>>(15)? {
        return exclusion::add(row, relation, parts, stored, &operators);
    }
    relation.index_texts.insert(name.clone(), definition);
    if row.get(13)? {
        relation.inherited.indexes.insert(name.clone());
    }
    if !row.get::<bool>(4)? {
        relation.invalid_indexes.insert(name.clone());
    }
    relation.table.indexes.push(Index {
        name,
        method,
        unique: row.get(3)?,
        nulls_not_distinct: row.get(11)?,
        parts,
        include: stored,
        filter: row.get(5)?,
        parameters: parameters(&row.get::<Vec<String>>(14)?),
    });
    Ok(())
}

/// The catalog's bits: 1 is descending, 2 is NULLS FIRST; of a method without an order
/// there is nothing to say.
fn part(
    method: &str,
    column: Option<String>,
    text: String,
    option: i16,
    class: Option<String>,
) -> Part {
    Part {
        term: column.map_or(Term::Expression(text), Term::Column),
        descending: option & 1 != 0,
        nulls_first: (method == "btree").then_some(option & 2 != 0),
        operator_class: class,
    }
}

/// Adds what is built on a table or a column of it, unless it is a constraint that was read.
pub(super) fn add_hanger(row: &Row, relation: &mut Relation) -> Result<()> {
    let name = row.text(3)?.unwrap_or_default();
    let is_exclusion = row.text(2)? == Some("exclusion constraint");
    if is_exclusion && relation.table.constraint(name).is_some() {
        return Ok(());
    }
    relation.hangers.push(Hanger {
        column: row.get(1)?,
        kind: row.get(2)?,
        name: row.get(3)?,
        is_own: row.get(4)?,
        holds_type: row.get(5)?,
    });
    Ok(())
}

/// Adds a column's old name, if the comment that says so was left as it was.
pub(super) fn add_former(row: &Row, schema: Option<&str>, relation: &mut Relation) -> Result<()> {
    let names: String = row.get(4)?;
    if let Ok([column, current]) = serde_json::from_str::<[String; 2]>(&names) {
        relation.formers.push(Former {
            column,
            current,
            trigger: row.get(1)?,
            function: name(row, [3, 2], schema)?,
        });
    }
    Ok(())
}
