//! What poolers report where a server would answer.

use super::connect::{ConnectFault, Target};
use super::{ErrorKind, ServerError};

/// Why a pooler did not pass anything on, in the words of PgBouncer, which others have
/// taken over. Nothing reached the server.
pub(super) enum Refusal {
    /// All its sessions of the server were busy for too long.
    Busy,
    /// It takes no more connections of clients.
    Crowded,
    /// It has no session of the server and gets none.
    NoServer,
}

impl Refusal {
    pub(super) fn of(report: &ServerError) -> Option<Self> {
        let said = |words: &str| report.message().contains(words);
        if said("query_wait_timeout") {
            Some(Self::Busy)
        } else if said("max_client_conn") {
            Some(Self::Crowded)
        } else if said("server_login_retry") || said("pgbouncer cannot connect to server") {
            Some(Self::NoServer)
        } else {
            None
        }
    }

    fn kind(&self) -> ErrorKind {
        match self {
            Self::Busy => ErrorKind::AcquireTimeout,
            Self::Crowded => ErrorKind::TooManyConnections,
            Self::NoServer => ErrorKind::ServerUnavailable,
        }
    }

    fn words(&self) -> &'static str {
        match self {
            Self::Busy => {
                "the pooler had no session of the server free within its `query_wait_timeout`: \
                 raise its `default_pool_size`, or keep transactions short"
            }
            Self::Crowded => {
                "the pooler takes no more connections: lower the pool's `max`, or raise the \
                 pooler's `max_client_conn`"
            }
            Self::NoServer => {
                "the pooler cannot reach the server: does that run, and let the pooler in? it \
                 tries again every `server_login_retry`"
            }
        }
    }

    /// It was the answer to a statement.
    pub(super) fn to_statement(&self) -> ConnectFault {
        ConnectFault::new(self.kind(), self.words().to_owned())
    }

    /// It was the answer to a new connection.
    pub(super) fn to_client(&self, target: &Target) -> ConnectFault {
        ConnectFault::new(self.kind(), format!("{}: {}", target.address, self.words()))
    }
}
