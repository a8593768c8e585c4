//! One migration, in SQL or in Rust, with a name.

use std::sync::Arc;

use super::checksum;
use super::event::Direction;
use super::migration::Code;
use super::problem::MigrationProblem;
use super::script::{Down, Script, Section};

#[derive(Clone)]
pub(super) struct Unit {
    pub(super) name: String,
    pub(super) body: Body,
}

#[derive(Clone)]
pub(super) enum Body {
    Sql(Arc<Script>),
    Code(Arc<dyn Code>),
}

/// What there is to do for one direction of a migration.
#[derive(Clone, Copy)]
pub(super) enum Work<'u> {
    Sql(&'u Section),
    Code(&'u dyn Code),
}

impl Unit {
    /// The checksum of what applying it does. Code has none: what it does is
    /// not in its text alone.
    pub(super) fn checksum(&self) -> Option<String> {
        match &self.body {
            Body::Sql(script) => Some(checksum::of(&script.up.normalised)),
            Body::Code(_) => None,
        }
    }

    /// What there is to do, or why nothing can be.
    pub(super) fn work(&self, direction: Direction) -> Result<Work<'_>, MigrationProblem> {
        let irreversible = |reason: Option<&str>| MigrationProblem::Irreversible {
            name: self.name.clone(),
            reason: reason.map(Into::into),
        };
        match (&self.body, direction) {
            (Body::Code(code), Direction::Up) => Ok(Work::Code(code.as_ref())),
            (Body::Code(code), Direction::Down) => match code.irreversible() {
                None => Ok(Work::Code(code.as_ref())),
                reason => Err(irreversible(reason)),
            },
            (Body::Sql(script), Direction::Up) if script.up.statements.is_empty() => {
                let reason = "there is no statement in it yet";
                Err(MigrationProblem::unreadable(&script.up.file, reason))
            }
            (Body::Sql(script), Direction::Up) => Ok(Work::Sql(&script.up)),
            (Body::Sql(script), Direction::Down) => match &script.down {
                Down::Section(down) if !down.statements.is_empty() => Ok(Work::Sql(down)),
                Down::Section(_) | Down::Missing => Err(irreversible(None)),
                Down::Irreversible(reason) => Err(irreversible(Some(reason))),
            },
        }
    }
}

impl Work<'_> {
    pub(super) fn in_transaction(&self) -> bool {
        match self {
            Work::Sql(section) => !section.no_transaction,
            Work::Code(code) => code.in_transaction(),
        }
    }

    /// Whether foreign keys are looked at once, at its end.
    pub(super) fn foreign_keys_off(&self) -> bool {
        match self {
            Work::Sql(section) => section.foreign_keys_off,
            Work::Code(_) => false,
        }
    }

    /// How many statements it has, where that is known beforehand.
    pub(super) fn total(&self) -> usize {
        match self {
            Work::Sql(section) => section.statements.len(),
            Work::Code(_) => 0,
        }
    }
}

impl Section {
    /// The checksum of the first `count` statements.
    pub(super) fn checksum_of_first(&self, count: usize) -> String {
        checksum::of_statements(self.statements.iter().take(count).map(|it| it.text()))
    }
}
