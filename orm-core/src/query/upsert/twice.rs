//! No row is upserted twice by one statement.

use std::collections::HashMap;
use std::ops::Range;

use super::not_given;
use crate::ast::{ConflictTarget, Insert};
use crate::error::{Error, Result};
use crate::key::push_key_text;
use crate::schema::TableDef;
use crate::types::Param;

/// Refuses rows of which two are the same, or one does not give what makes it so.
pub(super) fn refuse_twice(
    statements: &[(Insert, Vec<usize>, Vec<u16>)],
    target: &ConflictTarget,
) -> Result<()> {
    let mut all = Vec::with_capacity(statements.len());
    for (insert, places, _) in statements {
        let values = target.columns.iter().map(|&at| {
            let values = insert.given(at);
            values.ok_or_else(|| not_given(insert.table.column(at).field, insert.table))
        });
        let values: Result<Vec<&[Param]>> = values.collect();
        let values = values.map_err(|error| error.in_row(places.first().copied()))?;
        all.push((insert.table, values, places));
    }
    if let [(_, only, _)] = &all[..]
        && only.iter().any(|values| ascend(values))
    {
        return Ok(());
    }
    let mut keys = Keys::default();
    for (table, values, places) in &all {
        for (at, place) in places.iter().enumerate() {
            let key = values.iter().map(|values| &values[at]);
            keys.add(table, target, key, *place);
        }
    }
    match (keys.twice(), &all[..]) {
        (Some((earlier, place)), [(table, ..), ..]) => {
            Err(given_twice(table, target, earlier, place))
        }
        _ => Ok(()),
    }
}

/// Whether each number is greater than the one before it, as those of rows that were read
/// in order are: then no two are the same.
fn ascend(values: &[Param]) -> bool {
    values.windows(2).all(|pair| match pair {
        [Param::Int2(one), Param::Int2(next)] => one < next,
        [Param::Int4(one), Param::Int4(next)] => one < next,
        [Param::Int8(one), Param::Int8(next)] => one < next,
        _ => false,
    })
}

/// What makes two rows the same, of many rows: all as one text, which takes no allocation
/// for each.
#[derive(Default)]
struct Keys {
    text: String,
    /// Where the key of each row stands, and the row among all. Those with NULL, which is
    /// the same as nothing, are left out.
    keys: Vec<(usize, Range<usize>)>,
}

impl Keys {
    /// Adds the key of a row.
    fn add<'v>(
        &mut self,
        table: &TableDef,
        target: &ConflictTarget,
        key: impl Iterator<Item = &'v Param>,
        place: usize,
    ) {
        let start = self.text.len();
        for (&position, value) in target.columns.iter().zip(key) {
            if matches!(value, Param::Null) {
                return self.text.truncate(start);
            }
            push_key_text(&mut self.text, value, table.column(position).sql_type);
        }
        self.keys.push((place, start..self.text.len()));
    }

    /// The first row that is the same as an earlier one, behind that one.
    fn twice(mut self) -> Option<(usize, usize)> {
        self.keys.sort_unstable_by_key(|(place, _)| *place);
        let mut seen = HashMap::with_capacity(self.keys.len());
        let mut keys = self.keys.into_iter();
        keys.find_map(|(place, key)| Some((seen.insert(&self.text[key], place)?, place)))
    }
}

/// Two rows that were given are the same.
fn given_twice(
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
