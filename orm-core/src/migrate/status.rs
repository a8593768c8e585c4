//! Which migrations are applied.

use std::fmt;

use super::event::Direction;
use super::history::Record;
use super::judge;
use super::migrator::Migrator;
use super::unit::Unit;
use crate::error::Result;
use crate::exec::Config;

/// How one migration stands.
///
/// Its `Display` is the line that `orm migrate status` prints.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Standing {
    /// Its name.
    pub name: String,
    /// Whether it is applied.
    pub state: State,
    /// Applied, and edited since.
    pub edited: bool,
    /// In the history, and not among the migrations.
    pub missing: bool,
}

/// Whether a migration is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// It is not applied.
    Pending,
    /// It is applied.
    Applied {
        /// When, in UTC, as ISO 8601 has it.
        at: String,
        /// How long it took.
        duration_ms: i64,
    },
    /// It is neither: a run that was not in a transaction stopped half-way.
    Interrupted {
        /// Whether it was being applied or undone.
        direction: Direction,
        /// How many of its statements are done.
        done: usize,
        /// How many rows the next one has behind it, where it is run some rows at a time
        /// (`-- orm:batches`) and one batch is done at least.
        rows: Option<u64>,
        /// What went wrong; `None` if the process just ended.
        error: Option<String>,
    },
}

impl Migrator {
    /// How every migration stands: those that are applied first, both by name.
    ///
    /// It reads only, and waits for nobody.
    ///
    /// # Errors
    ///
    /// Fails if the migrations or the database cannot be read.
    pub async fn status(&self, config: &Config) -> Result<Vec<Standing>> {
        let units = self.read(config.backend())?;
        let connection = self.open(config).await?;
        let records = connection.history.read(&connection.session).await?;
        let mut standings = standings(&units, &records);
        for Standing { name, state, .. } in &mut standings {
            if let State::Interrupted { rows, .. } = state {
                let walked = connection.history.rows_done(&connection.session, name);
                *rows = walked.await?;
            }
        }
        Ok(standings)
    }
}

fn standings(units: &[Unit<'_>], records: &[Record]) -> Vec<Standing> {
    let recorded = records.iter().map(|record| {
        let unit = units.iter().find(|unit| unit.name == record.name);
        Standing {
            name: record.name.clone(),
            state: state(record),
            edited: unit.is_some_and(|unit| judge::is_edited(unit, record)),
            missing: unit.is_none(),
        }
    });
    let pending = units
        .iter()
        .filter(|unit| !records.iter().any(|record| record.name == unit.name))
        .map(|unit| Standing {
            name: unit.name.to_owned(),
            state: State::Pending,
            edited: false,
            missing: false,
        });
    recorded.chain(pending).collect()
}

fn state(record: &Record) -> State {
    match &record.finished_at {
        Some(at) => State::Applied {
            at: at.clone(),
            duration_ms: record.duration_ms.unwrap_or_default(),
        },
        None => State::Interrupted {
            direction: record.direction,
            done: record.steps_done,
            rows: None,
            error: record.error.clone(),
        },
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match &self.state {
            State::Pending => write!(f, "down {name}")?,
            State::Applied { .. } => write!(f, "up {name}")?,
            State::Interrupted {
                direction,
                done,
                rows,
                error,
            } => {
                let doing = match direction {
                    Direction::Up => "applied",
                    Direction::Down => "undone",
                };
                write!(
                    f,
                    "half {name} (interrupted while it was {doing}, after {done} statements"
                )?;
                if let Some(rows) = rows {
                    write!(f, " and {rows} rows of the next")?;
                }
                if let Some(error) = error {
                    write!(f, ": {error}")?;
                }
                f.write_str(")")?;
            }
        }
        if self.edited {
            f.write_str(" (edited since it was applied)")?;
        }
        if self.missing {
            f.write_str(" (there is no such migration)")?;
        }
        Ok(())
    }
}
