//! How the rows of a table are kept.

use super::{Pair, Work};
use crate::ddl::text::postgres as text;
use crate::diff::change::{Change, Rank, Stage};
use crate::diff::statement::{alter, quoted};

impl Work<'_> {
    pub(super) fn storage(&mut self, pair: Pair<'_>) {
        self.logging(pair);
        self.parameters(pair);
        self.partitions(pair);
    }

    fn logging(&mut self, pair: Pair<'_>) {
        let (now, wanted) = (&pair.now.table.storage, &pair.wanted.table.storage);
        if now.unlogged == wanted.unlogged {
            return;
        }
        let table = pair.name;
        let set = |unlogged: bool| {
            alter(
                table,
                if unlogged {
                    "SET UNLOGGED"
                } else {
                    "SET LOGGED"
                },
            )
        };
        let summary = match wanted.unlogged {
            true => format!("make {table} unlogged"),
            false => format!("make {table} logged"),
        };
        let change = Change::new(Stage::Schema, Rank::Storage, summary)
            .up(set(wanted.unlogged))
            .down(set(now.unlogged))
            .note(format!(
                "Locks {table} against everything while each of its rows is written anew."
            ));
        self.push(if wanted.unlogged {
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

    fn partitions(&mut self, pair: Pair<'_>) {
        let (now, wanted) = (&pair.now.table.storage, &pair.wanted.table.storage);
        if wanted.partition.is_none() || now.partition == wanted.partition {
            return;
        }
        self.problem(format!(
            "`{}` is partitioned otherwise in the model than in the database, and no statement \
             changes that: make a table anew and move the rows in a migration of its own, or say \
             `partition_by` as the database has it",
            pair.name
        ));
    }
}
