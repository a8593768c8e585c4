//! The one error type: opaque, asked by predicate.
//!
//! An [`Error`] is one pointer wide. Ask it with the `is_…` predicates, match
//! on [`Error::kind`], or take the details from [`Error::violation`],
//! [`Error::constraint`], [`Error::model`] and [`Error::fields`].
//!
//! Neither `Display` nor `Debug` nor the `source` chain ever shows a value
//! from a row, a bound parameter, a password or a database URL. PostgreSQL
//! puts values into the `DETAIL` of most errors and into the message of some:
//! the first is not shown, the second is worded anew. Whoever wants the server's
//! own words asks [`Error::server`] for them, by name.
//!
//! A web service may answer like this. What [`Error::fields`] names is a field of
//! the model, and of a row that is still referred to the key that others hold.
//!
//! ```
//! use orm_core::Error;
//!
//! fn status(error: &Error) -> u16 {
//!     if error.is_not_found() {
//!         404
//!     } else if error.is_unique_violation() || error.is_referred_to() {
//!         409
//!     } else if error.is_validation() || error.is_check_violation() || error.refers_to_nothing() {
//!         422 // with `error.fields()`
//!     } else if error.is_timeout() || error.is_connect() {
//!         503 // tried again only where nothing `may_have_taken_effect`
//!     } else {
//!         500
//!     }
//! }
//! # assert_eq!(status(&Error::not_found("Ticket", 1)), 404);
//! ```

mod binds;
mod config;
mod connect;
mod cursor;
mod direction;
#[cfg(feature = "sqlite")]
mod file;
mod hook;
mod kind;
mod migration;
mod outdated;
mod pool;
mod pooler;
#[cfg(feature = "postgres")]
mod postgres;
mod record;
mod server;
mod server_error;
#[cfg(feature = "sqlite")]
mod sqlite;
mod sqlstate;
mod tls;
mod unsupported;
mod usage;
mod value;
mod violation;
mod wrote;

use std::fmt;

pub use self::direction::Direction;
pub use self::kind::ErrorKind;
pub use self::server_error::ServerError;
pub use self::violation::{Rule, Violation};

#[cfg(feature = "postgres")]
pub(crate) use self::connect::Target;
pub(crate) use self::cursor::CursorFault;
#[cfg(feature = "sqlite")]
pub(crate) use self::file::FileFault;
#[cfg(feature = "postgres")]
pub(crate) use self::outdated::{CHANGED, Outdated};
pub(crate) use self::wrote::Wrote;

use self::config::ConfigFault;
use self::connect::ConnectFault;
use self::cursor::RefusedCursor;
use self::hook::HookFault;
use self::pool::PoolFault;
use self::record::RecordFault;
use self::server::ServerFault;
use self::unsupported::UnsupportedFault;
use self::usage::UsageFault;
use self::value::ValueFault;
use crate::ddl::Written;
use crate::migrate::MigrationProblem;
use crate::schema::TableDef;

/// The result of everything that can fail in this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, in one useful line.
///
/// ```
/// use orm_core::error::{Error, ErrorKind};
///
/// let error = Error::not_found("User", 12345);
/// assert!(error.is_not_found());
/// assert_eq!(error.kind(), ErrorKind::NotFound);
/// assert_eq!(error.to_string(), "User 12345 not found");
/// ```
pub struct Error(Box<Report>);

/// A fault, and what is known beside it.
struct Report {
    fault: Fault,
    /// What the statement wrote, where it was carried out all the same.
    wrote: Option<Wrote>,
    /// The model whose statement it was.
    model: Option<&'static str>,
    /// Whether it cannot be told which of several models it is about.
    unclear: bool,
    /// What the server reported.
    server: Option<ServerError>,
    /// Which of the rows that were given it is about, counted from 0.
    row: Option<usize>,
    /// Which member of a batch failed, counted from 0.
    member: Option<usize>,
}

/// What is inside: one variant per family, one family per file.
enum Fault {
    Config(ConfigFault),
    Connect(ConnectFault),
    Pool(PoolFault),
    Server(ServerFault),
    Violation(Violation),
    Record(RecordFault),
    Value(ValueFault),
    Usage(UsageFault),
    Unsupported(UnsupportedFault),
    Cursor(RefusedCursor),
    Hook(HookFault),
    Migration(MigrationProblem),
}

