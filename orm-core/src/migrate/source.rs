//! The text of a migration in SQL, which is read when it is known for which
//! database: where a statement ends is said by the grammar of that one.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::problem::MigrationProblem;
use super::script::{self, Script};
use crate::schema::Backend;

/// The files of a migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Files {
    /// `NAME.sql`
    One(Cow<'static, str>),
    /// `NAME/up.sql`, and `NAME/down.sql` if there is one.
    Two {
        up: Cow<'static, str>,
        down: Option<Cow<'static, str>>,
    },
}

type Read = OnceLock<Result<Script, MigrationProblem>>;

/// A migration's files, and what each database makes of them.
#[derive(Debug)]
pub(super) struct Source {
    name: String,
    /// The squashed file that holds them.
    within: Option<String>,
    files: Files,
    postgres: Read,
    sqlite: Read,
}

impl Source {
    pub(super) fn new(name: &str, within: Option<String>, files: Files) -> Self {
        Source {
            name: name.to_owned(),
            within,
            files,
            postgres: Read::new(),
            sqlite: Read::new(),
        }
    }

    /// The statements as this database reads them.
    pub(super) fn script(&self, of: Backend) -> Result<&Script, MigrationProblem> {
        let read = match of {
            Backend::Postgres => &self.postgres,
            Backend::Sqlite => &self.sqlite,
        };
        read.get_or_init(|| self.read(of))
            .as_ref()
            .map_err(Clone::clone)
    }

    fn read(&self, of: Backend) -> Result<Script, MigrationProblem> {
        match &self.files {
            Files::One(text) => script::one_file(&self.named(".sql"), text, of)
                .map_err(|(file, flaw)| MigrationProblem::in_script(file, flaw)),
            Files::Two { up, down } => {
                let (up_file, down_file) = (self.named("/up.sql"), self.named("/down.sql"));
                let down = down.as_deref().map(|text| (down_file.as_str(), text));
                script::two_files((&up_file, up), down, of)
                    .map_err(|(file, flaw)| MigrationProblem::in_script(file, flaw))
            }
        }
    }

    /// A file as messages name it.
    fn named(&self, ending: &str) -> String {
        let name = &self.name;
        match &self.within {
            Some(file) => format!("{file} ({name}{ending})"),
            None => format!("{name}{ending}"),
        }
    }
}
