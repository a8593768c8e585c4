//! What is to be done, and whether it may be: files against history.

use std::collections::{HashMap, HashSet};

use super::checksum;
use super::event::Direction;
use super::history::Record;
use super::options::Options;
use super::problem::{Inconsistency, MigrationProblem};
use super::unit::{Unit, Work};

/// A migration that is to be run.
pub(super) struct Task<'u> {
    pub(super) unit: Unit<'u>,
    pub(super) direction: Direction,
    pub(super) work: Work<'u>,
    /// How many statements an interrupted run has done; `None` for a fresh one.
    pub(super) resume: Option<Resume>,
}

/// Where an interrupted run stopped.
#[derive(Debug, Clone, Copy)]
pub(super) struct Resume {
    pub(super) done: usize,
    /// The outcome of the next statement is not known.
    pub(super) next_began: bool,
}

/// How far to undo.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Undo {
    /// So many migrations, the youngest first.
    Steps(usize),
    /// Everything down to this migration, which is undone too.
    Through(String),
    /// Everything.
    All,
}

type Problem<T> = Result<T, MigrationProblem>;

/// The migrations that are not applied, oldest first, up to `to` if given.
pub(super) fn pending<'u>(
    units: &[Unit<'u>],
    records: &[Record],
    options: &Options,
    to: Option<&str>,
) -> Problem<Vec<Task<'u>>> {
    if let Some(name) = to {
        find(units, name)?;
    }
    let by_name = by_name(records);
    let is_due = |unit: &&Unit<'_>| {
        !by_name.get(unit.name).is_some_and(|it| it.is_applied())
            && to.is_none_or(|to| unit.name <= to)
    };
    let due: Vec<&Unit<'u>> = units.iter().filter(is_due).collect();
    let inconsistency = inconsistency(units, records, &due, options);
    if !inconsistency.is_empty() {
        return Err(MigrationProblem::Inconsistent(inconsistency));
    }
    let task = |unit: &&Unit<'u>| task(**unit, by_name.get(unit.name).copied(), Direction::Up);
    due.iter().map(task).collect()
}

/// The migrations to undo, youngest first.
pub(super) fn undone<'u>(
    units: &[Unit<'u>],
    records: &[Record],
    undo: &Undo,
) -> Problem<Vec<Task<'u>>> {
    let wanted = wanted(records, undo)?;
    let known: HashMap<&str, &Unit<'u>> = units.iter().map(|it| (it.name, it)).collect();
    let unit = |record: &&Record| known.get(record.name.as_str()).copied();
    let gone = wanted.iter().rev().filter(|record| unit(record).is_none());
    let missing: Vec<String> = gone.map(|record| record.name.clone()).collect();
    if !missing.is_empty() {
        return Err(MigrationProblem::Gone { names: missing });
    }
    let pairs = wanted
        .iter()
        .filter_map(|record| Some((unit(record)?, *record)));
    pairs
        .map(|(unit, record)| task(*unit, Some(record), Direction::Down))
        .collect()
}

fn wanted<'r>(records: &'r [Record], undo: &Undo) -> Problem<Vec<&'r Record>> {
    let youngest_first = records.iter().rev();
    match undo {
        Undo::Steps(steps) => Ok(youngest_first.take(*steps).collect()),
        Undo::All => Ok(youngest_first.collect()),
        Undo::Through(name) if records.iter().any(|record| record.name == *name) => {
            Ok(youngest_first
                .take_while(|record| record.name >= *name)
                .collect())
        }
        Undo::Through(name) => Err(MigrationProblem::NoSuch {
            name: name.clone(),
            what: "an applied migration",
        }),
    }
}

/// The migration of this name.
pub(super) fn find<'u>(units: &[Unit<'u>], name: &str) -> Problem<Unit<'u>> {
    units
        .iter()
        .copied()
        .find(|unit| unit.name == name)
        .ok_or_else(|| MigrationProblem::NoSuch {
            name: name.to_owned(),
            what: "a migration",
        })
}

/// Whether an applied migration was edited since.
pub(super) fn is_edited(unit: &Unit<'_>, record: &Record) -> bool {
    // A checksum that was made in another way says nothing.
    record.is_applied()
        && record.algorithm.as_deref() == Some(checksum::ALGORITHM)
        && unit
            .checksum()
            .is_some_and(|it| record.checksum.as_deref() != Some(&it))
}

fn inconsistency(
    units: &[Unit<'_>],
    records: &[Record],
    due: &[&Unit<'_>],
    options: &Options,
) -> Inconsistency {
    let names = |names: Vec<&str>| names.into_iter().map(Into::into).collect();
    let by_name = by_name(records);
    let divergent = units.iter().filter(|unit| {
        by_name
            .get(unit.name)
            .is_some_and(|record| is_edited(unit, record))
    });
    let known: HashSet<&str> = units.iter().map(|unit| unit.name).collect();
    let missing = records
        .iter()
        .map(|record| record.name.as_str())
        .filter(|name| !options.allow_missing && !known.contains(name));
    let youngest = records.iter().rev().find(|record| record.is_applied());
    let is_late = |unit: &&&Unit<'_>| {
        // One that was begun in its time is finished whatever came after it.
        !by_name.contains_key(unit.name)
            && youngest.is_some_and(|record| unit.name < record.name.as_str())
    };
    let late = due
        .iter()
        .filter(|_| !options.allow_out_of_order)
        .filter(is_late);
    Inconsistency {
        divergent: names(divergent.map(|unit| unit.name).collect()),
        missing: names(missing.collect()),
        out_of_order: names(late.map(|unit| unit.name).collect()),
    }
}

fn task<'u>(unit: Unit<'u>, record: Option<&Record>, direction: Direction) -> Problem<Task<'u>> {
    let unfinished = record.filter(|record| record.finished_at.is_none());
    if let Some(record) = unfinished.filter(|record| record.direction != direction) {
        let name = unit.name.to_owned();
        return Err(MigrationProblem::Interrupted {
            name,
            direction: record.direction,
        });
    }
    let work = unit.work(direction)?;
    let resume = unfinished
        .map(|record| resume(&unit, record, work))
        .transpose()?;
    Ok(Task {
        unit,
        direction,
        work,
        resume,
    })
}

fn resume(unit: &Unit<'_>, record: &Record, work: Work<'_>) -> Problem<Resume> {
    let done = match work {
        // What code has done cannot be skipped, so it begins anew.
        Work::Code(_) => 0,
        Work::Sql(section) => {
            let done = record.steps_done;
            let same = done == 0
                || (done <= section.statements.len()
                    && record.steps_checksum.as_deref() == Some(&section.checksum_of_first(done)));
            if !same {
                return Err(MigrationProblem::EditedMidway {
                    name: unit.name.to_owned(),
                    done,
                });
            }
            done
        }
    };
    Ok(Resume {
        done,
        next_began: record.steps_started > record.steps_done,
    })
}

fn by_name(records: &[Record]) -> HashMap<&str, &Record> {
    records
        .iter()
        .map(|record| (record.name.as_str(), record))
        .collect()
}
