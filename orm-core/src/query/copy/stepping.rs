//! Rows by a statement that is compiled once and run for each.

use crate::ast::{Returning, RowValues};
use crate::create::Batch;
use crate::error::{Error, Result};
use crate::exec::{Exec, Params};
use crate::query::fetch::in_table;
use crate::query::row_at_fault::in_row;
use crate::schema::TableDef;
use crate::types::Param;

/// So many rows, or bytes of texts and the like, are handed over at a time.
const PART: (usize, usize) = (512, 256 * 1024);

/// Rows that are laid out, to be handed over together.
pub(super) struct Stepping<'u> {
    table: &'static TableDef,
    db: Exec<'u>,
    part: Batch,
    rows: usize,
    bytes: usize,
}

impl<'u> Stepping<'u> {
    pub(super) fn new(table: &'static TableDef, db: Exec<'u>) -> Self {
        Stepping {
            table,
            db,
            part: Batch::new(0, PART.0, None),
            rows: 0,
            bytes: 0,
        }
    }

    /// Takes a row; where those before it are handed over, how many they are.
    pub(super) async fn row(&mut self, values: RowValues, at: usize) -> Result<Option<usize>> {
        let is_full = self.rows >= PART.0 || self.bytes >= PART.1;
        let ends = self.rows > 0 && (is_full || !self.part.takes(&values, self.table));
        if ends {
            self.hand_over().await?;
        }
        self.bytes += values
            .iter()
            .map(|(_, value)| size_of(value))
            .sum::<usize>();
        self.rows += 1;
        self.part.push(values, at);
        Ok(ends.then_some(at))
    }

    pub(super) async fn finish(mut self) -> Result<()> {
        self.hand_over().await
    }

    async fn hand_over(&mut self) -> Result<()> {
        let part = std::mem::replace(&mut self.part, Batch::new(0, PART.0, None));
        (self.rows, self.bytes) = (0, 0);
        let (mut insert, places) = part.into_insert(self.table);
        insert.returning = Returning::Nothing;
        let sql = crate::refusal::insert(self.db.backend(), &insert)?;
        let params = Params::from(&sql.params);
        let written = self.db.execute_steps(&sql.text, params, places.len());
        let written = written
            .await
            .map_err(|error| in_table(in_row(error, &insert, &places), self.table))?;
        match usize::try_from(written).unwrap_or(usize::MAX) {
            written if written == places.len() => Ok(()),
            written => Err(Error::not_written(self.table.model, places.len(), written)),
        }
    }
}

/// About how many bytes a value takes beside its place in a row.
fn size_of(value: &Param) -> usize {
    match value {
        Param::Text(text) => text.len(),
        Param::Bytes(bytes) => bytes.len(),
        // A document, say: it is not looked through.
        Param::Other(_) => 64,
        _ => 0,
    }
}
