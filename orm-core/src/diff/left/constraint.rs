//! Constraints: which of them the goal has, and why no attribute describes the others.

use std::collections::BTreeMap;

use super::{LeftAlone, Setting};
use crate::ddl::blueprint::{Constraint, ForeignKey, Name, Rule, Table, Type};
use crate::ddl::live::Relation;
use crate::ddl::token;
use crate::ddl::unsaid::{self, ConstraintReason};
use crate::schema::Backend;

impl Setting<'_> {
    pub(super) fn constraints(&mut self, relation: &mut Relation) {
        let table = relation.table.name.clone();
        let all = std::mem::take(&mut relation.table.constraints);
        let chosen = chosen(self.wanted, &all);
        for mut constraint in all {
            let counterpart = self.counterpart(&constraint, &chosen);
            self.bounded(&mut constraint, counterpart.as_ref());
            let unsaid = relation.unsaid.get(&constraint.name).copied();
            let inherited = relation.inherited.constraints.contains(&constraint.name);
            let inherited = inherited.then_some(ConstraintReason::Inherited);
            if counterpart.is_some() {
                // What more there is to it stays, and is told.
                if let Some(reason) = unsaid {
                    self.left(&table, &constraint, reason);
                }
                relation.table.constraints.push(constraint);
                continue;
            }
            let reason = unsaid.or(inherited);
            let reason = reason.or_else(|| self.reason_of(&table, &constraint, &chosen));
            let Some(reason) = reason else {
                relation.table.constraints.push(constraint);
                continue;
            };
            if inherited.is_some() && self.is_lost_above(&constraint) {
                continue;
            }
            if self.wanted.constraint(&constraint.name).is_some() {
                self.aside.problems.push(format!(
                    "the constraint `{}` of `{table}` is another one in the database, which no \
                     attribute describes ({reason}): give the model's another name, or drop the \
                     other one in a migration of its own",
                    constraint.name
                ));
                relation.table.constraints.push(constraint);
                continue;
            }
            self.left(&table, &constraint, reason);
            relation.kept_constraints.push(constraint);
        }
    }

    fn left(&mut self, table: &Name, constraint: &Constraint, reason: ConstraintReason) {
        self.aside.left.push(LeftAlone::Constraint {
            table: table.clone(),
            constraint: constraint.name.clone(),
            reason,
        });
    }

    /// Whether a table above has no such constraint any more: then this one loses it too.
    fn is_lost_above(&self, constraint: &Constraint) -> bool {
        let mut above = self.above.iter();
        above.any(|table| {
            let mut all = table.constraints.iter();
            !all.any(|it| is_alike(&it.rule, &constraint.rule))
        })
    }

    /// What the goal has in its place: the same demand, as far as models can say it.
    fn counterpart(&self, constraint: &Constraint, chosen: &Chosen<'_>) -> Option<Rule> {
        let mut all = self.wanted.constraints.iter().map(|it| &it.rule);
        match constraint.rule {
            Rule::ForeignKey(_) => {
                let key = chosen.get(&constraint.name)?;
                Some(Rule::ForeignKey((*key).clone()))
            }
            _ => all.find(|it| is_alike(it, &constraint.rule)).cloned(),
        }
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
        constraint: &Constraint,
        chosen: &Chosen<'_>,
    ) -> Option<ConstraintReason> {
        let is_gone = |columns: &[String]| columns.iter().any(|it| self.gone.contains(it));
        match &constraint.rule {
            Rule::PrimaryKey(columns) | Rule::Unique { columns, .. } => {
                is_gone(columns).then_some(ConstraintReason::Column)
            }
            Rule::Check { condition, .. } => {
                self.is_over(condition).then_some(ConstraintReason::Column)
            }
            Rule::Exclude(exclusion) => {
                let mut gone = self.gone.iter();
                let is_gone = gone.any(|it| exclusion.is_over(it));
                is_gone.then_some(ConstraintReason::Column)
            }
            Rule::ForeignKey(key) => {
                if is_gone(&key.columns) {
                    return Some(ConstraintReason::Column);
                }
                self.reason_of_key(table, key, chosen)
            }
        }
    }

    fn reason_of_key(
        &self,
        table: &Name,
        key: &ForeignKey,
        chosen: &Chosen<'_>,
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
        let mut others = chosen.values();
        let twice = others.any(|it| it.columns == key.columns && it.target == key.target);
        twice.then_some(ConstraintReason::Twice)
    }
}

/// Whether both lead from the same columns to the same key.
fn leads_alike(one: &ForeignKey, other: &ForeignKey) -> bool {
    one.columns == other.columns
        && one.target == other.target
        && one.target_columns == other.target_columns
}

/// Whether two rules demand the same, as far as models can say it.
fn is_alike(wanted: &Rule, now: &Rule) -> bool {
    match (wanted, now) {
        (Rule::ForeignKey(wanted), Rule::ForeignKey(now)) => leads_alike(wanted, now),
        (Rule::Check { condition, .. }, Rule::Check { condition: now, .. }) => {
            token::same(condition, now)
        }
        (Rule::Exclude(wanted), Rule::Exclude(now)) => wanted.is_like(now, token::same),
        (wanted, now) => wanted == now,
    }
}

/// The foreign keys that stand for one of the goal, by name, with that one.
type Chosen<'w> = BTreeMap<String, &'w ForeignKey>;

/// Of several that could, the one of its name stands for a key, else one that is the same.
fn chosen<'w>(wanted: &'w Table, all: &[Constraint]) -> Chosen<'w> {
    let mut found = Chosen::new();
    for (name, key) in wanted.foreign_keys() {
        let rule = |it: &Constraint| match &it.rule {
            Rule::ForeignKey(own) => Some(own.clone()),
            _ => None,
        };
        let alike: Vec<&Constraint> = all
            .iter()
            .filter(|it| rule(it).is_some_and(|own| leads_alike(key, &own)))
            .filter(|it| !found.contains_key(&it.name))
            .collect();
        let named = alike.iter().find(|it| it.name == name);
        let same = alike.iter().find(|it| rule(it).as_ref() == Some(key));
        if let Some(it) = named.or(same).or(alike.first()) {
            found.insert(it.name.clone(), key);
        }
    }
    found
}
