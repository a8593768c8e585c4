//! A connection that is kept for reads, and a read's place in its queue.
//!
//! A small answer is taken in whole, whoever waits for it. Where an answer turns
//! out to be large, its read claims the connection: the reader takes no more, the
//! reads behind are sent again elsewhere, and the rows go to their caller as they
//! arrive. So no more of them are in memory than of an ordinary read, and a caller
//! who stops polling stops nobody else.

use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::future::{Either, select};
use tokio::sync::Notify;
use tokio_postgres::RowStream;

use super::connection::{Connection, Object};
use super::effect::Effect;
use super::held::dooms;
use super::pace::MANY;
use super::pool::Shared;
use super::rescue::{Leftovers, discard, rescue};
use super::statement::{Place, forget_outdated, start};
use crate::decode::Row;
use crate::error::{Error, Result};
use crate::exec::params::Params;
use crate::types::Param;

/// How many reads may be on their way through one reader. One more would rather
/// have a connection of its own.
const DEPTH: usize = 128;

/// An answer that goes on after this many bytes is large.
const MUCH: usize = 1 << 20;

/// How long an answer that nobody waits for may keep a connection, if no statement
/// may take longer.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// A connection of the pool that is kept for reads.
pub(super) struct Reader {
    object: Option<Object>,
    pool: Weak<Shared>,
    /// The reads on their way.
    depth: AtomicUsize,
    /// How many were sent so far, and how many came to their end: they are answered
    /// in the order in which they were sent.
    sent: AtomicUsize,
    ended: AtomicUsize,
    opened: Instant,
    /// When it last answered, or last had nothing to do: nanoseconds since `opened`.
    progressed: AtomicU64,
    doomed: AtomicBool,
    /// It belongs to one read, whose answer is large.
    claimed: AtomicBool,
    /// Tells the reads that are behind that one.
    passed_over: Notify,
    /// The large answer has not ended.
    answering: AtomicBool,
    /// There may be answers to come that nobody waits for.
    deserted: AtomicBool,
}

impl Reader {
    pub(super) fn new(object: Object, pool: &Arc<Shared>) -> Self {
        Reader {
            object: Some(object),
            pool: Arc::downgrade(pool),
            depth: AtomicUsize::new(0),
            sent: AtomicUsize::new(0),
            ended: AtomicUsize::new(0),
            opened: Instant::now(),
            progressed: AtomicU64::new(0),
            doomed: AtomicBool::new(false),
            claimed: AtomicBool::new(false),
            passed_over: Notify::new(),
            answering: AtomicBool::new(false),
            deserted: AtomicBool::new(false),
        }
    }

    pub(super) fn object(&self) -> &Object {
        self.object
            .as_ref()
            .expect("only Drop takes the connection")
    }

    /// How many reads are on their way.
    pub(super) fn depth(&self) -> usize {
        self.depth.load(Ordering::Relaxed)
    }

    pub(super) fn is_done_with(&self, max_lifetime: Option<Duration>) -> bool {
        let age = || Object::metrics(self.object()).age();
        self.doomed.load(Ordering::Acquire)
            || self.is_claimed()
            || self.object().is_closed()
            || max_lifetime.is_some_and(|limit| age() > limit)
    }

    pub(super) fn takes_more(&self, patience: Duration) -> bool {
        let depth = self.depth.load(Ordering::Acquire);
        depth == 0 || depth < DEPTH && self.idle_for() < patience
    }

    /// How long ago it last answered.
    fn idle_for(&self) -> Duration {
        let progressed = Duration::from_nanos(self.progressed.load(Ordering::Relaxed));
        self.opened.elapsed().saturating_sub(progressed)
    }

