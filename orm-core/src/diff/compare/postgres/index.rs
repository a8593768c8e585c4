//! Indexes of tables that stay.

use super::partition::partitioned;
use super::{Pair, Work, momentary};
use crate::ddl::blueprint::{Index, Name, Part, Rule, Table, Term};
use crate::ddl::constraint_name;
use crate::ddl::text::postgres as text;
use crate::ddl::token;
use crate::diff::change::{Change, LossKind, Rank, Stage};
use crate::diff::statement::{concurrently, drop_index, quoted};

impl Work<'_> {
    pub(super) fn indexes(&mut self, pair: Pair<'_>) {
        let (now, wanted) = (&pair.now.table, &pair.wanted.table);
        for index in &wanted.indexes {
            let Some(desired) = pair.desired.indexes.iter().find(|it| it.name == index.name) else {
                continue;
            };
            let named = now.indexes.iter().find(|it| it.name == index.name);
            match named.or_else(|| other_name(index, now, wanted)) {
                None if self.is_indexed_above(pair, index) => {}
                None => self.add_unique_or_not(pair, desired),
                // It is changed with that of the table above.
                Some(found) if pair.live.inherited.indexes.contains(&found.name) => {}
                Some(found) => self.index(pair, index, desired, found),
            }
        }
        let kept: Vec<&str> = wanted
            .indexes
            .iter()
            .filter_map(
                |it| match now.indexes.iter().find(|own| own.name == it.name) {
                    Some(own) => Some(own),
                    None => other_name(it, now, wanted),
                },
            )
            .map(|it| it.name.as_str())
            .collect();
        for extra in &now.indexes {
            let inherited = pair.live.inherited.indexes.contains(&extra.name);
            if !kept.contains(&extra.name.as_str()) && !inherited {
                let early = self.is_plain(pair.name)
                    || pair.touched.is_early()
                    || self.is_name_wanted(pair.name, &extra.name);
                self.extra_index(pair, extra, early);
            }
        }
    }

    fn add_unique_or_not(&mut self, pair: Pair<'_>, index: &Index) {
        if index.unique {
            let columns = index.columns().unwrap_or_default().into_iter();
            self.lacks_partition_key(pair, &index.name, columns);
        }
        self.add_index(pair.name, index);
    }

    fn index(&mut self, pair: Pair<'_>, wanted: &Index, desired: &Index, found: &Index) {
        let invalid = pair.live.invalid_indexes.contains(&found.name);
        if same(wanted, found) && !invalid && !pair.touched.index(found) {
            if found.name != wanted.name {
                self.rename_index(pair.name, &found.name, &wanted.name);
            }
            return self.index_parameters(pair, wanted, found);
        }
        // What the model does not say of it stays as it is; those of another method go with it.
        let mut desired = desired.clone();
        let kept = (found.method == wanted.method).then_some(&found.parameters);
        for (name, value) in kept.into_iter().flatten() {
            let parameters = &mut desired.parameters;
            parameters
                .entry(name.clone())
                .or_insert_with(|| value.clone());
        }
        if invalid || self.is_plain(pair.name) || pair.touched.is_early() {
            self.drop_index(pair, &found.name, true);
            self.add_index(pair.name, &desired);
        } else {
            self.replace_index(pair, &desired);
        }
    }

    fn add_index(&mut self, table: &Name, index: &Index) {
        let plain = self.is_plain(table);
        let change = Change::new(
            self.online(),
            Rank::AddIndex,
            format!("create index {} on {table}", index.name),
        );
        let change = if self.is_partitioned(table) {
            change.note(partitioned(table))
        } else if plain {
            change.note(format!("Locks {table} against writes while it is built."))
        } else {
            change.note("Built while others read and write, which no transaction can do.")
        };
        let change = if index.unique {
            change.note("Fails if rows that exist are not unique.")
        } else {
            change
        };
        self.push(
            change
                .up(text::create_index(table, index, !plain))
                .down(drop_index(table, &index.name, !plain)),
        );
    }

    /// An index that no model has. What a dropped column takes with it was allowed
    /// with the column.
    fn extra_index(&mut self, pair: Pair<'_>, index: &Index, early: bool) {
        let change = dropped(pair, &index.name, early);
        let table = pair.old_name().clone();
        self.push(if pair.touched.takes(index) {
            change
        } else {
            change.takes(LossKind::Index(table, index.name.clone()))
        });
    }

    fn drop_index(&mut self, pair: Pair<'_>, name: &str, early: bool) {
        self.push(dropped(pair, name, early));
    }

    /// The new one is built before the old one goes.
    fn replace_index(&mut self, pair: Pair<'_>, desired: &Index) {
        let (table, name) = (pair.name, &desired.name);
        let former = constraint_name::given(&format!("{name}__former"));
        let text = pair.live.index_texts.get(name).cloned().unwrap_or_default();
        let aside = renamed(table, name, &former);
        let change = Change::new(
            Stage::Online,
            Rank::AddIndex,
            format!("replace index {name} of {table}"),
        );
        self.push(
            change
                .up(aside.clone())
                .up(text::create_index(table, desired, true))
                .up(drop_index(table, &former, true))
                .down(aside)
                .down(concurrently(&text))
                .down(drop_index(table, &former, true))
                .note("Built while others read and write, which no transaction can do."),
        );
    }

    fn rename_index(&mut self, table: &Name, old: &str, new: &str) {
        let change = Change::new(
            Stage::Schema,
            Rank::RenameRest,
            format!("rename index {old} of {table} to {new}"),
        );
        self.push(
            change
                .up(renamed(table, old, new))
                .down(renamed(table, new, old)),
        );
    }

    /// Whether the goal has an index of this name, on whatever table: then the
    /// name must be free before that one is created.
    fn is_name_wanted(&self, table: &Name, name: &str) -> bool {
        self.wanted.relations.values().any(|relation| {
            let of = &relation.table;
            of.name.schema == table.schema
                && (of.indexes.iter().any(|it| it.name == name)
                    || of.constraints.iter().any(|it| {
                        it.name == name
                            && matches!(
                                it.rule,
                                Rule::PrimaryKey(_) | Rule::Unique { .. } | Rule::Exclude(_)
                            )
                    }))
        })
    }
}

