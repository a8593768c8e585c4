//! Connections that many tasks read through at once.
//!
//! A pooled connection answers one task at a time and does nothing while a
//! question or an answer is on its way. A reader takes the next question before
//! the last one is answered: PostgreSQL works through them in order. Each is a
//! transaction of its own, so that the error of one is no other's.
//!
//! Every read is run by a task of its own that takes in the whole answer. A
//! caller who stops polling, or is dropped, holds up nobody behind it.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use tokio::runtime::Handle;

use super::connection::{Connection, Object};
use super::db::Db;
use super::effect::Effect;
use super::executor::{Exec, On};
use super::held::dooms;
use super::pool::Shared;
use super::rescue::discard;
use super::statement::{Place, forget_outdated, start};
use crate::decode::Row;
use crate::error::{Error, ErrorKind, Result};
use crate::exec::log::ConnectionId;
use crate::exec::params::Params;
use crate::exec::pool_options::PoolOptions;
use crate::types::Param;

/// How many reads may be on their way through one reader. One more would rather
/// have a connection of its own.
const DEPTH: usize = 128;

/// A reader that has not answered for this long, and twice the way to the
/// server, is busy with something slow: nobody queues behind it any more.
const PATIENCE: Duration = Duration::from_millis(10);

/// The longest way to the server that is allowed for.
const FAR: Duration = Duration::from_millis(500);

/// The readers of a pool.
pub(in crate::exec) struct Readers {
    wanted: usize,
    max_lifetime: Option<Duration>,
    slots: Mutex<Slots>,
}

#[derive(Default)]
struct Slots {
    readers: Vec<Arc<Reader>>,
    /// How many are being checked out of the pool.
    opening: usize,
    closed: bool,
}

impl Readers {
    /// `None` unless they are asked for: then reads go through the pool, and
    /// nothing here costs anything.
    pub(in crate::exec) fn new(options: &PoolOptions) -> Option<Self> {
        (options.shared_reads > 0).then(|| Readers {
            wanted: options.shared_reads,
            max_lifetime: options.max_lifetime,
            slots: Mutex::default(),
        })
    }

    /// How many connections they hold.
    pub(in crate::exec) fn count(&self) -> usize {
        self.slots().readers.len()
    }

    /// Gives the connections back as soon as their last read is answered.
    pub(in crate::exec) fn close(&self) {
        let readers = {
            let mut slots = self.slots();
            slots.closed = true;
            std::mem::take(&mut slots.readers)
        };
        drop(readers);
    }

    /// The reader with the least to do, or one more where there is room; `None`
    /// where a read is better off with a connection of its own.
    async fn pick(&self, db: &Db) -> Option<Reading> {
        let may_open = {
            let mut slots = self.slots();
            slots.readers.retain(|reader| !reader.is_done_with(self));
            let may_open = !slots.closed && slots.readers.len() + slots.opening < self.wanted;
            // A checkout that would wait helps nobody.
            if !may_open || !db.shared.has_room() {
                return self.least_busy(&slots, db);
            }
            slots.opening += 1;
            Opening(self)
        };
        let object = db.shared.checkout().await.ok()?;
        let reader = Arc::new(Reader::new(object, &db.shared));
        let reading = Reading::begin(&reader);
        let mut slots = self.slots();
        if !slots.closed {
            slots.readers.push(reader);
        }
        drop(slots);
        drop(may_open);
        Some(reading)
    }

    fn least_busy(&self, slots: &Slots, db: &Db) -> Option<Reading> {
        let patience = PATIENCE + 2 * db.shared.pace.round_trip().min(FAR);
        let available = slots.readers.iter().filter(|it| it.takes_more(patience));
        let reader = available.min_by_key(|reader| reader.depth.load(Ordering::Relaxed))?;
        Some(Reading::begin(reader))
    }

    fn forget(&self, gone: &Arc<Reader>) {
        let mut slots = self.slots();
        slots.readers.retain(|reader| !Arc::ptr_eq(reader, gone));
    }

    // A list of readers is whole whatever happened while it was locked.
    fn slots(&self) -> MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts a reader that is on its way; dropped, it is there or will not come.
struct Opening<'r>(&'r Readers);

impl Drop for Opening<'_> {
    fn drop(&mut self) {
        self.0.slots().opening -= 1;
    }
}

