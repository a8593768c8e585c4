//! Primary keys, uniques, checks and foreign keys of tables that stay.

use super::partition::partitioned;
use super::{Pair, Work, key, momentary};
use crate::ddl::blueprint::{Constraint, Name, Rule, Table};
use crate::ddl::constraint_name;
use crate::ddl::live::Relation;
use crate::ddl::text::postgres as text;
use crate::ddl::token;
use crate::diff::change::{Change, LossKind, Rank, Stage};
use crate::diff::statement::{alter, drop_constraint, quoted};

/// What becomes of a constraint that the goal has.
enum Fate<'n> {
    /// There is one that demands the same, under this name.
    Same(&'n str),
    /// There is another one of its name.
    Replaced,
    New,
}

impl Work<'_> {
    pub(super) fn constraints(&mut self, pair: Pair<'_>) {
        let now = &pair.now.table;
        for wanted in &pair.wanted.table.constraints {
            let Some(desired) = pair.desired.constraint(&wanted.name) else {
                continue;
            };
            let fate = fate(wanted, now, &pair.wanted.table);
            let found = match fate {
                Fate::New => None,
                Fate::Replaced => Some(wanted.name.as_str()),
                Fate::Same(name) => Some(name),
            };
            // What is from a table above is changed there.
            if found.is_some_and(|it| pair.live.inherited.constraints.contains(it))
                || (found.is_none() && self.is_added_above(pair, wanted))
            {
                continue;
            }
            match fate {
                Fate::New => self.new_constraint(pair, desired),
                // Written by the server for the old type, and made anew with the column.
                Fate::Replaced if pair.touched.swaps(&wanted.rule) => {}
                Fate::Replaced => self.replace_constraint(pair, desired),
                Fate::Same(name) => {
                    let kept = now.constraint(name).unwrap_or(wanted);
                    if self.gives_way(pair.name, kept) {
                        self.is_unsaid(pair, name);
                        self.drop_constraint(pair.live, name);
                        self.add_constraint(pair.name, desired);
                        continue;
                    }
                    if name != wanted.name && (is_ours(pair, kept) || is_given(pair.name, wanted)) {
                        self.rename_constraint(pair.name, name, &wanted.name);
                    }
                    if pair.live.unvalidated.contains(name) {
                        let now = if is_ours(pair, kept) || is_given(pair.name, wanted) {
                            &wanted.name
                        } else {
                            name
                        };
                        self.validate(pair, name, now);
                    }
                }
            }
        }
        let kept = |name: &str| {
            let all = pair.wanted.table.constraints.iter();
            let mut fates = all.map(|it| (it, fate(it, now, &pair.wanted.table)));
            fates.any(|(it, fate)| match fate {
                Fate::Same(same) => same == name,
                Fate::Replaced => it.name == name,
                Fate::New => false,
            })
        };
        let inherited = &pair.live.inherited.constraints;
        let extra = now.constraints.iter().filter(|it| !kept(&it.name));
        for extra in extra.filter(|it| !inherited.contains(&it.name)) {
            self.extra_constraint(pair, extra);
        }
    }

    /// One that has to be made anew must be all that the model says of it.
    fn is_unsaid(&mut self, pair: Pair<'_>, name: &str) {
        if let Some(reason) = pair.live.unsaid.get(name) {
            self.problem(format!(
                "the constraint `{}` of `{}` would have to be made anew, and no attribute describes \
                 all of it ({reason}): drop it in a migration of its own, and make it anew after \
                 this one",
                name.escape_debug(),
                pair.old_name()
            ));
        }
    }

    fn new_constraint(&mut self, pair: Pair<'_>, constraint: &Constraint) {
        if let Rule::PrimaryKey(columns) | Rule::Unique { columns, .. } = &constraint.rule {
            let columns = columns.iter().map(String::as_str);
            self.lacks_partition_key(pair, &constraint.name, columns);
        }
        if let Rule::Exclude(exclusion) = &constraint.rule {
            self.lacks_partition_key(pair, &constraint.name, exclusion.columns());
        }
        self.add_constraint(pair.name, constraint);
    }

    /// A constraint that no model has. What a dropped column takes with it was
    /// allowed with the column, a key with the table that it leads to.
    fn extra_constraint(&mut self, pair: Pair<'_>, extra: &Constraint) {
        let change = dropped(pair.live, &extra.name);
        let table = pair.old_name().clone();
        let to_dropped = match &extra.rule {
            Rule::ForeignKey(key) => {
                self.now.relations.contains_key(&key.target) && !self.stays(&key.target)
            }
            _ => false,
        };
        self.push(if pair.touched.takes_rule(&extra.rule) || to_dropped {
            change
        } else {
            change.takes(LossKind::Constraint(table, extra.name.clone()))
        });
    }

    /// Drops a constraint of a table as it is called in the database.
    pub(super) fn drop_constraint(&mut self, relation: &Relation, name: &str) {
        self.push(dropped(relation, name));
    }

    fn add_constraint(&mut self, table: &Name, constraint: &Constraint) {
        match &constraint.rule {
            Rule::PrimaryKey(_) | Rule::Unique { .. } => self.add_key(table, constraint),
            Rule::Check { .. } => self.add_checked(table, constraint, Rank::AddCheck),
            Rule::ForeignKey(_) => self.add_checked(table, constraint, Rank::AddForeignKey),
            Rule::Exclude(_) => self.add_exclusion(table, constraint),
        }
    }

    /// No form of it is built while others write: it comes in the transaction in which
    /// the one goes that it replaces, and rows are never without.
    fn add_exclusion(&mut self, table: &Name, constraint: &Constraint) {
        let name = &constraint.name;
        let change = Change::new(
            Stage::Schema,
            Rank::AddKey,
            format!("add constraint {name} to {table}"),
        );
        let add = format!("ADD {}", text::constraint(constraint));
        self.push(
            change
                .up(alter(table, add))
                .down(drop_constraint(table, name))
                .note(format!(
                    "Locks {table} against reads and writes while its index is built."
                ))
                .note("Fails if rows that exist are in conflict."),
        );
    }

    /// A key is an index first, built while others go on.
    fn add_key(&mut self, table: &Name, constraint: &Constraint) {
        let name = &constraint.name;
        let change = Change::new(
            self.online(),
            Rank::AddKey,
            format!("add constraint {name} to {table}"),
        );
        let change = if self.is_plain(table) {
            let add = format!("ADD {}", text::constraint(constraint));
            let change = change.up(alter(table, add));
            match self.is_partitioned(table) {
                true => change.note(partitioned(table)),
                false => change,
            }
        } else {
            change
                .up(text::create_index(table, &key::index_of(constraint), true))
                .up(key::adopted(table, constraint, name))
                .note("The index is built while others read and write; then the constraint takes it over.")
        };
        self.push(
            change
                .down(drop_constraint(table, name))
                .note("Fails if rows that exist are not unique."),
        );
    }

    /// A constraint that new rows obey at once, and rows that exist once they
    /// were checked.
    fn add_checked(&mut self, table: &Name, constraint: &Constraint, rank: Rank) {
        let name = &constraint.name;
        let stage = match &constraint.rule {
            Rule::ForeignKey(key) if self.is_swapped(key) => Stage::Checks,
            _ => self.online(),
        };
        let mut change = Change::new(stage, rank, format!("add constraint {name} to {table}"));
        let add = format!("ADD {}", text::constraint(constraint));
        // Neither may be a table of partitions: with NOT VALID it fails, or leaves parts unchecked.
        let whole = match &constraint.rule {
            Rule::ForeignKey(key) => self.is_partitioned(table) || self.is_partitioned(&key.target),
            _ => false,
        };
        if self.options.plain || whole {
            change = change.up(alter(table, add));
            if whole {
                change = change.note(partitioned(table));
            }
        } else {
            change = change
                .up(alter(table, format!("{add} NOT VALID")))
                .up(alter(
                    table,
                    format!("VALIDATE CONSTRAINT {}", quoted(name)),
                ))
                .note("Rows that exist are checked while others read and write.");
        }
        self.push(
            change
                .down(drop_constraint(table, name))
                .note("Fails if rows that exist violate it."),
        );
    }

    /// One for another of the same name: without a moment in between where
    /// that can be had.
    fn replace_constraint(&mut self, pair: Pair<'_>, desired: &Constraint) {
        let name = &desired.name;
        let checked = matches!(desired.rule, Rule::Check { .. } | Rule::ForeignKey(_))
            && pair
                .live
                .table
                .constraint(name)
                .is_some_and(|it| matches!(it.rule, Rule::Check { .. } | Rule::ForeignKey(_)));
        let gives_way = pair
            .now
            .table
            .constraint(name)
            .is_some_and(|it| self.gives_way(pair.name, it));
        if !checked || gives_way || self.is_plain(pair.name) || pair.touched.is_early() {
            self.drop_constraint(pair.live, name);
            self.add_constraint(pair.name, desired);
            return;
        }
        let rank = match desired.rule {
            Rule::ForeignKey(_) => Rank::AddForeignKey,
            _ => Rank::AddCheck,
        };
        let table = pair.name;
        let drop = format!("DROP CONSTRAINT {}", quoted(name));
        let add = format!("ADD {} NOT VALID", text::constraint(desired));
        let old = pair.live.constraint_texts.get(name);
        let back = format!(
            "ADD CONSTRAINT {} {}",
            quoted(name),
            old.cloned().unwrap_or_default()
        );
        let change = Change::new(
            self.online(),
            rank,
            format!("replace constraint {name} of {table}"),
        );
        self.push(
            change
                .up(alter(table, format!("{drop}, {add}")))
                .up(alter(
                    table,
                    format!("VALIDATE CONSTRAINT {}", quoted(name)),
                ))
                .down(alter(table, format!("{drop}, {back}")))
                .note("Rows that exist are checked while others read and write.")
                .note("Fails if rows that exist violate it."),
        );
    }

    fn rename_constraint(&mut self, table: &Name, old: &str, new: &str) {
        let rename = |from: &str, to: &str| {
            alter(
                table,
                format!("RENAME CONSTRAINT {} TO {}", quoted(from), quoted(to)),
            )
        };
        let change = Change::new(
            Stage::Schema,
            Rank::RenameRest,
            format!("rename constraint {old} of {table} to {new}"),
        );
        self.push(change.up(rename(old, new)).down(rename(new, old)));
    }

    fn validate(&mut self, pair: Pair<'_>, old: &str, new: &str) {
        let change = Change::new(
            self.online(),
            Rank::AddCheck,
            format!("validate constraint {new} of {}", pair.name),
        );
        let text = pair
            .live
            .constraint_texts
            .get(old)
            .cloned()
            .unwrap_or_default();
        let back = format!(
            "DROP CONSTRAINT {0}, ADD CONSTRAINT {0} {text}",
            quoted(new)
        );
        self.push(
            change
                .up(alter(
                    pair.name,
                    format!("VALIDATE CONSTRAINT {}", quoted(new)),
                ))
                .down(alter(pair.name, back))
                .note("Fails if rows that exist violate it."),
        );
    }
}

