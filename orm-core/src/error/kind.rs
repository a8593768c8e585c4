//! The kinds of error, and one predicate for each question users ask.

use super::{Error, Fault};
use crate::validate;

/// What kind of error happened: `match error.kind() { .. }`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The configuration cannot be used.
    Config,
    /// Nothing accepts connections at the configured address.
    ConnectionRefused,
    /// The configured host has no address.
    HostNotFound,
    /// The server could not be reached, for another reason.
    Unreachable,
    /// Opening a connection took longer than `connect_timeout`.
    ConnectTimeout,
    /// The server refused the user or the password.
    Authentication,
    /// The server has no database of the configured name.
    DatabaseNotFound,
    /// The server has no connection left.
    TooManyConnections,
    /// The server is starting up, shutting down or recovering.
    ServerUnavailable,
    /// The encrypted connection could not be set up as configured.
    Tls,
    /// An open connection ended before the answer arrived.
    ConnectionLost,
    /// No connection of the pool, or session of a pooler, became free in time.
    AcquireTimeout,
    /// The pool was closed.
    PoolClosed,
    /// The row that was asked for does not exist.
    NotFound,
    /// A validator refused a value, before any statement was sent.
    Validation,
    /// A query for one row found several.
    TooManyRows,
    /// A row refers to a row that does not exist.
    MissingAssociation,
    /// A row given to an association's method does not belong there.
    NotRelated,
    /// An association of one row at most has it already.
    AlreadyRelated,
    /// A row that is the same as a new one exists, and is marked as deleted or outside
    /// a default scope.
    Hidden,
    /// A trigger or a rule of the table kept a write of a row away.
    NotWritten,
    /// The row was written by somebody else since it was read.
    Stale,
    /// A unique constraint was violated.
    UniqueViolation,
    /// A foreign key was violated.
    ForeignKeyViolation,
    /// A required column was NULL.
    NotNullViolation,
    /// A check constraint was violated.
    CheckViolation,
    /// An exclusion constraint was violated.
    ExclusionViolation,
    /// A text is longer than its column allows.
    TooLong,
    /// A number is out of range.
    NumericOutOfRange,
    /// Another value the server could not read or compute with.
    InvalidValue,
    /// Concurrent transactions could not be put in an order.
    SerializationFailure,
    /// Two transactions waited for each other.
    Deadlock,
    /// A lock could not be had at once, or within `lock_timeout`.
    LockNotAvailable,
    /// The statement was cancelled, or ran into `statement_timeout` or `statement_deadline`.
    QueryCancelled,
    /// The transaction or the server is read-only.
    ReadOnly,
    /// An earlier statement failed, so the transaction cannot be used or committed.
    TransactionAborted,
    /// A table, a type or the search path changed under a prepared statement
    /// inside a transaction.
    PlanChanged,
    /// The table does not exist.
    UndefinedTable,
    /// The column does not exist.
    UndefinedColumn,
    /// The database user lacks a permission.
    PermissionDenied,
    /// A column holds something else than the program expects.
    Decode,
    /// A value cannot be sent.
    Encode,
    /// The program asked for something that is refused on purpose.
    Usage,
    /// A model or a query needs what the kind of database does not have.
    Unsupported,
    /// The cursor of a page was changed, or belongs to another order.
    Cursor,
    /// A hook of a model failed.
    Hook,
    /// Migrations were not run, or stopped; see [`Error::migration`].
    Migration,
    /// Any other error of the server.
    Database,
}

