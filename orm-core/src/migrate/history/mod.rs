//! The table that says which migrations were applied.
//!
//! A migration in a transaction writes its row in that transaction: both are
//! there or neither. One that is not writes its row first and counts its steps
//! in it, so that whoever finds it unfinished knows how far it came.

mod record;

pub(super) use self::record::{Origin, Record};

use tokio_postgres::Client;
use tokio_postgres::types::ToSql;

use super::checksum;
use super::event::Direction;
use super::unit::Unit;
use crate::error::{Error, Result};
use crate::sql::identifier;

/// The history of one database, found or yet to be made.
pub(super) struct History {
    /// Its table, qualified and quoted: a migration may change `search_path`.
    table: String,
    schema: String,
}

type DriverResult<T = ()> = Result<T, tokio_postgres::Error>;

/// Who wrote a row: for people who look into the table years later.
const TOOL_VERSION: &str = concat!("orm ", env!("CARGO_PKG_VERSION"));

impl History {
    /// Finds the table, or the schema it would be made in, by reading only.
    pub(super) async fn locate(client: &Client, schema: Option<&str>, table: &str) -> Result<Self> {
        let schema = match schema {
            Some(schema) => schema.to_owned(),
            None => current_schema(client, table).await?,
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

    pub(super) async fn exists(&self, client: &Client) -> Result<bool> {
        let row = client
            .query_one("SELECT to_regclass($1) IS NOT NULL", &[&self.table])
            .await?;
        Ok(row.try_get(0)?)
    }

    /// The rows in the order of their names; none if there is no table.
    pub(super) async fn read(&self, client: &Client) -> Result<Vec<Record>> {
        if !self.exists(client).await? {
            return Ok(Vec::new());
        }
        let rows = client.query(&record::select(&self.table), &[]).await?;
        let mut records: Vec<Record> = rows.iter().map(Record::from_row).collect::<Result<_>>()?;
        // The server's collation may sort otherwise.
        records.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(records)
    }

    /// Makes the table if it is missing. To be called under the lock.
    pub(super) async fn ensure(&self, client: &Client) -> Result<()> {
        if self.exists(client).await? {
            return Ok(());
        }
        let schema = quoted(&self.schema);
        let row = client
            .query_one("SELECT to_regnamespace($1) IS NOT NULL", &[&schema])
            .await?;
        if !row.try_get::<_, bool>(0)? {
            client
                .batch_execute(&format!("CREATE SCHEMA {schema}"))
                .await?;
        }
        Ok(client.batch_execute(&record::create(&self.table)).await?)
    }

    /// Writes that a migration is applied, as part of the open transaction or,
    /// for a baseline, without having run it.
    pub(super) async fn applied(
        &self,
        client: &Client,
        unit: &Unit,
        origin: Origin,
    ) -> DriverResult {
        let sql = format!(
            "INSERT INTO {} (name, checksum, checksum_algorithm, direction, origin, started_at, \
             finished_at, duration_ms, tool_version) \
             VALUES ($1, $2, $3, 'up', $4, now(), clock_timestamp(), \
             extract(epoch FROM clock_timestamp() - now()) * 1000, $5) \
             ON CONFLICT (name) DO UPDATE SET checksum = $2, checksum_algorithm = $3, \
             direction = 'up', origin = $4, started_at = excluded.started_at, \
             finished_at = excluded.finished_at, duration_ms = excluded.duration_ms, \
             error = NULL, tool_version = $5",
            self.table
        );
        let checksum = unit.checksum();
        let algorithm = checksum.as_ref().map(|_| checksum::ALGORITHM);
        let values: [&(dyn ToSql + Sync); 5] = [
            &unit.name,
            &checksum,
            &algorithm,
            &origin.word(),
            &TOOL_VERSION,
        ];
        client.execute(&sql, &values).await.map(drop)
    }

    /// Writes that a migration is not applied.
    pub(super) async fn forget(&self, client: &Client, name: &str) -> DriverResult<u64> {
        client
            .execute(
                &format!("DELETE FROM {} WHERE name = $1", self.table),
                &[&name],
            )
            .await
    }

    /// Writes that a migration begins that is not in a transaction, or goes on:
    /// the steps of one that goes on are kept.
    pub(super) async fn begin(
        &self,
        client: &Client,
        unit: &Unit,
        direction: Direction,
        resumes: bool,
    ) -> DriverResult {
        let sql = format!(
            "INSERT INTO {0} AS h (name, checksum, checksum_algorithm, direction, origin, \
             started_at, tool_version) VALUES ($1, $2, $3, $4, 'run', now(), $5) \
             ON CONFLICT (name) DO UPDATE SET checksum = $2, checksum_algorithm = $3, \
             direction = $4, started_at = now(), finished_at = NULL, duration_ms = NULL, \
             steps_started = CASE WHEN $6 THEN h.steps_started ELSE 0 END, \
             steps_done = CASE WHEN $6 THEN h.steps_done ELSE 0 END, \
             steps_checksum = CASE WHEN $6 THEN h.steps_checksum END, tool_version = $5",
            self.table
        );
        let checksum = unit.checksum();
        let algorithm = checksum.as_ref().map(|_| checksum::ALGORITHM);
        let values: [&(dyn ToSql + Sync); 6] = [
            &unit.name,
            &checksum,
            &algorithm,
            &direction.word(),
            &TOOL_VERSION,
            &resumes,
        ];
        client.execute(&sql, &values).await.map(drop)
    }

    /// Writes that the outcome of a step will not be known before it is counted.
    pub(super) async fn step_starts(&self, client: &Client, name: &str, step: i32) -> DriverResult {
        let sql = format!(
            "UPDATE {} SET steps_started = $2, error = NULL WHERE name = $1",
            self.table
        );
        client.execute(&sql, &[&name, &step]).await.map(drop)
    }

    /// Counts a step, with the checksum of all that are done.
    pub(super) async fn step_done(
        &self,
        client: &Client,
        name: &str,
        step: i32,
        checksum: &str,
    ) -> DriverResult {
        let sql = format!(
            "UPDATE {} SET steps_started = $2, steps_done = $2, steps_checksum = $3, error = NULL \
             WHERE name = $1",
            self.table
        );
        client
            .execute(&sql, &[&name, &step, &checksum])
            .await
            .map(drop)
    }

    /// Keeps what went wrong.
    pub(super) async fn failed(&self, client: &Client, name: &str, error: &str) -> DriverResult {
        let sql = format!("UPDATE {} SET error = $2 WHERE name = $1", self.table);
        client.execute(&sql, &[&name, &error]).await.map(drop)
    }

    /// Writes that the last step of a migration outside of transactions is done.
    pub(super) async fn finish(
        &self,
        client: &Client,
        name: &str,
        direction: Direction,
    ) -> DriverResult {
        if direction == Direction::Down {
            return self.forget(client, name).await.map(drop);
        }
        let sql = format!(
            "UPDATE {} SET finished_at = now(), error = NULL, \
             duration_ms = extract(epoch FROM now() - started_at) * 1000 WHERE name = $1",
            self.table
        );
        client.execute(&sql, &[&name]).await.map(drop)
    }

    /// Takes the unit's checksum for the right one.
    pub(super) async fn accept(&self, client: &Client, unit: &Unit) -> DriverResult {
        let sql = format!(
            "UPDATE {} SET checksum = $2, checksum_algorithm = $3 WHERE name = $1",
            self.table
        );
        let checksum = unit.checksum();
        let algorithm = checksum.as_ref().map(|_| checksum::ALGORITHM);
        client
            .execute(&sql, &[&unit.name, &checksum, &algorithm])
            .await
            .map(drop)
    }
}

async fn current_schema(client: &Client, table: &str) -> Result<String> {
    const SQL: &str = "SELECT coalesce((SELECT n.nspname FROM pg_catalog.pg_class c \
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
         WHERE c.oid = to_regclass($1)), current_schema())::text";
    let row = client.query_one(SQL, &[&quoted(table)]).await?;
    row.try_get::<_, Option<String>>(0)?.ok_or_else(|| {
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
