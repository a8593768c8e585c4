//! From the errors of PostgreSQL's driver to ours.

use std::io;

use tokio_postgres::error::{DbError, ErrorPosition, Severity};
use tokio_postgres::types::WrongType;

use super::connect::{ConnectFault, ends_connection};
use super::pooler::Refusal;
use super::server::ServerFault;
use super::server_error::Reported;
use super::{Error, ErrorKind, Fault, ServerError, Target, Violation};

#[diagnostic::do_not_recommend]
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
        let is_fatal = is_fatal(db);
        let db = ServerError::of_driver(db);
        let fault = if ends_connection(db.state()) {
            Fault::Connect(ConnectFault::lost(Some(db.state())))
        } else if is_fatal && !db.code().starts_with("40") {
            // Of a conflict it is more use to know that it was one.
            Fault::Connect(match Refusal::of(&db) {
                Some(refusal) => refusal.to_statement(),
                None => ConnectFault::ended(&db),
            })
        } else if let Some(violation) = Violation::from_db(&db) {
            Fault::Violation(violation)
        } else {
            Fault::Server(ServerFault::from_db(&db))
        };
        Self::new(fault).reported(db)
    }

    /// Keeps what the server reported.
    fn reported(mut self, db: ServerError) -> Self {
        self.0.server = Some(db);
        self
    }

    /// A connection to `target` could not be opened.
    pub(crate) fn connect(error: tokio_postgres::Error, target: &Target) -> Self {
        if let Some(db) = error.as_db_error() {
            let db = ServerError::of_driver(db);
            let fault = ConnectFault::refused_by_server(&db, target);
            return Self::new(Fault::Connect(fault)).reported(db);
        }
        Self::new(Fault::Connect(ConnectFault::opening(error, target)))
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

impl ConnectFault {
    /// The driver could not open a connection to `target`.
    fn opening(error: tokio_postgres::Error, target: &Target) -> Self {
        let step = error.to_string();
        let cause = error.into_source();
        let missing = |what: &str| cause.as_ref().is_some_and(|it| it.to_string() == what);
        // The driver keeps its kinds to itself; their texts are all there is.
        if step.contains("TLS") {
            return Self::tls(cause, target);
        }
        if step.contains("authentication") || missing("password missing") {
            return Self::no_password(target);
        }
        match cause.map(|it| it.downcast::<io::Error>()) {
            _ if step.contains("encoding") => Self::new(
                ErrorKind::Config,
                "the user, the password, the database or an option contains a NUL byte, which \
                 cannot be sent"
                    .to_owned(),
            ),
            // The only step that looks a name up.
            Some(Ok(io)) if step.contains("connecting") => Self::unreachable(*io, target),
            // Cut, or closed by something in between.
            Some(Ok(io)) => Self::broken_off(Some(*io), target),
            None if step == "connection closed" => Self::broken_off(None, target),
            _ => Self::new(
                ErrorKind::Unreachable,
                format!("cannot connect to {}: {step}", target.address),
            ),
        }
    }
}

impl ServerError {
    fn of_driver(db: &DbError) -> Self {
        let own = |text: Option<&str>| text.map(str::to_owned);
        let (position, inner) = match db.position() {
            Some(ErrorPosition::Original(at)) => (Some(*at), false),
            Some(ErrorPosition::Internal { .. }) => (None, true),
            None => (None, false),
        };
        Self(Box::new(Reported {
            code: db.code().code().to_owned(),
            message: db.message().to_owned(),
            detail: own(db.detail()),
            hint: own(db.hint()),
            context: own(db.where_()),
            position,
            inner,
            schema: own(db.schema()),
            table: own(db.table()),
            column: own(db.column()),
            data_type: own(db.datatype()),
            constraint: own(db.constraint()),
            routine: own(db.routine()),
        }))
    }
}

/// Whether the connection ends with it, whatever it is: the server says so, or a
/// pooler in its place.
fn is_fatal(db: &DbError) -> bool {
    match db.parsed_severity() {
        Some(severity) => matches!(severity, Severity::Fatal | Severity::Panic),
        // Poolers say it in one field, and do not translate it.
        None => matches!(db.severity(), "FATAL" | "PANIC"),
    }
}

/// What the driver says of answers that are none: it and the server do not speak of
/// the same statement any more, so that nobody knows what became of it.
const OUT_OF_STEP: [&str; 2] = [
    "unexpected message from server",
    "error parsing response from server",
];

/// Too few or too many values: `expected 1 parameters but got 0`.
fn binds(step: &str) -> Option<(usize, usize)> {
    let counts = step.strip_prefix("expected ")?;
    let (expected, got) = counts.split_once(" parameters but got ")?;
    Some((expected.parse().ok()?, got.parse().ok()?))
}
