//! No connection to be had from the pool.

use std::fmt;

use super::{Error, ErrorKind, Fault};

pub(super) enum PoolFault {
    AcquireTimeout {
        max: usize,
        in_use: usize,
        waiting: usize,
    },
    Closed,
}

impl PoolFault {
    pub(super) fn kind(&self) -> ErrorKind {
        match self {
            Self::AcquireTimeout { .. } => ErrorKind::AcquireTimeout,
            Self::Closed => ErrorKind::PoolClosed,
        }
    }
}

impl fmt::Display for PoolFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AcquireTimeout {
                max,
                in_use,
                waiting,
            } => write!(
                f,
                "no connection became free in time (max {max}, in use {in_use}, waiting {waiting}): \
                 raise the pool's `max`, shorten transactions, and inside a transaction \
                 query `tx`, never `db`"
            ),
            Self::Closed => f.write_str("the connection pool is closed"),
        }
    }
}

impl Error {
    /// No connection became free within the pool's `acquire` time.
    pub(crate) fn acquire_timeout(max: usize, in_use: usize, waiting: usize) -> Self {
        Self::new(Fault::Pool(PoolFault::AcquireTimeout {
            max,
            in_use,
            waiting,
        }))
    }

    /// The pool was closed.
    pub(crate) fn pool_closed() -> Self {
        Self::new(Fault::Pool(PoolFault::Closed))
    }
}
