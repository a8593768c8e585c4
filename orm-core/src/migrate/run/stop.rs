//! Where a migration stopped and why, before it is known what that left behind.

use tokio_postgres::error::{ErrorPosition, SqlState};

use crate::error::Error;
use crate::migrate::editor::SchemaEditor;
use crate::migrate::judge::Task;
use crate::migrate::problem::{Failure, Left, MigrationProblem};
use crate::migrate::script::Section;

pub(super) struct Stop {
    place: Option<(String, usize)>,
    /// Which statement of how many; of none for code.
    statement: Option<(usize, usize)>,
    text: Option<String>,
    /// The server's own words, where they say more than ours.
    message: Option<String>,
    pub(super) error: Error,
}

impl Stop {
    /// The statement at `index` of a section failed.
    pub(super) fn at(section: &Section, index: usize, error: tokio_postgres::Error) -> Self {
        let statement = &section.statements[index];
        let position = match error.as_db_error().and_then(|it| it.position()) {
            Some(ErrorPosition::Original(position)) => usize::try_from(*position).ok(),
            _ => None,
        };
        Stop {
            place: Some((section.file.clone(), statement.line(position))),
            statement: Some((index + 1, section.statements.len())),
            text: Some(statement.first_line()),
            message: said(&error),
            error: error.into(),
        }
    }

    /// Code failed: at the statement its editor remembers, if that was it.
    pub(super) fn in_code(editor: &SchemaEditor<'_>, error: Error) -> Self {
        let (statement, text) = match editor.failed_statement() {
            Some((number, text)) => (Some((number, 0)), Some(text)),
            None => (None, None),
        };
        Stop {
            place: None,
            statement,
            text,
            message: None,
            error,
        }
    }

    /// What we do around the statements failed: the history, or the commit.
    pub(super) fn around(error: impl Into<Error>) -> Self {
        Stop {
            place: None,
            statement: None,
            text: None,
            message: None,
            error: error.into(),
        }
    }

    pub(super) fn into_error(self, task: &Task<'_>, left: Left) -> Error {
        let failure = Failure {
            name: task.unit.name.clone(),
            direction: task.direction,
            place: self.place,
            statement: self.statement,
            text: self.text,
            message: self.message.unwrap_or_else(|| self.error.without_advice()),
            sqlstate: self.error.sqlstate().map(Into::into),
            left,
        };
        MigrationProblem::Failed(Box::new(failure)).into()
    }
}

/// What the server says about names, grammar and constraints: it is about the
/// migration, where our own words are about queries. Everything else may quote
/// a value from a row, and so does a syntax error in what a function put
/// together.
fn said(error: &tokio_postgres::Error) -> Option<String> {
    let error = error.as_db_error()?;
    let code = error.code().code();
    let inner = matches!(error.position(), Some(ErrorPosition::Internal { .. }));
    let about_the_migration = match code.get(..2)? {
        "23" => true,
        "42" => !(inner && *error.code() == SqlState::SYNTAX_ERROR),
        _ => false,
    };
    let message = error.message().lines().next().unwrap_or_default();
    about_the_migration.then(|| format!("{message} (SQLSTATE {code})"))
}