/// Whether a constraint of the database has the name that follows from what it is on.
/// A key that somebody named otherwise keeps its name, unless the model gives it one.
fn is_ours(pair: Pair<'_>, constraint: &Constraint) -> bool {
    let table = &pair.live.table;
    let own = table.constraint(&constraint.name);
    let rule = own.map_or(&constraint.rule, |it| &it.rule);
    is_usual(&table.name.name, &constraint.name, rule)
}

/// Whether the model gives a constraint a name of its own.
fn is_given(table: &Name, wanted: &Constraint) -> bool {
    !is_usual(&table.name, &wanted.name, &wanted.rule)
}

fn is_usual(table: &str, name: &str, rule: &Rule) -> bool {
    match rule {
        Rule::PrimaryKey(_) => name == constraint_name::primary_key(table),
        Rule::ForeignKey(key) => {
            let columns = || key.columns.iter().map(String::as_str);
            let with_target = columns().chain([key.target.name.as_str()]);
            [
                constraint_name::foreign_key(table, columns()),
                constraint_name::foreign_key(table, with_target),
            ]
            .iter()
            .any(|it| it == name)
        }
        Rule::Unique { .. } | Rule::Check { .. } | Rule::Exclude(_) => true,
    }
}

fn dropped(relation: &Relation, name: &str) -> Change {
    let table = &relation.table.name;
    let rule = relation.table.constraint(name).map(|it| &it.rule);
    let rank = match rule {
        Some(Rule::ForeignKey(_)) => Rank::DropForeignKey,
        _ => Rank::DropConstraint,
    };
    let summary = format!("drop constraint {name} of {table}");
    Change::new(Stage::Schema, rank, summary)
        .up(drop_constraint(table, name))
        .down(added_again(relation, name))
        .note(momentary(table))
}

