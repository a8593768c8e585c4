//! SQL migrations: their two directions, statement by statement.
//!
//! A migration is either two files, or one with a section for each direction:
//!
//! ```sql
//! -- orm:up
//! CREATE TABLE users (id integer PRIMARY KEY);
//! -- orm:down
//! DROP TABLE users;
//! ```

mod batches;
mod sections;
mod split;
mod statement;

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub(crate) use self::batches::{Batches, batch_range};
pub(crate) use self::sections::{one_file, two_files};
pub(crate) use self::statement::{Statement, first_line};

/// What is wrong with a script, and in which line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ScriptFlaw {
    pub(crate) line: usize,
    pub(crate) reason: String,
}

impl ScriptFlaw {
    fn new(line: usize, reason: impl Into<String>) -> Self {
        ScriptFlaw {
            line,
            reason: reason.into(),
        }
    }
}

/// A migration in SQL.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Script {
    pub(crate) up: Section,
    pub(crate) down: Down,
}

/// One direction of a migration.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Section {
    /// Its file as messages name it, relative to the folder of migrations.
    pub(crate) file: String,
    pub(crate) statements: Vec<Statement>,
    /// `-- orm:no-transaction`: each statement by itself.
    pub(crate) no_transaction: bool,
    /// `-- orm:foreign-keys-off`: SQLite looks at foreign keys once, at the end.
    pub(crate) foreign_keys_off: bool,
    /// `-- orm:was FILE`: what another tool had it in.
    pub(crate) was: Option<String>,
    /// `-- orm:allow ..`: what is meant although it looks dangerous.
    pub(crate) allowances: Vec<Allowance>,
    /// The text without differences of line endings, for the checksum.
    pub(crate) normalised: String,
}

/// `-- orm:allow rule: reason`, before the statement it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Allowance {
    pub(crate) line: usize,
    /// What stands after `orm:allow`.
    pub(crate) text: String,
    /// The position of its statement in the section.
    pub(crate) statement: usize,
}

/// The way back.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Down {
    Section(Section),
    /// There is none, on purpose and for this reason.
    Irreversible(String),
    /// There is none, and nobody says why.
    Missing,
}
