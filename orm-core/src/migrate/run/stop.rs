//! Where a migration stopped and why, before it is known what that left behind.

use crate::error::Error;
use crate::migrate::editor::SchemaEditor;
use crate::migrate::judge::Task;
use crate::migrate::problem::{Failure, Left, MigrationProblem};
use crate::migrate::script::Section;
use crate::migrate::session::Refused;

pub(super) struct Stop {
    place: Option<(String, usize)>,
    /// Which statement of how many; of none for code.
    statement: Option<(usize, usize)>,
    text: Option<String>,
    /// The server's own words, where they say more than ours.
    message: Option<String>,
    /// Whether it is because somebody said so.
    stopped: bool,
    /// What a failed statement left behind.
    pub(super) invalid_index: Option<String>,
    /// For how many rows a statement in batches was done.
    pub(super) rows: u64,
    pub(super) error: Error,
}

impl Stop {
    /// The statement at `index` of a section failed.
    pub(super) fn at(section: &Section, index: usize, refused: Refused) -> Self {
        let statement = &section.statements[index];
        Stop {
            place: Some((section.file.clone(), statement.line(refused.position))),
            statement: Some((index + 1, section.statements.len())),
            text: Some(statement.first_line()),
            message: refused.words,
            stopped: false,
            invalid_index: None,
            rows: 0,
            error: refused.error,
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
            stopped: false,
            invalid_index: None,
            rows: 0,
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
            stopped: false,
            invalid_index: None,
            rows: 0,
            error: error.into(),
        }
    }

    /// It was in batches, and done for so many rows.
    pub(super) fn after(mut self, rows: u64) -> Self {
        self.rows = rows;
        self
    }

    /// Whether it stopped because it was told to.
    pub(super) fn stopped(mut self, stopped: bool) -> Self {
        self.stopped = stopped;
        self
    }

    pub(super) fn into_error(self, task: &Task<'_>, left: Left) -> Error {
        let failure = Failure {
            name: task.unit.name.to_owned(),
            direction: task.direction,
            place: self.place,
            statement: self.statement,
            text: self.text,
            message: self.message.unwrap_or_else(|| self.error.without_advice()),
            sqlstate: self.error.sqlstate().map(Into::into),
            left,
            stopped: self.stopped,
            invalid_index: self.invalid_index,
        };
        MigrationProblem::Failed(Box::new(failure)).into()
    }
}
