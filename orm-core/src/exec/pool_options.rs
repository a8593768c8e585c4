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
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self {
            max: 10,
            min: 0,
            acquire: Duration::from_secs(30),
            idle: Duration::from_secs(60),
            max_lifetime: Some(Duration::from_secs(30 * 60)),
        }
    }
}

impl PoolOptions {
    /// At most 10 connections, none kept warm, 30 seconds to wait for one,
    /// closed after 60 idle seconds, replaced after 30 minutes.
    pub fn new() -> Self {
        Self::default()
    }

    /// At most this many connections. Default 10.
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

    /// How long to wait for a connection before giving up. Default 30 s.
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

    pub(super) fn check(&self) -> Result<()> {
        if self.max == 0 {
            return Err(Error::config("the pool's `max` must be at least 1"));
        }
        if self.min > self.max {
            return Err(Error::config("the pool's `min` is greater than its `max`"));
        }
        Ok(())
    }
}
