//! Files that are no database, or cannot be opened.

use super::connect::ConnectFault;
use super::{Error, ErrorKind, Fault};

/// Why a file could not be opened as a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileFault {
    NotADatabase,
    NotAllowed,
    Locked,
    Missing,
    CannotOpen,
    NoLog,
    Damaged,
    Other,
}

impl Error {
    /// The file, as it may be shown, could not be opened.
    pub(crate) fn file(fault: FileFault, file: &str) -> Self {
        let (kind, words) = match fault {
            FileFault::NotADatabase => (ErrorKind::Config, "the file is not a database of SQLite"),
            FileFault::NotAllowed => (
                ErrorKind::PermissionDenied,
                "the file may not be opened for this: check its permissions, or open it with `?mode=ro`",
            ),
            FileFault::Locked => (
                ErrorKind::LockNotAvailable,
                "another program holds the lock of the file",
            ),
            FileFault::Missing => (
                ErrorKind::DatabaseNotFound,
                "there is no such file or folder: check the path",
            ),
            FileFault::CannotOpen => (
                ErrorKind::Unreachable,
                "the file cannot be opened: is it a folder, is its folder writable?",
            ),
            FileFault::NoLog => (
                ErrorKind::PermissionDenied,
                "the file cannot be opened: it and its folder must be writable, or nobody writes to \
                 it and it is opened with `?immutable=1`",
            ),
            FileFault::Damaged => (ErrorKind::Unreachable, "the file is damaged"),
            FileFault::Other => (ErrorKind::Unreachable, "the file cannot be opened"),
        };
        let message = format!("cannot open {file}: {words}");
        Self::new(Fault::Connect(ConnectFault::new(kind, message)))
    }

    /// The thread of a connection has ended.
    pub(crate) fn connection_gone() -> Self {
        let message = "the connection to the database was lost: its thread has ended".to_owned();
        let fault = ConnectFault::new(ErrorKind::ConnectionLost, message);
        Self::new(Fault::Connect(fault))
    }
}
