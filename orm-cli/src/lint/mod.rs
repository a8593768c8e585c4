//! Migrations that would hurt programs in use, found before they run.
//!
//! ```text
//! text -> grammar (facts; one for each database) -> rules (what applies, what to write instead) -> report
//!                 scene: what the statements before have done
//! ```
//!
//! A table that a pending migration makes is used by nobody yet: nothing is
//! dangerous on it.

mod allow;
mod explain;
mod fact;
#[cfg(test)]
mod fuzz;
mod grammar;
mod name;
#[cfg(test)]
mod noticed;
mod release;
mod report;
mod rule;
mod rules;
mod scene;
#[cfg(test)]
mod tests;
mod volatile;
mod widening;

use std::collections::HashMap;

use orm_core::migrate::{SqlMigration, SqlStatement};
use orm_core::schema::Backend;

use self::allow::Fault;
use self::fact::Fact;
use self::name::Name;
use self::release::Seen;
use self::rule::{Level, Lock, Step};
use self::scene::Scene;

pub(crate) use self::explain::{explain, overview};
pub(crate) use self::release::Release;
pub(crate) use self::report::{Report, counted};

/// Something that a rule does not like.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    /// The rule's name; `allow` for what is wrong with an exception.
    pub(crate) rule: &'static str,
    pub(crate) level: Level,
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) table: Option<Name>,
    pub(crate) reason: String,
    /// The first line of the statement.
    pub(crate) statement: String,
    /// The tables, or their columns, of the running release that it is about.
    pub(crate) uses: Vec<String>,
    pub(crate) lock: Option<Lock>,
    /// What to write instead; empty where there is nothing to write.
    pub(crate) rewrite: String,
}

/// The types that columns have now, by the name of their table as it is written
/// and their own as the server has it.
pub(crate) type ColumnTypes = HashMap<(String, String), String>;

/// What is known of the time before the migrations that are judged.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) types: ColumnTypes,
    /// The tables of [`perhaps_made`] that are not there.
    pub(crate) missing: Vec<String>,
    /// Whether the migrations before each may have been applied long ago.
    pub(crate) apart: bool,
    /// The release that runs, if it said what it uses.
    pub(crate) release: Option<Release>,
}

