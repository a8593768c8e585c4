//! No row is upserted twice by one statement.

use std::collections::HashMap;

use super::not_given;
use crate::ast::{ConflictTarget, Insert};
use crate::create::Draft;
use crate::error::{Error, Result};
use crate::key::push_key_text;
use crate::model::Model;
use crate::schema::TableDef;
use crate::types::Param;

/// What makes two rows the same, of many rows: all as one text, which takes no allocation
/// for each.
pub(super) struct Keys {
    text: String,
    /// Where the key of each row ends; `None` of one with NULL, which is the same as nothing.
    ends: Vec<Option<usize>>,
}

impl Keys {
    pub(super) fn with_capacity(rows: usize) -> Self {
        Keys {
            text: String::with_capacity(rows * 12),
            ends: Vec::with_capacity(rows),
        }
    }

    /// Adds the key of the next row.
    ///
    /// # Errors
    /// When the row does not give all of it.
    pub(super) fn add<M: Model>(
        &mut self,
        draft: &Draft<M>,
        target: &ConflictTarget,
    ) -> Result<()> {
        let start = self.text.len();
        let mut whole = true;
        for &position in &target.columns {
            let column = M::TABLE.column(position);
            let value = draft.get(position);
            let value = value.ok_or_else(|| not_given(column.field, M::TABLE))?;
            whole &= !matches!(value, Param::Null);
            push_key_text(&mut self.text, value, column.sql_type);
        }
        if !whole {
            self.text.truncate(start);
        }
        self.ends.push(whole.then_some(self.text.len()));
        Ok(())
    }

    /// The first row that is the same as an earlier one, behind that one.
    pub(super) fn twice(&self) -> Option<(usize, usize)> {
        let mut seen = HashMap::with_capacity(self.ends.len());
        let mut start = 0;
        let whole = self.ends.iter().enumerate();
        whole
            .filter_map(|(place, end)| Some((place, (*end)?)))
            .find_map(|(place, end)| {
                let key = &self.text[std::mem::replace(&mut start, end)..end];
                Some((seen.insert(key, place)?, place))
            })
    }
}

/// Two rows that were given are the same.
pub(super) fn given_twice(
    table: &'static TableDef,
    target: &ConflictTarget,
    earlier: usize,
    place: usize,
) -> Error {
    let fields = fields(table, target);
    Error::usage(format!(
        "{}: row {place} is the same as row {earlier}: {fields}, which makes two rows the same, has one value in both; \
         give each row once",
        table.model
    ))
    .in_row(Some(place))
}

/// Two rows are the same as the database compares them: by a collation, say.
pub(super) fn told_twice(insert: &Insert) -> Error {
    let target = insert.conflict.as_ref().map(|conflict| &conflict.target);
    let fields = target.map(|target| fields(insert.table, target));
    Error::usage(format!(
        "{}: two rows are the same as the database compares {}, which makes two rows the same; give each row once",
        insert.table.model,
        fields.unwrap_or_default()
    ))
}

fn fields(table: &'static TableDef, target: &ConflictTarget) -> String {
    let fields = target.columns.iter().map(|&at| table.column(at).field);
    fields.collect::<Vec<_>>().join(", ")
}
