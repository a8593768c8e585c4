//! Migrations that are part of the program.

use super::source::Files;

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
    pub(super) fn files(&self) -> Files {
        match self.source {
            EmbeddedSource::OneFile(text) => Files::One(text.into()),
            EmbeddedSource::TwoFiles { up, down } => Files::Two {
                up: up.into(),
                down: down.map(Into::into),
            },
        }
    }
}
