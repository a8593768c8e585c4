//! The pool behind every `Db` handle: checking out, counting, closing.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{Hook, HookError, PoolError, QueueMode, TimeoutType, Timeouts};
use futures_util::FutureExt;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_postgres::error::SqlState;

use super::cancel::cancel;
use super::connection::{Object, Opener, Pool};
use super::failover::Unopened;
use super::pace::Pace;
use super::pooler::{Pooler, Way};
use super::server::DEFAULT_CONNECT_TIMEOUT;
use super::shared::Readers;
use crate::error::{Error, Result, Target};
use crate::exec::config::Config;
use crate::exec::deadline::in_runtime;
use crate::exec::pool_options::PoolOptions;
use crate::exec::pool_status::PoolStatus;

/// No server has more connections: PostgreSQL's own limit of `max_connections`.
pub(super) const MOST: usize = 262_143;

/// How long a task waits for a connection to come back before it asks the server
/// for one again that had none left.
const CROWD_PAUSE: Duration = Duration::from_millis(250);

/// How often a closing pool looks whether the server can still be reached.
const PROBE: Duration = Duration::from_secs(2);

/// What all clones of a `Db` share.
pub(in crate::exec) struct Shared {
    pub(in crate::exec) pool: Pool,
    way: Way,
    pub(in crate::exec) pooler: Pooler,
    keeper: Mutex<Option<JoinHandle<()>>>,
    target: Target,
    acquire: Duration,
    /// How long a statement may take, seen from here.
    pub(in crate::exec) deadline: Option<Duration>,
    /// How long opening a connection may take.
    limit: Duration,
    /// The tasks that wait for one to come back, since the server opens no other.
    crowded: AtomicUsize,
    closing: AtomicBool,
    returned: Notify,
    pub(in crate::exec) pace: Pace,
    pub(in crate::exec) readers: Option<Readers>,
}

impl Shared {
    pub(in crate::exec) fn new(config: &Config) -> Result<Self> {
        config.check()?;
        let server = config.postgres()?;
        let session = server.session(config.limits);
        let way = server.way(&session, config.limits)?;
        // Opening one may be what whoever asks for a connection waits for.
        let limit = session.get_connect_timeout().copied();
        let limit = limit.unwrap_or(DEFAULT_CONNECT_TIMEOUT);
        let create = limit.min(config.pool.acquire);
        let opener = Opener::new(
            way.clone(),
            server.setup(config.limits),
            session,
            create,
            config.pool.statements,
        );
        Ok(Self {
            pool: build(opener, &config.pool, create)?,
            way,
            pooler: server.pooler,
            keeper: Mutex::default(),
            target: server.target(),
            acquire: config.pool.acquire,
            deadline: config.limits.deadline,
            limit: create,
            crowded: AtomicUsize::new(0),
            closing: AtomicBool::new(false),
            returned: Notify::new(),
            pace: Pace::new(),
            readers: Readers::new(&config.pool),
        })
    }

    /// Waits for a connection, opening one if there is room.
    pub(in crate::exec) async fn checkout(&self) -> Result<Object> {
        in_runtime()?;
        let patient = self.pool.timeouts();
        let hasty = Timeouts {
            wait: Some(Duration::ZERO),
            ..patient
        };
        // Who need not wait needs no timer; whoever waits already is served first.
        let found = match self.pool.timeout_get(&hasty).await {
            Err(PoolError::Timeout(TimeoutType::Wait)) => Box::pin(self.wait(&patient)).await,
            found => found,
        };
        let found = match found {
            Err(error) if self.is_crowded(&error) => Box::pin(self.wait_in_crowd(error)).await,
            found => found,
        };
        found.map_err(|error| self.explain(error))
    }

    /// Whether the server has no connection left for us beside those we have.
    fn is_crowded(&self, error: &PoolError<Unopened>) -> bool {
        let PoolError::Backend(Unopened::Refused(error)) = error else {
            return false;
        };
        has_no_more(error) && self.pool.status().size > 0
    }

    /// Waits for a connection to come back: a role limited to fewer connections
    /// than the pool makes tasks wait, as a smaller pool would.
    async fn wait_in_crowd(
        &self,
        mut error: PoolError<Unopened>,
    ) -> Result<Object, PoolError<Unopened>> {
        let deadline = crate::exec::deadline::end_of(self.acquire);
        let _counted = Counted::new(&self.crowded);
        while Instant::now() < deadline {
            let mut returned = std::pin::pin!(self.returned.notified());
            returned.as_mut().enable();
            if let Some(object) = self.idle() {
                return Ok(object);
            }
            let pause = (Instant::now() + CROWD_PAUSE).min(deadline);
            if tokio::time::timeout_at(pause, returned).await.is_ok() {
                continue;
            }
            // Others may have left the server meanwhile.
            match self.pool.timeout_get(&self.pool.timeouts()).await {
                Err(again) if self.is_crowded(&again) => error = again,
                found => return found,
            }
        }
        Err(error)
    }

    /// Waits for a connection. The time for opening one, if that is what it
    /// comes to, is part of the time for waiting.
    async fn wait(&self, patient: &Timeouts) -> Result<Object, PoolError<Unopened>> {
        let waiting = self.pool.timeout_get(patient);
        match tokio::time::timeout(self.acquire, waiting).await {
            Ok(found) => found,
            Err(_) => Err(PoolError::Timeout(TimeoutType::Wait)),
        }
    }

