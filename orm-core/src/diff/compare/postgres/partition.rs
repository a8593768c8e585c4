//! What is otherwise where a table has partitions: forms that it refuses, and what no
//! statement changes.

use super::{Pair, Work};
use crate::ddl::blueprint::Name;

impl Work<'_> {
    pub(super) fn partitions(&mut self, pair: Pair<'_>) {
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

    /// What a table of partitions has not by itself.
    pub(super) fn on_partitions(&mut self, table: &Name, what: &str) {
        self.problem(format!(
            "`{table}` is partitioned in the database, and its partitions hold the rows: leave \
             `{what}` out of the model, and say it of each partition"
        ));
    }

    /// No statement changes a column that says in which partition a row is.
    pub(super) fn is_partitioned_by(&mut self, pair: Pair<'_>, column: &str, deed: &str) {
        if pair.live.partition_key.contains(column) {
            self.problem(format!(
                "{deed} {}.{column}: the table is partitioned by it, and no statement changes that; \
                 make a table anew and move the rows in a migration of its own, or have the model \
                 say the column as the database has it",
                pair.old_name()
            ));
        }
    }

    /// What is unique in a table of partitions is so with the columns that it is partitioned by.
    pub(super) fn lacks_partition_key<'c>(
        &mut self,
        pair: Pair<'_>,
        name: &str,
        columns: impl Iterator<Item = &'c str>,
    ) {
        let columns: Vec<&str> = columns.collect();
        let columns = columns
            .iter()
            .map(|it| self.renames.old_column(pair.name, it));
        let columns: Vec<&str> = columns.collect();
        let key = pair.live.partition_key.iter().map(String::as_str);
        let lacking: Vec<&str> = key.filter(|it| !columns.contains(it)).collect();
        if !lacking.is_empty() {
            let lacking = lacking.join("`, `");
            self.problem(format!(
                "`{name}` of `{}` lacks `{lacking}`, by which the table is partitioned: nothing is \
                 unique there without it",
                pair.name
            ));
        }
    }
}

/// A note on a lock that a partitioned table is under for longer.
pub(super) fn partitioned(table: &Name) -> String {
    format!(
        "Locks {table} and its partitions against writes while it is done: a partitioned table has \
         no other form in one statement."
    )
}
