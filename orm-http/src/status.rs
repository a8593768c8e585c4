//! Which answer an error of `orm` is.

use std::borrow::Cow;
use std::time::Duration;

use orm::error::{Error, ErrorKind, Violation};
use orm::validate::ValidationErrors;

use crate::{Failure, FieldError};

/// The status that an error is answered with.
///
/// | status | `orm::Error` | in the body |
/// |---|---|---|
/// | 400 | `is_cursor_refused` | |
/// | 404 | `is_not_found` | |
/// | 409 | `is_unique_violation` | the fields |
/// | 409 | `is_exclusion_violation` | the fields |
/// | 409 | `is_foreign_key_violation`, of a row that `is_referred_to` | |
/// | 409 | `is_stale`; 412 by [`IfMatch::failure`](crate::IfMatch::failure) | |
/// | 409 | `is_hidden`: a deleted row is in the way | |
/// | 409 | `is_already_related`, `is_not_related` | |
/// | 422 | `is_validation` | each fault |
/// | 422 | `is_check_violation`, `is_not_null_violation` | the fields |
/// | 422 | `refers_to_nothing` | the fields |
/// | 422 | `is_too_long`, `is_numeric_out_of_range`, of the kind `Encode` | the fields, where known |
/// | 503 | `is_acquire_timeout`, `is_connect`, `is_connection_lost`, a closed pool | `Retry-After` |
/// | 503 | `is_retryable`: the transaction may succeed if it is run again | `Retry-After` |
/// | 503 | `is_timeout`: a lock or a statement took too long | `Retry-After` |
/// | 503 | `is_read_only`: the server is a standby | `Retry-After` |
/// | 500 | `may_have_taken_effect`, `took_effect`, whatever else they are | |
/// | 500 | all others | |
///
/// 413, 415 and 400 for bodies are the answers of [`body_refused`](crate::body_refused),
/// [`is_json`](crate::is_json) and [`read_json`](crate::read_json), 428 of
/// [`IfMatch::required`](crate::IfMatch::required).
///
/// ```
/// assert_eq!(orm_http::status_of(&orm::Error::not_found("Ticket", 7)), 404);
/// ```
pub fn status_of(error: &Error) -> u16 {
    if error.may_have_taken_effect() || error.took_effect() {
        return 500;
    }
    match error.kind() {
        ErrorKind::Cursor => 400,
        ErrorKind::NotFound => 404,
        ErrorKind::ForeignKeyViolation if error.refers_to_nothing() => 422,
        ErrorKind::ForeignKeyViolation
        | ErrorKind::UniqueViolation
        | ErrorKind::ExclusionViolation
        | ErrorKind::Stale
        | ErrorKind::Hidden
        | ErrorKind::AlreadyRelated
        | ErrorKind::NotRelated => 409,
        ErrorKind::Validation
        | ErrorKind::CheckViolation
        | ErrorKind::NotNullViolation
        | ErrorKind::TooLong
        | ErrorKind::NumericOutOfRange
        | ErrorKind::Encode => 422,
        ErrorKind::ConnectionLost | ErrorKind::PoolClosed => 503,
        _ if error.is_connect()
            || error.is_timeout()
            || error.is_retryable()
            || error.is_read_only() =>
        {
            503
        }
        _ => 500,
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let status = status_of(&error);
        let failure = Failure::new(status, detail(&error, status)).with_errors(fields(&error));
        let failure = match status {
            503 => failure.retry_after(Duration::from_secs(1)),
            _ => failure,
        };
        failure.with_cause(error)
    }
}

fn detail(error: &Error, status: u16) -> &'static str {
    match error.kind() {
        _ if status == 500 => "the request could not be carried out",
        _ if status == 503 => "try again later",
        ErrorKind::Cursor => "this cursor leads to no page of the list; begin at the first page",
        ErrorKind::NotFound => "there is no such thing",
        ErrorKind::UniqueViolation => "there is one like it",
        ErrorKind::Stale => "it was changed by somebody else; read it again",
        ErrorKind::Hidden => "a deleted one like it is in the way",
        ErrorKind::ForeignKeyViolation if error.is_referred_to() => "it is still in use",
        ErrorKind::AlreadyRelated => "it has one",
        ErrorKind::NotRelated => "some of these do not belong to it",
        _ if status == 409 => "it is in conflict with another one",
        _ => "some values cannot be taken",
    }
}

/// What is wrong with which field. What was thought up by validators is told word for
/// word; that there is never a value in it is their promise.
fn fields(error: &Error) -> Vec<FieldError> {
    if let Some(errors) = error.validation_errors::<ValidationErrors>() {
        return errors
            .iter()
            .map(|fault| FieldError {
                field: fault.column.map(str::to_owned),
                rule: Cow::Borrowed(fault.rule),
                message: Cow::Owned(fault.message.clone()),
                row: error.row(),
            })
            .collect();
    }
    let (rule, message) = match (error.violation(), error.kind()) {
        (Some(Violation::Unique(_)), _) => ("unique", "is taken"),
        (Some(Violation::Exclusion(_)), _) => ("exclusion", "is in conflict with another one"),
        (Some(Violation::ForeignKey(_)), _) if error.is_referred_to() => return Vec::new(),
        (Some(Violation::ForeignKey(_)), _) => ("exists", "refers to nothing"),
        (Some(Violation::NotNull(_)), _) => ("required", "must not be null"),
        (Some(Violation::Check(_)), _) => ("check", "cannot be taken"),
        (None, ErrorKind::TooLong) => ("length", "is too long"),
        (None, ErrorKind::NumericOutOfRange) => ("range", "is out of range"),
        (None, ErrorKind::Validation | ErrorKind::Encode) => ("value", "cannot be taken"),
        _ => return Vec::new(),
    };
    let written = error
        .violation()
        .and_then(|violation| violation.rule().message());
    let about = |field: &&'static str| FieldError {
        field: Some((*field).to_owned()),
        rule: Cow::Borrowed(rule),
        message: written.map_or(Cow::Borrowed(message), |text| Cow::Owned(text.to_owned())),
        row: error.row(),
    };
    error.fields().iter().map(about).collect()
}
