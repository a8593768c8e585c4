//! A row of the history.

use crate::decode::Row;
use crate::error::Result;
use crate::migrate::event::Direction;
use crate::migrate::foreign::Tool;
use crate::schema::Backend;

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
    Adopted(Tool),
}

impl Origin {
    pub(super) fn word(self) -> &'static str {
        match self {
            Origin::Run => "run",
            Origin::Baseline => "baseline",
            Origin::Adopted(Tool::Sequelize) => "sequelize",
            // Tables that are there allow no other word, and it is what it is: it did not run here.
            Origin::Adopted(_) => "baseline",
        }
    }
}

impl Record {
    pub(super) fn from_row(row: &Row) -> Result<Self> {
        let steps = |at| Ok::<_, crate::Error>(row.get::<i32>(at)?.max(0) as usize);
        let direction: String = row.get(3)?;
        Ok(Record {
            name: row.get(0)?,
            checksum: row.get(1)?,
            algorithm: row.get(2)?,
            direction: if direction == "down" {
                Direction::Down
            } else {
                Direction::Up
            },
            duration_ms: row.get(4)?,
            steps_started: steps(5)?,
            steps_done: steps(6)?,
            steps_checksum: row.get(7)?,
            error: row.get(8)?,
            finished_at: row.get(9)?,
        })
    }

    /// Whether it is applied, wholly.
    pub(in crate::migrate) fn is_applied(&self) -> bool {
        self.direction == Direction::Up && self.finished_at.is_some()
    }
}

pub(super) fn select(backend: Backend, table: &str) -> String {
    let finished = match backend {
        Backend::Postgres => {
            "to_char(finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
        }
        Backend::Sqlite => "strftime('%Y-%m-%dT%H:%M:%fZ', finished_at)",
    };
    format!(
        "SELECT name, checksum, checksum_algorithm, direction, duration_ms, steps_started, \
         steps_done, steps_checksum, error, {finished} FROM {table}"
    )
}

/// What stands in the statements for moments: now, the beginning of the
/// transaction, the milliseconds since a migration began.
///
/// SQLite knows no beginning of the transaction, and numbers its values by `?`.
pub(super) fn words(backend: Backend) -> &'static [(&'static str, &'static str)] {
    match backend {
        Backend::Postgres => &[
            ("{now}", "clock_timestamp()"),
            ("{begin}", "now()"),
            ("{since}", "extract(epoch FROM now() - started_at) * 1000"),
        ],
        Backend::Sqlite => &[
            ("$", "?"),
            ("{now}", "strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now')"),
            ("{begin}", "strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now')"),
            (
                "{since}",
                "CAST(round((julianday('now') - julianday(started_at)) * 86400000) AS INTEGER)",
            ),
        ],
    }
}

pub(super) fn create(backend: Backend, table: &str) -> String {
    let (create, moment, bigint, strict) = match backend {
        Backend::Postgres => ("CREATE TABLE", "timestamptz", "bigint", ""),
        Backend::Sqlite => ("CREATE TABLE IF NOT EXISTS", "text", "integer", " STRICT"),
    };
    format!(
        "{create} {table} (\
         name text PRIMARY KEY, \
         checksum text, \
         checksum_algorithm text, \
         direction text NOT NULL CHECK (direction IN ('up', 'down')), \
         origin text NOT NULL CHECK (origin IN ('run', 'baseline', 'sequelize')), \
         started_at {moment} NOT NULL, \
         finished_at {moment}, \
         duration_ms {bigint}, \
         steps_started integer NOT NULL DEFAULT 0, \
         steps_done integer NOT NULL DEFAULT 0, \
         steps_checksum text, \
         error text, \
         tool_version text NOT NULL){strict}"
    )
}
