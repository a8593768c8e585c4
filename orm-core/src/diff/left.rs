//! What models have no words for is taken out of both sides before anything is
//! compared: what is not there is neither changed nor dropped.
//!
//! Something that has a counterpart in the goal is compared by what can be said
//! of it. What has none, or stands where the goal has something else, is named.

mod alone;
mod constraint;

use std::collections::{BTreeMap, BTreeSet};

pub use alone::LeftAlone;

use super::options::Options;
use super::rename::Renames;
use super::scratch::Sides;
use crate::ddl::blueprint::{Index, Name, Table, Term, Type};
use crate::ddl::live::Relation;
use crate::ddl::token;
use crate::ddl::unsaid::{self, IndexReason, TableReason};
use crate::schema::Backend;

/// What was set aside.
#[derive(Debug, Default)]
pub(super) struct Aside {
    pub(super) left: Vec<LeftAlone>,
    /// What stands where the goal has something else.
    pub(super) problems: Vec<String>,
}

/// Takes what models cannot say out of the database's side; tables without a
/// model are ignored from now on.
pub(super) fn set_aside(backend: Backend, sides: &mut Sides, options: &mut Options) -> Aside {
    let renames = Renames::pending(&sides.goal, &sides.live, options);
    let pairs: BTreeMap<Name, Table> = sides
        .wanted
        .relations
        .iter()
        .map(|(new, wanted)| {
            let back = renames.inverse();
            let mut table = wanted.table.clone();
            back.undo(&mut table, renames.old_table(new).clone());
            (renames.old_table(new).clone(), table)
        })
        .collect();
    let mut aside = Aside::default();
    let names: Vec<Name> = sides.live.relations.keys().cloned().collect();
    for name in &names {
        let Some(relation) = sides.live.relations.get(name).filter(|it| it.is_table()) else {
            continue;
        };
        if pairs.contains_key(name) || options.ignores(name) {
            continue;
        }
        if let Some(reason) = unsaid::table(backend, &relation.table) {
            options.ignored.insert(name.to_string());
            let table = name.clone();
            // A history is nobody's surprise.
            if reason != TableReason::History {
                aside.left.push(LeftAlone::Table { table, reason });
            }
        }
    }
    let stays = |target: &Name| {
        !pairs.contains_key(target)
            && (options.ignores(target) || !sides.live.relations.contains_key(target))
    };
    let kinds: BTreeMap<(Name, String), Type> = sides
        .live
        .relations
        .values()
        .flat_map(|it| {
            let name = it.table.name.clone();
            let columns = it.table.columns.iter();
            columns.map(move |column| ((name.clone(), column.name.clone()), column.kind.clone()))
        })
        .collect();
    let strangers: BTreeSet<Name> = sides
        .live
        .relations
        .values()
        .flat_map(|it| it.table.foreign_keys().map(|(_, key)| key.target.clone()))
        .filter(|it| stays(it))
        .collect();
    for (name, wanted) in &pairs {
        let Some(relation) = sides
            .live
            .relations
            .get_mut(name)
            .filter(|it| it.is_table())
        else {
            continue;
        };
        let from = relation.inherited.from.iter();
        let mut table = Setting {
            backend,
            wanted,
            above: from.filter_map(|it| pairs.get(it)).collect(),
            gone: BTreeSet::new(),
            strangers: &strangers,
            kinds: &kinds,
            aside: &mut aside,
        };
        if !options.contracts {
            table.formers(relation);
        }
        let beside = renames.beside.iter();
        let beside = beside.filter(|((of, _), _)| renames.old_table(of) == name);
        for (_, old) in beside {
            table.keep_column(relation, old);
        }
        table.storage(relation);
        table.columns(relation);
        table.indexes(relation);
        table.constraints(relation);
    }
    aside
}

/// One table that both sides have, under the names that the database has.
struct Setting<'a> {
    backend: Backend,
    wanted: &'a Table,
    /// What the goal has in place of the tables above it.
    above: Vec<&'a Table>,
    /// Its columns that were set aside.
    gone: BTreeSet<String>,
    /// Tables without a model, which stay.
    strangers: &'a BTreeSet<Name>,
    /// The types of all columns.
    kinds: &'a BTreeMap<(Name, String), Type>,
    aside: &'a mut Aside,
}

