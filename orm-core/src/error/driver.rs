//! From the driver's errors to ours, for statements on an open connection.

use std::io;

use tokio_postgres::error::DbError;
use tokio_postgres::types::WrongType;

use super::connect::{ConnectFault, ends_connection};
use super::server::ServerFault;
use super::value::ValueFault;
use super::{Error, Fault, ServerError, Violation};

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        if let Some(db) = error.as_db_error() {
            return Self::from_db(db);
        }
        if error.is_closed() {
            return Self::new(Fault::Connect(ConnectFault::lost(None)));
        }
        Self::from_client(error)
    }
}

impl Error {
    fn from_db(db: &DbError) -> Self {
        let fault = if ends_connection(db.code()) {
            Fault::Connect(ConnectFault::lost(Some(db.code().clone())))
        } else if let Some(violation) = Violation::from_db(db) {
            Fault::Violation(violation)
        } else {
            Fault::Server(ServerFault::from_db(db))
        };
        Self::new(fault).reported(db)
    }

    /// Keeps what the server reported.
    pub(super) fn reported(mut self, db: &DbError) -> Self {
        self.0.server = Some(ServerError::new(db));
        self
    }

    /// Errors the driver found itself. Of their causes only those are shown
    /// that are known to hold no value.
    fn from_client(error: tokio_postgres::Error) -> Self {
        // `error serializing parameter 0`, `error deserializing column 3`, ..
        let step = error.to_string();
        if OUT_OF_STEP.contains(&&*step) {
            return Self::new(Fault::Connect(ConnectFault::out_of_step()));
        }
        let Some(cause) = error.into_source() else {
            return Self::from_step(step);
        };
        let cause = match cause.downcast::<Self>() {
            Ok(ours) => return *ours,
            Err(other) => other,
        };
        // Also what the driver's encoder reports, hence the second half.
        if cause.is::<io::Error>() && !step.contains("encoding") {
            return Self::new(Fault::Connect(ConnectFault::lost(None)));
        }
        let message = match cause.downcast_ref::<WrongType>() {
            Some(types) => format!("{step}: {types}"),
            None => step,
        };
        Self::from_step(message)
    }

    /// Names the statement, where it got too few or too many values.
    ///
    /// Its text is the program's own: values are not part of it.
    pub(crate) fn in_statement(self, text: &str) -> Self {
        let Fault::Value(ValueFault::Binds { expected, got, .. }) = self.0.fault else {
            return self;
        };
        let shown = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut statement: String = shown.chars().take(SHOWN).collect();
        if statement.len() < shown.len() {
            statement.push('…');
        }
        Self::new(Fault::Value(ValueFault::Binds {
            expected,
            got,
            statement,
        }))
    }

    /// A statement got too few or too many values.
    pub(crate) fn binds(expected: usize, got: usize) -> Self {
        Self::new(Fault::Value(ValueFault::Binds {
            expected,
            got,
            statement: String::new(),
        }))
    }

    /// What the driver did when it failed is told by its texts only.
    fn from_step(step: String) -> Self {
        if let Some((expected, got)) = binds(&step) {
            return Self::binds(expected, got);
        }
        let sending = ["serializing parameter", "encoding"];
        if sending.iter().any(|text| step.contains(text)) {
            Self::encode(step)
        } else {
            Self::decode_other(step)
        }
    }
}

/// What the driver says of answers that are none: it and the server do not speak of
/// the same statement any more, so that nobody knows what became of it.
const OUT_OF_STEP: [&str; 2] = [
    "unexpected message from server",
    "error parsing response from server",
];

/// How much of a statement an error shows.
const SHOWN: usize = 80;

/// Too few or too many values: `expected 1 parameters but got 0`.
fn binds(step: &str) -> Option<(usize, usize)> {
    let counts = step.strip_prefix("expected ")?;
    let (expected, got) = counts.split_once(" parameters but got ")?;
    Some((expected.parse().ok()?, got.parse().ok()?))
}
