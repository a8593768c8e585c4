//! Databases in files.

use orm::prelude::*;
use orm::schema::{SqlType, TableDef};

use super::Test;

pub(super) async fn run(config: Config, sql: &str) -> Test {
    let other = Db::connect(config).await?;
    other.executor().batch(sql).await?;
    other.close().await;
    Ok(())
}

/// Rows that are written as a server takes them.
pub(super) fn in_words_of_sqlite(statements: &str) -> String {
    let mut rows = String::new();
    for statement in statements.split_inclusive(';') {
        match statement.trim().strip_prefix("ALTER TABLE ") {
            None => rows.push_str(&moments(statement)),
            // `users ALTER COLUMN id RESTART WITH 100`
            Some(rest) => {
                let table = rest.split(' ').next().unwrap_or_default();
                rows += &format!("UPDATE sqlite_sequence SET seq = 99 WHERE name = '{table}';");
            }
        }
    }
    rows
}

/// A day where an instant is meant, as SQLite has it stored.
fn moments(statement: &str) -> String {
    let mut out = String::new();
    let mut rest = statement;
    while let Some(at) = rest.find("'2024-") {
        let (before, from) = rest.split_at(at);
        let (day, after) = from.split_at("'2024-01-01".len());
        out += before;
        out += day;
        out += " 00:00:00.000000+00:00";
        rest = after;
    }
    out + rest
}

pub(super) fn row_as_json(table: &TableDef) -> String {
    let columns = table.columns.iter().map(|column| {
        let name = column.name;
        match column.sql_type {
            SqlType::Bool => format!("'{name}', json(iif(t.{name}, 'true', 'false'))"),
            _ => format!("'{name}', t.{name}"),
        }
    });
    format!("json_object({})", columns.collect::<Vec<_>>().join(", "))
}
