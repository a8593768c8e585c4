//! A row of the history.

use tokio_postgres::Row;

use crate::error::Result;
use crate::migrate::event::Direction;

/// What the history says about one migration.
#[derive(Debug, Clone)]
pub(in crate::migrate) struct Record {
    pub(in crate::migrate) name: String,
    pub(in crate::migrate) checksum: Option<String>,
    pub(in crate::migrate) algorithm: Option<String>,
    pub(in crate::migrate) direction: Direction,
    /// When it was finished, in UTC, as ISO 8601 has it.
    pub(in crate::migrate) finished_at: Option<String>,
    pub(in crate::migrate) duration_ms: Option<i64>,
    /// The step that was begun last, if its outcome could be unknown.
    pub(in crate::migrate) steps_started: usize,
    pub(in crate::migrate) steps_done: usize,
    pub(in crate::migrate) steps_checksum: Option<String>,
    pub(in crate::migrate) error: Option<String>,
}

/// How a migration came to count as applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::migrate) enum Origin {
    Run,
    Baseline,
    Sequelize,
}

impl Origin {
    pub(super) fn word(self) -> &'static str {
        match self {
            Origin::Run => "run",
            Origin::Baseline => "baseline",
            Origin::Sequelize => "sequelize",
        }
    }
}

impl Record {
    pub(super) fn from_row(row: &Row) -> Result<Self> {
        let direction: &str = row.try_get("direction")?;
        let steps = |column| Ok::<_, crate::Error>(row.try_get::<_, i32>(column)?.max(0) as usize);
        Ok(Record {
            name: row.try_get("name")?,
            checksum: row.try_get("checksum")?,
            algorithm: row.try_get("checksum_algorithm")?,
            direction: if direction == "down" {
                Direction::Down
            } else {
                Direction::Up
            },
            finished_at: row.try_get("finished")?,
            duration_ms: row.try_get("duration_ms")?,
            steps_started: steps("steps_started")?,
            steps_done: steps("steps_done")?,
            steps_checksum: row.try_get("steps_checksum")?,
            error: row.try_get("error")?,
        })
    }

    /// Whether it is applied, wholly.
    pub(in crate::migrate) fn is_applied(&self) -> bool {
        self.direction == Direction::Up && self.finished_at.is_some()
    }
}

pub(super) fn select(table: &str) -> String {
    format!(
        "SELECT name, checksum, checksum_algorithm, direction, duration_ms, steps_started, \
         steps_done, steps_checksum, error, \
         to_char(finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') AS finished \
         FROM {table}"
    )
}

pub(super) fn create(table: &str) -> String {
    format!(
        "CREATE TABLE {table} (\
         name text PRIMARY KEY, \
         checksum text, \
         checksum_algorithm text, \
         direction text NOT NULL CHECK (direction IN ('up', 'down')), \
         origin text NOT NULL CHECK (origin IN ('run', 'baseline', 'sequelize')), \
         started_at timestamptz NOT NULL, \
         finished_at timestamptz, \
         duration_ms bigint, \
         steps_started integer NOT NULL DEFAULT 0, \
         steps_done integer NOT NULL DEFAULT 0, \
         steps_checksum text, \
         error text, \
         tool_version text NOT NULL)"
    )
}
