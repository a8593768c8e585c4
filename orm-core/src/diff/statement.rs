//! The statements of changes, as texts.

use crate::ddl::blueprint::Type;
use crate::ddl::blueprint::{Column, Name};
use crate::ddl::literal;
use crate::ddl::live::Relation;
use crate::ddl::text::postgres as text;
use crate::migrate;
use crate::schema::{Backend, SequenceOptions};
use crate::sql::identifier;

/// A name in quotes.
pub(super) fn quoted(name: &str) -> String {
    let mut out = String::new();
    identifier::quote(&mut out, name);
    out
}

/// A text in quotes.
pub(super) fn literal(value: &str) -> String {
    let mut out = String::new();
    literal::write(&mut out, value);
    out
}

/// `ALTER TABLE "t" <action>`
pub(super) fn alter(table: &Name, action: impl AsRef<str>) -> String {
    format!("ALTER TABLE {} {}", table.quoted(), action.as_ref())
}

/// `ALTER TABLE "t" ALTER COLUMN "c" <action>`
pub(super) fn alter_column(table: &Name, column: &str, action: impl AsRef<str>) -> String {
    alter(
        table,
        format!("ALTER COLUMN {} {}", quoted(column), action.as_ref()),
    )
}

/// Adds a column, and its comment.
pub(super) fn add_column(table: &Name, column: &Column) -> Vec<String> {
    let mut out = vec![alter(table, format!("ADD COLUMN {}", text::column(column)))];
    if column.comment.is_some() {
        out.push(comment_on_column(
            table,
            &column.name,
            column.comment.as_deref(),
        ));
    }
    out
}

pub(super) fn drop_column(table: &Name, column: &str) -> String {
    alter(table, format!("DROP COLUMN {}", quoted(column)))
}

pub(super) fn drop_constraint(table: &Name, name: &str) -> String {
    alter(table, format!("DROP CONSTRAINT {}", quoted(name)))
}

pub(super) fn comment_on_column(table: &Name, column: &str, comment: Option<&str>) -> String {
    let text = comment.map_or("NULL".into(), literal);
    format!(
        "COMMENT ON COLUMN {}.{} IS {text}",
        table.quoted(),
        quoted(column)
    )
}

pub(super) fn comment_on_table(table: &Name, comment: Option<&str>) -> String {
    let text = comment.map_or("NULL".into(), literal);
    format!("COMMENT ON TABLE {} IS {text}", table.quoted())
}

/// Drops an index: it lives in its table's schema.
pub(super) fn drop_index(table: &Name, name: &str, concurrently: bool) -> String {
    let name = Name {
        schema: table.schema.clone(),
        name: name.to_owned(),
    };
    let word = if concurrently { "CONCURRENTLY " } else { "" };
    format!("DROP INDEX {word}{}", name.quoted())
}

/// The server's text of an index, to be built without keeping others out.
pub(super) fn concurrently(definition: &str) -> String {
    match definition.split_once(" INDEX ") {
        Some((create, rest)) => format!("{create} INDEX CONCURRENTLY {rest}"),
        None => definition.to_owned(),
    }
}

/// A statement for some rows of a table at a time: `update` where `condition`.
pub(super) fn in_batches(table: &Name, key: &[String], update: &str, condition: &str) -> String {
    let key: Vec<String> = key.iter().map(|it| quoted(it)).collect();
    let list = key.join(", ");
    let range = migrate::batch_range(&key, Backend::Postgres);
    format!(
        "-- orm:batches {} ({list})\n{update} WHERE {range} AND {condition}",
        table.quoted()
    )
}

/// A column of the database as it can be created again: with a sequence of
/// its own where it has one.
pub(super) fn as_created(relation: &Relation, column: &Column) -> Column {
    let mut column = column.clone();
    let stands_alone = column.asks().is_some();
    if relation.serials.contains(&column.name) && !stands_alone {
        let kind = match &column.kind {
            Type::BuiltIn(it) if it == "bigint" => "bigserial",
            Type::BuiltIn(it) if it == "smallint" => "smallserial",
            _ => "serial",
        };
        column.kind = Type::Other(kind.into());
        column.default = None;
    }
    column
}

/// Sets the counter of an identity column, which is new, behind the rows that exist.
pub(super) fn count_on(table: &Name, column: &str, options: &SequenceOptions) -> String {
    let name = literal(&table.quoted());
    let sequence = format!("pg_get_serial_sequence({name}, {})", literal(column));
    let first = match options.counts_down() {
        true => options.start.or(options.max).unwrap_or(-1),
        false => options.start.or(options.min).unwrap_or(1),
    };
    counted(table, column, &sequence, &first.to_string(), options)
}

/// The same of a sequence that stands alone, is new, and may have been set behind the rows of
/// another column.
pub(super) fn count_shared_on(
    table: &Name,
    column: &str,
    name: &Name,
    options: &SequenceOptions,
) -> String {
    let name = name.quoted();
    let last = format!("(SELECT last_value FROM {name})");
    counted(table, column, &literal(&name), &last, options)
}

fn counted(
    table: &Name,
    column: &str,
    sequence: &str,
    first: &str,
    options: &SequenceOptions,
) -> String {
    let column = quoted(column);
    let next = match options.counts_down() {
        true => format!("least(min({column}) - 1, {first})"),
        false => format!("greatest(max({column}) + 1, {first})"),
    };
    format!(
        "SELECT setval({sequence}, {next}, false) FROM {}",
        table.quoted()
    )
}
