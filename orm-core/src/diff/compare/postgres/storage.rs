//! How the rows of a table are kept.

use super::{Pair, Work};
use crate::ddl::blueprint::{ForeignKey, Index, Name, Rule, Table};
use crate::ddl::order;
use crate::ddl::text::postgres as text;
use crate::diff::change::{Change, Rank, Stage};
use crate::diff::statement::{alter, quoted};

impl Work<'_> {
    pub(super) fn storage(&mut self, pair: Pair<'_>) {
        self.parameters(pair);
        self.partitions(pair);
    }

    /// Makes tables logged and unlogged: none that is logged may refer to one that is not,
    /// between two statements either.
    pub(super) fn logging(&mut self) {
        let both = self.wanted.relations.iter().filter_map(|(name, wanted)| {
            let now = self.now.relations.get(name)?;
            let (before, after) = (&now.table.storage, &wanted.table.storage);
            (before.unlogged != after.unlogged).then_some((name, now, after.unlogged))
        });
        let (mut logged, mut unlogged) = (Vec::new(), Vec::new());
        let mut partitioned = Vec::new();
        for (name, now, is_unlogged) in both {
            if now.is_partitioned {
                partitioned.push(name.clone());
            } else if is_unlogged {
                unlogged.push(self.with_keys_that_stay(&now.table));
            } else {
                logged.push(self.with_keys_that_stay(&now.table));
            }
        }
        for name in partitioned {
            self.on_partitions(&name, "unlogged");
        }
        for table in logged.iter().chain(&unlogged) {
            self.in_the_way(table);
        }
        let (ordered, cycles) = order::by_dependency(logged);
        ordered
            .iter()
            .for_each(|it| self.set_logged(&it.name, false));
        let (ordered, others) = order::by_dependency(unlogged);
        ordered
            .iter()
            .rev()
            .for_each(|it| self.set_logged(&it.name, true));
        for (table, key) in cycles.into_iter().chain(others) {
            self.problem(format!(
                "make {table} logged or unlogged: its foreign key `{}` is one of several that lead in \
                 a circle; drop it in a migration of its own, and make it anew after this one",
                key.name
            ));
        }
    }

    /// A table with those of its foreign keys alone that are there all the time.
    fn with_keys_that_stay(&self, table: &Table) -> Table {
        let wanted = self.wanted.relations.get(&table.name);
        let stays = |key: &ForeignKey| {
            let mut keys = wanted.into_iter().flat_map(|it| it.table.foreign_keys());
            keys.any(|(_, it)| it.columns == key.columns && it.target == key.target)
        };
        let mut table = table.clone();
        table.constraints.retain(|it| match &it.rule {
            Rule::ForeignKey(key) => stays(key),
            _ => false,
        });
        table
    }

    /// Foreign keys from and to tables without a model, which stay as they are.
    fn in_the_way(&mut self, changed: &Table) {
        let Some(now) = self.now.relations.get(&changed.name) else {
            return;
        };
        let mut found = Vec::new();
        for (name, other) in &self.now.relations {
            if self.wanted.relations.contains_key(name) {
                continue;
            }
            let is_unlogged = other.table.storage.unlogged;
            let mut from = other.table.foreign_keys();
            if !is_unlogged && from.any(|(_, key)| key.target == changed.name) {
                found.push(format!("`{name}` refers to it"));
            }
            let mut to = now.table.foreign_keys();
            if is_unlogged && to.any(|(_, key)| key.target == *name) {
                found.push(format!("it refers to `{name}`"));
            }
        }
        for it in found {
            self.problem(format!(
                "make {} logged or unlogged: {it}, which no model speaks of; make both so in a \
                 migration of its own",
                changed.name
            ));
        }
    }

    fn set_logged(&mut self, table: &Name, unlogged: bool) {
        let set = |unlogged: bool| match unlogged {
            true => alter(table, "SET UNLOGGED"),
            false => alter(table, "SET LOGGED"),
        };
        let summary = match unlogged {
            true => format!("make {table} unlogged"),
            false => format!("make {table} logged"),
        };
        let change = Change::new(Stage::Schema, Rank::Storage, summary)
            .up(set(unlogged))
            .down(set(!unlogged))
            .note(format!(
                "Locks {table} against everything while each of its rows is written anew."
            ));
        self.push(if unlogged {
            change.note("A crash of the server empties it from now on; replicas have no row of it.")
        } else {
            change
        });
    }

    /// Those that the model names: who else sets one has a reason.
    fn parameters(&mut self, pair: Pair<'_>) {
        let (now, wanted) = (&pair.now.table.storage, &pair.wanted.table.storage);
        let differs =
            |(name, value): &(&String, &String)| now.parameters.get(*name) != Some(*value);
        let others: Vec<_> = wanted.parameters.iter().filter(differs).collect();
        let table = pair.name;
        if pair.now.is_partitioned && !others.is_empty() {
            return self.on_partitions(table, "storage");
        }
        for (name, value) in others {
            let set = |value: &str| alter(table, format!("SET ({})", text::parameter(name, value)));
            let back = match now.parameters.get(name) {
                Some(value) => set(value),
                None => alter(table, format!("RESET ({})", quoted(name))),
            };
            let summary = format!("set {name} of {table}");
            let change = Change::new(Stage::Schema, Rank::Storage, summary);
            self.push(
                change
                    .up(set(value))
                    .down(back)
                    .note("Keeps no reader or writer out. Rows that exist stay as they are."),
            );
        }
    }

    /// The same of an index that stays.
    pub(super) fn index_parameters(&mut self, pair: Pair<'_>, wanted: &Index, now: &Index) {
        let differs =
            |(name, value): &(&String, &String)| now.parameters.get(*name) != Some(*value);
        let others: Vec<_> = wanted.parameters.iter().filter(differs).collect();
        if pair.now.is_partitioned && !others.is_empty() {
            let index = wanted.name.escape_debug();
            return self.problem(format!(
                "the index `{index}` of `{}` is partitioned, and no statement changes its storage: \
                 have `storage(..)` of that index in the model say what the database has, or leave it out",
                pair.name
            ));
        }
        let index = Name {
            schema: pair.name.schema.clone(),
            name: wanted.name.clone(),
        };
        let alter = |action: String| format!("ALTER INDEX {} {action}", index.quoted());
        for (name, value) in others {
            let set = |value: &str| alter(format!("SET ({})", text::parameter(name, value)));
            let back = match now.parameters.get(name) {
                Some(value) => set(value),
                None => alter(format!("RESET ({})", quoted(name))),
            };
            let summary = format!("set {name} of the index {index}");
            let change = Change::new(Stage::Schema, Rank::Storage, summary);
            self.push(change.up(set(value)).down(back).note(
                "Keeps no reader or writer out. What is in the index stays as it is until it is \
                 built anew (REINDEX).",
            ));
        }
    }
}
