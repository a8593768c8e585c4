//! What a rule is, and the table of all rules.

use std::fmt;

use orm_core::schema::Backend;

use super::fact::Fact;
use super::name::Name;
use super::rules::{
    access, column, constraint, data, index, naming, release, removal, rename, rewrite, transaction,
};
use super::scene::Scene;

/// Something that is dangerous on a table that programs are using.
pub(crate) struct Rule {
    /// Its name, in kebab case.
    pub(crate) name: &'static str,
    pub(crate) level: Level,
    /// The lock that is taken, and thereby who has to wait.
    pub(crate) lock: Option<Lock>,
    /// Why it is dangerous, in one sentence.
    pub(crate) reason: &'static str,
    /// A migration that is stopped by this rule and by no other.
    pub(crate) example: Example,
    pub(crate) check: fn(&Step<'_>) -> Option<Found>,
}

/// A migration for documentation and tests.
pub(crate) struct Example {
    /// What the database holds before.
    pub(crate) before: &'static str,
    /// The migration.
    pub(crate) migration: &'static str,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// The check fails.
    Danger,
    /// It is said, and no more.
    Advice,
}

/// The table locks of PostgreSQL that somebody notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lock {
    AccessExclusive,
    ShareRowExclusive,
    Share,
}

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Lock::AccessExclusive => "ACCESS EXCLUSIVE: nobody reads or writes",
            Lock::ShareRowExclusive => "SHARE ROW EXCLUSIVE: nobody writes",
            Lock::Share => "SHARE: nobody writes",
        })
    }
}

/// One fact, with what is known when it happens.
pub(crate) struct Step<'a> {
    pub(crate) fact: &'a Fact,
    /// Its statement.
    pub(crate) text: &'a str,
    /// All statements of its migration.
    pub(crate) migration: &'a [&'a str],
    pub(crate) in_transaction: bool,
    pub(crate) scene: &'a Scene,
}

impl Rule {
    /// Whether it applies to this kind of database. Those that are not about what
    /// programs use speak of PostgreSQL: of its locks, its types, its grammar.
    pub(crate) fn is_of(&self, database: Backend) -> bool {
        database == Backend::Postgres || self.is_of_every_database()
    }

    /// The same for all of them.
    pub(crate) fn is_of_every_database(&self) -> bool {
        let names = [
            "drop-column",
            "drop-table",
            "release-column",
            "release-key",
            "release-table",
            "rename-column",
            "rename-table",
        ];
        names.contains(&self.name)
    }

    /// Whether it is about the release that runs, which has to say what it uses.
    pub(crate) fn is_about_release(&self) -> bool {
        self.name.starts_with("release-")
    }

    /// Whether it guesses that some program uses what it is about.
    pub(crate) fn is_about_use(&self) -> bool {
        let names = [
            "drop-column",
            "drop-not-null",
            "drop-table",
            "drop-type",
            "drop-view",
            "move-table",
            "rename-column",
            "rename-label",
            "rename-table",
            "rename-type",
            "row-security",
        ];
        names.contains(&self.name)
    }
}

/// Where a rule applies.
pub(crate) struct Found {
    /// The table it is about, if it is about one.
    pub(crate) table: Option<Name>,
    /// What to write instead: SQL, with its directives.
    pub(crate) rewrite: String,
}

impl Found {
    pub(crate) fn on(table: &Name, rewrite: String) -> Option<Found> {
        Some(Found {
            table: Some(table.clone()),
            rewrite,
        })
    }

    pub(crate) fn anywhere(rewrite: String) -> Option<Found> {
        Some(Found {
            table: None,
            rewrite,
        })
    }
}

impl Step<'_> {
    /// The same migration with each statement by itself.
    pub(crate) fn without_transaction(&self) -> String {
        format!("-- orm:no-transaction\n{};", self.migration.join(";\n"))
    }

    /// The same statement, with the exception that makes it pass.
    pub(crate) fn allowed(&self, rule: &str, reason: &str) -> String {
        format!("-- orm:allow {rule}: {reason}\n{};", self.text)
    }
}

/// Every rule, in the order in which they are tried.
pub(crate) const RULES: &[&[Rule]] = &[
    index::RULES,
    constraint::RULES,
    column::RULES,
    rename::RULES,
    removal::RULES,
    access::RULES,
    rewrite::RULES,
    data::RULES,
    transaction::RULES,
    naming::RULES,
    release::RULES,
];

/// Every rule.
pub(crate) fn all() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().copied().flatten()
}