fn dropped(pair: Pair<'_>, name: &str, early: bool) -> Change {
    let table = pair.old_name();
    let (stage, rank) = if early {
        (Stage::Schema, Rank::DropIndex)
    } else {
        (Stage::Online, Rank::DropIndexLate)
    };
    let text = pair.live.index_texts.get(name).cloned().unwrap_or_default();
    let back = if early { text } else { concurrently(&text) };
    Change::new(stage, rank, format!("drop index {name} of {table}"))
        .up(drop_index(table, name, !early))
        .down(back)
        .note(if early {
            momentary(table)
        } else {
            "Waits for those that use it, and keeps nobody out.".into()
        })
}

pub(super) fn renamed(table: &Name, from: &str, to: &str) -> String {
    let from = Name {
        schema: table.schema.clone(),
        name: from.to_owned(),
    };
    format!("ALTER INDEX {} RENAME TO {}", from.quoted(), quoted(to))
}

/// The same index under a name that the goal does not have.
fn other_name<'n>(wanted: &Index, now: &'n Table, goal: &Table) -> Option<&'n Index> {
    let has = |all: &[Index], name: &str| all.iter().any(|it| it.name == name);
    let place = goal
        .indexes
        .iter()
        .filter(|it| !has(&now.indexes, &it.name) && same(it, wanted))
        .position(|it| it.name == wanted.name)?;
    let mut free = now
        .indexes
        .iter()
        .filter(|it| !has(&goal.indexes, &it.name) && same(wanted, it));
    free.nth(place)
}

pub(super) fn same(wanted: &Index, now: &Index) -> bool {
    let texts = |wanted: &Option<String>, now: &Option<String>| match (wanted, now) {
        (Some(wanted), Some(now)) => token::same(wanted, now),
        (wanted, now) => wanted == now,
    };
    wanted.method == now.method
        && wanted.unique == now.unique
        && wanted.nulls_not_distinct == now.nulls_not_distinct
        && wanted.include == now.include
        && texts(&wanted.filter, &now.filter)
        && wanted.parts.len() == now.parts.len()
        && wanted
            .parts
            .iter()
            .zip(&now.parts)
            .all(|(wanted, now)| same_part(wanted, now))
}

fn same_part(wanted: &Part, now: &Part) -> bool {
    let term = match (&wanted.term, &now.term) {
        (Term::Expression(wanted), Term::Expression(now)) => token::same(wanted, now),
        (wanted, now) => wanted == now,
    };
    term && wanted.descending == now.descending
        && wanted.nulls_first == now.nulls_first
        && wanted.operator_class == now.operator_class
}
