//! A column of another type beside the old one: filled while others go on, then in its place.
//!
//! ```text
//! online   the second column, and a trigger that gives it the value of each row written;
//!          the rows that exist, some at a time; its NOT NULL proved; its indexes built
//! swap     in a moment: the first column goes, the second has its name, keys and indexes
//! checks   foreign keys and checks, which new rows obey already, held against all rows
//! ```

mod second;
mod steps;

use super::{Pair, Work, constraint, index};
use crate::ddl::blueprint::{Column, Constraint, ForeignKey, Index, Name, Rule, Table, Term};
use crate::diff::change::Change;
use crate::diff::conversion::Conversion;
use crate::diff::token;
use crate::schema::Identity;

/// The columns of one table that change so, and what is built on them.
struct Swap<'a> {
    table: &'a Name,
    columns: Vec<Second<'a>>,
    trigger: String,
    function: Name,
    /// The key to walk along.
    key: &'a [String],
    indexes: Vec<&'a Index>,
    keys: Vec<&'a Constraint>,
    /// Checks and foreign keys: as they are, and as they shall be.
    checked: Vec<(&'a Name, &'a Constraint, &'a Constraint)>,
}

/// A column and the one beside it.
struct Second<'a> {
    now: &'a Column,
    desired: &'a Column,
    next: String,
    /// The check that proves the second one NOT NULL.
    proof: String,
    /// The sequence of a `serial`, as it is written.
    sequence: Option<String>,
    forth: Conversion,
    back: Conversion,
}

impl Work<'_> {
    /// Changes the types of columns by second ones, or says why that cannot be.
    pub(super) fn swap(&mut self, pair: Pair<'_>) {
        let before = self.outcome.problems.len();
        for column in &pair.touched.swapped {
            let old = self.renames.old_column(pair.name, column).to_owned();
            self.held_column(pair, &old, "change by a second column");
            for reason in self.reasons_against(pair, column) {
                self.problem(format!(
                    "`{}.{column}` cannot be changed by a second column: {reason}",
                    pair.name
                ));
            }
        }
        if pair.touched.swapped.is_empty() || self.outcome.problems.len() > before {
            return;
        }
        let Some(swap) = Swap::of(self, pair) else {
            return;
        };
        let changes = [swap.begun(), swap.filled(), swap.swapped()];
        let changes: Vec<Change> = changes.into_iter().chain(swap.checked()).collect();
        self.outcome.changes.extend(changes);
    }

    /// Whether a key leads to a column that is not yet what it will be.
    pub(super) fn is_swapped(&self, key: &ForeignKey) -> bool {
        let touched = self.touched.get(&key.target);
        let mut columns = key.target_columns.iter();
        touched.is_some_and(|it| columns.any(|column| it.swapped.contains(column)))
    }

    fn reasons_against(&self, pair: Pair<'_>, column: &str) -> Vec<String> {
        let sides = (
            pair.now.table.column(column),
            pair.wanted.table.column(column),
        );
        let (Some(now), Some(wanted)) = sides else {
            return Vec::new();
        };
        let mut reasons = Vec::new();
        if self.options.plain {
            reasons.push("one transaction with plain statements was asked for".to_owned());
        }
        if self.key_now(pair.name).is_none() {
            reasons.push("there is no key to fill its rows along".to_owned());
        }
        if pair.now.is_partitioned {
            reasons.push("a partitioned table builds no index beside others".to_owned());
        }
        let is_serial = pair.is_serial(self, column);
        let numbered = is_serial && wanted.identity == Some(Identity::ByDefault);
        if now.nullable != wanted.nullable || (now.identity != wanted.identity && !numbered) {
            reasons.push(
                "NULL or its numbering changes, too: do that in a migration of its own".to_owned(),
            );
        }
        let mut computed = pair.now.table.columns.iter();
        let mentions = |text: &String| token::mentions(text, column);
        if computed.any(|it| it.generated.as_ref().is_some_and(mentions)) {
            reasons.push("another column is computed from it".to_owned());
        }
        reasons.extend(unlike(pair, column));
        reasons
    }
}

/// What is built on the column and changes as well.
fn unlike(pair: Pair<'_>, column: &str) -> Vec<String> {
    let (now, wanted) = (&pair.now.table, &pair.wanted.table);
    let mut out = Vec::new();
    for it in now.indexes.iter().chain(&wanted.indexes) {
        let over = it.parts.iter().any(|part| match &part.term {
            Term::Expression(text) => token::mentions(text, column),
            Term::Column(_) => false,
        });
        let filter = it.filter.as_ref();
        if over || filter.is_some_and(|text| token::mentions(text, column)) {
            out.push(format!(
                "the index `{}` is over an expression of it",
                it.name
            ));
        }
        let of = |table: &Table| {
            table
                .indexes
                .iter()
                .find(|own| own.name == it.name)
                .cloned()
        };
        let alike = match (of(now), of(wanted)) {
            (Some(now), Some(wanted)) => index::same(&wanted, &now),
            _ => false,
        };
        if has(it, column) && !alike {
            out.push(format!("the index `{}` on it changes, too", it.name));
        }
    }
    for it in now.constraints.iter().chain(&wanted.constraints) {
        let alike = match (now.constraint(&it.name), wanted.constraint(&it.name)) {
            (Some(now), Some(wanted)) => {
                // The server writes a check for the type that it is over.
                let checks = [&now.rule, &wanted.rule];
                checks.iter().all(|it| matches!(it, Rule::Check { .. }))
                    || constraint::same(&wanted.rule, &now.rule)
            }
            _ => false,
        };
        if is_on(&it.rule, column) && !alike {
            out.push(format!("the constraint `{}` on it changes, too", it.name));
        }
    }
    out.sort();
    out.dedup();
    out
}

/// Whether plain columns of an index are this one.
fn has(index: &Index, column: &str) -> bool {
    let columns = index.parts.iter().filter_map(|it| it.column());
    let mut columns = columns.chain(index.include.iter().map(String::as_str));
    columns.any(|it| it == column)
}

fn is_on(rule: &Rule, column: &str) -> bool {
    match rule {
        Rule::PrimaryKey(key) | Rule::Unique { columns: key, .. } => {
            key.iter().any(|it| it == column)
        }
        Rule::ForeignKey(key) => key.columns.iter().any(|it| it == column),
        Rule::Check { condition, .. } => token::mentions(condition, column),
    }
}
