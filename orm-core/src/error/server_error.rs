//! The server's own report of an error.

use std::fmt;

use super::Error;
use super::sqlstate::SqlState;

/// What the server, or SQLite, reported: the [`source`](std::error::Error::source) of an
/// [`Error`] that began there.
///
/// Names and codes are shown by `Display` and `Debug`. The server's sentences
/// may hold values of rows, as in `Key (email)=(ann@shop.example) already
/// exists.`, so they are shown nowhere: whoever wants them asks for
/// [`message`](Self::message), [`detail`](Self::detail), [`hint`](Self::hint)
/// or [`context`](Self::context), and answers for where they go.
///
/// ```
/// # use orm_core::error::Error;
/// # let error = Error::not_found("User", 1);
/// if let Some(server) = error.server() {
///     eprintln!("{} on {:?}", server.code(), server.table());
/// }
/// ```
pub struct ServerError(pub(super) Box<Reported>);

/// What a server reports, part by part.
#[derive(Default)]
pub(super) struct Reported {
    pub(super) code: String,
    pub(super) message: String,
    pub(super) detail: Option<String>,
    pub(super) hint: Option<String>,
    pub(super) context: Option<String>,
    pub(super) position: Option<u32>,
    /// Whether it is about a statement that a function put together.
    pub(super) inner: bool,
    pub(super) schema: Option<String>,
    pub(super) table: Option<String>,
    pub(super) column: Option<String>,
    pub(super) data_type: Option<String>,
    pub(super) constraint: Option<String>,
    /// Where in the server's own source it was found.
    pub(super) routine: Option<String>,
}

impl ServerError {
    pub(super) fn state(&self) -> SqlState {
        SqlState::from_code(&self.0.code)
    }

    /// The five-letter SQLSTATE.
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// The server's sentence, in its language. **May hold values of rows.**
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What the server adds to its message. **May hold values of rows.**
    pub fn detail(&self) -> Option<&str> {
        self.0.detail.as_deref()
    }

    /// What the server proposes to do. **May hold values of rows** where a
    /// function wrote it.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// Where in functions and triggers it happened. **May hold values of rows.**
    pub fn context(&self) -> Option<&str> {
        self.0.context.as_deref()
    }

    /// Where in the statement's text it is, in characters from 1.
    pub fn position(&self) -> Option<u32> {
        self.0.position
    }

    /// The schema of the table or type.
    pub fn schema(&self) -> Option<&str> {
        self.0.schema.as_deref()
    }

    /// The table; for a foreign key the one that refers.
    pub fn table(&self) -> Option<&str> {
        self.0.table.as_deref()
    }

    /// The column.
    pub fn column(&self) -> Option<&str> {
        self.0.column.as_deref()
    }

    /// The data type, such as the domain whose check failed.
    pub fn data_type(&self) -> Option<&str> {
        self.0.data_type.as_deref()
    }

    /// The constraint.
    pub fn constraint(&self) -> Option<&str> {
        self.0.constraint.as_deref()
    }
}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the server reported SQLSTATE {}", self.code())
    }
}

// By hand: the sentences are not shown.
impl fmt::Debug for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerError")
            .field("code", &self.code())
            .field("schema", &self.schema())
            .field("table", &self.table())
            .field("column", &self.column())
            .field("data_type", &self.data_type())
            .field("constraint", &self.constraint())
            .finish_non_exhaustive()
    }
}

impl std::error::Error for ServerError {}

impl Error {
    /// What the server reported, for errors that began there.
    pub fn server(&self) -> Option<&ServerError> {
        self.0.server.as_ref()
    }
}
