//! The pool: one connection that writes, several that read.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, TryAcquireError};

use super::connection::Connection;
use super::worker::{Recipe, Use};
use crate::error::{Error, Result};
use crate::exec::config::{Config, Limits};
use crate::exec::deadline::in_runtime;
use crate::exec::pool_status::PoolStatus;

use super::file::File;

/// What all clones of a `Db` share.
pub(in crate::exec) struct Shared {
    writer: Arc<Lane>,
    /// `None` where the one connection does all: in memory, and if the pool is
    /// allowed no other.
    readers: Option<Arc<Lane>>,
    acquire: Duration,
    pub(super) limits: Limits,
    max: usize,
}

/// Connections of one use, given out in the order they were asked for.
struct Lane {
    purpose: Use,
    recipe: Recipe,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Connection>>,
    open: AtomicUsize,
    waiting: AtomicUsize,
    closing: AtomicBool,
    returned: Notify,
    /// How many connections are in use, those of all lanes.
    leased: Arc<AtomicUsize>,
}

impl Shared {
    pub(super) fn new(config: &Config, file: &File) -> Result<Self> {
        config.check()?;
        let options = &config.pool;
        let recipe = Recipe {
            file: file.clone(),
            statements: options.statements,
            patience: config.limits.lock.unwrap_or(options.acquire),
        };
        let leased = Arc::new(AtomicUsize::new(0));
        let max = if file.is_memory() { 1 } else { options.max };
        let lane = |purpose, most: usize| {
            Arc::new(Lane {
                purpose,
                recipe: recipe.clone(),
                permits: Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS))),
                idle: Mutex::default(),
                open: AtomicUsize::new(0),
                waiting: AtomicUsize::new(0),
                closing: AtomicBool::new(false),
                returned: Notify::new(),
                leased: Arc::clone(&leased),
            })
        };
        Ok(Self {
            writer: lane(Use::Write, 1),
            readers: (max > 1).then(|| lane(Use::Read, max - 1)),
            acquire: options.acquire,
            limits: config.limits,
            max,
        })
    }

    fn lane(&self, purpose: Use) -> &Arc<Lane> {
        match (purpose, &self.readers) {
            (Use::Read, Some(readers)) => readers,
            _ => &self.writer,
        }
    }

    /// Waits for a connection, opening one if there is room.
    pub(super) async fn checkout(&self, purpose: Use) -> Result<Lease> {
        let lane = self.lane(purpose);
        let permit = match Arc::clone(&lane.permits).try_acquire_owned() {
            Ok(permit) => permit,
            Err(TryAcquireError::Closed) => return Err(Error::pool_closed()),
            Err(TryAcquireError::NoPermits) => self.wait(lane).await?,
        };
        let connection = match lane.take_idle() {
            Some(connection) => connection,
            None => {
                let connection = Connection::open(lane.recipe.clone(), lane.purpose).await?;
                lane.open.fetch_add(1, Ordering::AcqRel);
                connection
            }
        };
        lane.leased.fetch_add(1, Ordering::AcqRel);
        Ok(Lease {
            connection: Some(connection),
            lane: Arc::clone(lane),
            _permit: permit,
        })
    }

    async fn wait(&self, lane: &Arc<Lane>) -> Result<OwnedSemaphorePermit> {
        in_runtime()?;
        lane.waiting.fetch_add(1, Ordering::AcqRel);
        let _counted = Waiting(lane);
        let permit = Arc::clone(&lane.permits).acquire_owned();
        match tokio::time::timeout(self.acquire, permit).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) => Err(Error::pool_closed()),
            Err(_) => {
                let status = self.status();
                Err(Error::acquire_timeout(
                    status.max,
                    status.in_use,
                    status.waiting,
                ))
            }
        }
    }

    /// Why a statement had no connection when its own time was over.
    pub(super) fn late(&self) -> Error {
        let status = self.status();
        // Whoever waited no longer counts itself.
        Error::acquire_timeout(status.max, status.in_use, status.waiting + 1)
    }

    pub(super) fn status(&self) -> PoolStatus {
        let lanes = || std::iter::once(&self.writer).chain(&self.readers);
        let size = lanes().map(|it| it.open.load(Ordering::Acquire)).sum();
        let idle: usize = lanes().map(|it| it.idle().len()).sum();
        let waiting = lanes().map(|it| it.waiting.load(Ordering::Acquire)).sum();
        PoolStatus {
            max: if self.writer.permits.is_closed() {
                0
            } else {
                self.max
            },
            size,
            idle,
            in_use: usize::saturating_sub(size, idle),
            shared: 0,
            waiting,
        }
    }

    /// Refuses new work, waits for what runs, and closes the file.
    pub(super) async fn close(&self) {
        for lane in self.readers.iter().chain([&self.writer]) {
            lane.close().await;
        }
    }
}

impl Lane {
    // A list of connections is whole whatever happened while it was locked.
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection that nobody has; one whose thread has ended is counted out.
    fn take_idle(&self) -> Option<Connection> {
        loop {
            let connection = self.idle().pop()?;
            if !connection.is_gone() {
                return Some(connection);
            }
            self.open.fetch_sub(1, Ordering::AcqRel);
        }
    }

    async fn close(&self) {
        self.permits.close();
        self.closing.store(true, Ordering::Release);
        loop {
            // Registered before looking, so that no return is missed.
            let mut returned = std::pin::pin!(self.returned.notified());
            returned.as_mut().enable();
            let idle = std::mem::take(&mut *self.idle());
            for connection in idle {
                connection.close().await;
                self.open.fetch_sub(1, Ordering::AcqRel);
            }
            if self.open.load(Ordering::Acquire) == 0 {
                return;
            }
            returned.await;
        }
    }
}

/// One who waits, for as long as it lives.
struct Waiting<'l>(&'l Lane);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A connection in hand. Given back, it finishes what was sent before the next
/// user's work.
pub(super) struct Lease {
    connection: Option<Connection>,
    lane: Arc<Lane>,
    _permit: OwnedSemaphorePermit,
}

impl Lease {
    /// Whether no other connection of the pool is in use.
    pub(super) fn is_alone(&self) -> bool {
        self.lane.leased.load(Ordering::Relaxed) == 1
    }
}

impl std::ops::Deref for Lease {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection
            .as_ref()
            .expect("it is given back only when dropped")
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.lane.leased.fetch_sub(1, Ordering::AcqRel);
            self.lane.idle().push(connection);
            if self.lane.closing.load(Ordering::Acquire) {
                self.lane.returned.notify_waiters();
            }
        }
    }
}
