//! A connection on its thread.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::ErrorCode;
use rusqlite::config::DbConfig;

use super::clock::Clock;
use super::effect::Effects;
use super::fault;
use super::file::File;
use super::job::{Running, Stop, Ticket};
use super::names::Names;
use crate::error::{Error, Result};

/// The oldest SQLite that has what statements are written with: STRICT tables,
/// RETURNING, IS DISTINCT FROM.
const OLDEST: (i32, &str) = (3_039_000, "3.39");

/// How long the thread sleeps at first before it tries a locked database again, and
/// at most.
const PAUSE: (Duration, Duration) = (Duration::from_micros(200), Duration::from_millis(10));

/// So many bytes of a log of changes stay when they are in the database: a reader that
/// took its time has made it longer.
const LONGEST_LOG: u32 = 8 << 20;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Reads and writes; there is one per pool.
    Write,
    /// Only reads.
    Read,
}

/// How connections are opened.
#[derive(Debug, Clone)]
pub(super) struct Recipe {
    pub(super) file: File,
    /// How many prepared statements a connection keeps.
    pub(super) statements: usize,
    /// How long others may hold the lock of the file.
    pub(super) patience: Duration,
}

/// A connection, and what is known of its session.
pub(super) struct Worker {
    pub(super) db: rusqlite::Connection,
    pub(super) effects: Arc<Effects>,
    pub(super) clock: Clock,
    pub(super) names: Names,
    pub(super) stop: Stop,
    recipe: Recipe,
    purpose: Use,
    /// The session was changed: it is made anew before the next user.
    changed: bool,
    /// The open transaction only reads, on a connection that may write.
    reading: bool,
    /// It is nobody else's.
    kept: bool,
}

impl Worker {
    pub(super) fn open(recipe: Recipe, purpose: Use) -> Result<Self> {
        new_enough(rusqlite::version_number(), rusqlite::version())?;
        Self::open_with(recipe, purpose, Stop::default())
    }

    fn open_with(recipe: Recipe, purpose: Use, stop: Stop) -> Result<Self> {
        let opened = patiently(recipe.patience, &Ticket::default(), || {
            open(&recipe, purpose, &stop)
        });
        let (db, effects, clock) = opened.map_err(|error| fault::opening(&error, &recipe.file))?;
        Ok(Self {
            db,
            effects,
            clock,
            names: Names::default(),
            stop,
            recipe,
            purpose,
            changed: false,
            reading: false,
            kept: false,
        })
    }

    /// Whether a transaction is open.
    pub(super) fn in_transaction(&self) -> bool {
        !self.db.is_autocommit()
    }

    #[allow(dead_code)]
    /// Whoever uses it changes the session for itself: it is not made anew.
    pub(super) fn keep_session(&mut self) {
        self.kept = true;
    }

    /// Runs a text of our own, such as BEGIN.
    pub(super) fn command(&self, text: &str, ticket: &Ticket) -> Result<()> {
        self.effects.ours(true);
        let done = self.patiently(ticket, || match is_ours(text) {
            true => self.db.prepare_cached(text)?.raw_execute().map(drop),
            false => self.db.execute_batch(text),
        });
        self.effects.ours(self.kept);
        done.map_err(|error| fault::of(&error))
    }

    /// Runs a statement that SQLite carries out by statements of its own, if it is one: VACUUM
    /// opens a transaction and attaches a file, and leaves nothing behind.
    pub(super) fn of_sqlite<T>(&self, is_one: bool, run: impl FnOnce() -> T) -> T {
        if !is_one {
            return run();
        }
        self.effects.ours(true);
        let done = run();
        self.effects.ours(self.kept);
        done
    }

    /// Tries again while another connection, or another program, has the lock.
    pub(super) fn patiently<T>(
        &self,
        ticket: &Ticket,
        attempt: impl FnMut() -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        patiently(self.recipe.patience, ticket, attempt)
    }

    /// Opens a transaction. One that only reads sees one state of the database.
    pub(super) fn begin(&mut self, writes: bool, ticket: &Ticket) -> Result<()> {
        if self.purpose == Use::Write && !writes {
            self.command("PRAGMA query_only = ON", ticket)?;
            self.reading = true;
        }
        self.clock.begin_statement(false);
        // One that begins by reading and writes later could not wait for the lock.
        self.command(if writes { "BEGIN IMMEDIATE" } else { "BEGIN" }, ticket)
    }

    /// Ends the transaction, and whatever it changed of the session.
    pub(super) fn rollback(&mut self, ticket: &Ticket) -> Result<()> {
        let done = match self.in_transaction() {
            true => self.command("ROLLBACK", ticket),
            false => Ok(()),
        };
        self.leave(ticket);
        done
    }