/// The tables that migrations make unless they are there.
pub(crate) fn perhaps_made(migrations: &[SqlMigration<'_>], of: Backend) -> Vec<String> {
    let statements = migrations.iter().flat_map(|it| &it.statements);
    let facts = statements.flat_map(|it| grammar::facts(it, of));
    let made = facts.filter_map(|(_, fact)| match fact {
        Fact::CreatesTable {
            table,
            if_missing: true,
            ..
        } => Some(table.to_string()),
        _ => None,
    });
    made.collect()
}

/// The columns whose present type decides whether a change of it is dangerous.
pub(crate) fn retyped(migrations: &[SqlMigration<'_>]) -> Vec<(String, String)> {
    let statements = migrations.iter().flat_map(|it| &it.statements);
    let facts = statements.flat_map(|it| grammar::facts(it, Backend::Postgres));
    let retyped = facts.filter_map(|(_, fact)| match fact {
        Fact::ChangesType { table, column, .. } => {
            Some((table.to_string(), column.last().to_owned()))
        }
        _ => None,
    });
    retyped.collect()
}

/// Judges migrations that are applied together, in their order, by the rules that
/// are about their database.
///
/// SQLite locks its file whatever is in a migration. Where a table is made anew, another
/// one takes the place of the one that is dropped: no program sees it go.
pub(crate) fn lint(migrations: &[SqlMigration<'_>], of: Backend, known: Known) -> Vec<Finding> {
    let facts: Vec<Vec<Vec<(usize, Fact)>>> = migrations
        .iter()
        .map(|it| {
            it.statements
                .iter()
                .map(|it| grammar::facts(it, of))
                .collect()
        })
        .collect();
    let release = known.release.as_ref();
    let seen = release.map(|it| it.walk(migrations, &facts));
    let mut scene = Scene::new(known);
    for (_, fact) in facts.iter().flatten().flatten() {
        scene.foresee(fact);
    }
    let mut findings = Vec::new();
    for (at, (migration, facts)) in migrations.iter().zip(&facts).enumerate() {
        scene.begin();
        let texts: Vec<&str> = migration.statements.iter().map(|it| it.text).collect();
        let place = Place {
            of,
            migration,
            at,
            texts: &texts,
            seen: seen.as_ref(),
            replaced: match of {
                Backend::Sqlite => replaced(facts),
                _ => Vec::new(),
            },
        };
        for (nth, facts) in facts.iter().enumerate() {
            findings.extend(place.judge(nth, facts, &mut scene));
        }
    }
    findings
}

/// The tables that a migration drops and gives their names to others.
fn replaced(facts: &[Vec<(usize, Fact)>]) -> Vec<Name> {
    let mut dropped = Vec::new();
    let mut replaced = Vec::new();
    for (_, fact) in facts.iter().flatten() {
        match fact {
            Fact::DropsTable(table) => dropped.push(table),
            Fact::RenamesTable { to, .. } if dropped.contains(&to) => replaced.push(to.clone()),
            _ => {}
        }
    }
    replaced
}

/// A migration, for a kind of database.
struct Place<'m> {
    of: Backend,
    /// Its place among all.
    at: usize,
    migration: &'m SqlMigration<'m>,
    texts: &'m [&'m str],
    replaced: Vec<Name>,
    /// What the release that runs has to do with facts, if it said what it uses.
    seen: Option<&'m HashMap<release::Place, Seen>>,
}

impl Place<'_> {
    fn judge(&self, nth: usize, facts: &[(usize, Fact)], scene: &mut Scene) -> Vec<Finding> {
        let statement = &self.migration.statements[nth];
        let (mut exceptions, faults) = allow::read(&statement.allowances);
        let mut findings: Vec<Finding> = faults.into_iter().map(|it| self.fault(it)).collect();
        for (place, (at, fact)) in facts.iter().enumerate() {
            let step = Step {
                fact,
                text: statement.text,
                migration: self.texts,
                in_transaction: self.migration.in_transaction,
                scene,
            };
            let seen = self.seen.and_then(|all| all.get(&(self.at, nth, place)));
            let is_known = seen.is_some_and(|it| it.is_known);
            for rule in rule::all().filter(|rule| rule.is_of(self.of)) {
                let Some(found) = (rule.check)(&step) else {
                    continue;
                };
                if matches!(fact, Fact::DropsTable(table) if self.replaced.contains(table)) {
                    continue;
                }
                // An exception from what is known better now is no fault.
                let is_answered = is_known && rule.is_about_use();
                if allow::excuse(&mut exceptions, rule.name) || is_answered {
                    continue;
                }
                let reason = match fact {
                    Fact::Unreadable(message) => format!("{} ({message})", rule.reason),
                    _ => rule.reason.to_owned(),
                };
                // What a rule writes is a statement, where this is a part of one.
                let rewrite = match is_code(statement) && !matches!(fact, Fact::RunsCode) {
                    true => format!(
                        "-- as a statement of its own it is told what to write instead; or\n{}",
                        step.allowed(rule.name, "it has been read with locks in mind")
                    ),
                    false => found.rewrite,
                };
                findings.push(Finding {
                    rule: rule.name,
                    level: rule.level,
                    file: self.migration.file.to_owned(),
                    line: line_of(statement, *at),
                    table: found.table,
                    reason,
                    statement: first_line(statement),
                    uses: Vec::new(),
                    lock: rule.lock.filter(|_| self.of == Backend::Postgres),
                    rewrite,
                });
            }
            for broken in seen.iter().flat_map(|it| &it.broken) {
                let rule = rule::all().find(|rule| rule.name == broken.rule);
                let Some(rule) = rule.filter(|rule| rule.is_of(self.of)) else {
                    continue;
                };
                if !allow::excuse(&mut exceptions, rule.name) {
                    findings.push(Finding {
                        rule: rule.name,
                        level: rule.level,
                        file: self.migration.file.to_owned(),
                        line: line_of(statement, *at),
                        table: None,
                        reason: broken.why.clone(),
                        statement: first_line(statement),
                        uses: broken.uses.clone(),
                        lock: None,
                        rewrite: broken.instead(&step),
                    });
                }
            }
            scene.take(fact);
        }
        let unused = allow::unused(&exceptions, self.of);
        findings.extend(unused.map(|it| self.fault(it)));
        findings
    }

    fn fault(&self, fault: Fault) -> Finding {
        Finding {
            rule: "allow",
            level: Level::Danger,
            file: self.migration.file.to_owned(),
            line: fault.line,
            table: None,
            reason: fault.message,
            statement: String::new(),
            uses: Vec::new(),
            lock: None,
            rewrite: String::new(),
        }
    }
}

/// Whether a statement is a block of code.
fn is_code(statement: &SqlStatement<'_>) -> bool {
    statement.words.first().is_some_and(|word| word == "do")
}

/// What a statement begins with.
fn first_line(statement: &SqlStatement<'_>) -> String {
    statement.text.lines().next().unwrap_or_default().to_owned()
}

/// The line of a byte of the statement.
fn line_of(statement: &SqlStatement<'_>, at: usize) -> usize {
    let before = statement.text.bytes().take(at);
    statement.line + before.filter(|byte| *byte == b'\n').count()
}