impl Error {
    /// The row that was asked for does not exist.
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }

    /// A validator refused a value; no statement was sent.
    pub fn is_validation(&self) -> bool {
        self.kind() == ErrorKind::Validation
    }

    /// A unique constraint was violated.
    pub fn is_unique_violation(&self) -> bool {
        self.kind() == ErrorKind::UniqueViolation
    }

    /// A foreign key was violated.
    pub fn is_foreign_key_violation(&self) -> bool {
        self.kind() == ErrorKind::ForeignKeyViolation
    }

    /// A required column was NULL.
    pub fn is_not_null_violation(&self) -> bool {
        self.kind() == ErrorKind::NotNullViolation
    }

    /// A check constraint was violated.
    pub fn is_check_violation(&self) -> bool {
        self.kind() == ErrorKind::CheckViolation
    }

    /// An exclusion constraint was violated.
    pub fn is_exclusion_violation(&self) -> bool {
        self.kind() == ErrorKind::ExclusionViolation
    }

    /// A text is longer than its column allows, whether it was found before
    /// anything was sent ([`is_validation`](Self::is_validation)) or by the server.
    pub fn is_too_long(&self) -> bool {
        self.kind() == ErrorKind::TooLong || self.has_fault(validate::Fault::is_too_long)
    }

    /// A number is out of range, whether it was found before anything was sent
    /// ([`is_validation`](Self::is_validation)) or by the server.
    pub fn is_numeric_out_of_range(&self) -> bool {
        self.kind() == ErrorKind::NumericOutOfRange
            || self.has_fault(validate::Fault::is_out_of_range)
    }

    /// Concurrent transactions could not be put in an order: run it again.
    pub fn is_serialization_failure(&self) -> bool {
        self.kind() == ErrorKind::SerializationFailure
    }

    /// Two transactions waited for each other: run it again.
    pub fn is_deadlock(&self) -> bool {
        self.kind() == ErrorKind::Deadlock
    }

    /// A table, a type or the search path changed under a prepared statement
    /// inside a transaction: run it again. Outside of one that was done already.
    pub fn is_plan_changed(&self) -> bool {
        self.kind() == ErrorKind::PlanChanged
    }

    /// Running the whole transaction again may succeed.
    pub fn is_retryable(&self) -> bool {
        self.is_serialization_failure()
            || self.is_deadlock()
            || self.is_plan_changed()
            || self.is_of_something_gone()
    }

    /// A lock could not be had at once, or within `lock_timeout`.
    pub fn is_lock_not_available(&self) -> bool {
        self.kind() == ErrorKind::LockNotAvailable
    }

    /// A write, of a migration also, met a read-only transaction or a standby;
    /// nothing was written.
    ///
    /// Reads go on. A connection to a server that has become a standby is not
    /// used again, so that the next one finds the new primary.
    pub fn is_read_only(&self) -> bool {
        self.kind() == ErrorKind::ReadOnly || self.sqlstate() == Some("25006")
    }

    /// The statement was cancelled, or ran into `statement_timeout` or `statement_deadline`. Whether
    /// a write may be there nevertheless says [`may_have_taken_effect`](Self::may_have_taken_effect).
    pub fn is_query_cancelled(&self) -> bool {
        self.kind() == ErrorKind::QueryCancelled
    }

    /// A configured time ran out: for a connection, a free place in the pool,
    /// a lock or a statement.
    pub fn is_timeout(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::QueryCancelled
                | ErrorKind::AcquireTimeout
                | ErrorKind::ConnectTimeout
                | ErrorKind::LockNotAvailable
        )
    }

    /// Whether rows given to an association's method do not belong there.
    pub fn is_not_related(&self) -> bool {
        self.kind() == ErrorKind::NotRelated
    }

    /// Whether an association of one row at most has it already.
    pub fn is_already_related(&self) -> bool {
        self.kind() == ErrorKind::AlreadyRelated
    }

    /// Whether an upsert met a row that is hidden: it is marked as deleted, or outside a
    /// default scope of its model. Nothing was changed.
    pub fn is_hidden(&self) -> bool {
        self.kind() == ErrorKind::Hidden
    }

    /// Whether a trigger or a rule of the table kept a write of a row away, without
    /// an error of its own.
    ///
    /// Of several new rows none stays written then. A transaction in which a new
    /// row is kept away can only be rolled back, as after an error of the server.
    /// Outside one, what a trigger did with a single row stays done: it may have
    /// written it to another table, or marked as deleted what was to be deleted.
    pub fn is_not_written(&self) -> bool {
        self.kind() == ErrorKind::NotWritten
    }

    /// Whether a row with a version was written by somebody else since it was read;
    /// the write did nothing. One that does not exist any more
    /// [is not found](Self::is_not_found).
    pub fn is_stale(&self) -> bool {
        self.kind() == ErrorKind::Stale
    }

    /// Whether a model or a query needs what the kind of database does not have;
    /// nothing was sent. [`model`](Self::model) and [`fields`](Self::fields) say
    /// where, the message what to write instead.
    pub fn is_unsupported(&self) -> bool {
        self.kind() == ErrorKind::Unsupported
    }

    /// Whether the cursor of a page cannot be used: it was cut or changed on its way, it
    /// belongs to another order or model, or it is not signed as asked for. Nothing was
    /// sent. Whoever sent it may ask for the first page.
    pub fn is_cursor_refused(&self) -> bool {
        self.kind() == ErrorKind::Cursor
    }

    /// Whether a hook of a model failed with an error of the program's own, which is the
    /// [source](std::error::Error::source). Nothing was written, unless
    /// [`took_effect`](Self::took_effect) says so: that of an `after_commit`.
    pub fn is_hook(&self) -> bool {
        self.kind() == ErrorKind::Hook
    }

    /// Whether a query for one row found several.
    pub fn is_too_many_rows(&self) -> bool {
        self.kind() == ErrorKind::TooManyRows
    }

    /// Whether an open connection ended before the answer arrived.
    ///
    /// Whether a write took effect is unknown; see also
    /// [`is_commit_unknown`](Self::is_commit_unknown).
    pub fn is_connection_lost(&self) -> bool {
        self.kind() == ErrorKind::ConnectionLost
    }

    /// The connection ended while COMMIT was on its way, or a statement outside
    /// a transaction that may write, so it may or may not have been committed.
    pub fn is_commit_unknown(&self) -> bool {
        self.is_perhaps_written()
            || match &self.0.fault {
                Fault::Connect(fault) => fault.lost_during_commit(),
                Fault::Migration(problem) => problem.is_unknown(),
                _ => false,
            }
    }

    /// No connection of the pool, or session of a pooler, became free in time.
    pub fn is_acquire_timeout(&self) -> bool {
        self.kind() == ErrorKind::AcquireTimeout
    }

    /// No connection could be opened (refused, wrong password, no such
    /// database, ...), as opposed to one that was lost. Whether waiting helps says
    /// [`kind`](Self::kind): it does not for `Authentication`, `DatabaseNotFound` and `Tls`.
    pub fn is_connect(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::ConnectionRefused
                | ErrorKind::HostNotFound
                | ErrorKind::Unreachable
                | ErrorKind::ConnectTimeout
                | ErrorKind::Authentication
                | ErrorKind::DatabaseNotFound
                | ErrorKind::TooManyConnections
                | ErrorKind::ServerUnavailable
                | ErrorKind::Tls
        )
    }

    /// An earlier statement failed, so the transaction was or will be rolled back.
    pub fn is_transaction_aborted(&self) -> bool {
        self.kind() == ErrorKind::TransactionAborted
    }
}
