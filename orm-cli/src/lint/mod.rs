//! Migrations that would hurt programs in use, found before they run.
//!
//! ```text
//! text -> grammar (facts) -> rules (what applies, what to write instead) -> report
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

use self::allow::Fault;
use self::fact::Fact;
use self::name::Name;
use self::rule::{Level, Lock, Rule, Step};
use self::scene::Scene;

pub(crate) use self::explain::{explain, overview};
pub(crate) use self::report::Report;

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
    pub(crate) lock: Option<Lock>,
    /// What to write instead; empty where there is nothing to write.
    pub(crate) rewrite: String,
}

/// The types that columns have now, by the name of their table as it is written
/// and their own as the server has it.
pub(crate) type ColumnTypes = HashMap<(String, String), String>;

/// The columns whose present type decides whether a change of it is dangerous.
pub(crate) fn retyped(migrations: &[SqlMigration<'_>]) -> Vec<(String, String)> {
    let statements = migrations.iter().flat_map(|it| &it.statements);
    let facts = statements.flat_map(|it| grammar::facts(it.text));
    let retyped = facts.filter_map(|(_, fact)| match fact {
        Fact::ChangesType { table, column, .. } => {
            Some((table.to_string(), column.last().to_owned()))
        }
        _ => None,
    });
    retyped.collect()
}

/// Judges migrations that are applied together, in their order.
pub(crate) fn lint(migrations: &[SqlMigration<'_>], types: ColumnTypes) -> Vec<Finding> {
    let facts: Vec<Vec<Vec<(usize, Fact)>>> = migrations
        .iter()
        .map(|it| {
            it.statements
                .iter()
                .map(|it| grammar::facts(it.text))
                .collect()
        })
        .collect();
    let mut scene = Scene::new(types);
    for (_, fact) in facts.iter().flatten().flatten() {
        scene.foresee(fact);
    }
    let mut findings = Vec::new();
    for (migration, facts) in migrations.iter().zip(&facts) {
        scene.begin();
        let texts: Vec<&str> = migration.statements.iter().map(|it| it.text).collect();
        for (statement, facts) in migration.statements.iter().zip(facts) {
            let place = Place {
                migration,
                texts: &texts,
                statement,
            };
            findings.extend(place.judge(facts, &mut scene));
        }
    }
    findings
}

/// Judges migrations of SQLite, by the rules that are not PostgreSQL's alone.
///
/// Where a table is made anew, another one takes the place of the one that is
/// dropped: no program sees it go, or what it was called meanwhile.
pub(crate) fn lint_sqlite(migrations: &[SqlMigration<'_>]) -> Vec<Finding> {
    let replaced = |file: &str, table: &Name| {
        let statements = migrations.iter().filter(|it| it.file == file);
        let mut texts = statements.flat_map(|it| &it.statements);
        let (bare, quoted) = (table.last(), format!("\"{}\"", table.last()));
        texts.any(|it| {
            let to = it
                .text
                .rsplit_once(" RENAME TO ")
                .map(|(_, name)| name.trim());
            to.is_some_and(|it| it == bare || it == quoted)
        })
    };
    let is_temporary = |table: &Name| table.last().starts_with("orm_new_");
    let mut findings = lint(migrations, HashMap::new());
    findings.retain(|it| {
        let rule = rule::all().find(|rule| rule.name == it.rule);
        let applies = rule.is_none_or(Rule::is_of_every_database);
        let unseen = match &it.table {
            Some(table) if it.rule == "drop-table" => replaced(&it.file, table),
            Some(table) if it.rule == "rename-table" => is_temporary(table),
            _ => false,
        };
        applies && !unseen
    });
    for finding in &mut findings {
        finding.lock = None;
    }
    findings
}

/// A statement in its migration.
struct Place<'m> {
    migration: &'m SqlMigration<'m>,
    texts: &'m [&'m str],
    statement: &'m SqlStatement<'m>,
}

impl Place<'_> {
    fn judge(&self, facts: &[(usize, Fact)], scene: &mut Scene) -> Vec<Finding> {
        let (mut exceptions, faults) = allow::read(&self.statement.allowances);
        let mut findings: Vec<Finding> = faults.into_iter().map(|it| self.fault(it)).collect();
        for (at, fact) in facts {
            let step = Step {
                fact,
                text: self.statement.text,
                migration: self.texts,
                in_transaction: self.migration.in_transaction,
                scene,
            };
            for rule in rule::all() {
                let Some(found) = (rule.check)(&step) else {
                    continue;
                };
                if allow::excuse(&mut exceptions, rule.name) {
                    continue;
                }
                let reason = match fact {
                    Fact::Unreadable(message) => format!("{} ({message})", rule.reason),
                    _ => rule.reason.to_owned(),
                };
                findings.push(Finding {
                    rule: rule.name,
                    level: rule.level,
                    file: self.migration.file.to_owned(),
                    line: self.line(*at),
                    table: found.table,
                    reason,
                    lock: rule.lock,
                    rewrite: found.rewrite,
                });
            }
            scene.take(fact);
        }
        findings.extend(allow::unused(&exceptions).map(|it| self.fault(it)));
        findings
    }

    /// The line of a byte of the statement.
    fn line(&self, at: usize) -> usize {
        let before = self.statement.text.bytes().take(at);
        self.statement.line + before.filter(|byte| *byte == b'\n').count()
    }

    fn fault(&self, fault: Fault) -> Finding {
        Finding {
            rule: "allow",
            level: Level::Danger,
            file: self.migration.file.to_owned(),
            line: fault.line,
            table: None,
            reason: fault.message,
            lock: None,
            rewrite: String::new(),
        }
    }
}