fn added_again(relation: &Relation, name: &str) -> String {
    let text = relation
        .constraint_texts
        .get(name)
        .cloned()
        .unwrap_or_default();
    alter(
        &relation.table.name,
        format!("ADD CONSTRAINT {} {text}", quoted(name)),
    )
}

/// By name first; then one that no name of the goal claims.
fn fate<'n>(wanted: &Constraint, now: &'n Table, goal: &Table) -> Fate<'n> {
    if let Some(found) = now.constraint(&wanted.name) {
        return if same(&wanted.rule, &found.rule) {
            Fate::Same(&found.name)
        } else {
            Fate::Replaced
        };
    }
    // Two constraints of the goal may demand the same: each takes its own.
    let place = goal
        .constraints
        .iter()
        .filter(|it| now.constraint(&it.name).is_none() && same(&it.rule, &wanted.rule))
        .position(|it| it.name == wanted.name)
        .unwrap_or_default();
    let mut free = now
        .constraints
        .iter()
        .filter(|it| goal.constraint(&it.name).is_none() && same(&wanted.rule, &it.rule));
    free.nth(place).map_or(Fate::New, |it| Fate::Same(&it.name))
}

pub(super) fn same(wanted: &Rule, now: &Rule) -> bool {
    match (wanted, now) {
        (Rule::Check { condition, .. }, Rule::Check { condition: now, .. }) => {
            token::same(condition, now)
        }
        (Rule::Exclude(wanted), Rule::Exclude(now)) => wanted.is_same(now),
        (wanted, now) => wanted == now,
    }
}
