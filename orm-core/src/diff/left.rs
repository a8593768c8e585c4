//! What models have no words for is taken out of both sides before anything is
//! compared: what is not there is neither changed nor dropped.
//!
//! Something that has a counterpart in the goal is compared by what can be said
//! of it. What has none, or stands where the goal has something else, is named.

mod alone;

use std::collections::{BTreeMap, BTreeSet};

pub use alone::LeftAlone;

use super::options::Options;
use super::rename::Renames;
use super::scratch::Sides;
use super::token;
use crate::ddl::blueprint::{Constraint, ForeignKey, Index, Name, Rule, Table, Term, Type};
use crate::ddl::live::Relation;
use crate::ddl::unsaid::{self, ConstraintReason, IndexReason, TableReason};
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
        let mut table = Setting {
            backend,
            wanted,
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
            let is_model = self.wanted.column(&column.name).is_some();
            if !is_model && unsaid::is_unreadable(self.backend, column) {
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
            let Some(reason) = self.reason_of_index(&relation.table, &index) else {
                kept.push(index);
                continue;
            };
            match self.wanted.indexes.iter().find(|it| it.name == index.name) {
                // What can be said of it is what the goal says.
                Some(wanted) if is_alike(wanted, &index) => kept.push(index),
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

    fn constraints(&mut self, relation: &mut Relation) {
        let table = relation.table.name.clone();
        let mut kept: Vec<Constraint> = Vec::new();
        for mut constraint in std::mem::take(&mut relation.table.constraints) {
            let counterpart = self.counterpart(&constraint);
            self.bounded(&mut constraint, counterpart.as_ref());
            let unsaid = relation.unsaid.get(&constraint.name).copied();
            let reason = unsaid.or_else(|| self.reason_of(&table, &constraint.rule, &kept));
            let (Some(reason), false) = (reason, counterpart.is_some()) else {
                kept.push(constraint);
                continue;
            };
            if self.wanted.constraint(&constraint.name).is_some() {
                self.aside.problems.push(format!(
                    "the constraint `{}` of `{table}` is another one in the database, which no \
                     attribute describes ({reason}): give the model's another name, or drop the \
                     other one in a migration of its own",
                    constraint.name
                ));
                kept.push(constraint);
                continue;
            }
            self.aside.left.push(LeftAlone::Constraint {
                table: table.clone(),
                constraint: constraint.name,
                reason,
            });
        }
        relation.table.constraints = kept;
    }

    /// What the goal has in its place: the same demand, as far as models can say it.
    fn counterpart(&self, constraint: &Constraint) -> Option<Rule> {
        let all = self.wanted.constraints.iter().map(|it| &it.rule);
        let mut alike = all.filter(|it| match (it, &constraint.rule) {
            (Rule::ForeignKey(wanted), Rule::ForeignKey(key)) => {
                wanted.columns == key.columns
                    && wanted.target == key.target
                    && wanted.target_columns == key.target_columns
            }
            (Rule::Check { condition, .. }, Rule::Check { condition: now, .. }) => {
                token::same(condition, now)
            }
            (wanted, now) => *wanted == now,
        });
        alike.next().cloned()
    }

    /// An action that can never succeed is one that no model says.
    fn bounded(&mut self, constraint: &mut Constraint, counterpart: Option<&Rule>) {
        let (Rule::ForeignKey(key), Some(Rule::ForeignKey(wanted))) =
            (&mut constraint.rule, counterpart)
        else {
            return;
        };
        let table = self.wanted;
        let mut blurred = false;
        for (own, goal) in [
            (&mut key.on_delete, wanted.on_delete),
            (&mut key.on_update, wanted.on_update),
        ] {
            let possible = unsaid::possible_action(table, wanted, *own);
            if possible != *own && possible == goal {
                *own = possible;
                blurred = true;
            }
        }
        if blurred {
            self.aside.left.push(LeftAlone::Constraint {
                table: table.name.clone(),
                constraint: constraint.name.clone(),
                reason: ConstraintReason::Action,
            });
        }
    }

    fn reason_of(
        &self,
        table: &Name,
        rule: &Rule,
        before: &[Constraint],
    ) -> Option<ConstraintReason> {
        let is_gone = |columns: &[String]| columns.iter().any(|it| self.gone.contains(it));
        match rule {
            Rule::PrimaryKey(columns) | Rule::Unique { columns, .. } => {
                is_gone(columns).then_some(ConstraintReason::Column)
            }
            Rule::Check { condition, .. } => {
                self.is_over(condition).then_some(ConstraintReason::Column)
            }
            Rule::ForeignKey(key) => {
                if is_gone(&key.columns) {
                    return Some(ConstraintReason::Column);
                }
                self.reason_of_key(table, key, before)
            }
        }
    }

    fn reason_of_key(
        &self,
        table: &Name,
        key: &ForeignKey,
        before: &[Constraint],
    ) -> Option<ConstraintReason> {
        if self.strangers.contains(&key.target) {
            return Some(ConstraintReason::NoTarget);
        }
        if key.columns.len() > unsaid::WIDEST_KEY {
            return Some(ConstraintReason::TooWide);
        }
        let kind = |table: &Name, column: &String| self.kinds.get(&(table.clone(), column.clone()));
        let mut sides = key.columns.iter().zip(&key.target_columns);
        // SQLite's keys refer to columns of any type.
        let is_typed = self.backend == Backend::Postgres;
        let kind = |table: &Name, column: &String| kind(table, column).map(Type::base);
        if is_typed && sides.any(|(own, other)| kind(table, own) != kind(&key.target, other)) {
            return Some(ConstraintReason::Types);
        }
        let twice = |it: &Constraint| match &it.rule {
            Rule::ForeignKey(other) => other.columns == key.columns && other.target == key.target,
            _ => false,
        };
        let mut wanted = self.wanted.constraints.iter();
        (before.iter().any(twice) && wanted.any(twice)).then_some(ConstraintReason::Twice)
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
