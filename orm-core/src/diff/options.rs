//! What whoever asks for a difference may say about it.

use std::collections::{BTreeMap, BTreeSet};

use crate::ddl::blueprint::Name;

/// How a difference is found and what its migrations look like.
#[derive(Debug, Clone, Default)]
pub struct Options {
    pub(super) plain: bool,
    pub(super) ignored: BTreeSet<String>,
    pub(super) labels: Vec<LabelRename>,
    /// The former names of tables, by the new ones.
    pub(super) tables: BTreeMap<String, String>,
    /// The former names of columns, by table and new name.
    pub(super) columns: BTreeMap<(String, String), String>,
    pub(super) fills: BTreeMap<(String, String), String>,
    /// The columns that change beside the old ones, by table and name.
    pub(super) seconds: BTreeSet<(String, String)>,
    pub(super) contracts: bool,
}

/// One label of an enum type that gets another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LabelRename {
    pub(super) kind: String,
    pub(super) from: String,
    pub(super) to: String,
}

impl Options {
    /// The safe forms, and every table of the models' schemas.
    pub fn new() -> Self {
        Self::default()
    }

    /// Everything in one transaction, with plain statements: shorter, and it
    /// keeps others waiting while indexes are built and rows are checked.
    #[must_use]
    pub fn plain(mut self) -> Self {
        self.plain = true;
        self
    }

    /// Leaves a table alone that no model stands for: `audit_log`, or
    /// `sales.audit_log`.
    #[must_use]
    pub fn ignore_table(mut self, name: impl Into<String>) -> Self {
        self.ignored.insert(name.into());
        self
    }

    /// Declares that a label of an enum type is called otherwise now, in all
    /// rows that have it.
    #[must_use]
    pub fn rename_label(
        mut self,
        kind: impl Into<String>,
        from: impl Into<String>,
        to: impl Into<String>,
    ) -> Self {
        self.labels.push(LabelRename {
            kind: kind.into(),
            from: from.into(),
            to: to.into(),
        });
        self
    }

    /// Declares that a table is called otherwise now, as `renamed_from` does on
    /// its model: `from` is its former name, without a schema.
    #[must_use]
    pub fn rename_table(mut self, from: impl Into<String>, to: impl Into<String>) -> Self {
        self.tables.insert(to.into(), from.into());
        self
    }

    /// Declares that a column is called otherwise now, as `renamed_from` does on
    /// its field. The table is named as it is called now.
    #[must_use]
    pub fn rename_column(
        mut self,
        table: impl Into<String>,
        from: impl Into<String>,
        to: impl Into<String>,
    ) -> Self {
        self.columns.insert((table.into(), to.into()), from.into());
        self
    }

    /// What rows that exist shall hold in a column that becomes NOT NULL, as
    /// an SQL expression that is taken as it is.
    #[must_use]
    pub fn fill_raw(
        mut self,
        table: impl Into<String>,
        column: impl Into<String>,
        expression: impl Into<String>,
    ) -> Self {
        let key = (table.into(), column.into());
        self.fills.insert(key, expression.into());
        self
    }

    /// Changes a column's type or name by a second column, which is filled some rows at a
    /// time while others go on with the first.
    ///
    /// With another type, the second one takes the name of the first when it has all of its
    /// values. With another name (`renamed_from`), both stay, and a trigger keeps them the
    /// same: programs that know the old name run beside those that know the new one, until
    /// [`contract`](Self::contract). The table and the column are named as they are called now.
    #[must_use]
    pub fn second_column(mut self, table: impl Into<String>, column: impl Into<String>) -> Self {
        self.seconds.insert((table.into(), column.into()));
        self
    }

    /// Drops the columns that [`second_column`](Self::second_column) kept under their old
    /// names: no program that uses these runs any more.
    #[must_use]
    pub fn contract(mut self) -> Self {
        self.contracts = true;
        self
    }

    pub(super) fn is_second(&self, table: &Name, column: &str) -> bool {
        self.seconds
            .contains(&(table.to_string(), column.to_owned()))
    }

    pub(super) fn ignores(&self, table: &Name) -> bool {
        self.ignored.contains(&table.to_string())
    }

    /// The labels that are declared to have another name, in words.
    pub(super) fn label_renames(&self) -> impl Iterator<Item = String> {
        let renames = self.labels.iter();
        renames.map(|it| format!("`{}` of `{}` to `{}`", it.from, it.kind, it.to))
    }

    pub(super) fn fill(&self, table: &Name, column: &str) -> Option<&str> {
        let key = (table.to_string(), column.to_owned());
        self.fills.get(&key).map(String::as_str)
    }
}
