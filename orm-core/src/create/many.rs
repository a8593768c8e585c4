//! Many new rows as few statements: one, unless rows differ in which of the
//! columns that the server fills they give.

use super::{Draft, draft::statement_time};
use crate::ast::{Insert, InsertRows, Returning, Value};
use crate::error::{Error, Result};
use crate::model::Model;
use crate::schema::{ColumnDef, DefaultValue};
use crate::types::Param;
use crate::validate::{Fault, ValidationErrors};

/// Rows that one statement writes, and where they stood among all rows.
pub(crate) struct Batch {
    pub(crate) insert: Insert,
    pub(crate) places: Vec<usize>,
}

/// Validates every row and lays the rows out in arrays, one per column.
///
/// # Errors
/// With every fault of every row; the message says which row.
pub(crate) fn batches<M: Model>(drafts: Vec<Draft<M>>) -> Result<Vec<Batch>> {
    let drafts = validated(drafts)?;
    let Some(first) = drafts.first() else {
        return Ok(Vec::new());
    };
    let kind = server_columns_given(first);
    if drafts
        .iter()
        .all(|draft| kind == server_columns_given(draft))
    {
        return Ok(vec![Batch {
            places: (0..drafts.len()).collect(),
            insert: lay_out(drafts),
        }]);
    }
    let mut groups: Vec<Group<M>> = Vec::new();
    for (place, draft) in drafts.into_iter().enumerate() {
        let given = server_columns_given(&draft);
        let known = groups
            .iter()
            .position(|group| group.server_columns == given);
        let known = known.unwrap_or_else(|| {
            groups.push(Group {
                server_columns: given,
                places: Vec::new(),
                rows: Vec::new(),
            });
            groups.len() - 1
        });
        groups[known].places.push(place);
        groups[known].rows.push(draft);
    }
    let batch = |group: Group<M>| Batch {
        insert: lay_out(group.rows),
        places: group.places,
    };
    Ok(groups.into_iter().map(batch).collect())
}

/// Rows that give the same of the columns that the server fills.
struct Group<M> {
    server_columns: Vec<u16>,
    places: Vec<usize>,
    rows: Vec<Draft<M>>,
}

/// The rows with their defaults, judged together with what is nested in them.
///
/// # Errors
/// With every fault of every row; the message says which row.
pub(crate) fn validated<M: Model>(mut drafts: Vec<Draft<M>>) -> Result<Vec<Draft<M>>> {
    for draft in &mut drafts {
        draft.add_defaults();
    }
    validate_all(&drafts)
        .into_result()
        .map_err(Error::validation)?;
    Ok(drafts)
}

fn validate_all<M: Model>(drafts: &[Draft<M>]) -> ValidationErrors {
    let mut all = ValidationErrors::new();
    for (place, draft) in drafts.iter().enumerate() {
        let mut errors = ValidationErrors::new();
        draft.validate_into(&mut errors);
        if errors.is_empty() {
            continue;
        }
        let in_row = |fault: Fault| Fault {
            message: format!("row {}: {}", place + 1, fault.message),
            ..fault
        };
        all.extend(errors.into_iter().map(in_row));
    }
    all
}

/// Whether the server fills the column with something other than NULL.
fn is_filled_by_server(column: &ColumnDef) -> bool {
    column.identity.is_some()
        || column.timestamp.is_some()
        || matches!(
            column.default,
            Some(DefaultValue::Now | DefaultValue::Sql(_))
        )
}

fn server_columns_given<M: Model>(draft: &Draft<M>) -> Vec<u16> {
    let given = draft.values().iter().map(|(position, _)| *position);
    given
        .filter(|&position| is_filled_by_server(M::TABLE.column(position)))
        .collect()
}

/// One array per column that any row gives; rows that do not give it hold NULL.
fn lay_out<M: Model>(mut rows: Vec<Draft<M>>) -> Insert {
    let mut columns = Vec::new();
    let mut values = Vec::new();
    for (position, column) in (0_u16..).zip(M::COLUMNS) {
        if rows.iter().any(|row| row.get(position).is_some()) {
            let array = rows
                .iter_mut()
                .map(|row| row.take(position).unwrap_or(Param::Null))
                .collect();
            columns.push(position);
            values.push(Value::Param(Param::array_of(column.sql_type, array)));
        } else if column.timestamp.is_some() {
            columns.push(position);
            values.push(Value::Expr(statement_time()));
        }
    }
    Insert {
        table: M::TABLE,
        rows: InsertRows::Arrays { columns, values },
        conflict: None,
        returning: Returning::Rows,
    }
}
