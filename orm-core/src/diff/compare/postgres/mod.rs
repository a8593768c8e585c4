//! From two sides to changes of PostgreSQL: a function from plain data to plain data.
//!
//! What gives way uses the database's names and texts and comes before the
//! renames; what is new uses the models' and comes after them. So each change
//! can be taken back by undoing the changes in reverse order.

mod alter;
mod altered;
mod beside;
mod column;
mod constraint;
mod enums;
mod fill;
mod index;
mod inherited;
mod key;
mod partition;
mod sequence;
mod storage;
mod swap;
mod table;
mod touched;

use std::collections::{BTreeMap, BTreeSet};

use super::{Outcome, possible};
use crate::ddl::blueprint::{self, Name, Table};
use crate::ddl::extension;
use crate::ddl::live::{Live, Relation};
use crate::ddl::text::postgres as text;
use crate::diff::change::{Change, Rank, Stage};
use crate::diff::options::Options;
use crate::diff::rename::Renames;
use crate::diff::scratch::Sides;
use crate::diff::statement::quoted;
use touched::Touched;

/// The changes that lead from the database to the goal.
pub(super) fn changes(sides: &Sides, options: &Options) -> Outcome {
    let renames = Renames::pending(&sides.goal, &sides.live, options);
    let now = renames.applied(&sides.live);
    let rebuilt = enums::rebuilt(&now, &sides.wanted);
    let touched = touched::all(&now, &sides.wanted, &renames, &rebuilt, options);
    let mut work = Work {
        live: &sides.live,
        now: &now,
        wanted: &sides.wanted,
        desired: &sides.goal.blueprint.tables,
        renames: &renames,
        options,
        touched: &touched,
        rebuilt: &rebuilt,
        outcome: Outcome::default(),
    };
    work.run();
    let mut outcome = work.outcome;
    outcome.possible_renames = possible::renames(&now, &sides.wanted, options);
    outcome.changes.sort_by_key(|it| (it.stage, it.rank));
    outcome
}

struct Work<'a> {
    /// The database as it is.
    live: &'a Live,
    /// The database once everything has its new name.
    now: &'a Live,
    /// The goal as the server reads it.
    wanted: &'a Live,
    /// The goal as it was written.
    desired: &'a [Table],
    renames: &'a Renames,
    options: &'a Options,
    /// What happens to the columns of each table that stays.
    touched: &'a BTreeMap<Name, Touched>,
    /// The enum types that are made anew.
    rebuilt: &'a BTreeSet<Name>,
    outcome: Outcome,
}

/// A table that both sides have.
#[derive(Clone, Copy)]
struct Pair<'w> {
    /// Its name in the goal.
    name: &'w Name,
    /// As it is.
    live: &'w Relation,
    /// As it will be once everything has its new name.
    now: &'w Relation,
    wanted: &'w Relation,
    desired: &'w Table,
    touched: &'w Touched,
}

impl Work<'_> {
    fn run(&mut self) {
        self.dangling_keys();
        self.extensions();
        self.schemas();
        self.enums();
        self.sequences();
        self.renamed_tables();
        let mut new = Vec::new();
        for desired in self.desired {
            let name = &desired.name;
            let Some(wanted) = self.wanted.relations.get(name) else {
                continue;
            };
            let live = self.live.relations.get(self.renames.old_table(name));
            let pair = (self.now.relations.get(name), live, self.touched.get(name));
            let (Some(now), Some(live), Some(touched)) = pair else {
                new.push(desired);
                continue;
            };
            self.pair(Pair {
                name,
                live,
                now,
                wanted,
                desired,
                touched,
            });
        }
        self.logging();
        self.new_tables(&new);
        self.extra_tables();
        self.unknown_seconds();
    }

    /// A second column for one that is not there.
    fn unknown_seconds(&mut self) {
        for (table, column) in &self.options.seconds {
            let mut tables = self.wanted.relations.iter();
            let found = tables.find(|(name, _)| name.to_string() == *table);
            if found.is_none_or(|(_, it)| it.table.column(column).is_none()) {
                self.problem(format!(
                    "`{table}.{column}` can have no second column: no model has this one"
                ));
            }
        }
    }

    /// A key to a table that no model stands for, and that would be dropped.
    fn dangling_keys(&mut self) {
        for table in self.desired {
            for (_, key) in table.foreign_keys() {
                let is_extra = self.live.relations.contains_key(&key.target)
                    && !self.now.relations.contains_key(&key.target);
                let is_model = self.wanted.relations.contains_key(&key.target);
                let looked_at = is_extra || self.now.relations.contains_key(&key.target);
                if looked_at && !is_model && !self.options.ignores(&key.target) {
                    self.problem(format!(
                        "`{}` refers to the table `{}`, for which there is no model: add it to \
                         the list, or have the table ignored",
                        table.name, key.target
                    ));
                }
            }
        }
    }

    /// One that is there for others stays when what needed it goes.
    fn extensions(&mut self) {
        for name in extension::absent(self.desired, self.live) {
            let summary = format!("create extension {name}");
            let change = Change::new(Stage::Schema, Rank::CreateExtension, summary);
            let change = change.up(text::create_extension(name));
            self.push(change.note(
                "Needs the right to create it where it is not there yet: see its documentation.",
            ));
        }
    }

    fn schemas(&mut self) {
        let tables = self.wanted.relations.keys();
        let sequences = blueprint::sequence::standing_alone(self.desired);
        let named = tables.chain(self.wanted.types.keys());
        let named = named.chain(sequences.into_keys());
        let missing: BTreeSet<&String> = named
            .filter_map(|name| name.schema.as_ref())
            .filter(|it| !self.live.schemas.contains(*it))
            .collect();
        for schema in missing {
            let change = Change::new(
                Stage::Schema,
                Rank::CreateSchema,
                format!("create schema {schema}"),
            );
            self.push(
                change
                    .up(format!("CREATE SCHEMA {}", quoted(schema)))
                    .down(format!("DROP SCHEMA {}", quoted(schema))),
            );
        }
    }

    fn pair(&mut self, pair: Pair<'_>) {
        self.kept_twice(pair);
        self.columns(pair);
        self.constraints(pair);
        self.indexes(pair);
        self.storage(pair);
        self.table_comment(pair);
    }

    fn push(&mut self, change: Change) {
        self.outcome.changes.push(change);
    }

    fn problem(&mut self, text: impl Into<String>) {
        self.outcome.problems.push(text.into());
    }

    /// Whether a table's statements are plain ones: a partitioned table has no others.
    fn is_plain(&self, table: &Name) -> bool {
        self.options.plain || self.is_partitioned(table)
    }

    /// Whether a table that stays has partitions: nothing of it is built CONCURRENTLY,
    /// no index becomes a constraint, and no key is NOT VALID.
    fn is_partitioned(&self, table: &Name) -> bool {
        let relation = self.now.relations.get(table);
        relation.is_some_and(|it| it.is_partitioned)
    }

    /// Where changes belong that take long.
    fn online(&self) -> Stage {
        if self.options.plain {
            Stage::Schema
        } else {
            Stage::Online
        }
    }
}

impl Pair<'_> {
    /// The name that the table has in the database.
    fn old_name(&self) -> &Name {
        &self.live.table.name
    }
}

/// A note on a lock that is held for a moment.
fn momentary(table: &Name) -> String {
    format!("Locks {table} against everything, for a moment: no row is read or written.")
}
