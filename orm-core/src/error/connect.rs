//! Connections that could not be opened, and connections that were lost.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::sync::Arc;

use super::pooler::Refusal;
use super::sqlstate::SqlState;
use super::tls::Flaw;
use super::{Error, ErrorKind, Fault, ServerError};

/// Where a connection was to go, for messages. Holds no secret.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) address: Arc<str>,
    pub(crate) user: Arc<str>,
    pub(crate) database: Arc<str>,
    /// A pooler that keeps sessions: opening a connection takes one of them.
    pub(crate) keeps_sessions: bool,
}

pub(super) struct ConnectFault {
    kind: ErrorKind,
    message: String,
    code: Option<SqlState>,
    during_commit: bool,
    io: Option<io::Error>,
}

impl ConnectFault {
    pub(super) fn new(kind: ErrorKind, message: String) -> Self {
        Self {
            kind,
            message,
            code: None,
            during_commit: false,
            io: None,
        }
    }

    pub(super) fn kind(&self) -> ErrorKind {
        self.kind
    }

    pub(super) fn sqlstate(&self) -> Option<&str> {
        self.code.as_ref().map(SqlState::code)
    }

    pub(super) fn lost_during_commit(&self) -> bool {
        self.during_commit
    }

    pub(super) fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.io.as_ref().map(|error| error as _)
    }

    /// An open connection ended; `code` says why if the server could tell.
    pub(super) fn lost(code: Option<SqlState>) -> Self {
        let reason = match code {
            Some(SqlState::ADMIN_SHUTDOWN) => "the server ended it",
            Some(SqlState::CRASH_SHUTDOWN) => "the server crashed",
            Some(SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT) => {
                "a transaction was idle for longer than `idle_in_transaction_session_timeout`"
            }
            Some(_) => "the server closed it",
            None => "it was closed before the answer arrived",
        };
        let message = format!("the connection to the database was lost: {reason}");
        Self {
            code,
            ..Self::new(ErrorKind::ConnectionLost, message)
        }
    }

    /// An open connection ended with this report, whose words are about the connection
    /// and hold no value.
    pub(super) fn ended(db: &ServerError) -> Self {
        let words = db.message().lines().next().unwrap_or_default();
        let message = format!("the connection to the database was lost: {words}");
        Self {
            code: Some(db.state()),
            ..Self::new(ErrorKind::ConnectionLost, message)
        }
    }

    /// What arrived is no answer to what was sent.
    pub(super) fn out_of_step() -> Self {
        let message = "the connection to the database was lost: what arrived is not an answer of \
                       PostgreSQL to what was sent";
        Self::new(ErrorKind::ConnectionLost, message.to_owned())
    }

    pub(super) fn tls(cause: Option<Box<dyn StdError + Send + Sync>>, target: &Target) -> Self {
        let flaw = Flaw::of(cause.as_deref());
        let message = format!(
            "no encrypted connection to {}: {}",
            target.address,
            flaw.words()
        );
        let io = cause.and_then(|it| it.downcast().ok());
        Self {
            io: io.map(|it| *it),
            ..Self::new(ErrorKind::Tls, message)
        }
    }

    pub(super) fn broken_off(io: Option<io::Error>, target: &Target) -> Self {
        let message = format!(
            "the connection to {} was closed while it was being set up: is this a PostgreSQL \
             server, and does a proxy or firewall in between let it through?",
            target.address
        );
        Self {
            io,
            ..Self::new(ErrorKind::Unreachable, message)
        }
    }

    pub(super) fn no_password(target: &Target) -> Self {
        let message = format!(
            "the server at {} asks for a password and none fits: set DB_PASS or put it into the URL",
            target.address
        );
        Self::new(ErrorKind::Authentication, message)
    }

    pub(super) fn unreachable(io: io::Error, target: &Target) -> Self {
        let at = &target.address;
        let (kind, message) = match io.kind() {
            io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound => (
                ErrorKind::ConnectionRefused,
                format!(
                    "no server listens at {at}: is PostgreSQL running, are host and port right?"
                ),
            ),
            io::ErrorKind::TimedOut => return Self::timeout(target),
            // `target_session_attrs`, judged by the driver.
            io::ErrorKind::PermissionDenied if io.raw_os_error().is_none() => (
                ErrorKind::Unreachable,
                format!("no server at {at} is what `target_session_attrs` asks for"),
            ),
            // Errors of the name look-up carry no number of the system.
            _ if io.raw_os_error().is_none() => (
                ErrorKind::HostNotFound,
                format!("the host of {at} was not found: check its name"),
            ),
            kind => (
                ErrorKind::Unreachable,
                format!("cannot connect to {at}: {kind}"),
            ),
        };
        Self {
            io: Some(io),
            ..Self::new(kind, message)
        }
    }

    fn timeout(target: &Target) -> Self {
        let address = &target.address;
        let message = if target.keeps_sessions {
            format!(
                "{address} did not answer in time: is it a pooler that has a session left? it needs \
                 as many as the pools of all programs have connections"
            )
        } else {
            format!(
                "{address} did not answer in time: check host, port and firewall, or raise \
                 `connect_timeout` and the pool's `acquire`"
            )
        };
        Self::new(ErrorKind::ConnectTimeout, message)
    }

    pub(super) fn refused_by_server(db: &ServerError, target: &Target) -> Self {
        if let Some(refusal) = Refusal::of(db) {
            return refusal.to_client(target);
        }
        let Target {
            address,
            user,
            database,
            ..
        } = target;
        let (kind, message) = match db.state() {
            SqlState::INVALID_PASSWORD | SqlState::INVALID_AUTHORIZATION_SPECIFICATION => (
                ErrorKind::Authentication,
                format!("{address} does not let user `{user}` in: check user and password"),
            ),
            SqlState::INVALID_CATALOG_NAME => (
                ErrorKind::DatabaseNotFound,
                format!("{address} has no database `{database}`: create it or check the name"),
            ),
            SqlState::TOO_MANY_CONNECTIONS => (
                ErrorKind::TooManyConnections,
                format!(
                    "{address} has no connection left: lower the pool's `max` or raise the \
                     server's `max_connections`"
                ),
            ),
            SqlState::CANNOT_CONNECT_NOW | SqlState::ADMIN_SHUTDOWN | SqlState::CRASH_SHUTDOWN => (
                ErrorKind::ServerUnavailable,
                format!("{address} is starting up or shutting down: try again in a moment"),
            ),
            _ if refuses_options(db.message()) => (
                ErrorKind::Config,
                format!("{address} is a pooler that takes no `options`: {NAME_THE_POOLER}"),
            ),
            SqlState::INSUFFICIENT_PRIVILEGE => (
                ErrorKind::PermissionDenied,
                format!("user `{user}` may not connect to database `{database}` at {address}"),
            ),
            _ => (
                ErrorKind::Unreachable,
                format!("{address} refused the connection: {}", db.message()),
            ),
        };
        Self {
            code: Some(db.state()),
            ..Self::new(kind, message)
        }
    }
}

