//! The table that says which migrations were applied.
//!
//! A migration in a transaction writes its row in that transaction: both are
//! there or neither. One that is not writes its row first and counts its steps
//! in it, so that whoever finds it unfinished knows how far it came.

mod record;

pub(super) use self::record::{Origin, Record};

use std::time::Duration;

use super::checksum;
use super::event::Direction;
use super::problem::MigrationProblem;
use super::session::{Sent, Session};
use super::unit::Unit;
use crate::error::{Error, ErrorKind, Result};
use crate::exec::Params;
use crate::schema::Backend;
use crate::sql::identifier;
use crate::types::Param;

/// The history of one database, found or yet to be made.
pub(super) struct History {
    /// Its table, quoted, and qualified where there are schemas: a migration may
    /// change `search_path`.
    table: String,
    schema: String,
}

/// Who wrote a row: for people who look into the table years later.
const TOOL_VERSION: &str = concat!("orm ", env!("CARGO_PKG_VERSION"));

impl History {
    /// Finds the table, or the schema it would be made in, by reading only.
    pub(super) async fn locate(
        session: &Session,
        schema: Option<&str>,
        table: &str,
    ) -> Result<Self> {
        if session.backend() == Backend::Sqlite {
            return match schema {
                None => Ok(History {
                    table: quoted(table),
                    schema: String::new(),
                }),
                Some(_) => Err(Error::usage(
                    "SQLite has no schemas: leave out the schema of the history",
                )),
            };
        }
        let schema = match schema {
            Some(schema) => schema.to_owned(),
            None => current_schema(session, table).await?,
        };
        Ok(History {
            table: format!("{}.{}", quoted(&schema), quoted(table)),
            schema,
        })
    }

    /// What names this history, for the lock.
    pub(super) fn key(&self) -> i64 {
        checksum::lock_key(&self.table)
    }

    pub(super) async fn exists(&self, session: &Session) -> Result<bool> {
        is_there(session, &self.table).await
    }

    /// The rows in the order of their names; none if there is no table.
    pub(super) async fn read(&self, session: &Session) -> Result<Vec<Record>> {
        if !self.exists(session).await? {
            return Ok(Vec::new());
        }
        let sql = record::select(session.backend(), &self.table);
        let rows = session.query(&sql, Params::none()).await;
        let rows = rows.map_err(|refused| self.foreign(refused.error))?;
        let mut records: Vec<Record> = rows.iter().map(Record::from_row).collect::<Result<_>>()?;
        // The server's collation may sort otherwise.
        records.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(records)
    }

    /// A table that lacks our columns is somebody else's.
    fn foreign(&self, error: Error) -> Error {
        match error.kind() {
            ErrorKind::UndefinedColumn => MigrationProblem::NotOurs {
                table: self.table.replace('"', ""),
            }
            .into(),
            _ => error,
        }
    }

    /// Whether a migration is applied, as the open transaction sees it.
    pub(super) async fn is_applied(&self, session: &Session, name: &str) -> Result<bool> {
        let records = self.read(session).await?;
        Ok(records.iter().any(|it| it.name == name && it.is_applied()))
    }

    /// Makes the table if it is missing. To be called under the lock.
    pub(super) async fn ensure(&self, session: &Session) -> Result<()> {
        if self.exists(session).await? {
            return Ok(());
        }
        // Another process may be making it in SQLite: there is no lock yet.
        if session.backend() == Backend::Postgres {
            let schema = quoted(&self.schema);
            let sql = "SELECT to_regnamespace($1) IS NOT NULL";
            if !is(session, sql, &schema).await? {
                session.batch(&format!("CREATE SCHEMA {schema}")).await?;
            }
        }
        let sql = record::create(session.backend(), &self.table);
        Ok(session.batch(&sql).await?)
    }

    /// Writes that a migration is applied, as part of the open transaction or,
    /// for a baseline, without having run it.
    pub(super) async fn applied(
        &self,
        session: &Session,
        unit: &Unit<'_>,
        origin: Origin,
        took: Duration,
    ) -> Sent<()> {
        let sql = "INSERT INTO {table} (name, checksum, checksum_algorithm, direction, origin, \
             started_at, finished_at, duration_ms, tool_version) \
             VALUES ($1, $2, $3, 'up', $4, {begin}, {now}, $6, $5) \
             ON CONFLICT (name) DO UPDATE SET checksum = $2, checksum_algorithm = $3, \
             direction = 'up', origin = $4, started_at = excluded.started_at, \
             finished_at = excluded.finished_at, duration_ms = excluded.duration_ms, \
             error = NULL, tool_version = $5";
        let [checksum, algorithm] = checksum_of(unit);
        let values = [
            Param::from(unit.name.to_owned()),
            checksum,
            algorithm,
            Param::from(origin.word()),
            Param::from(TOOL_VERSION),
            Param::Int8(i64::try_from(took.as_millis()).unwrap_or(i64::MAX)),
        ];
        self.run(session, sql, &values).await.map(drop)
    }