    fn note_progress(&self) {
        let now = u64::try_from(self.opened.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.progressed.store(now, Ordering::Relaxed);
    }

    /// Whether everything in front of this place was answered.
    pub(super) fn has_come_to(&self, place: usize) -> bool {
        self.ended.load(Ordering::Acquire) >= place
    }

    fn is_claimed(&self) -> bool {
        self.claimed.load(Ordering::Acquire)
    }

    fn note_error(&self, error: &Error) {
        if dooms(error.kind()) {
            self.doomed.store(true, Ordering::Release);
        }
    }

    /// Runs one statement and takes in its rows, unless they are too many.
    async fn answer(self: &Arc<Self>, text: &str, values: &Vec<Param>) -> Result<Answer> {
        let mut stream = Box::pin(self.start(text, values).await?);
        let mut rows = Vec::new();
        let mut bytes = 0;
        while let Some(row) = stream.next().await {
            let row = row?;
            let is_large = rows.len() as u64 >= MANY || bytes >= MUCH;
            bytes += row.raw_size_bytes();
            rows.push(Row::of_server(row));
            if is_large {
                return Ok(self.claim(text, rows, stream));
            }
        }
        Ok(Answer::Whole(rows))
    }

    async fn start(&self, text: &str, values: &Vec<Param>) -> Result<RowStream> {
        let on: &Connection = self.object();
        let place = Place {
            text,
            meaning: 0,
            effect: Effect::default(),
            keep: true,
        };
        let kept = on.statements.find(text, 0);
        let was_kept = kept.is_some();
        let started = start(on, place, kept, Params::from(values), None).await;
        let (stream, _) = started
            .map_err(|failure| forget_outdated(on, place, was_kept, failure.error.into()))?;
        Ok(stream)
    }

    /// From here on the connection belongs to the read that is being answered.
    fn claim(self: &Arc<Self>, text: &str, rows: Vec<Row>, stream: Pin<Box<RowStream>>) -> Answer {
        if !self.pass_over_others() {
            // It was passed over, and has not noticed yet.
            return Answer::Behind;
        }
        if let Some(pool) = self.pool.upgrade() {
            pool.pace.remember_large(text);
        }
        Answer::Larger(Claimed {
            first: rows.into_iter(),
            stream,
            reader: Arc::clone(self),
        })
    }

    /// Sends all reads but the one that is being answered elsewhere, and takes no
    /// more; false if that was done before.
    fn pass_over_others(self: &Arc<Self>) -> bool {
        if self.claimed.swap(true, Ordering::AcqRel) {
            return false;
        }
        self.answering.store(true, Ordering::Release);
        if let Some(readers) = self
            .pool
            .upgrade()
            .as_ref()
            .and_then(|it| it.readers.as_ref())
        {
            readers.forget(self);
        }
        self.passed_over.notify_waiters();
        true
    }

    /// Gives up an answer that does not come, and sends the reads behind it
    /// elsewhere. Without readers, the connection is looked after.
    pub(super) fn give_up(self: &Arc<Self>) {
        self.pass_over_others();
    }

    /// How long a read may go on that nobody waits for any more.
    pub(super) fn grace(&self, since: Instant) -> Duration {
        let pool = self.pool.upgrade();
        match pool.and_then(|it| it.deadline) {
            Some(limit) => limit.saturating_sub(since.elapsed()).min(PATIENCE),
            None => PATIENCE,
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let (Some(object), Some(pool)) = (self.object.take(), self.pool.upgrade()) else {
            return;
        };
        // A read is left if its runtime was shut down.
        if *self.doomed.get_mut() || *self.depth.get_mut() > 0 {
            return discard(object, &pool);
        }
        if *self.answering.get_mut() || *self.deserted.get_mut() {
            let left = Leftovers {
                statement: *self.answering.get_mut(),
                transaction: None,
                told: None,
            };
            return rescue(object, &pool, left);
        }
        drop(object);
        pool.note_return();
    }
}

/// What became of a read.
pub(super) enum Answer {
    Whole(Vec<Row>),
    Larger(Claimed),
    /// Somebody's large answer is before this one.
    Behind,
}

/// A large answer, and the connection that brings it.
pub(super) struct Claimed {
    first: std::vec::IntoIter<Row>,
    // Before the reader, so that the driver stops delivering before the
    // connection is looked after.
    stream: Pin<Box<RowStream>>,
    reader: Arc<Reader>,
}

impl Claimed {
    /// The next row, or `None` after the last.
    pub(super) async fn next(&mut self) -> Result<Option<Row>> {
        if let Some(row) = self.first.next() {
            return Ok(Some(row));
        }
        let next = self.stream.next().await;
        if let Some(Ok(row)) = next {
            return Ok(Some(Row::of_server(row)));
        }
        self.reader.answering.store(false, Ordering::Release);
        match next {
            Some(Err(error)) => {
                let error = Error::from(error);
                self.reader.note_error(&error);
                Err(error)
            }
            _ => Ok(None),
        }
    }
}

/// One read's place in the queue of a reader.
pub(super) struct Reading {
    reader: Arc<Reader>,
    place: usize,
}

impl Reading {
    pub(super) fn begin(reader: &Arc<Reader>) -> Self {
        if reader.depth.fetch_add(1, Ordering::AcqRel) == 0 {
            reader.note_progress();
        }
        Reading {
            reader: Arc::clone(reader),
            place: reader.sent.fetch_add(1, Ordering::AcqRel),
        }
    }

    pub(super) fn reader(&self) -> &Arc<Reader> {
        &self.reader
    }

    pub(super) fn place(&self) -> usize {
        self.place
    }

    /// Takes in the answer, even if nobody waits for it any more.
    pub(super) async fn run(self, text: Box<str>, values: Vec<Param>) -> Result<Answer> {
        let answer = self.answer(&text, &values).await;
        if let Err(error) = &answer {
            self.reader.note_error(error);
        }
        self.reader.note_progress();
        self.reader.ended.fetch_add(1, Ordering::AcqRel);
        self.reader.depth.fetch_sub(1, Ordering::AcqRel);
        answer
    }

    async fn answer(&self, text: &str, values: &Vec<Param>) -> Result<Answer> {
        // Made before looking, so that no call is missed.
        let passed_over = pin!(self.reader.passed_over.notified());
        if self.reader.is_claimed() {
            return Ok(Answer::Behind);
        }
        // What has arrived is taken first: it was before the large answer.
        let answer = match select(pin!(self.reader.answer(text, values)), passed_over).await {
            Either::Left((answer, _)) => answer,
            Either::Right(_) => Ok(Answer::Behind),
        };
        if matches!(answer, Ok(Answer::Behind)) {
            self.reader.deserted.store(true, Ordering::Release);
        }
        answer
    }
}