    /// Commits. A transaction that SQLite has rolled back already, and one that it
    /// does not commit, is rolled back.
    pub(super) fn commit(&mut self, ticket: &Ticket) -> Result<()> {
        let done = match self.in_transaction() {
            true => self.command("COMMIT", ticket),
            false => Err(Error::transaction_aborted()),
        };
        if done.is_err() && self.in_transaction() {
            let _ = self.command("ROLLBACK", ticket);
        }
        self.leave(ticket);
        done
    }

    /// A statement of a program was run. Told after each, and by itself: in a
    /// transaction the change lasts until its end.
    pub(super) fn learn(&mut self) {
        self.changed |= self.effects.take_session();
    }

    /// Nobody's transaction is open: whoever comes next meets the session as it was.
    pub(super) fn leave(&mut self, ticket: &Ticket) {
        self.learn();
        if self.in_transaction() {
            return;
        }
        if std::mem::take(&mut self.reading) {
            let _ = self.command("PRAGMA query_only = OFF", ticket);
        }
    }

    /// Opens the connection anew, if its session was changed.
    ///
    /// # Errors
    /// When it cannot be opened: the next user must not meet the old one.
    pub(super) fn renew(&mut self, running: &Running) -> Result<()> {
        if !self.changed || self.in_transaction() || self.recipe.file.is_memory() {
            return Ok(());
        }
        let new = Self::open_with(self.recipe.clone(), self.purpose, self.stop.clone())?;
        running.renew(new.db.get_interrupt_handle());
        *self = new;
        Ok(())
    }
}

/// Refuses a library that has not what statements are written with.
fn new_enough(number: i32, version: &str) -> Result<()> {
    if number >= OLDEST.0 {
        return Ok(());
    }
    Err(Error::config(format!(
        "SQLite {version} is too old: at least {} is needed, which the feature `sqlite-bundled` \
         brings along",
        OLDEST.1
    )))
}

/// Tries again while somebody has the lock, for so long.
fn patiently<T>(
    patience: Duration,
    ticket: &Ticket,
    mut attempt: impl FnMut() -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let mut pause = PAUSE.0;
    let mut since: Option<Instant> = None;
    loop {
        match attempt() {
            Err(error) if is_busy(&error) && !ticket.is_called_off() => {
                let since = *since.get_or_insert_with(Instant::now);
                if since.elapsed() >= patience {
                    return Err(error);
                }
                std::thread::sleep(pause);
                pause = (pause * 2).min(PAUSE.1);
            }
            done => return done,
        }
    }
}

/// Whether a text is one of our own that are kept compiled: found so, it would not be
/// judged if a program sent it.
pub(super) fn is_ours(text: &str) -> bool {
    matches!(
        text.trim(),
        "BEGIN" | "BEGIN IMMEDIATE" | "COMMIT" | "ROLLBACK"
    )
}

fn is_busy(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    code.is_some_and(|it| matches!(it, ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

fn open(
    recipe: &Recipe,
    purpose: Use,
    stop: &Stop,
) -> rusqlite::Result<(rusqlite::Connection, Arc<Effects>, Clock)> {
    let mut db = recipe.file.open()?;
    // Whoever waits tries again: SQLite does not wait where two want to make the log.
    db.busy_timeout(Duration::ZERO)?;
    // A name in quotes that nothing has would be a text, and a condition with it true.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    // The first look at the file, which tells whether it is a database.
    db.query_row("PRAGMA schema_version", [], |_| Ok(()))?;
    if !recipe.file.is_memory() && !recipe.file.is_read_only() {
        db.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        let limit = format!("PRAGMA journal_size_limit = {LONGEST_LOG}");
        db.query_row(&limit, [], |_| Ok(()))?;
    }
    db.execute_batch(
        "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA case_sensitive_like = ON",
    )?;
    if purpose == Use::Read {
        db.execute_batch("PRAGMA query_only = ON")?;
    }
    stop.watch(&mut db)?;
    db.set_prepared_statement_cache_capacity(recipe.statements);
    rusqlite::vtab::array::load_module(&db)?;
    super::decimal::register(&db)?;
    let clock = Clock::default();
    super::functions::register(&db, &clock)?;
    let effects = Effects::watch(&mut db, recipe.file.is_memory())?;
    Ok((db, effects, clock))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_library_is_refused_with_its_version() {
        assert!(new_enough(OLDEST.0, "3.39.0").is_ok());
        let error = new_enough(3_038_005, "3.38.5").expect_err("too old");
        assert_eq!(error.kind(), crate::error::ErrorKind::Config);
        let text = error.to_string();
        assert!(text.contains("3.38.5") && text.contains("3.39"), "{text}");
    }
}
