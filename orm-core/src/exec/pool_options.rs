//! The pool's size and patience.

use std::time::Duration;

use crate::error::{Error, Result};

/// The pool's size and patience, in Sequelize's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolOptions {
    pub(super) max: usize,
    pub(super) min: usize,
    pub(super) acquire: Duration,
    pub(super) idle: Duration,
    pub(super) max_lifetime: Option<Duration>,
    pub(super) shared_reads: usize,
    pub(super) statements: usize,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self {
            max: 10,
            min: 0,
            acquire: Duration::from_secs(30),
            idle: Duration::from_secs(60),
            max_lifetime: Some(Duration::from_secs(30 * 60)),
            shared_reads: 0,
            statements: 500,
        }
    }
}

impl PoolOptions {
    /// At most 10 connections, none kept warm, 30 seconds to wait for one,
    /// closed after 60 idle seconds, replaced after 30 minutes.
    pub fn new() -> Self {
        Self::default()
    }

    /// At most this many connections. Default 10. More than 262,143, which no
    /// server has, count as that.
    #[must_use]
    pub fn max(mut self, connections: usize) -> Self {
        self.max = connections;
        self
    }

    /// So many connections are opened at once and kept open. Default 0.
    #[must_use]
    pub fn min(mut self, connections: usize) -> Self {
        self.min = connections;
        self
    }

    /// How long to wait for a connection before giving up, the time for opening
    /// one included. Default 30 s.
    #[must_use]
    pub fn acquire(mut self, wait: Duration) -> Self {
        self.acquire = wait;
        self
    }

    /// Connections beyond `min` close when unused for this long. Default 60 s.
    #[must_use]
    pub fn idle(mut self, unused: Duration) -> Self {
        self.idle = unused;
        self
    }

    /// Connections are replaced when older than this, `None` for never.
    /// Default 30 minutes, so that a failover or a new plan reaches everyone.
    #[must_use]
    pub fn max_lifetime(mut self, age: impl Into<Option<Duration>>) -> Self {
        self.max_lifetime = age.into();
        self
    }

    /// So many of the connections answer reads of many tasks at once, each
    /// taking the next question before the last is answered. Default 0: every
    /// statement has a connection to itself.
    ///
    /// Worth it where many tasks read little at a time: more reads per second
    /// through fewer connections. What is shared are queries outside
    /// transactions that contain no raw text and lock nothing, except
    /// `for_each`; writes, transactions and everything else use the rest of
    /// the pool. In return
    ///
    /// * a read waits for those before it: one that takes long holds up the
    ///   few behind it, later ones go elsewhere;
    /// * a read whose future is dropped goes on for those behind it; an answer that
    ///   has not come at its [`statement_deadline`](super::Config::statement_deadline),
    ///   or 5 seconds later without one, is cancelled;
    /// * where an answer turns out to be large (more than 500 rows or 1 MiB), its
    ///   connection is another's no longer, and the reads behind it are sent again;
    ///   that statement is not shared later.
    ///
    /// ```
    /// use orm_core::exec::{Config, PoolOptions};
    ///
    /// let config = Config::new().pool(PoolOptions::new().max(16).shared_reads(2));
    /// ```
    #[must_use]
    pub fn shared_reads(mut self, connections: usize) -> Self {
        self.shared_reads = connections;
        self
    }

    /// So many prepared statements are kept per connection; the one that was
    /// not used for the longest time makes room for a new one. Default 500.
    ///
    /// A statement that comes again and is kept saves a round trip and the
    /// server's planning. Each takes some 25 kB of the server's memory, on each
    /// connection: lower it where a program makes up many different statements,
    /// raise it where one has more than that in steady use.
    #[must_use]
    pub fn statements(mut self, kept: usize) -> Self {
        self.statements = kept;
        self
    }

    pub(super) fn check(&self) -> Result<()> {
        if self.max == 0 {
            return Err(Error::config("the pool's `max` must be at least 1"));
        }
        if self.min > self.max {
            return Err(Error::config("the pool's `min` is greater than its `max`"));
        }
        if self.shared_reads >= self.max && self.shared_reads > 0 {
            return Err(Error::config(
                "the pool's `shared_reads` must be less than its `max`: \
                 writes and transactions need connections of their own",
            ));
        }
        Ok(())
    }
}
