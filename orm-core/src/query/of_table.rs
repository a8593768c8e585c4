//! New rows of a table whose model is not at hand: those that others need in tests.

use super::batch::{Written, arrange, write_all_rows};
use crate::ast::RowValues;
use crate::create::Batch;
use crate::decode::{Cursor, Row};
use crate::error::{Error, Result};
use crate::exec::Executor;
use crate::schema::{DefaultValue, SqlType, TableDef};
use crate::types::{ColumnType, DecodeFault, Param, WireType, family};

/// Writes rows that give the same columns, and returns what some columns of each hold,
/// in their order. Validators are those of whoever calls this; of hooks there are none.
///
/// # Errors
/// When a constraint refuses a row, or what is asked for is no number, text or UUID.
pub async fn create_in(
    table: &'static TableDef,
    rows: Vec<Vec<(u16, Param)>>,
    asked: &[u16],
    db: &dyn Executor,
) -> Result<Vec<Vec<Param>>> {
    let count = rows.len();
    let mut batch = Batch::new(table.columns.len(), count, None);
    for (place, row) in rows.into_iter().enumerate() {
        batch.push(with_defaults(table, row), place);
    }
    let mut written = Keys {
        table,
        columns: asked.iter().chain(table.primary_key).copied().collect(),
        rows: Vec::with_capacity(count),
    };
    let db = db.executor();
    write_all_rows(&mut [batch.into_insert(table)], &mut written, db).await?;
    let keys = written.rows.into_iter().map(|mut row| {
        row.truncate(asked.len());
        row
    });
    Ok(keys.collect())
}

fn with_defaults(table: &'static TableDef, row: Vec<(u16, Param)>) -> RowValues {
    let mut row: RowValues = row.into_iter().collect();
    for (position, column) in (0..).zip(table.columns) {
        if let Some(DefaultValue::Value(value)) = column.default
            && !row.iter().any(|(at, _)| *at == position)
        {
            row.push((position, value()));
        }
    }
    row.sort_by_key(|(position, _)| *position);
    row
}

/// Some columns of written rows.
struct Keys {
    table: &'static TableDef,
    columns: Vec<u16>,
    rows: Vec<Vec<Param>>,
}

impl Written for Keys {
    fn count(&self) -> usize {
        self.rows.len()
    }

    fn add(&mut self, row: &Row) -> Result<()> {
        let cursor = Cursor::new(row, self.table, None);
        let values = self.columns.iter().map(|&at| read(self.table, at, &cursor));
        self.rows.push(values.collect::<Result<_>>()?);
        Ok(())
    }

    fn param(&self, row: usize, column: u16) -> Param {
        let at = self.columns.iter().position(|&it| it == column);
        at.map_or(Param::Null, |at| self.rows[row][at].clone())
    }

    fn arrange(&mut self, start: usize, places: &mut [usize]) {
        arrange(&mut self.rows[start..], places);
    }
}

/// Whether a key of this type is read without its model.
pub fn is_read(sql_type: SqlType) -> bool {
    matches!(
        sql_type,
        SqlType::Int2
            | SqlType::Int4
            | SqlType::Int8
            | SqlType::Text
            | SqlType::Varchar(_)
            | SqlType::Char(_)
            | SqlType::Uuid
    )
}

fn read(table: &'static TableDef, at: u16, cursor: &Cursor<'_>) -> Result<Param> {
    let (column, at) = (table.column(at), usize::from(at));
    Ok(match column.sql_type {
        SqlType::Int2 => Param::Int2(cursor.at(at)?),
        SqlType::Int4 => Param::Int4(cursor.at(at)?),
        SqlType::Int8 => Param::Int8(cursor.at(at)?),
        SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_) => Param::Text(cursor.at(at)?),
        SqlType::Uuid => Param::Uuid(cursor.at::<Octets>(at)?.0),
        _ => {
            return Err(Error::usage(format!(
                "{}.{}: a key of this type is not read without its model",
                table.model, column.field
            )));
        }
    })
}

/// A UUID, without the crate of that name.
#[derive(Clone)]
struct Octets([u8; 16]);

impl ColumnType for Octets {
    type Base = Self;
    type Family = family::Uuid;

    const SQL_TYPE: SqlType = SqlType::Uuid;

    fn to_param(&self) -> Param {
        Param::Uuid(self.0)
    }

    fn from_param(param: &Param) -> Option<Self> {
        match param {
            Param::Uuid(octets) => Some(Octets(*octets)),
            _ => None,
        }
    }

    fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
        let octets = raw.and_then(|raw| raw.try_into().ok());
        octets
            .map(Octets)
            .ok_or_else(|| DecodeFault::wrong_type("uuid", sql_type))
    }
}
