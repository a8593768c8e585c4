//! The answer to a statement, on its way back from the thread.

use tokio::sync::{mpsc, oneshot};

use super::soon::soon;
use crate::decode::stored_rows::StoredRows;
use crate::error::Result;

/// How many parts of an answer wait to be read before the thread does.
const AHEAD: usize = 2;

/// A part of the answer.
pub(super) struct Answer {
    pub(super) rows: Option<StoredRows>,
    /// How many rows were read or written; there is nothing behind it.
    pub(super) end: Option<Result<u64>>,
    rest: Option<mpsc::Receiver<Answer>>,
}

/// The two ends of an answer: who tells it, and who hears it.
pub(super) fn channel() -> (Teller, Answers) {
    let (first, answer) = oneshot::channel();
    (Teller::First(first), Answers::First(answer))
}

/// What the thread tells an answer by. Most answers have one part, for which no queue
/// is made.
pub(super) enum Teller {
    First(oneshot::Sender<Answer>),
    Rest(mpsc::Sender<Answer>),
    /// Everything was told.
    Done,
}

impl Teller {
    /// Hands some of the rows over, and waits while the reader is behind.
    pub(super) fn rows(&mut self, rows: StoredRows) {
        self.tell(Some(rows), None);
    }

    /// Hands over the last rows, and how it ended.
    pub(super) fn end(&mut self, rows: Option<StoredRows>, end: Result<u64>) {
        self.tell(rows, Some(end));
    }

    // Who does not listen any more has called the job off: a statement that writes is
    // carried out or interrupted, and not left half way.
    fn tell(&mut self, rows: Option<StoredRows>, end: Option<Result<u64>>) {
        let rest = None;
        let mut answer = Answer { rows, end, rest };
        if let Teller::Rest(rest) = self {
            let _ = rest.blocking_send(answer);
            return;
        }
        let next = match answer.end {
            Some(_) => Teller::Done,
            None => {
                let (to, rest) = mpsc::channel(AHEAD);
                answer.rest = Some(rest);
                Teller::Rest(to)
            }
        };
        if let Teller::First(first) = std::mem::replace(self, next) {
            let _ = first.send(answer);
        }
    }
}

/// The parts of an answer, to be heard in turn.
pub(super) enum Answers {
    First(oneshot::Receiver<Answer>),
    Rest(mpsc::Receiver<Answer>),
    /// There is no more.
    Over,
}

impl Answers {
    /// The next part; `None` if the thread ended without a word, and behind the last.
    ///
    /// Whoever is `alone` at the database keeps nobody waiting by looking for the first.
    pub(super) async fn next(&mut self, alone: bool) -> Option<Answer> {
        let answer = match self {
            Answers::First(first) => {
                if alone {
                    soon(|| (!first.is_empty()).then_some(()));
                }
                first.await.ok()
            }
            Answers::Rest(rest) => rest.recv().await,
            Answers::Over => None,
        };
        let Some(mut answer) = answer else {
            *self = Answers::Over;
            return None;
        };
        match answer.rest.take() {
            Some(rest) => *self = Answers::Rest(rest),
            None if answer.end.is_some() => *self = Answers::Over,
            None => {}
        }
        Some(answer)
    }
}
