//! What the server reports, by SQLSTATE.

use std::fmt;

use super::outdated::Outdated;
use super::sqlstate::SqlState;
use super::{ErrorKind, ServerError};

/// An error of the server that is not a violated constraint.
///
/// DETAIL, HINT and CONTEXT are not shown: they quote values.
pub(super) struct ServerFault {
    kind: ErrorKind,
    code: SqlState,
    /// The server's own words, unless they quote a value.
    message: Option<Box<str>>,
    table: Option<Box<str>>,
    column: Option<Box<str>>,
    outdated: Option<Outdated>,
}

/// What to do where the database has other tables than the models say.
const OTHER_TABLES: &str = "do the models match the database? run the pending migrations";

impl ServerFault {
    pub(super) fn from_db(error: &ServerError) -> Self {
        let code = error.state();
        // A statement that a function put together holds values as text.
        let hidden = error.0.inner || quotes_values(code);
        let message = (!hidden).then(|| first_line(error.message()).into());
        let outdated = Outdated::from_db(error);
        let kind = if outdated.is_some_and(Outdated::is_certain) {
            ErrorKind::PlanChanged
        } else {
            kind_of(code)
        };
        Self {
            kind,
            code,
            message,
            table: error.table().map(Into::into),
            column: error.column().map(Into::into),
            outdated,
        }
    }

    /// What another database reports, by the code that PostgreSQL has for it.
    #[cfg(feature = "sqlite")]
    pub(super) fn new(kind: ErrorKind, code: &str, message: &str) -> Self {
        Self {
            kind,
            code: SqlState::from_code(code),
            message: Some(first_line(message).into()),
            table: None,
            column: None,
            outdated: None,
        }
    }

    pub(super) fn sqlstate(&self) -> &str {
        self.code.code()
    }

    pub(super) fn table(&self) -> Option<&str> {
        self.table.as_deref()
    }

    pub(super) fn column(&self) -> Option<&str> {
        self.column.as_deref()
    }

    pub(super) fn outdated(&self) -> Option<Outdated> {
        self.outdated
    }

    pub(super) fn blame_plan(&mut self) {
        self.kind = ErrorKind::PlanChanged;
    }

    pub(super) fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The server's words, or ours where its would quote a value.
    fn words(&self) -> &str {
        self.message
            .as_deref()
            .unwrap_or_else(|| own_words(self.code))
    }

    pub(super) fn without_advice(&self) -> String {
        format!("{} (SQLSTATE {})", self.words(), self.code.code())
    }

    /// Whether it was refused for what was sent together with it, in words that are not
    /// translated everywhere.
    fn takes_no_company(&self) -> bool {
        let words = self.words();
        words.contains("transaction block") || words.contains("within a pipeline")
    }

    /// What to do about it, where there is something to say.
    fn advice(&self) -> Option<&'static str> {
        Some(match self.kind {
            ErrorKind::SerializationFailure | ErrorKind::Deadlock => {
                "run the whole transaction again, for example with `transaction_retry`"
            }
            ErrorKind::TransactionAborted => {
                "an earlier statement of this transaction failed; to go on after a failure, \
                 wrap the statement in `tx.transaction(..)`"
            }
            ErrorKind::PlanChanged if self.outdated == Some(Outdated::Session) => {
                "the server does not know this prepared statement; if a pooler in transaction \
                 mode is in between, put `pooler=transaction` into the URL"
            }
            ErrorKind::PlanChanged => {
                "a table, a type or the search path changed since this statement was prepared; \
                 run the transaction again, for example with `transaction_retry`"
            }
            ErrorKind::UndefinedTable | ErrorKind::UndefinedColumn => OTHER_TABLES,
            _ if self.code == SqlState::ACTIVE_SQL_TRANSACTION && self.takes_no_company() => {
                "it stands alone: run it on a `Db`, and if a pooler in transaction mode is in \
                 between, on one that connects to the server itself"
            }
            _ if self.code == SqlState::DATATYPE_MISMATCH => OTHER_TABLES,
            _ => return None,
        })
    }
}

impl ServerFault {
    /// The fault of a model's statement.
    pub(super) fn fmt_in(&self, model: Option<&str>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(model) = model {
            write!(f, "{model}: ")?;
        }
        f.write_str(self.words())?;
        if let Some(advice) = self.advice() {
            write!(f, ": {advice}")?;
        }
        write!(f, " (SQLSTATE {})", self.code.code())
    }
}