impl Setting<'_> {
    /// Parameters that others set, and partitions that they made.
    fn storage(&mut self, relation: &mut Relation) {
        let (name, wanted) = (&relation.table.name, &self.wanted.storage);
        let found = relation.table.storage.parameters.keys();
        for parameter in found.filter(|it| !wanted.parameters.contains_key(*it)) {
            self.aside.left.push(LeftAlone::Parameter {
                table: name.clone(),
                parameter: parameter.clone(),
            });
        }
        if relation.is_partitioned && wanted.partition.is_none() {
            self.aside.left.push(LeftAlone::Partitioning(name.clone()));
        }
    }

    /// Columns that are there for programs which know them by an old name. What has the new
    /// name has no default as long as they are: it could not be told from a value.
    fn formers(&mut self, relation: &mut Relation) {
        for former in relation.formers.clone() {
            let wanted = self.wanted.column(&former.current);
            if wanted.is_none() || self.wanted.column(&former.column).is_some() {
                continue;
            }
            let mut columns = relation.table.columns.iter_mut();
            if let Some(current) = columns.find(|it| it.name == former.current) {
                current.default = wanted.and_then(|it| it.default.clone());
            }
            self.keep_column(relation, &former.column);
            self.aside.left.push(LeftAlone::Former {
                table: relation.table.name.clone(),
                column: former.column,
                current: former.current,
            });
        }
    }

    /// Sets a column aside, with what is built on it. A part of the primary key is none.
    fn keep_column(&mut self, relation: &mut Relation, name: &str) {
        if unsaid::primary_key(&relation.table)
            .iter()
            .any(|it| it == name)
        {
            return;
        }
        let columns = &mut relation.table.columns;
        if let Some(place) = columns.iter().position(|it| it.name == name) {
            relation.kept_columns.push(columns.remove(place));
            self.gone.insert(name.to_owned());
        }
    }

    fn columns(&mut self, relation: &mut Relation) {
        let table = relation.table.name.clone();
        for column in &relation.table.columns {
            if self.wanted.column(&column.name).is_some() {
                continue;
            }
            let has_it = |it: &&&Table| it.column(&column.name).is_some();
            let inherited = relation.inherited.columns.contains(&column.name);
            // Where a table above loses it, this one does too.
            if inherited && self.above.iter().all(|it| has_it(&it)) {
                self.gone.insert(column.name.clone());
                self.aside.left.push(LeftAlone::Inherited {
                    table: table.clone(),
                    column: column.name.clone(),
                });
            } else if unsaid::is_unreadable(self.backend, column) {
                self.gone.insert(column.name.clone());
                self.aside.left.push(LeftAlone::Column {
                    table: table.clone(),
                    column: column.name.clone(),
                    kind: column.kind.to_string(),
                });
            }
        }
        let gone = &self.gone;
        relation.table.columns.retain(|it| !gone.contains(&it.name));
    }

    fn indexes(&mut self, relation: &mut Relation) {
        let table = relation.table.name.clone();
        let (mut kept, mut aside) = (Vec::new(), Vec::new());
        for index in std::mem::take(&mut relation.table.indexes) {
            self.parameters_of(&table, &index);
            let inherited = relation.inherited.indexes.contains(&index.name);
            let inherited = inherited.then_some(IndexReason::Inherited);
            let reason = self.reason_of_index(&relation.table, &index).or(inherited);
            let Some(reason) = reason else {
                kept.push(index);
                continue;
            };
            match self.wanted.indexes.iter().find(|it| it.name == index.name) {
                // What can be said of it is what the goal says.
                Some(wanted) if is_alike(wanted, &index) => kept.push(index),
                // The same by another name, which is that of a part here.
                _ if reason == IndexReason::Inherited && self.wants(&index) => kept.push(index),
                Some(_) => {
                    self.aside.problems.push(format!(
                        "the index `{}` of `{table}` is another one in the database, which no \
                         attribute describes ({reason}): give the model's another name, or drop \
                         the other one in a migration of its own",
                        index.name
                    ));
                    kept.push(index);
                }
                None => {
                    self.aside.left.push(LeftAlone::Index {
                        table: table.clone(),
                        index: index.name.clone(),
                        reason,
                    });
                    aside.push(index);
                }
            }
        }
        relation.table.indexes = kept;
        relation.kept_indexes = aside;
    }

    /// Whether the goal has an index like it, whatever it is called.
    fn wants(&self, index: &Index) -> bool {
        self.wanted.indexes.iter().any(|it| is_alike(it, index))
    }

    /// Parameters that others set: an index that is made anew gets them again.
    fn parameters_of(&mut self, table: &Name, index: &Index) {
        let wanted = self.wanted.indexes.iter().find(|it| it.name == index.name);
        let is_named = |name: &String| wanted.is_some_and(|it| it.parameters.contains_key(name));
        for parameter in index.parameters.keys().filter(|it| !is_named(it)) {
            self.aside.left.push(LeftAlone::IndexParameter {
                table: table.clone(),
                index: index.name.clone(),
                parameter: parameter.clone(),
            });
        }
    }

    fn reason_of_index(&self, table: &Table, index: &Index) -> Option<IndexReason> {
        let columns = index.parts.iter().filter_map(|it| it.column());
        let mut columns = columns.chain(index.include.iter().map(String::as_str));
        let texts = index.parts.iter().filter_map(|it| match &it.term {
            Term::Expression(text) => Some(text),
            Term::Column(_) => None,
        });
        let mut texts = texts.chain(&index.filter);
        if columns.any(|it| self.gone.contains(it)) || texts.any(|it| self.is_over(it)) {
            return Some(IndexReason::Column);
        }
        if table.constraint(&index.name).is_some() {
            return Some(IndexReason::SameName);
        }
        unsaid::index(index)
    }

    /// Whether an expression has a column in it that was set aside.
    fn is_over(&self, text: &str) -> bool {
        self.gone.iter().any(|column| token::mentions(text, column))
    }
}

fn is_alike(wanted: &Index, now: &Index) -> bool {
    let same = |one: &Option<String>, other: &Option<String>| match (one, other) {
        (Some(one), Some(other)) => token::same(one, other),
        (one, other) => one == other,
    };
    let mut parts = wanted.parts.iter().zip(&now.parts);
    wanted.unique == now.unique
        && wanted.method == now.method
        && wanted.nulls_not_distinct == now.nulls_not_distinct
        && same(&wanted.filter, &now.filter)
        && wanted.include == now.include
        && wanted.parts.len() == now.parts.len()
        && parts.all(|(wanted, now)| match (&wanted.term, &now.term) {
            (Term::Column(wanted), Term::Column(now)) => wanted == now,
            (Term::Expression(wanted), Term::Expression(now)) => token::same(wanted, now),
            _ => false,
        })
}
