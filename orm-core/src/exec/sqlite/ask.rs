//! A statement on a connection's thread: compiled, bound, stepped.

use std::rc::Rc;

use rusqlite::Statement;
use rusqlite::types::Value;

use super::answers::Teller;
use super::fault;
use super::job::Ticket;
use super::statement::is_vacuum;
use super::value::{Bound, cell};
use super::worker::Worker;
use crate::decode::stored_rows::StoredRows;
use crate::error::{Error, Result};
use crate::lexer::{Boundary, Kind, Lexer};
use crate::schema::Backend;

/// So many rows, or bytes, are handed over at a time.
const MANY: (usize, usize) = (256, 64 << 10);

/// A statement with its values, on its way to the thread.
pub(super) struct Ask {
    pub(super) text: String,
    pub(super) values: Vec<Bound>,
    /// The statement is run so many times, each with its own of every list.
    pub(super) steps: Option<usize>,
    /// Keep the compiled statement for next time.
    pub(super) keep: bool,
    /// It is part of a transaction that was opened before.
    pub(super) within: bool,
    /// It is the last of that transaction, which is committed behind it.
    pub(super) ends: bool,
}

impl Ask {
    /// Runs it and hands its rows over.
    pub(super) fn run(self, worker: &mut Worker, ticket: &Ticket, to: Teller) {
        let (within, ends) = (self.within, self.ends);
        let mut told = Told {
            to,
            rows: None,
            keep: self.keep,
        };
        let mut end = self.answer(worker, ticket, &mut told);
        // Everything is as it was before anybody hears of the end.
        if within {
            worker.learn();
        } else {
            worker.leave(ticket);
        }
        if ends && end.is_ok() {
            end = end.and_then(|rows| worker.commit(ticket).map(|()| rows));
        }
        told.to.end(told.rows, end);
    }

    fn answer(self, worker: &mut Worker, ticket: &Ticket, told: &mut Told) -> Result<u64> {
        if self.within && !worker.in_transaction() {
            // SQLite has rolled it back: what follows must not be on its own.
            return Err(Error::transaction_aborted());
        }
        let Some(steps) = self.steps else {
            worker.clock.begin_statement(self.within);
            return self.once(worker, ticket, told);
        };
        let own = !self.within;
        if own {
            worker.begin(true, ticket)?;
        }
        worker.clock.begin_statement(true);
        let done = self.each(steps, worker, ticket, told);
        match (own, done) {
            (false, done) => done,
            (true, Ok(rows)) => worker.commit(ticket).map(|()| rows),
            (true, Err(error)) => {
                let _ = worker.rollback(ticket);
                Err(error)
            }
        }
    }

    fn once(self, worker: &Worker, ticket: &Ticket, told: &mut Told) -> Result<u64> {
        let text = &*self.text;
        let values = self.values;
        self::compiled(worker, ticket, text, self.keep, |statement| {
            let places = places(statement, text, values.len())?;
            for (at, value) in values.into_iter().enumerate() {
                if matches!(value, Bound::List(_)) && !text.contains("rarray") {
                    return Err(lists_are_read_by_rarray());
                }
                bind(statement, &places, at, value)?;
            }
            let before = worker.db.total_changes();
            let compact = is_vacuum(text);
            let mut sent = false;
            let rows = worker.patiently(ticket, || {
                let take = || told.take(worker, statement, text, &mut sent);
                match worker.of_sqlite(compact, take) {
                    // Some rows are gone already, so that it cannot begin again.
                    Err(error) if sent => Ok(Err(error)),
                    done => done.map(Ok),
                }
            });
            let rows = rows
                .and_then(|it| it)
                .map_err(|it| fault::of(&it).broken_by(text))?;
            Ok(match statement.readonly() {
                true => rows,
                // The number stays from the statement before, if this is none that writes.
                false if worker.db.total_changes() == before => 0,
                false => worker.db.changes(),
            })
        })
    }

    fn each(self, steps: usize, worker: &Worker, ticket: &Ticket, told: &mut Told) -> Result<u64> {
        let text = &*self.text;
        let mut values = self.values;
        self::compiled(worker, ticket, text, self.keep, |statement| {
            let places = places(statement, text, values.len())?;
            let mut written = 0;
            for step in 0..steps {
                if ticket.is_called_off() {
                    return Err(fault::called_off());
                }
                for (at, value) in values.iter_mut().enumerate() {
                    match value {
                        Bound::List(list) if list.len() == steps => {
                            let value = std::mem::replace(&mut list[step], Value::Null);
                            bind(statement, &places, at, Bound::One(value))?;
                        }
                        Bound::One(_) if step > 0 => {}
                        Bound::One(value) => {
                            let value = Bound::One(std::mem::replace(value, Value::Null));
                            bind(statement, &places, at, value)?;
                        }
                        Bound::List(_) => return Err(Error::usage("a list has no row of its own")),
                    }
                }
                let before = worker.db.total_changes();
                told.take(worker, statement, text, &mut false)
                    .map_err(|it| fault::of(&it).broken_by(text).in_row(Some(step)))?;
                if worker.db.total_changes() != before {
                    written += worker.db.changes();
                }
            }
            Ok(written)
        })
    }
}