/// A connection of the pool that is kept for reads.
struct Reader {
    object: Option<Object>,
    pool: Weak<Shared>,
    /// The reads on their way.
    depth: AtomicUsize,
    opened: Instant,
    /// When it last answered, or last had nothing to do: nanoseconds since `opened`.
    progressed: AtomicU64,
    doomed: AtomicBool,
}

impl Reader {
    fn new(object: Object, pool: &Arc<Shared>) -> Self {
        Reader {
            object: Some(object),
            pool: Arc::downgrade(pool),
            depth: AtomicUsize::new(0),
            opened: Instant::now(),
            progressed: AtomicU64::new(0),
            doomed: AtomicBool::new(false),
        }
    }

    fn object(&self) -> &Object {
        self.object
            .as_ref()
            .expect("only Drop takes the connection")
    }

    fn is_done_with(&self, readers: &Readers) -> bool {
        let age = || Object::metrics(self.object()).age();
        self.doomed.load(Ordering::Acquire)
            || self.object().is_closed()
            || readers.max_lifetime.is_some_and(|limit| age() > limit)
    }

    fn takes_more(&self, patience: Duration) -> bool {
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

    /// Runs one statement and takes in all of its rows.
    async fn rows(&self, text: &str, values: &Vec<Param>) -> Result<Vec<Row>> {
        let on: &Connection = self.object();
        let place = Place {
            text,
            meaning: 0,
            effect: Effect::default(),
            keep: true,
        };
        let kept = on.statements.find(text, 0);
        let was_kept = kept.is_some();
        let outdated =
            |error: tokio_postgres::Error| forget_outdated(on, place, was_kept, error.into());
        let started = start(on, place, kept, Params::from(values)).await;
        let (rows, _) = started.map_err(|failure| outdated(failure.error))?;
        Ok(rows.map_ok(Row::of_server).try_collect().await?)
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
        drop(object);
        pool.note_return();
    }
}

/// One read's place in the queue of a reader.
struct Reading(Arc<Reader>);

impl Reading {
    fn begin(reader: &Arc<Reader>) -> Self {
        if reader.depth.fetch_add(1, Ordering::AcqRel) == 0 {
            reader.note_progress();
        }
        Reading(Arc::clone(reader))
    }

    /// Takes in the whole answer, even if nobody waits for it any more.
    async fn run(self, text: Box<str>, values: Vec<Param>) -> Result<Vec<Row>> {
        let rows = self.0.rows(&text, &values).await;
        if let Err(error) = &rows
            && dooms(error.kind())
        {
            self.0.doomed.store(true, Ordering::Release);
        }
        self.0.note_progress();
        self.0.depth.fetch_sub(1, Ordering::AcqRel);
        rows
    }
}

impl<'a> Exec<'a> {
    /// All rows of a read through a shared connection; `None` where it has to
    /// be run on one of its own.
    pub(in crate::exec) async fn read_shared(
        self,
        readers: &Readers,
        text: &'a str,
        params: Params<'a>,
    ) -> Option<Result<Vec<Row>>> {
        let On::Pool(db) = self.on else { return None };
        // What is too much is refused where it would have a connection to itself.
        if db.shared.pace.rows(text).is_some() || super::sizes::check(text, params).is_err() {
            return None;
        }
        let values = params.to_owned();
        let runtime = Handle::try_current().ok()?;
        let reading = readers.pick(db).await?;
        let reader = Arc::clone(&reading.0);
        let id = ConnectionId::pooled(Object::id(reader.object()));
        let entry = self.log().start(text, params, id);
        let rows = runtime.spawn(reading.run(text.into(), values)).await;
        let error = match rows {
            Ok(Ok(rows)) => {
                let count = rows.len() as u64;
                db.shared.pace.remember(text, count);
                entry.done(Some(count));
                return Some(Ok(rows));
            }
            Ok(Err(error)) => error,
            // The runtime is shutting down.
            Err(_) => Error::usage("the runtime ended before the read was answered"),
        };
        let kind = error.kind();
        if dooms(kind) {
            readers.forget(&reader);
        }
        if matches!(kind, ErrorKind::PlanChanged | ErrorKind::ConnectionLost) {
            entry.forget();
            return None;
        }
        entry.failed(&error);
        Some(Err(error))
    }

    /// The readers that the next statement may use.
    pub(in crate::exec) fn readers(&self) -> Option<&'a Readers> {
        match self.on {
            On::Pool(db) if self.how.shares => db.shared.readers.as_ref(),
            _ => None,
        }
    }
}
