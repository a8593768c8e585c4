//! The statements of changes, as texts.

use crate::ddl::blueprint::Type;
use crate::ddl::blueprint::{Column, Name};
use crate::ddl::literal;
use crate::ddl::live::Relation;
use crate::ddl::text::postgres as text;
use crate::migrate;
use crate::schema::Backend;
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
    if relation.serials.contains(&column.name) {
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

/// Sets the counter of an identity column behind the rows that exist.
pub(super) fn count_on(table: &Name, column: &str) -> String {
    let (quoted_table, quoted_column) = (table.quoted(), quoted(column));
    format!(
        "SELECT setval(pg_get_serial_sequence({}, {}), coalesce(max({quoted_column}), 0) + 1, \
         false) FROM {quoted_table}",
        literal(&quoted_table),
        literal(column)
    )
}
