//! Connections that many tasks read through at once.
//!
//! A pooled connection answers one task at a time and does nothing while a
//! question or an answer is on its way. A reader takes the next question before
//! the last one is answered: PostgreSQL works through them in order. Each is a
//! transaction of its own, so that the error of one is no other's.
//!
//! Every read is run by a task of its own that takes in a small answer whole. A
//! caller who stops polling, or is dropped, holds up nobody behind it, see
//! [`super::abandoned`] for answers that do not come. Whoever gets a large answer takes the connection along, see [`super::reader`].

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;

use super::abandoned::Waiting;
use super::connection::Object;
use super::db::Db;
use super::executor::{Exec, On};
use super::held::dooms;
use super::reader::{Answer, Claimed, Reader, Reading};
use crate::decode::Row;
use crate::error::{Error, ErrorKind, Result};
use crate::exec::log::{ConnectionId, Entry};
use crate::exec::params::Params;
use crate::exec::pool_options::PoolOptions;

/// A reader that has not answered for this long, and twice the way to the
/// server, is busy with something slow: nobody queues behind it any more.
const PATIENCE: Duration = Duration::from_millis(10);

/// The longest way to the server that is allowed for.
const FAR: Duration = Duration::from_millis(500);

/// How often a read is sent through readers. Behind a large answer each time, it
/// gets a connection of its own.
const ATTEMPTS: usize = 2;

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
            slots
                .readers
                .retain(|reader| !reader.is_done_with(self.max_lifetime));
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
        let reader = available.min_by_key(|reader| reader.depth())?;
        Some(Reading::begin(reader))
    }

    /// Gives it no more reads.
    pub(super) fn forget(&self, gone: &Arc<Reader>) {
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

impl<'a> Exec<'a> {
    /// Hands over all rows of a read through a shared connection, and counts
    /// them; `None` where it has to be run on one of its own.
    pub(super) async fn read_shared(
        self,
        readers: &Readers,
        text: &'a str,
        params: Params<'a>,
        each: &mut (dyn FnMut(Row) -> Result<()> + Send),
    ) -> Option<Result<u64>> {
        let On::Pool(db) = self.on else { return None };
        // What is too much is refused where it would have a connection to itself.
        super::sizes::check(text, params).ok()?;
        let runtime = Handle::try_current().ok()?;
        for _ in 0..ATTEMPTS {
            if db.shared.pace.is_large(text) {
                return None;
            }
            let reading = readers.pick(db).await?;
            let reader = Arc::clone(reading.reader());
            let id = ConnectionId::pooled(Object::id(reader.object()));
            let entry = self.entry(text, params, id);
            let error = match Waiting::begin(runtime.clone(), reading, text, params).await {
                Ok(Ok(Answer::Whole(rows))) => {
                    let count = rows.len() as u64;
                    db.shared.pace.remember(text, count);
                    entry.done(Some(count));
                    return Some(rows.into_iter().try_for_each(each).map(|()| count));
                }
                Ok(Ok(Answer::Larger(claimed))) => {
                    drop(reader);
                    return Some(self.read_on(claimed, entry, text, each).await);
                }
                Ok(Ok(Answer::Behind)) => {
                    entry.forget();
                    continue;
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
            return Some(Err(error));
        }
        None
    }

    /// Hands over the rows of a large answer as they arrive.
    async fn read_on(
        self,
        mut claimed: Claimed,
        entry: Entry<'a>,
        text: &str,
        each: &mut (dyn FnMut(Row) -> Result<()> + Send),
    ) -> Result<u64> {
        let mut count = 0;
        loop {
            match claimed.next().await {
                Ok(Some(row)) => {
                    count += 1;
                    if let Err(error) = each(row) {
                        entry.done(Some(count));
                        return Err(error);
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    entry.failed(&error);
                    return Err(error);
                }
            }
        }
        self.shared().pace.remember(text, count);
        entry.done(Some(count));
        Ok(count)
    }

    /// The readers that the next statement may use.
    pub(in crate::exec) fn readers(&self) -> Option<&'a Readers> {
        match self.on {
            On::Pool(db) if self.how.shares => db.shared.readers.as_ref(),
            _ => None,
        }
    }
}
