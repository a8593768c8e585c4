//! Rows by COPY: one for all that follow each other and leave the same columns to the
//! database.

use crate::ast::RowValues;
use crate::create::is_filled_by_server;
use crate::decode::Row;
use crate::error::{Error, Result};
use crate::exec::{self, Exec, Params, row_of_copy};
use crate::query::fetch::in_table;
use crate::schema::{ColumnDef, SqlType, TableDef};
use crate::sql::{copy, time_of_copy};
use crate::types::Param;

/// What a row holds that does not give a column.
static NULL: Param = Param::Null;

/// A column that is written.
struct Filled {
    position: u16,
    /// The time, where that is what it holds in every row.
    time: Option<Param>,
}

/// A table that is filled, and the COPY under way.
pub(super) struct Copying<'u> {
    table: &'static TableDef,
    db: Exec<'u>,
    columns: Vec<Filled>,
    copy: Option<exec::CopyIn<'u>>,
    /// Where the rows of this COPY begin among all.
    first: usize,
    /// How many it was given.
    rows: usize,
}

impl<'u> Copying<'u> {
    pub(super) fn new(table: &'static TableDef, db: Exec<'u>) -> Self {
        Copying {
            table,
            db,
            columns: Vec::new(),
            copy: None,
            first: 0,
            rows: 0,
        }
    }

    /// Takes a row; where some are handed over, how many have been.
    pub(super) async fn row(&mut self, values: RowValues, at: usize) -> Result<Option<usize>> {
        let mut handed_over = None;
        if self.copy.is_none() || !fits(&self.columns, &values, self.table) {
            handed_over = self.copy.is_some().then_some(at);
            self.end().await?;
            // Rare, and large: it would be part of the future of every row.
            Box::pin(self.begin(&values, at)).await?;
        }
        let Some(copy) = &mut self.copy else {
            return Ok(None);
        };
        if let Err((column, error)) = copy.row(line(&self.columns, &values)) {
            let column = self.table.column(self.columns[column].position);
            return Err(unfit(&error, self.table, column, at));
        }
        self.rows += 1;
        if copy.is_full() {
            copy.hand_over()
                .await
                .map_err(|error| in_table(error, self.table))?;
            handed_over = Some(at + 1);
        }
        Ok(handed_over)
    }

    pub(super) async fn finish(mut self) -> Result<()> {
        self.end().await
    }

    async fn begin(&mut self, values: &RowValues, at: usize) -> Result<()> {
        let table = self.table;
        // What the rows before gave, and this one does not, is NULL in it.
        let before = self.columns.iter().map(|it| it.position);
        let before: Vec<u16> = before
            .filter(|&at| !is_filled_by_server(table.column(at)))
            .collect();
        let given = |at: u16| values.binary_search_by_key(&at, |(at, _)| *at).is_ok();
        let positions = (0_u16..).zip(table.columns);
        let mut timed = Vec::new();
        self.columns.clear();
        for (position, column) in positions {
            let is_timed = !given(position) && column.timestamp.is_some();
            if is_timed {
                timed.push(self.columns.len());
            }
            if is_timed || given(position) || before.contains(&position) {
                self.columns.push(Filled {
                    position,
                    time: None,
                });
            }
        }
        if self.columns.is_empty() {
            let position = (0_u16..)
                .zip(table.columns)
                .find(|(_, column)| may_be_null(column))
                .map(|(position, _)| position);
            let Some(position) = position else {
                return Err(Error::usage(format!(
                    "row {at}: it gives no column of {}, and COPY needs one: use `create_many`",
                    table.model
                ))
                .in_row(Some(at)));
            };
            self.columns.push(Filled {
                position,
                time: None,
            });
        }
        if !timed.is_empty() {
            self.tell_time(&timed).await?;
        }
        let positions: Vec<u16> = self.columns.iter().map(|it| it.position).collect();
        let begun = self.db.copy_in(copy(table, &positions)).await;
        self.copy = Some(begun.map_err(|error| in_table(error, table))?);
        (self.first, self.rows) = (at, 0);
        Ok(())
    }

    /// Asks what time it is, once for all rows.
    async fn tell_time(&mut self, timed: &[usize]) -> Result<()> {
        let types = timed
            .iter()
            .map(|&at| self.table.column(self.columns[at].position).sql_type);
        let types: Vec<SqlType> = types.collect();
        let text = time_of_copy(types.iter().copied());
        let row = self.db.query_opt(&text, Params::none()).await?;
        let row = row.ok_or_else(|| Error::usage("the time was asked for and not told"))?;
        for ((cell, &at), sql_type) in timed.iter().enumerate().zip(&types) {
            let time = time(&row, cell, sql_type);
            let column = self.table.column(self.columns[at].position);
            self.columns[at].time = Some(time.ok_or_else(|| {
                Error::usage(format!(
                    "`{}.{}` does not hold a time: give it in each row",
                    self.table.model, column.field
                ))
            })?);
        }
        Ok(())
    }

    /// Ends the COPY under way, if there is one: all its rows are written, or it fails.
    async fn end(&mut self) -> Result<()> {
        let Some(copy) = self.copy.take() else {
            return Ok(());
        };
        let (table, first, rows) = (self.table, self.first, self.rows);
        let written = copy.finish().await.map_err(|error| {
            let row = row_of_copy(&error, table.name.name);
            in_table(error, table).in_row(row.filter(|&row| row < rows).map(|row| first + row))
        })?;
        match usize::try_from(written).unwrap_or(usize::MAX) {
            written if written == rows => Ok(()),
            written => Err(Error::not_written(table.model, rows, written)),
        }
    }
}

/// A moment, as the column holds it.
fn time(row: &Row, cell: usize, sql_type: &SqlType) -> Option<Param> {
    let value = row.integer(cell)?;
    match sql_type {
        SqlType::Timestamptz => Some(Param::Timestamptz(value)),
        SqlType::Timestamp => Some(Param::Timestamp(value)),
        SqlType::Date => i32::try_from(value).ok().map(Param::Date),
        _ => None,
    }
}

/// Whether a row that does not give a column may hold NULL in it, as it would anyway.
fn may_be_null(column: &ColumnDef) -> bool {
    column.nullable && column.generated.is_none() && !is_filled_by_server(column)
}

/// Whether a row gives columns that are written, and leaves nothing else to the server.
fn fits(columns: &[Filled], values: &RowValues, table: &TableDef) -> bool {
    let mut given = values.iter().map(|(at, _)| *at).peekable();
    for column in columns {
        let is_given = given.next_if_eq(&column.position).is_some();
        let stays_out = !is_given && column.time.is_none();
        if is_given && column.time.is_some()
            || stays_out && is_filled_by_server(table.column(column.position))
        {
            return false;
        }
    }
    given.next().is_none()
}

/// The values of a row that fits.
fn line<'v>(columns: &'v [Filled], values: &'v RowValues) -> impl Iterator<Item = &'v Param> {
    let mut given = values.iter().peekable();
    columns.iter().map(move |column| {
        let value = given.next_if(|(at, _)| *at == column.position);
        match (value, &column.time) {
            (Some((_, value)), _) => value,
            (None, Some(time)) => time,
            (None, None) => &NULL,
        }
    })
}

/// A column cannot hold what a row gives.
fn unfit(error: &Error, table: &TableDef, column: &ColumnDef, row: usize) -> Error {
    Error::encode(format!("{}.{}: {error}", table.model, column.field)).in_row(Some(row))
}
