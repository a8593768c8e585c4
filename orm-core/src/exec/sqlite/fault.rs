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

/// A statement failed.
pub(super) fn of(error: &rusqlite::Error) -> Error {
    let (code, message) = match error {
        rusqlite::Error::SqliteFailure(code, message) => (*code, message.as_deref()),
        rusqlite::Error::SqlInputError { error, msg, .. } => (*error, Some(&**msg)),
        _ => return Error::of_sqlite(0, &error.to_string()),
    };
    Error::of_sqlite(code.extended_code, message.unwrap_or_default())
}
