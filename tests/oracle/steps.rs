//! What can be done, as data: a list of steps can be printed and run again.

use serde_json::Value;

use crate::tables::AS_IT_WAS;

/// Something done to one association of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Create,
    Add,
    Set,
    Remove,
    Adopt,
    Delete,
    Clear,
    /// `set` of a `belongs_to`.
    PointAt,
    /// `create` of a `belongs_to`.
    CreateThere,
}

/// A new row.
#[derive(Debug, Clone)]
pub(crate) struct New {
    pub(crate) label: String,
    /// The key, where it is not left to the database.
    pub(crate) id: Option<i32>,
    /// The label of the row whose key it is.
    pub(crate) id_of: Option<(&'static str, String)>,
    /// Values of further columns.
    pub(crate) given: Vec<(&'static str, Given)>,
    /// Rows created below it, by the number of the association.
    pub(crate) nested: Vec<(usize, Vec<New>)>,
}

/// A value of a new row.
#[derive(Debug, Clone)]
pub(crate) enum Given {
    Value(Value),
    /// What a row holds in a column: table, label, column.
    Of(&'static str, String, &'static str),
}

impl New {
    /// The value of a column, if one was given.
    pub(crate) fn value(&self, column: &str) -> Option<&Value> {
        let given = self.given.iter().find(|(name, _)| *name == column);
        match given {
            Some((_, Given::Value(value))) => Some(value),
            _ => None,
        }
    }

    /// A number; none where it is NULL or not given.
    pub(crate) fn number(&self, column: &str) -> Option<i32> {
        let number = self.value(column)?.as_i64()?;
        i32::try_from(number).ok()
    }

    /// A number that must be given.
    pub(crate) fn required(&self, column: &str) -> i32 {
        self.number(column).unwrap_or_default()
    }

    pub(crate) fn text(&self, column: &str) -> Option<String> {
        Some(self.value(column)?.as_str()?.to_owned())
    }

    /// The rows created below it through one association.
    pub(crate) fn below(&self, association: usize) -> Vec<New> {
        let below = self.nested.iter().filter(|(at, _)| *at == association);
        below.flat_map(|(_, rows)| rows.iter().cloned()).collect()
    }
}

/// How new rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    One,
    Many,
    UpsertByLabel,
    UpsertByKey,
    /// `upsert(..).on(label).or_find(..)`
    FindByLabel,
    UpsertMany,
    /// `upsert_many(..).on(label).or_find(..)`
    FindMany,
    /// `upsert_many(..).on(label).or_ignore(..)`
    IgnoreMany,
    /// `upsert_many(..).on(label).reviving().save(..)`
    ReviveMany,
}

/// What is done to a row that is marked as deleted, or to any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Deleted,
    Restored,
    DeletedForGood,
}

/// One call.
#[derive(Debug, Clone)]
pub(crate) enum Call {
    /// An association's method.
    Write {
        association: usize,
        verb: Verb,
        owner: String,
        targets: Vec<String>,
        new: Option<New>,
        /// A value for the join row.
        joining: Option<i32>,
        /// Whether the targets are given by their keys.
        by_keys: bool,
    },
    /// `related(..).change()`
    Change {
        association: usize,
        owner: String,
        changes: Changes<Named, Changed>,
    },
    /// New rows of a model.
    Make {
        model: usize,
        rows: Vec<New>,
        way: Way,
    },
    /// `row.delete(..)`, or what undoes it.
    Drop {
        model: usize,
        label: String,
        fate: Fate,
    },
    /// `update_many` of what differs, or of one row.
    Update { model: usize, rows: Vec<Changed> },
}

/// What is changed below a row: rows that are meant, and rows with new values.
#[derive(Debug, Clone)]
pub(crate) struct Changes<R, U> {
    pub(crate) deleted: Vec<R>,
    pub(crate) removed: Vec<R>,
    pub(crate) updated: Vec<U>,
    pub(crate) added: Vec<R>,
    pub(crate) adopted: Vec<R>,
    pub(crate) created: Vec<New>,
    /// A value for new join rows.
    pub(crate) joining: Option<i32>,
}

impl Changes<Named, Changed> {
    /// Leaves a row out where an earlier list has it.
    pub(crate) fn each_once(&mut self) {
        let mut seen: Vec<String> = Vec::new();
        let name = |label: &str| label.trim_start_matches(AS_IT_WAS).to_owned();
        let named = |rows: &mut Vec<Named>, seen: &mut Vec<String>| {
            rows.retain(|row| !seen.contains(&name(&row.label)));
            seen.extend(rows.iter().map(|row| name(&row.label)));
        };
        named(&mut self.deleted, &mut seen);
        named(&mut self.removed, &mut seen);
        self.updated.retain(|row| !seen.contains(&name(&row.label)));
        seen.extend(self.updated.iter().map(|row| name(&row.label)));
        named(&mut self.added, &mut seen);
        named(&mut self.adopted, &mut seen);
    }
}

/// A row that is meant, given as it is held or by its key.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    pub(crate) label: String,
    pub(crate) by_key: bool,
}

/// New values for a row; no label is none.
#[derive(Debug, Clone)]
pub(crate) struct Changed {
    pub(crate) label: String,
    pub(crate) to: New,
}

/// Where calls are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Each by itself.
    Alone,
    /// In a transaction that is committed unless the database refuses something.
    Committed,
    /// In a transaction that is rolled back.
    RolledBack,
}

/// Some calls.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) mode: Mode,
    pub(crate) calls: Vec<Call>,
}