    /// A connection that has nothing to do, if there is one.
    pub(in crate::exec) fn idle(&self) -> Option<Object> {
        if self.pool.status().available == 0 {
            return None;
        }
        let hasty = Timeouts {
            wait: Some(Duration::ZERO),
            create: Some(Duration::ZERO),
            recycle: None,
        };
        // Without waiting and opening, there is nothing to await.
        self.pool.timeout_get(&hasty).now_or_never()?.ok()
    }

    /// Stops what the connection is doing, as far as the server lets us. Says whether
    /// the next statement is safe from the request.
    pub(in crate::exec) async fn cancel(&self, object: &Object) -> bool {
        let token = object.cancel_token();
        cancel(&self.way, object.host(), &token, self.deadline).await
    }

    /// Why a statement had no connection when its own time was over.
    pub(in crate::exec) fn late(&self) -> Error {
        let status = self.pool.status();
        let is_busy = status.size > 0 && status.available == 0;
        self.explain(PoolError::Timeout(match is_busy {
            true => TimeoutType::Wait,
            false => TimeoutType::Create,
        }))
    }

    fn explain(&self, error: PoolError<Unopened>) -> Error {
        match error {
            PoolError::Timeout(TimeoutType::Wait) => {
                let status = self.status();
                // This task waited too, but no longer counts itself.
                Error::acquire_timeout(status.max, status.in_use, status.waiting + 1)
            }
            PoolError::Timeout(TimeoutType::Create | TimeoutType::Recycle) => {
                Error::connect_timeout(&self.target)
            }
            PoolError::Backend(unopened) => unopened.explain(&self.target),
            PoolError::Closed => Error::pool_closed(),
            PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
                Error::config("the connection pool is not set up correctly")
            }
        }
    }

    pub(in crate::exec) fn status(&self) -> PoolStatus {
        let status = self.pool.status();
        PoolStatus {
            max: status.max_size,
            size: status.size,
            idle: status.available,
            in_use: status.size - status.available,
            shared: self.readers.as_ref().map_or(0, Readers::count),
            waiting: status.waiting,
        }
    }

    /// Whether a checkout would find a connection, or open one, without waiting.
    pub(in crate::exec) fn has_room(&self) -> bool {
        let status = self.pool.status();
        status.available > 0 || status.size < status.max_size
    }

    /// Makes the task end with the pool.
    pub(in crate::exec) fn employ(&self, keeper: JoinHandle<()>) {
        *self.keeper.lock().unwrap_or_else(PoisonError::into_inner) = Some(keeper);
    }

    fn dismiss(&self) -> Option<JoinHandle<()>> {
        let mut keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner);
        keeper.take().inspect(JoinHandle::abort)
    }

    /// To be called after a connection went back to the pool.
    pub(in crate::exec) fn note_return(&self) {
        if self.closing.load(Ordering::Acquire) || self.crowded.load(Ordering::Acquire) > 0 {
            self.returned.notify_waiters();
        }
    }

    /// Refuses new work, and waits until the connections in use came back.
    pub(in crate::exec) async fn close(&self) {
        if let Some(keeper) = self.dismiss() {
            // Until it is gone it may hold connections.
            let _ = keeper.await;
        }
        self.closing.store(true, Ordering::Release);
        self.pool.close();
        if let Some(readers) = &self.readers {
            readers.close();
        }
        loop {
            // Registered before looking, so that no return is missed.
            let mut returned = std::pin::pin!(self.returned.notified());
            returned.as_mut().enable();
            if self.pool.status().size == 0 {
                return;
            }
            let returned = tokio::time::timeout(PROBE, returned).await;
            // Whoever waits for a server that nobody can reach waits for ever.
            if returned.is_err() && !self.is_reachable().await {
                return;
            }
        }
    }

    /// Whether anything answers where the server should be.
    async fn is_reachable(&self) -> bool {
        let opening = self.pool.manager().open();
        let answer = tokio::time::timeout(self.limit, opening).await;
        !matches!(answer, Err(_) | Ok(Err(Unopened::Late)))
    }
}

/// Whether the server, or a pooler before it, takes no more connections.
fn has_no_more(error: &tokio_postgres::Error) -> bool {
    let report = error.as_db_error();
    report.is_some_and(|it| {
        *it.code() == SqlState::TOO_MANY_CONNECTIONS || it.message().contains("max_client_conn")
    })
}

/// One more for as long as it lives.
struct Counted<'c>(&'c AtomicUsize);

impl<'c> Counted<'c> {
    fn new(count: &'c AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::AcqRel);
        Self(count)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.dismiss();
    }
}

fn build(opener: Opener, options: &PoolOptions, create: Duration) -> Result<Pool> {
    let mut builder = Pool::builder(opener)
        .max_size(options.max.min(MOST))
        // The last one returned is taken first, so that the others can go idle.
        .queue_mode(QueueMode::Lifo)
        .timeouts(Timeouts {
            wait: Some(options.acquire),
            create: Some(create),
            recycle: None,
        })
        .runtime(Runtime::Tokio1);
    if let Some(limit) = options.max_lifetime {
        builder = builder.pre_recycle(Hook::sync_fn(move |_, metrics| {
            if metrics.age() > limit {
                return Err(HookError::message("older than max_lifetime"));
            }
            Ok(())
        }));
    }
    builder
        .build()
        .map_err(|_| Error::config("the connection pool is not set up correctly"))
}