impl Error {
    fn new(fault: Fault) -> Self {
        Self(Box::new(Report {
            fault,
            wrote: None,
            model: None,
            unclear: false,
            server: None,
            row: None,
            member: None,
        }))
    }

    /// What kind of error this is, for matching.
    pub fn kind(&self) -> ErrorKind {
        match &self.0.fault {
            Fault::Config(_) => ErrorKind::Config,
            Fault::Connect(fault) => fault.kind(),
            Fault::Pool(fault) => fault.kind(),
            Fault::Server(fault) => fault.kind(),
            Fault::Violation(violation) => violation.kind(),
            Fault::Record(fault) => fault.kind(),
            Fault::Value(fault) => fault.kind(),
            Fault::Usage(fault) => fault.kind(),
            Fault::Unsupported(_) => ErrorKind::Unsupported,
            Fault::Cursor(_) => ErrorKind::Cursor,
            Fault::Hook(_) => ErrorKind::Hook,
            Fault::Migration(_) => ErrorKind::Migration,
        }
    }

    /// The violated constraint with its model and fields, if one was violated.
    pub fn violation(&self) -> Option<&Violation> {
        match &self.0.fault {
            Fault::Violation(violation) => Some(violation),
            _ => None,
        }
    }

    /// The name of the constraint that was violated.
    pub fn constraint(&self) -> Option<&str> {
        self.violation()?.rule().constraint()
    }

    /// The model the error is about, where it is known.
    pub fn model(&self) -> Option<&'static str> {
        match &self.0.fault {
            Fault::Violation(violation) => violation.rule().model(),
            Fault::Record(fault) => fault.model().or(self.0.model),
            Fault::Value(fault) => fault.model().or(self.0.model),
            Fault::Unsupported(fault) => fault.model().or(self.0.model),
            Fault::Cursor(fault) => fault.model().or(self.0.model),
            Fault::Hook(fault) => Some(fault.model),
            _ => self.0.model,
        }
    }

    /// The fields of the model that the violated constraint covers, that
    /// validators refused, or the one that could not be read; where known.
    pub fn fields(&self) -> &[&'static str] {
        match &self.0.fault {
            Fault::Violation(violation) => violation.rule().fields(),
            Fault::Value(fault) => fault.fields(),
            Fault::Record(fault) => fault.fields(),
            Fault::Unsupported(fault) => fault.fields(),
            _ => &[],
        }
    }

    /// Which of many rows that were written together it is about, counted from 0;
    /// `None` where there was one, or the database does not tell.
    ///
    /// ```
    /// # use orm_core::error::Error;
    /// assert_eq!(Error::not_found("User", 7).row(), None);
    /// ```
    pub fn row(&self) -> Option<usize> {
        self.0.row
    }

    /// Which member of a [batch](crate::exec::Db::batch) failed, counted from 0.
    ///
    /// ```
    /// # use orm_core::error::Error;
    /// assert_eq!(Error::not_found("User", 7).member(), None);
    /// ```
    pub fn member(&self) -> Option<usize> {
        self.0.member
    }

    /// Says which member of a batch failed.
    #[must_use]
    pub(crate) fn in_member(mut self, member: usize) -> Self {
        self.0.member = Some(member);
        self
    }

    /// Says which of many rows it is about.
    #[must_use]
    pub(crate) fn in_row(mut self, row: Option<usize>) -> Self {
        self.0.row = self.0.row.or(row);
        self
    }

    /// Forgets which row it is about, where that number means nothing to the caller.
    #[must_use]
    pub(crate) fn without_row(mut self) -> Self {
        self.0.row = None;
        self
    }

    /// Leads from a row of a statement to its place among all that were given.
    #[must_use]
    pub(crate) fn at_place(mut self, places: &[usize]) -> Self {
        self.0.row = self.0.row.and_then(|row| places.get(row).copied());
        self
    }

    /// The table the server or the decoder named.
    pub fn table(&self) -> Option<&str> {
        match &self.0.fault {
            Fault::Violation(violation) => violation.rule().table(),
            Fault::Server(fault) => fault.table(),
            Fault::Value(fault) => fault.table(),
            _ => None,
        }
    }

    /// The column the server or the decoder named.
    pub fn column(&self) -> Option<&str> {
        match &self.0.fault {
            Fault::Violation(violation) => violation.rule().column(),
            Fault::Server(fault) => fault.column(),
            Fault::Value(fault) => fault.column(),
            _ => None,
        }
    }

    /// The server's five-letter error code, for errors that came from it.
    pub fn sqlstate(&self) -> Option<&str> {
        match &self.0.fault {
            Fault::Violation(violation) => Some(violation.sqlstate()),
            Fault::Server(fault) => Some(fault.sqlstate()),
            Fault::Connect(fault) => fault.sqlstate(),
            Fault::Migration(problem) => migration::sqlstate(problem),
            _ => None,
        }
    }

    /// What the server says, without advice that is meant for queries.
    pub(crate) fn without_advice(&self) -> String {
        match &self.0.fault {
            Fault::Server(fault) => fault.without_advice(),
            _ => self.to_string(),
        }
    }

    /// Names the model whose statement it was, and its fields behind a
    /// violated constraint; what is named already stays.
    #[must_use]
    pub(crate) fn in_table(mut self, table: &'static TableDef) -> Self {
        let report = &mut *self.0;
        let detail = report.server.as_ref().and_then(ServerError::detail);
        match &mut report.fault {
            Fault::Violation(violation) => {
                violation.rule_mut().explain(detail, Written::Model(table));
            }
            Fault::Server(_) | Fault::Value(_) | Fault::Record(_) if !report.unclear => {
                report.model.get_or_insert(table.model);
            }
            _ => {}
        }
        self
    }

    /// Names the models of a join table that is none itself, where a pair of it
    /// was refused.
    #[must_use]
    pub(crate) fn in_pairs(mut self, written: Written) -> Self {
        let report = &mut *self.0;
        let detail = report.server.as_ref().and_then(ServerError::detail);
        if let Fault::Violation(violation) = &mut report.fault {
            violation.rule_mut().explain(detail, written);
        }
        self
    }
}

