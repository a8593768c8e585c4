//! What is there to lose, and what stands in the way: rows, counted.

use super::compare::Outcome;
use super::{Diff, functions};
use crate::ddl::blueprint::Name;
use crate::error::{ErrorKind, Result};
use crate::exec::{Db, Executor, Params};
use crate::schema::Backend;
use crate::sql::identifier;
use crate::types::Param;

/// The changes with the rows they are about.
pub(super) async fn counted(db: &Db, outcome: Outcome) -> Result<Diff> {
    let mut diff = Diff {
        changes: outcome.changes,
        problems: outcome.problems,
        possible_renames: outcome.possible_renames,
        views: outcome.views,
        left_alone: outcome.left_alone,
    };
    for change in &mut diff.changes {
        for loss in change.losses.iter_mut().filter(|it| it.holds_rows()) {
            loss.rows = Some(count(db, &loss.count).await?);
        }
        if let Some((sql, what)) = &change.obstacle {
            let rows = count(db, sql).await?;
            if rows > 0 {
                change.notes.push(format!(
                    "{rows} {what} now: give them a value before, or this fails."
                ));
            }
        }
        if let Some(table) = &change.needs_empty {
            let rows = count(db, &all_of(table)).await?;
            if rows > 0 {
                diff.problems.push(format!(
                    "{change}: it is NOT NULL and has no default, and `{table}` has {rows} rows; \
                     give it a default, make it nullable, or say what those rows shall hold"
                ));
            }
        }
    }
    if db.backend() == Backend::Postgres {
        functions::noted(db, &mut diff.changes).await?;
    }
    Ok(diff)
}

fn all_of(table: &Name) -> String {
    format!("SELECT count(*) FROM {}", table.quoted())
}

/// About how many rows tables have, by their names as given: from the server's
/// statistics, so that nothing is read. Tables it has not counted yet, and
/// those that do not exist, are left out.
///
/// # Errors
///
/// Fails if the database cannot be read.
pub async fn estimated_rows(db: &Db, tables: &[String]) -> Result<Vec<(String, i64)>> {
    if db.backend() == Backend::Sqlite {
        return counted_rows(db, tables).await;
    }
    // Before PostgreSQL 14, what was not counted yet is 0 and not -1.
    const SQL: &str = "SELECT name, c.reltuples::int8 FROM unnest($1::text[]) AS name \
         JOIN pg_class c ON c.oid = to_regclass(name) WHERE c.reltuples >= 0 \
         AND (c.relpages > 0 OR current_setting('server_version_num')::int >= 140000)";
    let rows = db
        .executor()
        .query_all(SQL, Params::from(&[Param::from(tables.to_vec())]))
        .await?;
    let pair = |row: &crate::decode::Row| Ok((row.get(0)?, row.get(1)?));
    rows.iter().map(pair).collect()
}

/// The types of columns, as the server spells them, each given as its table's
/// name in SQL and its own name. Those that do not exist are `None`.
///
/// # Errors
///
/// Fails if the database cannot be read.
pub async fn column_types(db: &Db, columns: &[(String, String)]) -> Result<Vec<Option<String>>> {
    if db.backend() == Backend::Sqlite {
        return declared_types(db, columns).await;
    }
    const SQL: &str = "SELECT format_type(a.atttypid, a.atttypmod) \
         FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS given (table_name, name, place) \
         LEFT JOIN pg_attribute a ON a.attrelid = to_regclass(given.table_name) \
         AND a.attname = given.name AND NOT a.attisdropped ORDER BY given.place";
    let (tables, names): (Vec<String>, Vec<String>) = columns
        .iter()
        .map(|(table, name)| (table.clone(), name.clone()))
        .unzip();
    let params = [Param::from(tables), Param::from(names)];
    let rows = db.executor().query_all(SQL, Params::from(&params)).await?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// Those of these tables, by their names in SQL, that the database does not have.
///
/// # Errors
///
/// Fails if the database cannot be read.
pub async fn missing_tables(db: &Db, tables: &[String]) -> Result<Vec<String>> {
    if tables.is_empty() {
        return Ok(Vec::new());
    }
    if db.backend() == Backend::Sqlite {
        return undeclared(db, tables).await;
    }
    const SQL: &str = "SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass(name) IS NULL";
    let values = [Param::from(tables.to_vec())];
    let rows = db.executor().query_all(SQL, Params::from(&values)).await?;
    rows.iter().map(|row| row.get(0)).collect()
}

async fn undeclared(db: &Db, tables: &[String]) -> Result<Vec<String>> {
    const SQL: &str = "SELECT count(*) FROM (SELECT name FROM sqlite_schema \
         WHERE type IN ('table', 'view') UNION ALL SELECT name FROM sqlite_temp_schema) \
         WHERE lower(name) = lower(?1)";
    let mut missing = Vec::new();
    for table in tables {
        let bare = table.rsplit('.').next().unwrap_or(table);
        let name = bare.trim_matches(['"', '`', '[', ']', '\'']);
        let values = [Param::from(name)];
        let rows = db.executor().query_all(SQL, Params::from(&values)).await?;
        let found: i64 = rows.first().map_or(Ok(0), |row| row.get(0))?;
        if found == 0 {
            missing.push(table.clone());
        }
    }
    Ok(missing)
}

/// SQLite keeps no statistics that are always there.
async fn counted_rows(db: &Db, tables: &[String]) -> Result<Vec<(String, i64)>> {
    let mut found = Vec::new();
    for table in tables {
        let mut sql = String::from("SELECT count(*) FROM ");
        identifier::quote(&mut sql, table.trim_matches('"'));
        match count(db, &sql).await {
            Ok(rows) => found.push((table.clone(), rows)),
            Err(error) if error.kind() == ErrorKind::UndefinedTable => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

async fn declared_types(db: &Db, columns: &[(String, String)]) -> Result<Vec<Option<String>>> {
    const SQL: &str = "SELECT type FROM pragma_table_xinfo(?1) WHERE lower(name) = lower(?2)";
    let mut found = Vec::new();
    for (table, column) in columns {
        let values = [table.trim_matches('"'), column].map(Param::from);
        let rows = db.executor().query_all(SQL, Params::from(&values)).await?;
        found.push(rows.first().map(|row| row.get(0)).transpose()?);
    }
    Ok(found)
}

async fn count(db: &Db, sql: &str) -> Result<i64> {
    let rows = db.executor().once().query_all(sql, Params::none()).await?;
    Ok(match rows.first() {
        Some(row) => row.get(0)?,
        None => 0,
    })
}
