//! From two sides to changes of SQLite: a function from plain data to plain data.
//!
//! What `ALTER TABLE` can do is done by it: other names, new columns with a
//! constant. For everything else the table is made anew ([`rebuild`]).

mod reasons;
mod rebuild;

use super::{Outcome, possible};
use crate::ddl::blueprint::{Index, Name, Table};
use crate::ddl::live::{Live, Relation};
use crate::ddl::plan::Plan;
use crate::ddl::text::sqlite as text;
use crate::ddl::token;
use crate::diff::change::{Change, LossKind, Rank, Stage};
use crate::diff::options::Options;
use crate::diff::rename::Renames;
use crate::diff::scratch::Sides;
use crate::diff::statement::{alter, quoted};
use crate::schema::Backend;
use rebuild::Rebuild;

/// The changes that lead from the database to the goal.
pub(super) fn changes(sides: &Sides, options: &Options) -> Outcome {
    let renames = Renames::pending(&sides.goal, &sides.live, options);
    let now = renames.applied(&sides.live);
    let before = renames.inverse().applied(&sides.wanted);
    let mut work = Work {
        live: &sides.live,
        now: &now,
        before: &before,
        wanted: &sides.wanted,
        renames: &renames,
        options,
        outcome: Outcome::default(),
    };
    work.run();
    for (table, column) in &options.seconds {
        work.outcome.problems.push(format!(
            "`{table}.{column}` can have no second column: SQLite makes a table anew, with nobody \
             else in the file"
        ));
    }
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
    /// The goal under the names that the database has.
    before: &'a Live,
    wanted: &'a Live,
    renames: &'a Renames,
    options: &'a Options,
    outcome: Outcome,
}

impl Work<'_> {
    fn run(&mut self) {
        self.renamed();
        for relation in self.wanted.relations.values() {
            let wanted = &relation.table;
            match self.now.relations.get(&wanted.name) {
                None => self.new_table(wanted),
                Some(now) if now.is_table() => self.pair(now, wanted),
                Some(_) => self.outcome.problems.push(format!(
                    "`{}` exists and is no table that could be changed",
                    wanted.name
                )),
            }
        }
        let kept =
            |name: &Name| self.wanted.relations.contains_key(name) || self.options.ignores(name);
        for relation in self.now.relations.values() {
            if relation.is_table() && !kept(&relation.table.name) {
                self.outcome.changes.push(drop_table(relation));
            }
        }
        self.labels();
    }

    fn push(&mut self, change: Change) {
        self.outcome.changes.push(change);
    }

    /// SQLite finds every mention of the old name by itself.
    fn renamed(&mut self) {
        for (new, old) in &self.renames.tables {
            let rename =
                |from: &Name, to: &Name| alter(from, format!("RENAME TO {}", quoted(&to.name)));
            let summary = format!("rename table {old} to {new}");
            let change = Change::new(Stage::Schema, Rank::RenameTable, summary)
                .up(rename(old, new))
                .down(rename(new, old))
                .note("Programs that still use the old name fail from now on.");
            self.outcome.changes.push(change);
        }
        for ((table, new), old) in &self.renames.columns {
            let rename = |from: &str, to: &str| {
                let action = format!("RENAME COLUMN {} TO {}", quoted(from), quoted(to));
                alter(table, action)
            };
            let summary = format!("rename column {table}.{old} to {new}");
            let change = Change::new(Stage::Schema, Rank::RenameColumn, summary)
                .up(rename(old, new))
                .down(rename(new, old))
                .note("Programs that still use the old name fail from now on.");
            self.outcome.changes.push(change);
        }
    }

    /// Labels are texts here, which no declaration of a type holds together.
    fn labels(&mut self) {
        for rename in self.options.label_renames() {
            self.outcome.problems.push(format!(
                "the label {rename}: in SQLite labels are texts in their columns, so write the \
                 UPDATE that gives them another one"
            ));
        }
    }

    fn new_table(&mut self, table: &Table) {
        let mut plan = Plan::new(Backend::Sqlite);
        plan.create_tables(vec![table.clone()]);
        let summary = format!("create table {}", table.name);
        let mut change = Change::new(Stage::Schema, Rank::CreateTable, summary);
        change.up = plan.statements();
        self.push(change.down(drop_statement(&table.name)));
    }

    fn pair(&mut self, now: &Relation, wanted: &Table) {
        let old = self.renames.old_table(&wanted.name);
        let sides = (self.live.relations.get(old), self.before.relations.get(old));
        let (Some(live), Some(before)) = sides else {
            return;
        };
        let found = reasons::of(live, &before.table, self.renames.is_empty());
        if found.is_empty() {
            self.added_columns(now, wanted);
            self.indexes(now, wanted);
            return;
        }
        // Before anything has its new name: SQLite then finds the old ones in the
        // triggers too, which are made again from their texts.
        let rebuild = Rebuild {
            live,
            wanted: &before.table,
            fill: &|column| {
                let mut renamed = self.renames.of_table(&wanted.name);
                let new = renamed.find(|(_, old)| *old == column);
                let column = new.map_or(column, |(new, _)| new);
                self.options.fill(&wanted.name, column)
            },
        };
        let (change, problems) = rebuild.change(&found);
        self.outcome.problems.extend(problems);
        self.push(change);
    }

    fn added_columns(&mut self, now: &Relation, wanted: &Table) {
        let new = wanted
            .columns
            .iter()
            .filter(|it| now.table.column(&it.name).is_none());
        for column in new {
            let own: Vec<_> = reasons::of_column(wanted, &column.name).cloned().collect();
            let summary = format!("add column {}.{}", wanted.name, column.name);
            let drop = format!("DROP COLUMN {}", quoted(&column.name));
            let change = Change::new(Stage::Schema, Rank::AddColumn, summary).up(text::add_column(
                &wanted.name,
                column,
                &own,
            ));
            // SQLite drops no column that a key is made of.
            let change = if wanted
                .foreign_keys()
                .any(|(_, key)| key.columns.contains(&column.name))
            {
                let back = Rebuild {
                    live: now,
                    wanted,
                    fill: &|_| None,
                };
                back.undone_by(change)
            } else {
                change.down(alter(&wanted.name, drop))
            };
            self.outcome.changes.push(change);
        }
    }

    fn indexes(&mut self, now: &Relation, wanted: &Table) {
        let stands = |index: &Index| now.table.indexes.iter().find(|it| is_for(index, it));
        for index in wanted.indexes.iter().filter(|it| stands(it).is_none()) {
            let summary = format!("add index {} to {}", index.name, wanted.name);
            let change = Change::new(Stage::Schema, Rank::AddIndex, summary)
                .up(text::create_index(&wanted.name, index))
                .down(drop_index(&index.name));
            let change = if index.unique {
                change.note("Fails if rows that exist are not unique.")
            } else {
                change
            };
            self.push(change);
        }
        let kept: Vec<&str> = wanted
            .indexes
            .iter()
            .filter_map(stands)
            .map(|it| it.name.as_str())
            .collect();
        let extra = now.table.indexes.iter();
        for index in extra.filter(|it| !kept.contains(&it.name.as_str())) {
            let summary = format!("drop index {} of {}", index.name, wanted.name);
            let kind = LossKind::Index(wanted.name.clone(), index.name.clone());
            let stands_in = wanted.indexes.iter().any(|it| it.name == index.name);
            let change = Change::new(Stage::Schema, Rank::DropIndex, summary)
                .up(drop_index(&index.name))
                .down(text::create_index(&wanted.name, index));
            self.outcome.changes.push(if stands_in {
                change
            } else {
                change.takes(kind)
            });
        }
    }
}

