//! One migration, in SQL or in Rust, with a name.

use std::sync::Arc;

use super::checksum;
use super::event::Direction;
use super::migration::Code;
use super::problem::MigrationProblem;
use super::script::{Down, Script, Section};
use super::source::Source;
use crate::schema::Backend;

/// A migration as it is kept, whatever database it is for.
#[derive(Clone)]
pub(super) struct Kept {
    pub(super) name: String,
    pub(super) body: Content,
}

#[derive(Clone)]
pub(super) enum Content {
    Sql(Arc<Source>),
    Code(Arc<dyn Code>),
}

/// A migration as one database reads it.
#[derive(Clone, Copy)]
pub(super) struct Unit<'m> {
    pub(super) name: &'m str,
    pub(super) body: Body<'m>,
}

#[derive(Clone, Copy)]
pub(super) enum Body<'m> {
    Sql(&'m Script),
    Code(&'m dyn Code),
}

/// What there is to do for one direction of a migration.
#[derive(Clone, Copy)]
pub(super) enum Work<'u> {
    Sql(&'u Section),
    Code(&'u dyn Code),
}

impl Kept {
    /// Reads it, as this database does.
    pub(super) fn read(&self, of: Backend) -> Result<Unit<'_>, MigrationProblem> {
        let body = match &self.body {
            Content::Sql(source) => Body::Sql(source.script(of)?),
            Content::Code(code) => Body::Code(code.as_ref()),
        };
        Ok(Unit {
            name: &self.name,
            body,
        })
    }
}

impl<'m> Unit<'m> {
    /// The file that it was when another tool ran it.
    pub(super) fn was(&self) -> Option<&'m str> {
        match self.body {
            Body::Sql(script) => script.up.was.as_deref(),
            Body::Code(_) => None,
        }
    }

    /// The checksum of what applying it does. Code has none: what it does is
    /// not in its text alone.
    pub(super) fn checksum(&self) -> Option<String> {
        match self.body {
            Body::Sql(script) => Some(checksum::of(&script.up.normalised)),
            Body::Code(_) => None,
        }
    }

    /// What there is to do, or why nothing can be.
    pub(super) fn work(&self, direction: Direction) -> Result<Work<'m>, MigrationProblem> {
        let irreversible = |reason: Option<&str>| MigrationProblem::Irreversible {
            name: self.name.to_owned(),
            reason: reason.map(Into::into),
        };
        match (self.body, direction) {
            (Body::Code(code), Direction::Up) => Ok(Work::Code(code)),
            (Body::Code(code), Direction::Down) => match code.irreversible() {
                None => Ok(Work::Code(code)),
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
