//! Blueprint against database: what is missing becomes a plan, what differs
//! is reported. Nothing is altered, nothing dropped.

mod above;
mod column;
mod constraint;
mod index;
mod storage;
mod view;

pub(crate) use column::is_added_by_sqlite;
pub(crate) use view::differences as differences_of_views;

use super::blueprint::{Blueprint, EnumType, Name, Rule, Table};
use super::difference::Difference;
use super::extension;
use super::live::{Live, Relation};
use super::plan::{Plan, Step};
use super::report::Report;
use crate::error::{Error, Result};
use crate::schema::{Backend, SequenceOptions};
use above::Above;

/// What a database lacks of a blueprint.
///
/// # Errors
/// If a table refers to one that is neither in the blueprint nor in the database.
pub(super) fn report(backend: Backend, blueprint: &Blueprint, live: &Live) -> Result<Report> {
    refuse_dangling_keys(blueprint, live)?;
    let mut work = Work {
        plan: Plan::new(backend),
        later: Vec::new(),
        foreign_keys: Vec::new(),
        differences: Vec::new(),
        above: Above::default(),
    };
    let schemas = blueprint
        .schemas()
        .into_iter()
        .filter(|it| !live.schemas.contains(*it));
    work.plan
        .steps
        .extend(schemas.map(|name| Step::CreateSchema(name.into())));
    for kind in &blueprint.enums {
        match live.types.get(&kind.name) {
            None => work.plan.steps.push(Step::CreateEnum(kind.clone())),
            Some(None) => work
                .differences
                .push(Difference::NotAnEnum(kind.name.clone())),
            Some(Some(labels)) => work.labels(kind, labels),
        }
    }
    for (name, options) in blueprint.sequences() {
        work.sequence(name, options, live);
    }
    let mut new = Vec::new();
    for table in &blueprint.tables {
        match live.relations.get(&table.name) {
            None => new.push(table.clone()),
            Some(relation) if relation.is_table() => {
                work.above = Above::of(relation, blueprint);
                work.table(table, relation);
            }
            Some(_) => work
                .differences
                .push(Difference::NotATable(table.name.clone())),
        }
    }
    let views = view::differences(backend, blueprint, live);
    work.differences.extend(views);
    let mut report = work.finish(new);
    if !report.plan.is_empty() {
        let absent = extension::absent(&blueprint.tables, live);
        report.plan.create_extensions(absent);
    }
    Ok(report)
}

/// What was found so far.
#[derive(Debug)]
struct Work {
    /// Steps that nothing has to precede: schemas, enums, columns.
    plan: Plan,
    /// Constraints, indexes and comments on tables that exist; foreign keys last.
    later: Vec<Step>,
    foreign_keys: Vec<Step>,
    differences: Vec<Difference>,
    /// What comes from the tables above the one that is looked at.
    above: Above,
}

impl Work {
    /// A sequence that stands alone.
    fn sequence(&mut self, name: &Name, said: SequenceOptions, live: &Live) {
        let Some(there) = live.sequences.get(name) else {
            let step = Step::CreateSequence(name.clone(), said);
            return self.plan.steps.push(step);
        };
        let unlike = said.unlike(there);
        if unlike != SequenceOptions::UNSAID {
            self.differences.push(Difference::Sequence {
                name: name.clone(),
                model: unlike.clauses().join(" "),
                database: unlike.as_in(there).clauses().join(" "),
            });
        }
    }

    fn labels(&mut self, kind: &EnumType, labels: &[String]) {
        if kind.labels == labels {
            return;
        }
        let without = |all: &[String], others: &[String]| {
            all.iter()
                .filter(|it| !others.contains(it))
                .cloned()
                .collect()
        };
        self.differences.push(Difference::Labels {
            kind: kind.name.clone(),
            missing: without(&kind.labels, labels),
            extra: without(labels, &kind.labels),
        });
    }

    fn table(&mut self, table: &Table, relation: &Relation) {
        let live = &relation.table;
        if self.plan.backend == Backend::Sqlite && !relation.definition.strict {
            self.differences
                .push(Difference::NotStrict(table.name.clone()));
        }
        self.columns(table, live);
        let counterparts = self.constraints(table, live);
        self.indexes(table, relation, counterparts);
        if self.plan.backend == Backend::Postgres {
            self.storage(table, relation);
        }
        match (&table.comment, &live.comment) {
            (Some(text), None) => {
                self.later
                    .push(Step::CommentOnTable(table.name.clone(), text.clone()));
            }
            (Some(model), Some(database)) if model != database => {
                self.differences
                    .push(Difference::Comment(table.name.clone()));
            }
            _ => {}
        }
    }

    /// New tables come after new columns, which they may refer to, and before
    /// new keys, which may refer to them.
    fn finish(mut self, new: Vec<Table>) -> Report {
        // A key of a new table may need a unique constraint that is new too.
        self.plan.steps.append(&mut self.later);
        self.plan.create_tables(new);
        self.plan.steps.append(&mut self.foreign_keys);
        Report {
            plan: self.plan,
            differences: self.differences,
        }
    }
}

fn refuse_dangling_keys(blueprint: &Blueprint, live: &Live) -> Result<()> {
    for table in &blueprint.tables {
        for (_, key) in table.foreign_keys() {
            let declared = blueprint
                .tables
                .iter()
                .any(|other| other.name == key.target);
            if !declared && !live.relations.contains_key(&key.target) {
                return Err(Error::usage(format!(
                    "`{}` refers to the table `{}`, which does not exist: add its model to the list",
                    table.name, key.target
                )));
            }
        }
    }
    Ok(())
}

/// The columns of the primary key.
fn primary_key(table: &Table) -> &[String] {
    let key = table
        .constraints
        .iter()
        .find_map(|constraint| match &constraint.rule {
            Rule::PrimaryKey(columns) => Some(columns.as_slice()),
            _ => None,
        });
    key.unwrap_or_default()
}
