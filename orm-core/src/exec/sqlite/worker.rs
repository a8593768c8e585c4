//! A connection on its thread.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::ErrorCode;

use super::clock::Clock;
use super::effect::Effects;
use super::fault;
use super::file::File;
use super::job::{Running, Ticket};
use super::names::Names;
use crate::error::{Error, Result};

/// The oldest SQLite that has what statements are written with: STRICT tables,
/// RETURNING, IS DISTINCT FROM.
const OLDEST: (i32, &str) = (3_039_000, "3.39");

/// How long the thread sleeps at first before it tries a locked database again, and
/// at most.
const PAUSE: (Duration, Duration) = (Duration::from_micros(200), Duration::from_millis(10));

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
        if rusqlite::version_number() < OLDEST.0 {
            return Err(Error::config(format!(
                "SQLite {} is too old: at least {} is needed, which the feature `sqlite-bundled` \
                 brings along",
                rusqlite::version(),
                OLDEST.1
            )));
        }
        let (db, effects, clock) = patiently_open(&recipe, purpose)
            .map_err(|error| fault::opening(&error, &recipe.file))?;
        Ok(Self {
            db,
            effects,
            clock,
            names: Names::default(),
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

    /// Tries again while another connection, or another program, has the lock.
    pub(super) fn patiently<T>(
        &self,
        ticket: &Ticket,
        mut attempt: impl FnMut() -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let mut pause = PAUSE.0;
        let mut since: Option<Instant> = None;
        loop {
            match attempt() {
                Err(error) if is_busy(&error) && !ticket.is_called_off() => {
                    let since = *since.get_or_insert_with(Instant::now);
                    if since.elapsed() >= self.recipe.patience {
                        return Err(error);
                    }
                    std::thread::sleep(pause);
                    pause = (pause * 2).min(PAUSE.1);
                }
                done => return done,
            }
        }
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
    pub(super) fn renew(&mut self, running: &Running) {
        if !self.changed || self.in_transaction() || self.recipe.file.is_memory() {
            return;
        }
        // If it cannot be opened, the old one is still better than none: the next
        // statement tells what is wrong.
        if let Ok(new) = Self::open(self.recipe.clone(), self.purpose) {
            running.renew(new.db.get_interrupt_handle());
            *self = new;
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

/// Tries again while others are about to make it a database with WAL: SQLite does not
/// wait for that by itself.
fn patiently_open(
    recipe: &Recipe,
    purpose: Use,
) -> rusqlite::Result<(rusqlite::Connection, Arc<Effects>, Clock)> {
    let since = Instant::now();
    let mut pause = PAUSE.0;
    loop {
        match open(recipe, purpose) {
            Err(error) if is_busy(&error) && since.elapsed() < recipe.patience => {
                std::thread::sleep(pause);
                pause = (pause * 2).min(PAUSE.1);
            }
            done => return done,
        }
    }
}

fn open(
    recipe: &Recipe,
    purpose: Use,
) -> rusqlite::Result<(rusqlite::Connection, Arc<Effects>, Clock)> {
    let db = recipe.file.open()?;
    // Of setting up alone: statements are tried again by themselves.
    db.busy_timeout(recipe.patience)?;
    // The first look at the file, which tells whether it is a database.
    db.query_row("PRAGMA schema_version", [], |_| Ok(()))?;
    if !recipe.file.is_memory() && !recipe.file.is_read_only() {
        db.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    }
    db.execute_batch(
        "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA case_sensitive_like = ON",
    )?;
    if purpose == Use::Read {
        db.execute_batch("PRAGMA query_only = ON")?;
    }
    db.busy_timeout(Duration::ZERO)?;
    db.set_prepared_statement_cache_capacity(recipe.statements);
    rusqlite::vtab::array::load_module(&db)?;
    super::decimal::register(&db)?;
    let clock = Clock::default();
    super::functions::register(&db, &clock)?;
    let effects = Effects::watch(&db, recipe.file.is_memory())?;
    Ok((db, effects, clock))
}
