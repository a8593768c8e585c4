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
use crate::ddl::blueprint::{Column, Constraint, ForeignKey, Index, Name, Rule, Table, Term, Type};
use crate::ddl::text::postgres as text;
use crate::ddl::token;
use crate::diff::change::Change;
use crate::diff::conversion::{self, Conversion};
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
    /// The check that proves that the second one has what the first has.
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
        let mut first = swap.begun();
        for it in &swap.columns {
            if let Some(reason) = it.forth.hazard {
                first = self.narrowed(first, pair, it.now, it.desired, reason);
            }
        }
        let changes = [first, swap.filled(), swap.swapped()];
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
        if matches!(wanted.kind, Type::Domain { .. } | Type::Other(_)) {
            reasons.push("a domain may give rows a value of its own: change the type below".into());
        }
        if conversion::between(&now.kind, &wanted.kind).hazard == Some(conversion::ZONE) {
            reasons
                .push("each session would take its times to be in a time zone of its own".into());
        }
        let on = pair.now.table.constraints.iter();
        let on = on.filter(|it| is_on(&it.rule, column));
        for it in on.filter(|it| pair.live.unsaid.contains_key(&it.name)) {
            reasons.push(format!(
                "the constraint `{}` has more to it than a model says",
                it.name.escape_debug()
            ));
        }
        let exclusions = pair.now.table.constraints.iter();
        let exclusions = exclusions.filter(|it| matches!(it.rule, Rule::Exclude(_)));
        for it in exclusions.filter(|it| is_on(&it.rule, column)) {
            reasons.push(format!(
                "the exclusion constraint `{}` is never built while others write",
                it.name.escape_debug()
            ));
        }
        reasons.extend(self.keys_against(pair, column));
        let mut computed = pair.now.table.columns.iter();
        let mentions = |text: &String| token::mentions(text, column);
        if computed.any(|it| it.generated.as_ref().is_some_and(mentions)) {
            reasons.push("another column is computed from it".to_owned());
        }
        reasons.extend(unlike(pair, column));
        reasons
    }
}

impl Work<'_> {
    /// Foreign keys on a column, or leading to it, that change in another way as well.
    fn keys_against(&self, pair: Pair<'_>, column: &str) -> Vec<String> {
        let mut out = Vec::new();
        for (table, relation) in &self.now.relations {
            for it in &relation.table.constraints {
                let Rule::ForeignKey(key) = &it.rule else {
                    continue;
                };
                let own = table == pair.name && key.columns.iter().any(|it| it == column);
                let leads =
                    key.target == *pair.name && key.target_columns.iter().any(|it| it == column);
                if !own && !leads {
                    continue;
                }
                let name = it.name.escape_debug();
                let goal = self.wanted.relations.get(table);
                let goal = goal.and_then(|goal| goal.table.constraint(&it.name));
                if goal.is_none_or(|goal| goal.rule != it.rule) {
                    out.push(format!(
                        "the foreign key `{name}` of `{table}` changes or goes, too: do that in a \
                         migration of its own"
                    ));
                    continue;
                }
                for (of, column) in sides(table, key) {
                    let Some(touched) = self.touched.get(of) else {
                        continue;
                    };
                    let (of, swapped) = (of.to_string(), touched.swapped.contains(column));
                    if touched.retyped.contains(column) {
                        out.push(format!(
                            "`{of}.{column}`, of the foreign key `{name}`, gets another type, too: \
                             name it as well, `--second-column {of}.{column}`"
                        ));
                    } else if swapped && !self.is_number(of.as_str(), column) {
                        out.push(format!(
                            "the two sides of the foreign key `{name}` change one after the other, \
                             which keys of numbers alone can"
                        ));
                    }
                }
            }
        }
        out.sort();
        out.dedup();
        out
    }

    /// Whether a column will be of a type that is compared with every other number.
    fn is_number(&self, table: &str, column: &str) -> bool {
        let mut tables = self.wanted.relations.iter();
        let found = tables.find(|(name, _)| name.to_string() == table);
        let kind = found.and_then(|(_, it)| it.table.column(column));
        kind.is_some_and(|it| {
            let kind = text::kind(&it.kind);
            ["smallint", "integer", "bigint", "numeric"]
                .iter()
                .any(|number| kind.starts_with(number))
        })
    }
}

/// The columns of both ends of a key.
fn sides<'k>(table: &'k Name, key: &'k ForeignKey) -> impl Iterator<Item = (&'k Name, &'k String)> {
    let own = key.columns.iter().map(move |it| (table, it));
    own.chain(key.target_columns.iter().map(|it| (&key.target, it)))
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
        Rule::Exclude(exclusion) => exclusion.is_over(column),
    }
}
