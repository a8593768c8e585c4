//! Columns that change so much that what is built on them has to give way,
//! and comes back once they are done.

use std::collections::{BTreeMap, BTreeSet};

use super::Work;
use crate::ddl::blueprint::{Column, Constraint, Index, Name, Rule, Table, Term, Type};
use crate::ddl::live::Live;
use crate::ddl::token;
use crate::diff::conversion;
use crate::diff::options::Options;
use crate::diff::rename::Renames;

/// The columns of one table, by their new names.
#[derive(Debug, Default)]
pub(super) struct Touched {
    /// They get another type.
    pub(super) retyped: BTreeSet<String>,
    /// They are dropped and added again, as their values are computed.
    pub(super) remade: BTreeSet<String>,
    /// They are dropped.
    pub(super) gone: BTreeSet<String>,
    /// They get another type by a second column, with all that is built on them.
    pub(super) swapped: BTreeSet<String>,
    /// Whether the table or one of its columns gets another name.
    pub(super) renamed: bool,
}

impl Touched {
    /// Whether an expression has one of them in it.
    pub(super) fn in_text(&self, text: &str) -> bool {
        let mut all = self.retyped.iter().chain(&self.remade).chain(&self.gone);
        all.any(|column| token::mentions(text, column))
    }

    fn holds(&self, column: &String, retyped: bool) -> bool {
        self.remade.contains(column)
            || self.gone.contains(column)
            || (retyped && self.retyped.contains(column))
    }

    /// Whether an index has to give way. One over plain columns is rebuilt by
    /// the server when a type changes.
    pub(super) fn index(&self, index: &Index) -> bool {
        let columns = index.parts.iter().filter_map(|part| part.column());
        let mut columns = columns.chain(index.include.iter().map(String::as_str));
        columns.any(|it| self.holds(&it.to_owned(), false))
            || index.filter.as_ref().is_some_and(|it| self.in_text(it))
            || index.parts.iter().any(|part| match &part.term {
                Term::Expression(text) => self.in_text(text),
                Term::Column(_) => false,
            })
    }

    /// Whether an index goes with a column that is dropped.
    pub(super) fn takes(&self, index: &Index) -> bool {
        let columns = index.parts.iter().filter_map(|part| part.column());
        let mut columns = columns.chain(index.include.iter().map(String::as_str));
        columns.any(|it| self.gone.contains(it))
    }

    /// Whether a constraint goes with a column that is dropped.
    pub(super) fn takes_rule(&self, rule: &Rule) -> bool {
        match rule {
            Rule::PrimaryKey(columns) | Rule::Unique { columns, .. } => {
                columns.iter().any(|it| self.gone.contains(it))
            }
            Rule::Check { condition, .. } => {
                let mut gone = self.gone.iter();
                gone.any(|column| token::mentions(condition, column))
            }
            Rule::ForeignKey(key) => key.columns.iter().any(|it| self.gone.contains(it)),
            Rule::Exclude(exclusion) => self.gone.iter().any(|it| exclusion.is_over(it)),
        }
    }

    /// Whether a check is over a column that gets another type by a second one.
    pub(super) fn swaps(&self, rule: &Rule) -> bool {
        let Rule::Check { condition, .. } = rule else {
            return false;
        };
        let mut swapped = self.swapped.iter();
        swapped.any(|column| token::mentions(condition, column))
    }

    fn any(&self) -> bool {
        !(self.retyped.is_empty() && self.remade.is_empty() && self.gone.is_empty())
    }

    /// Whether the table is changed in such a way that its indexes had better
    /// give way before.
    pub(super) fn is_early(&self) -> bool {
        self.renamed || self.any()
    }
}

/// What happens to the columns of the tables that both sides have.
pub(super) fn all(
    now: &Live,
    wanted: &Live,
    renames: &Renames,
    rebuilt: &BTreeSet<Name>,
    options: &Options,
) -> BTreeMap<Name, Touched> {
    let both = wanted.relations.iter().filter_map(|(name, wanted)| {
        let now = &now.relations.get(name)?.table;
        let mut touched = Touched {
            renamed: renames.tables.contains_key(name) || renames.of_table(name).next().is_some(),
            ..Touched::default()
        };
        let is_rebuilt =
            |kind: &Type| matches!(kind, Type::Enum { name, .. } if rebuilt.contains(name));
        touched.stored(now, &wanted.table, is_rebuilt);
        // What is built on such a column is seen to with it.
        let is_written_anew = |it: &str| {
            let kinds = now.column(it).zip(wanted.table.column(it));
            kinds.is_some_and(|(now, goal)| !conversion::between(&now.kind, &goal.kind).in_place)
        };
        let is_swapped = |it: &String| options.is_second(name, it) && is_written_anew(it);
        (touched.swapped, touched.retyped) = touched.retyped.into_iter().partition(is_swapped);
        touched.computed(now, &wanted.table, is_rebuilt);
        Some((name.clone(), touched))
    });
    both.collect()
}