fn kind_of(code: SqlState) -> ErrorKind {
    match code {
        SqlState::STRING_DATA_RIGHT_TRUNCATION => ErrorKind::TooLong,
        SqlState::NUMERIC_VALUE_OUT_OF_RANGE => ErrorKind::NumericOutOfRange,
        SqlState::T_R_SERIALIZATION_FAILURE => ErrorKind::SerializationFailure,
        SqlState::T_R_DEADLOCK_DETECTED => ErrorKind::Deadlock,
        SqlState::LOCK_NOT_AVAILABLE => ErrorKind::LockNotAvailable,
        SqlState::QUERY_CANCELED => ErrorKind::QueryCancelled,
        SqlState::READ_ONLY_SQL_TRANSACTION => ErrorKind::ReadOnly,
        SqlState::IN_FAILED_SQL_TRANSACTION => ErrorKind::TransactionAborted,
        SqlState::UNDEFINED_TABLE => ErrorKind::UndefinedTable,
        SqlState::UNDEFINED_COLUMN => ErrorKind::UndefinedColumn,
        SqlState::INSUFFICIENT_PRIVILEGE => ErrorKind::PermissionDenied,
        _ if class_of(&code) == "22" => ErrorKind::InvalidValue,
        _ => ErrorKind::Database,
    }
}

/// The first two letters of a SQLSTATE.
fn class_of(code: &SqlState) -> &str {
    code.code().get(..2).unwrap_or_default()
}

/// Whether PostgreSQL may put a value into the message of this error itself.
///
/// Class 22 is about data (`invalid input syntax for type integer: "abc"`);
/// 2F, 38, 39 and HV pass on what functions and foreign servers say. A text
/// that is too long is reported by its type alone.
fn quotes_values(code: SqlState) -> bool {
    code != SqlState::STRING_DATA_RIGHT_TRUNCATION
        && matches!(class_of(&code), "22" | "2F" | "38" | "39" | "HV")
}

/// Our words for messages that would quote a value.
fn own_words(code: SqlState) -> &'static str {
    match code {
        SqlState::NUMERIC_VALUE_OUT_OF_RANGE => "a number is out of range for its type",
        SqlState::INVALID_TEXT_REPRESENTATION => "a value is not valid for its type",
        SqlState::INVALID_DATETIME_FORMAT => "a value is not a valid date or time",
        SqlState::DATETIME_FIELD_OVERFLOW => "a date or time is out of range",
        SqlState::DIVISION_BY_ZERO => "division by zero",
        SqlState::CHARACTER_NOT_IN_REPERTOIRE => {
            "a text contains bytes PostgreSQL cannot store, such as NUL"
        }
        SqlState::UNTRANSLATABLE_CHARACTER => {
            "a text contains a character that the encoding of the database has not"
        }
        SqlState::INVALID_BINARY_REPRESENTATION => "a value was sent in a wrong binary form",
        SqlState::INVALID_REGULAR_EXPRESSION => "a regular expression is not valid",
        SqlState::INVALID_ESCAPE_SEQUENCE => "a pattern ends with its escape character",
        SqlState::SEQUENCE_GENERATOR_LIMIT_EXCEEDED => {
            "a sequence has given its last number: raise its `max`, or the type of its column"
        }
        _ if class_of(&code) == "22" => "the server could not work with a value",
        _ => "a function called by the statement failed",
    }
}

/// Messages of functions may span lines; an error is one line.
fn first_line(message: &str) -> &str {
    message.lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_kinds() {
        let cases = [
            ("22001", ErrorKind::TooLong),
            ("22003", ErrorKind::NumericOutOfRange),
            ("22P02", ErrorKind::InvalidValue),
            ("40001", ErrorKind::SerializationFailure),
            ("40P01", ErrorKind::Deadlock),
            ("55P03", ErrorKind::LockNotAvailable),
            ("57014", ErrorKind::QueryCancelled),
            ("25P02", ErrorKind::TransactionAborted),
            ("25006", ErrorKind::ReadOnly),
            ("42P01", ErrorKind::UndefinedTable),
            ("42703", ErrorKind::UndefinedColumn),
            ("42501", ErrorKind::PermissionDenied),
            ("XX000", ErrorKind::Database),
        ];
        for (code, kind) in cases {
            assert_eq!(kind_of(SqlState::from_code(code)), kind, "{code}");
        }
    }

    // A database in LATIN1 has no `→`, and whoever reads the message looks for that.
    #[test]
    fn a_character_that_an_encoding_lacks_is_called_so() {
        let words = own_words(SqlState::from_code("22P05"));
        assert!(words.contains("the encoding of the database"), "{words}");
    }

    // PostgreSQL quotes the offending value in the message of these.
    #[test]
    fn messages_that_quote_values_are_worded_anew() {
        for code in [
            "22P02", "22007", "22008", "22003", "22021", "22P05", "38000", "HV000",
        ] {
            assert!(quotes_values(SqlState::from_code(code)), "{code}");
        }
        for code in ["22001", "42P01", "40001"] {
            assert!(!quotes_values(SqlState::from_code(code)), "{code}");
        }
    }
}