    /// Writes that a migration is not applied.
    pub(super) async fn forget(&self, session: &Session, name: &str) -> Sent<u64> {
        let sql = "DELETE FROM {table} WHERE name = $1";
        self.run(session, sql, &[Param::from(name)]).await
    }

    /// Writes that a migration begins that is not in a transaction, or goes on:
    /// the steps of one that goes on are kept.
    pub(super) async fn begin(
        &self,
        session: &Session,
        unit: &Unit<'_>,
        direction: Direction,
        resumes: bool,
    ) -> Sent<()> {
        let sql = "INSERT INTO {table} AS h (name, checksum, checksum_algorithm, direction, \
             origin, started_at, tool_version) VALUES ($1, $2, $3, $4, 'run', {begin}, $5) \
             ON CONFLICT (name) DO UPDATE SET checksum = $2, checksum_algorithm = $3, \
             direction = $4, started_at = {begin}, finished_at = NULL, duration_ms = NULL, \
             steps_started = CASE WHEN $6 THEN h.steps_started ELSE 0 END, \
             steps_done = CASE WHEN $6 THEN h.steps_done ELSE 0 END, \
             steps_checksum = CASE WHEN $6 THEN h.steps_checksum END, tool_version = $5";
        let [checksum, algorithm] = checksum_of(unit);
        let values = [
            Param::from(unit.name.to_owned()),
            checksum,
            algorithm,
            Param::from(direction.word()),
            Param::from(TOOL_VERSION),
            Param::Bool(resumes),
        ];
        self.run(session, sql, &values).await.map(drop)
    }

    /// Writes that the outcome of a step will not be known before it is counted.
    pub(super) async fn step_starts(&self, session: &Session, name: &str, step: i32) -> Sent<()> {
        let sql = "UPDATE {table} SET steps_started = $2, error = NULL WHERE name = $1";
        let values = [Param::from(name), Param::Int4(step)];
        self.run(session, sql, &values).await.map(drop)
    }

    /// Counts a step, with the checksum of all that are done.
    pub(super) async fn step_done(
        &self,
        session: &Session,
        name: &str,
        step: i32,
        checksum: &str,
    ) -> Sent<()> {
        let sql = "UPDATE {table} SET steps_started = $2, steps_done = $2, steps_checksum = $3, \
             error = NULL WHERE name = $1";
        let values = [Param::from(name), Param::Int4(step), Param::from(checksum)];
        self.run(session, sql, &values).await.map(drop)
    }

    /// How far a statement in batches came, as it was written. To be called under the lock: it
    /// adds the column.
    pub(super) async fn batch(&self, session: &Session, name: &str) -> Result<Option<String>> {
        if !self.keeps_batches(session).await? {
            let sql = format!("ALTER TABLE {} ADD COLUMN batch text", self.table);
            session.batch(&sql).await?;
            return Ok(None);
        }
        self.kept_batch(session, name).await
    }

    /// How many rows a statement in batches has behind it, where one is under way.
    pub(super) async fn rows_done(&self, session: &Session, name: &str) -> Result<Option<u64>> {
        if !self.keeps_batches(session).await? {
            return Ok(None);
        }
        let kept = self.kept_batch(session, name).await?;
        Ok(kept.as_deref().and_then(rows_of))
    }

    async fn kept_batch(&self, session: &Session, name: &str) -> Result<Option<String>> {
        let mark = match session.backend() {
            Backend::Postgres => '$',
            Backend::Sqlite => '?',
        };
        let sql = format!("SELECT batch FROM {} WHERE name = {mark}1", self.table);
        let row = session
            .row(&sql, Params::from(&[Param::from(name)]))
            .await?;
        Ok(match row {
            Some(row) => row.get(0)?,
            None => None,
        })
    }

