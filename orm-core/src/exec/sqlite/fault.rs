//! From SQLite's errors to ours.

use rusqlite::ErrorCode;

use super::file::File;
use crate::error::{Error, FileFault};

/// The database could not be opened.
pub(super) fn opening(error: &rusqlite::Error, file: &File) -> Error {
    let code = error.sqlite_error_code();
    let fault = match code {
        Some(ErrorCode::NotADatabase) => FileFault::NotADatabase,
        Some(ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => FileFault::NotAllowed,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => FileFault::Locked,
        Some(ErrorCode::CannotOpen) if file.is_missing() => FileFault::Missing,
        Some(ErrorCode::CannotOpen) if file.is_there() => FileFault::NoLog,
        Some(ErrorCode::CannotOpen) => FileFault::CannotOpen,
        Some(ErrorCode::DatabaseCorrupt) => FileFault::Damaged,
        _ => FileFault::Other,
    };
    Error::file(fault, &file.to_string())
}

/// A value could not be given to a statement.
pub(super) fn binding(error: &rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::TooBig) => Error::encode("a value is larger than SQLite takes (1 GB)"),
        _ => Error::encode("a value could not be given to SQLite"),
    }
}

/// Nobody waits for the statement any more.
pub(super) fn called_off() -> Error {
    Error::of_sqlite(rusqlite::ffi::SQLITE_INTERRUPT, "interrupted")
}

/// A statement failed.
pub(super) fn of(error: &rusqlite::Error) -> Error {
    let code = code(error).map_or(0, |it| it.extended_code);
    match error {
        rusqlite::Error::SqliteFailure(_, message) => {
            Error::of_sqlite(code, message.as_deref().unwrap_or_default())
        }
        // A kind that the driver has for newer versions of SQLite alone: the statement
        // follows the message.
        _ if code != 0 => {
            let shown = error.to_string();
            Error::of_sqlite(code, shown.split(" in ").next().unwrap_or_default())
        }
        _ => Error::of_sqlite(0, &error.to_string()),
    }
}

/// What SQLite itself said; the driver hides it below some of its own errors.
fn code(error: &rusqlite::Error) -> Option<&rusqlite::ffi::Error> {
    let below = || std::error::Error::source(error)?.downcast_ref();
    error.sqlite_error().or_else(below)
}