/// Compiles a text, or finds it compiled, for what is done with the statement.
fn compiled<T>(
    worker: &Worker,
    ticket: &Ticket,
    text: &str,
    keep: bool,
    body: impl FnOnce(&mut Statement<'_>) -> Result<T>,
) -> Result<T> {
    is_text(text)?;
    let db = &worker.db;
    let refused = |error| refused(worker, &error);
    if !keep || text.contains(';') || super::worker::is_ours(text) {
        one_statement(text)?;
        let statement = worker.patiently(ticket, || db.prepare(text));
        return body(&mut statement.map_err(refused)?);
    }
    let statement = worker.patiently(ticket, || db.prepare_cached(text));
    let mut statement = statement.map_err(refused)?;
    let done = body(&mut statement);
    if worker.effects.is_session() {
        // Found compiled, it would not be judged again.
        statement.discard();
    }
    done
}

/// Why a text was not compiled.
pub(super) fn refused(worker: &Worker, error: &rusqlite::Error) -> Error {
    if worker.effects.take_transaction() {
        return Error::own_transaction();
    }
    let denied =
        error.sqlite_error_code() == Some(rusqlite::ErrorCode::AuthorizationForStatementDenied);
    if denied && worker.effects.take_session() {
        return Error::usage(
            "this changes the session of the connection, and a database in memory has only that one",
        );
    }
    fault::of(error)
}

/// Refuses a text that SQLite would read half of.
pub(super) fn is_text(text: &str) -> Result<()> {
    match text.as_bytes().contains(&0) {
        true => Err(Error::usage("the text of a statement has a NUL in it")),
        false => Ok(()),
    }
}

#[cold]
fn lists_are_read_by_rarray() -> Error {
    Error::usage(
        "a list is bound where SQLite takes one value: write \
         `IN (SELECT value FROM rarray(?1))`",
    )
}

/// Refuses a second statement, which would not be run.
fn one_statement(text: &str) -> Result<()> {
    let mut lexer = Lexer::new(text, Backend::Sqlite);
    let mut ended = false;
    let mut boundary = Boundary::new(Backend::Sqlite);
    while let Ok(Some(token)) = lexer.token() {
        match token.kind {
            Kind::LineComment | Kind::BlockComment => {}
            // Those of a trigger's body are part of it.
            Kind::Semicolon if boundary.may_end() => ended = true,
            _ if ended => {
                return Err(Error::usage(
                    "a text with several statements is run by `batch`, without values",
                ));
            }
            _ => boundary.take(&token),
        }
    }
    Ok(())
}

/// Which of the values each placeholder stands for, if not each the next: `$2` is a
/// name to SQLite, and counts where it stands first.
type Places = Option<Vec<usize>>;

fn places(statement: &Statement<'_>, text: &str, given: usize) -> Result<Places> {
    let count = statement.parameter_count();
    let places = match text.contains('$') {
        true => {
            let all = (0..count).map(|at| place(statement, at));
            Some(all.collect::<Result<Vec<_>>>()?)
        }
        false => None,
    };
    let expected = match &places {
        Some(places) => places.iter().max().map_or(0, |last| last + 1),
        None => count,
    };
    if expected != given {
        return Err(Error::binds(expected, given).in_statement(text));
    }
    Ok(places)
}

/// Which of the values a placeholder stands for.
fn place(statement: &Statement<'_>, at: usize) -> Result<usize> {
    let name = statement.parameter_name(at + 1);
    let Some(number) = name.and_then(|it| it.strip_prefix('$')) else {
        return Ok(at);
    };
    if number.contains("::") {
        // All of `$1::int` is a name to SQLite, and the cast would be forgotten.
        return Err(Error::usage(
            "`$1::type` is a cast of PostgreSQL's: write `CAST($1 AS type)`",
        ));
    }
    let number = number.parse::<usize>().ok();
    Ok(number.and_then(|it| it.checked_sub(1)).unwrap_or(at))
}

fn bind(statement: &mut Statement<'_>, places: &Places, at: usize, value: Bound) -> Result<()> {
    let mut put = |place: usize, value: Bound| match value {
        Bound::One(value) => statement.raw_bind_parameter(place + 1, value),
        Bound::List(values) => statement.raw_bind_parameter(place + 1, Rc::new(values)),
    };
    let bound = match places {
        None => put(at, value),
        Some(places) => match places.iter().position(|place| *place == at) {
            Some(place) => put(place, value),
            None => Ok(()),
        },
    };
    bound.map_err(|error| fault::binding(&error))
}

/// Who is told the rows.
struct Told {
    to: Teller,
    rows: Option<StoredRows>,
    /// The text will come again.
    keep: bool,
}

impl Told {
    /// Runs the statement to its end; `sent` says whether rows have left.
    fn take(
        &mut self,
        worker: &Worker,
        statement: &mut Statement<'_>,
        text: &str,
        sent: &mut bool,
    ) -> rusqlite::Result<u64> {
        let mut taken = 0;
        let mut found = statement.raw_query();
        while let Some(row) = found.next()? {
            taken += 1;
            // Not known before: SQLite may have compiled the text anew for the first row.
            let rows = match &mut self.rows {
                Some(rows) => rows,
                None => {
                    let names = worker.names.of(text, row.as_ref(), self.keep)?;
                    self.rows.insert(StoredRows::new(names))
                }
            };
            for at in 0..rows.width() {
                rows.push(cell(row.get_ref(at)?));
            }
            if rows.len() >= MANY.0 || rows.size() >= MANY.1 {
                let full = rows.take();
                *sent = true;
                self.to.rows(full);
            }
        }
        Ok(taken)
    }
}