impl Touched {
    fn stored(&mut self, now: &Table, wanted: &Table, is_rebuilt: impl Fn(&Type) -> bool) {
        for column in &now.columns {
            let name = column.name.clone();
            match wanted.column(&name) {
                None => {
                    self.gone.insert(name);
                }
                Some(it) if it.generated.is_none() && column.generated.is_none() => {
                    if !is_same_type(it, column) || is_rebuilt(&it.kind) {
                        self.retyped.insert(name);
                    }
                }
                Some(_) => {}
            }
        }
    }

    /// A computed column is made anew with its expression, with its type, and
    /// with the columns that it is computed from.
    fn computed(&mut self, now: &Table, wanted: &Table, is_rebuilt: impl Fn(&Type) -> bool) {
        for column in &now.columns {
            let Some(other) = wanted.column(&column.name) else {
                continue;
            };
            let same = match (&column.generated, &other.generated) {
                (None, None) => true,
                (Some(now), Some(wanted)) => {
                    token::same(now, wanted)
                        && !self.in_text(now)
                        && is_same_type(other, column)
                        && !is_rebuilt(&column.kind)
                }
                _ => false,
            };
            if !same {
                self.remade.insert(column.name.clone());
            }
        }
    }
}

/// Whether two columns have one type, sorted by one collation.
fn is_same_type(one: &Column, other: &Column) -> bool {
    one.kind == other.kind && one.collation == other.collation
}

impl Work<'_> {
    /// Whether a constraint that both sides have must give way for a while.
    pub(super) fn gives_way(&self, table: &Name, constraint: &Constraint) -> bool {
        let holds = |table: &Name, columns: &[String], retyped| {
            self.touched
                .get(table)
                .is_some_and(|it| columns.iter().any(|column| it.holds(column, retyped)))
        };
        match &constraint.rule {
            Rule::PrimaryKey(key) | Rule::Unique { columns: key, .. } => holds(table, key, false),
            Rule::Check { condition, .. } => self
                .touched
                .get(table)
                .is_some_and(|it| it.in_text(condition)),
            Rule::Exclude(it) => {
                let columns: Vec<String> = it.columns().map(Into::into).collect();
                let touched = self.touched.get(table);
                holds(table, &columns, false)
                    || touched.is_some_and(|own| it.texts().any(|text| own.in_text(text)))
            }
            Rule::ForeignKey(key) => {
                holds(table, &key.columns, true)
                    || holds(&key.target, &key.target_columns, true)
                    || !self.key_stays(&key.target, &key.target_columns)
            }
        }
    }

    /// Whether columns of a table are a key from beginning to end.
    pub(super) fn key_stays(&self, table: &Name, columns: &[String]) -> bool {
        let Some(now) = self.now.relations.get(table) else {
            return true;
        };
        let Some(wanted) = self.wanted.relations.get(table) else {
            return self.options.ignores(table);
        };
        let untouched = self
            .touched
            .get(table)
            .is_none_or(|it| !columns.iter().any(|column| it.holds(column, false)));
        let (before, after) = (keys(&now.table, columns), keys(&wanted.table, columns));
        untouched && !before.is_empty() && before.iter().all(|it| after.contains(it))
    }
}

/// What makes columns a key of their table.
fn keys<'t>(table: &'t Table, columns: &[String]) -> Vec<Key<'t>> {
    let is_it =
        |key: &[String]| key.len() == columns.len() && key.iter().all(|it| columns.contains(it));
    let constraints = table.constraints.iter().filter(|it| match &it.rule {
        Rule::PrimaryKey(key) | Rule::Unique { columns: key, .. } => is_it(key),
        _ => false,
    });
    let indexes = table.indexes.iter().filter(|it| {
        let key = it.columns().unwrap_or_default();
        let key: Vec<String> = key.into_iter().map(Into::into).collect();
        it.unique && it.filter.is_none() && is_it(&key)
    });
    let constraints = constraints.map(|it| Key::Constraint(&it.rule));
    constraints.chain(indexes.map(Key::Index)).collect()
}

#[derive(PartialEq)]
enum Key<'t> {
    Constraint(&'t Rule),
    Index(&'t Index),
}