    /// Whether the table has the column: most migrations never need it.
    async fn keeps_batches(&self, session: &Session) -> Result<bool> {
        match session.backend() {
            Backend::Postgres => {
                let sql = "SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = \
                           to_regclass($1) AND attname = 'batch' AND NOT attisdropped)";
                is(session, sql, &self.table).await
            }
            Backend::Sqlite => {
                let sql = r#"SELECT EXISTS (SELECT 1 FROM sqlite_schema s, pragma_table_info(s.name) c
                    WHERE s.type = 'table' AND c.name = 'batch'
                    AND '"' || replace(lower(s.name), '"', '""') || '"' = lower(?1))"#;
                is(session, sql, &self.table).await
            }
        }
    }

    /// Writes how far a statement in batches is; `None` if it is done.
    pub(super) async fn batch_done(
        &self,
        session: &Session,
        name: &str,
        batch: Option<String>,
    ) -> Sent<()> {
        let sql = "UPDATE {table} SET batch = $2, error = NULL WHERE name = $1";
        let batch = batch.map_or(Param::Null, Param::from);
        self.run(session, sql, &[Param::from(name), batch])
            .await
            .map(drop)
    }

    /// Keeps what went wrong.
    pub(super) async fn failed(&self, session: &Session, name: &str, error: &str) -> Sent<()> {
        let sql = "UPDATE {table} SET error = $2 WHERE name = $1";
        let values = [Param::from(name), Param::from(error)];
        self.run(session, sql, &values).await.map(drop)
    }

    /// Writes that the last step of a migration outside of transactions is done.
    pub(super) async fn finish(
        &self,
        session: &Session,
        name: &str,
        direction: Direction,
    ) -> Sent<()> {
        if direction == Direction::Down {
            return self.forget(session, name).await.map(drop);
        }
        let sql = "UPDATE {table} SET finished_at = {now}, error = NULL, duration_ms = {since} \
             WHERE name = $1";
        self.run(session, sql, &[Param::from(name)]).await.map(drop)
    }

    /// Takes the unit's checksum for the right one.
    pub(super) async fn accept(&self, session: &Session, unit: &Unit<'_>) -> Sent<()> {
        let sql = "UPDATE {table} SET checksum = $2, checksum_algorithm = $3 WHERE name = $1";
        let [checksum, algorithm] = checksum_of(unit);
        let values = [Param::from(unit.name.to_owned()), checksum, algorithm];
        self.run(session, sql, &values).await.map(drop)
    }

    /// Runs a statement with the table and the database's words filled in.
    async fn run(&self, session: &Session, sql: &str, values: &[Param]) -> Sent<u64> {
        let mut sql = sql.to_owned();
        for (place, words) in record::words(session.backend()) {
            sql = sql.replace(place, words);
        }
        // Last, for a name may contain anything.
        let sql = sql.replacen("{table}", &self.table, 1);
        session.execute(&sql, Params::from(values)).await
    }
}

/// How many rows are done, by what is kept of a statement in batches.
pub(super) fn rows_of(kept: &str) -> Option<u64> {
    kept.split(' ').nth(1)?.parse().ok()
}

/// Whether there is a table of this name, in quotes and perhaps qualified.
pub(super) async fn is_there(session: &Session, quoted: &str) -> Result<bool> {
    match session.backend() {
        Backend::Postgres => is(session, "SELECT to_regclass($1) IS NOT NULL", quoted).await,
        Backend::Sqlite => {
            let sql = r#"SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table'
                AND '"' || replace(lower(name), '"', '""') || '"' = lower(?1))"#;
            is(session, sql, quoted).await
        }
    }
}

/// The answer to a question about one name.
async fn is(session: &Session, sql: &str, name: &str) -> Result<bool> {
    let row = session.row(sql, Params::from(&[Param::from(name)])).await?;
    match row {
        Some(row) => row.get(0),
        None => Ok(false),
    }
}

fn checksum_of(unit: &Unit<'_>) -> [Param; 2] {
    match unit.checksum() {
        Some(checksum) => [Param::from(checksum), Param::from(checksum::ALGORITHM)],
        None => [Param::Null, Param::Null],
    }
}

async fn current_schema(session: &Session, table: &str) -> Result<String> {
    const SQL: &str = "SELECT coalesce((SELECT n.nspname FROM pg_catalog.pg_class c \
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
         WHERE c.oid = to_regclass($1)), current_schema())::text";
    let values = [Param::from(quoted(table))];
    let row = session.row(SQL, Params::from(&values)).await?;
    let schema: Option<String> = match row {
        Some(row) => row.get(0)?,
        None => None,
    };
    schema.ok_or_else(|| {
        Error::usage(
            "the connection works in no schema: none in its `search_path` exists; name the \
             schema of the history",
        )
    })
}

fn quoted(name: &str) -> String {
    let mut out = String::new();
    identifier::quote(&mut out, name);
    out
}