/// Whether an index of the database is the wanted one: of its name, or one that
/// demands the same where no name can be had.
fn is_for(wanted: &Index, found: &Index) -> bool {
    let same = wanted.unique == found.unique
        && wanted.parts.len() == found.parts.len()
        && wanted
            .parts
            .iter()
            .zip(&found.parts)
            .all(|(wanted, found)| same_part(wanted, found))
        && match (&wanted.filter, &found.filter) {
            (None, None) => true,
            (Some(wanted), Some(found)) => token::same(wanted, found),
            _ => false,
        };
    same && wanted.name == found.name
}

fn same_part(wanted: &crate::ddl::blueprint::Part, found: &crate::ddl::blueprint::Part) -> bool {
    use crate::ddl::blueprint::Term;
    let term = match (&wanted.term, &found.term) {
        (Term::Column(wanted), Term::Column(found)) => wanted == found,
        (Term::Expression(wanted), Term::Expression(found)) => token::same(wanted, found),
        _ => false,
    };
    term && wanted.descending == found.descending
}

fn drop_index(name: &str) -> String {
    format!("DROP INDEX {}", quoted(name))
}

fn drop_statement(name: &Name) -> String {
    format!("DROP TABLE {}", name.quoted())
}

/// A table that no model stands for.
fn drop_table(relation: &Relation) -> Change {
    let name = &relation.table.name;
    let mut change = Change::new(Stage::Schema, Rank::DropTable, format!("drop table {name}"))
        .up(drop_statement(name))
        .loses(
            LossKind::Table(name.clone(), Vec::new()),
            format!("SELECT count(*) FROM {}", name.quoted()),
        )
        .note("The way back creates the table again, empty.")
        .note(
            "No model stands for it. If it is called otherwise now, say `renamed_from` on that \
             model: its rows are kept.",
        );
    change.foreign_keys_off = true;
    change.down = std::iter::once(relation.definition.sql.clone())
        .chain(relation.index_texts.values().cloned())
        .chain(relation.definition.triggers.iter().cloned())
        .collect();
    change
}
