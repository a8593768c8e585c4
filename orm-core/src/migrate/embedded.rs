//! Migrations that are part of the program.

use super::problem::MigrationProblem;
use super::script::{self, Script};

/// A migration in SQL, as `embed_migrations!` puts it into the program.
#[derive(Debug, Clone, Copy)]
pub struct Embedded {
    /// Its name, without the extension of its file.
    pub name: &'static str,
    /// Its text.
    pub source: EmbeddedSource,
}

/// The text of an embedded migration.
#[derive(Debug, Clone, Copy)]
pub enum EmbeddedSource {
    /// A file with sections for both directions.
    OneFile(&'static str),
    /// A folder with `up.sql`, and `down.sql` if there is a way back.
    TwoFiles {
        /// The text of `up.sql`.
        up: &'static str,
        /// The text of `down.sql`.
        down: Option<&'static str>,
    },
}

impl Embedded {
    pub(super) fn script(&self) -> Result<Script, MigrationProblem> {
        match self.source {
            EmbeddedSource::OneFile(text) => one_file(self.name, text),
            EmbeddedSource::TwoFiles { up, down } => two_files(self.name, up, down),
        }
    }
}

/// Reads `NAME.sql`.
pub(super) fn one_file(name: &str, text: &str) -> Result<Script, MigrationProblem> {
    script::one_file(&format!("{name}.sql"), text)
        .map_err(|(file, flaw)| MigrationProblem::in_script(file, flaw))
}

/// Reads `NAME/up.sql` and `NAME/down.sql`.
pub(super) fn two_files(
    name: &str,
    up: &str,
    down: Option<&str>,
) -> Result<Script, MigrationProblem> {
    let (up_file, down_file) = (format!("{name}/up.sql"), format!("{name}/down.sql"));
    script::two_files((&up_file, up), down.map(|text| (down_file.as_str(), text)))
        .map_err(|(file, flaw)| MigrationProblem::in_script(file, flaw))
}