impl Error {
    /// Says that it cannot be told which of several models it is about.
    #[must_use]
    pub(crate) fn of_unclear_model(mut self) -> Self {
        self.0.unclear = true;
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(wrote) = self.0.wrote {
            f.write_str(wrote.words())?;
        }
        if let Some(member) = self.0.member {
            write!(f, "member {member} of the batch: ")?;
        }
        let names_rows = matches!(
            &self.0.fault,
            Fault::Record(RecordFault::Validation { .. }) | Fault::Usage(_)
        );
        if let (Some(row), false) = (self.0.row, names_rows) {
            write!(f, "row {row}: ")?;
        }
        match &self.0.fault {
            Fault::Config(fault) => fault.fmt(f),
            Fault::Connect(fault) => fault.fmt(f),
            Fault::Pool(fault) => fault.fmt(f),
            Fault::Server(fault) => fault.fmt_in(self.0.model, f),
            Fault::Violation(violation) => violation.fmt(f),
            Fault::Record(fault) => fault.fmt(f),
            Fault::Value(fault) => fault.fmt(f),
            Fault::Usage(fault) => fault.fmt(f),
            Fault::Unsupported(fault) => fault.fmt(f),
            Fault::Cursor(fault) => fault.fmt(f),
            Fault::Hook(fault) => fault.fmt(f),
            Fault::Migration(problem) => problem.fmt(f),
        }
    }
}

// By hand, so that a field added to a fault can never leak a value.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Error");
        out.field("kind", &self.kind());
        out.field("message", &format_args!("{self}"));
        if let Some(code) = self.sqlstate() {
            out.field("sqlstate", &code);
        }
        out.finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.fault {
            Fault::Connect(fault) => fault.source(),
            Fault::Record(fault) => fault.source(),
            Fault::Hook(fault) => Some(fault.source()),
            _ => None,
        }
        .or_else(|| self.server().map(|server| server as _))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Every `Result<T>` of the crate carries it: it must stay one pointer.
    #[test]
    fn an_error_is_one_pointer_wide() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }

    #[test]
    fn an_error_can_cross_threads() {
        fn check<T: Send + Sync + std::error::Error + 'static>() {}
        check::<Error>();
    }

    #[test]
    fn debug_is_one_line_of_kind_and_message() {
        let debug = format!("{:?}", Error::not_found("User", 7));
        assert_eq!(debug, "Error { kind: NotFound, message: User 7 not found }");
    }
}