/// Whether these are the words of a pooler that was sent `options`: PgBouncer's, which others
/// have taken over, and RDS Proxy's.
fn refuses_options(said: &str) -> bool {
    said.contains("unsupported startup parameter") || said.contains("support command-line options")
}

/// What to do about a pooler that was taken for a server.
const NAME_THE_POOLER: &str = "put `pooler=transaction` into the URL if it pools transactions, and \
     `pooler=session` if it pools sessions";

impl fmt::Display for ConnectFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if self.during_commit {
            f.write_str(
                ", while COMMIT was on its way: the transaction may or may not be committed",
            )?;
        }
        Ok(())
    }
}

/// Whether the server closes the connection after reporting this.
pub(super) fn ends_connection(code: SqlState) -> bool {
    matches!(
        code,
        SqlState::ADMIN_SHUTDOWN
            | SqlState::CRASH_SHUTDOWN
            | SqlState::CANNOT_CONNECT_NOW
            | SqlState::DATABASE_DROPPED
            | SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
            | SqlState::IDLE_SESSION_TIMEOUT
    )
}

impl Error {
    /// Opening a connection to `target` took too long.
    pub(crate) fn connect_timeout(target: &Target) -> Self {
        Self::new(Fault::Connect(ConnectFault::timeout(target)))
    }

    /// A pooler took the start-up message and left these settings out.
    pub(crate) fn not_set(names: &[String], target: &Target) -> Self {
        let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        let message = format!(
            "{} is a pooler that leaves `options` out, so that the session is not set to {}: \
             {NAME_THE_POOLER}",
            target.address,
            names.join(", ")
        );
        Self::new(Fault::Connect(ConnectFault::new(
            ErrorKind::Config,
            message,
        )))
    }

    /// There was no answer within `statement_deadline`.
    pub(crate) fn deadline() -> Self {
        let message = "the statement was not answered within `statement_deadline`".to_owned();
        let fault = ConnectFault::new(ErrorKind::QueryCancelled, message);
        Self::new(Fault::Connect(fault))
    }

    /// Says that the connection was lost while COMMIT was on its way.
    pub(crate) fn during_commit(mut self) -> Self {
        if let Fault::Connect(fault) = &mut self.0.fault {
            fault.during_commit = matches!(
                fault.kind,
                ErrorKind::ConnectionLost | ErrorKind::QueryCancelled
            );
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_lost_during_commit_says_that_the_outcome_is_unknown() {
        let error = Error::new(Fault::Connect(ConnectFault::lost(None))).during_commit();
        assert!(error.is_connection_lost());
        assert!(error.is_commit_unknown());
        assert!(error.to_string().ends_with("may or may not be committed"));
    }
}
