//! The rows of a running query, read one by one.

use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use super::ask::Answer;
use super::connection::gone;
use super::executor::Held;
use super::job::Sent;
use crate::decode::Row;
use crate::error::{Error, Result};
use crate::exec::log::Entry;

type Part = Box<dyn ExactSizeIterator<Item = Row> + Send + Sync>;

/// The rows of a running query. Dropped before the last row, it is interrupted.
pub(in crate::exec) struct Rows<'a> {
    // First: what runs is called off before the connection is given back.
    sent: Sent,
    answers: mpsc::Receiver<Answer>,
    entry: Option<Entry<'a>>,
    held: Held<'a>,
    part: Option<Part>,
    end: Option<Result<u64>>,
    affected: u64,
    read: u64,
    deadline: Option<Instant>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(
        held: Held<'a>,
        sent: Sent,
        answers: mpsc::Receiver<Answer>,
        entry: Entry<'a>,
        deadline: Option<Instant>,
    ) -> Self {
        if let Held::Session(session) = &held {
            session.open_rows();
        }
        Self {
            sent,
            answers,
            entry: Some(entry),
            held,
            part: None,
            end: None,
            affected: 0,
            read: 0,
            deadline,
        }
    }

    /// The next row, or `None` after the last.
    pub(in crate::exec) async fn next(&mut self) -> Result<Option<Row>> {
        loop {
            if let Some(row) = self.part.as_mut().and_then(Iterator::next) {
                self.read += 1;
                return Ok(Some(row));
            }
            self.part = None;
            if let Some(end) = self.end.take() {
                return self.finish(end);
            }
            if self.sent.is_answered() {
                return Ok(None);
            }
            let answer = match self.deadline {
                None => self.answers.recv().await,
                Some(deadline) => match timeout_at(deadline, self.answers.recv()).await {
                    Ok(answer) => answer,
                    // Still running: dropped, it is interrupted.
                    Err(_) => {
                        let error = Error::deadline();
                        self.learn(&error);
                        return Err(error);
                    }
                },
            };
            let Some(Answer { rows, end }) = answer else {
                self.sent.answered();
                return self.finish(Err(gone()));
            };
            self.part = rows.map(|rows| Box::new(rows.into_rows()) as Part);
            if end.is_some() {
                self.sent.answered();
            }
            self.end = end;
        }
    }

    fn finish(&mut self, end: Result<u64>) -> Result<Option<Row>> {
        let entry = self.entry.take();
        match end {
            Ok(affected) => {
                self.affected = affected;
                if let Some(entry) = entry {
                    entry.done(Some(self.read.max(affected)));
                }
                Ok(None)
            }
            Err(error) => {
                self.learn(&error);
                if let Some(entry) = entry {
                    entry.failed(&error);
                }
                Err(error)
            }
        }
    }

    fn learn(&self, error: &Error) {
        if let Held::Session(session) = &self.held {
            session.learn(error);
        }
    }

    /// How many rows were read or written; known after the last row.
    pub(super) fn affected(&self) -> u64 {
        self.affected
    }

    /// Whether the statement wrote rows; known after the last row.
    pub(super) fn wrote(&self) -> bool {
        self.affected > 0
    }
}

impl Drop for Rows<'_> {
    fn drop(&mut self) {
        if let Held::Session(session) = &self.held {
            session.close_rows();
        }
    }
}
