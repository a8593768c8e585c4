//! The databases that models can live in.

use std::fmt;

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Backend {
    /// PostgreSQL.
    Postgres,
    /// SQLite.
    Sqlite,
}

impl Backend {
    /// All of them.
    pub const ALL: &'static [Backend] = &[Backend::Postgres, Backend::Sqlite];

    /// Its name, as its makers write it.
    pub const fn name(self) -> &'static str {
        match self {
            Backend::Postgres => "PostgreSQL",
            Backend::Sqlite => "SQLite",
        }
    }

    /// Its name in `#[model(backends(..))]`.
    pub const fn word(self) -> &'static str {
        match self {
            Backend::Postgres => "postgres",
            Backend::Sqlite => "sqlite",
        }
    }

    /// Whether a list names it.
    pub(crate) const fn is_in(self, list: &[Backend]) -> bool {
        let mut at = 0;
        while at < list.len() {
            if list[at] as u8 == self as u8 {
                return true;
            }
            at += 1;
        }
        false
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
