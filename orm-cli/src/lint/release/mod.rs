//! Whether the release that still runs can live with what pending migrations do.
//!
//! ```text
//! manifest (what the release uses) -> Schema (what it finds)
//! facts of statements -> Schema, changed -> judge -> Broken (what it cannot do any more)
//! ```
//!
//! What is judged is the schema, and not a statement: a column that is renamed and made
//! anew in one transaction is there for everyone. A statement is to blame that made the
//! difference, if its transaction ends with it.

mod about;
mod believed;
mod broken;
mod judge;
mod kind;
mod relation;
mod schema;
#[cfg(test)]
mod tests;
mod walk;

use std::collections::HashMap;

use orm_core::ddl::blueprint::Blueprint;
use orm_core::migrate::SqlMigration;
use orm_core::schema::Backend;

pub(crate) use self::broken::Broken;
use self::schema::Schema;
use self::walk::Walk;
use super::fact::Fact;
use super::name::Name;
use crate::manifest::{Manifest, Table};

/// The release that runs.
#[derive(Debug, Default)]
pub(crate) struct Release {
    pub(crate) manifest: Manifest,
    /// What its database says of its tables, if it was asked.
    pub(crate) catalog: Option<Blueprint>,
}

/// What the release has to do with one fact.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) broken: Vec<Broken>,
    /// The release uses what the fact is about: that it may be used needs no guess.
    pub(crate) is_known: bool,
}

/// Where a fact is: its migration, statement, and place among the facts of that.
pub(crate) type Place = (usize, usize, usize);

/// The facts of migrations, statement by statement.
pub(crate) type Facts = [Vec<Vec<(usize, Fact)>>];

impl Release {
    /// The release that wrote a manifest.
    pub(crate) fn new(mut manifest: Manifest) -> Self {
        if manifest.database == Backend::Sqlite.word() {
            in_lower_case(&mut manifest);
        }
        Release {
            manifest,
            catalog: None,
        }
    }

    /// The one that the examples of rules are about.
    pub(super) fn example() -> Self {
        let manifest = serde_json::from_str(include_str!("example.json"));
        Release::new(manifest.unwrap_or_default())
    }

    /// The schemas that the manifest names.
    pub(crate) fn schemas(&self) -> impl Iterator<Item = &str> {
        let tables = self.manifest.tables.iter();
        tables.filter_map(|it| it.schema.as_deref())
    }

    /// Goes through migrations in their order, and says what breaks where.
    pub(crate) fn walk(
        &self,
        migrations: &[SqlMigration<'_>],
        facts: &Facts,
    ) -> HashMap<Place, Seen> {
        let mut walk = Walk::new(self);
        for (at, (migration, statements)) in migrations.iter().zip(facts).enumerate() {
            // The release was made with these: they are what it knows.
            let mut own = self.manifest.migrations.iter();
            if own.any(|it| it == migration.name) {
                continue;
            }
            for (statement, facts) in statements.iter().enumerate() {
                for (nth, (_, fact)) in facts.iter().enumerate() {
                    walk.take((at, statement, nth), fact);
                }
                if !migration.in_transaction {
                    walk.commit();
                }
            }
            walk.commit();
        }
        walk.end()
    }

    /// The tables of the release that a name or a schema is about.
    fn tables<'m>(
        &'m self,
        schema: &Schema,
        is_meant: impl Fn(&Name) -> bool,
    ) -> impl Iterator<Item = &'m Table> {
        let meant: Vec<usize> = schema
            .relations
            .iter()
            .filter(|it| is_meant(&it.name))
            .filter_map(|it| it.was)
            .collect();
        let tables = self.manifest.tables.iter().enumerate();
        tables
            .filter(move |(at, _)| meant.contains(at))
            .map(|(_, table)| table)
    }
}

/// SQLite does not care for the case of a name.
fn in_lower_case(manifest: &mut Manifest) {
    for table in &mut manifest.tables {
        table.name.make_ascii_lowercase();
        for column in &mut table.columns {
            column.name.make_ascii_lowercase();
        }
        for name in table.keys.iter_mut().flat_map(|key| &mut key.columns) {
            name.make_ascii_lowercase();
        }
    }
}
