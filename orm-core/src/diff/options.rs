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
