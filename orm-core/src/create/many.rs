//! Many new rows as few statements: one, unless rows differ in which of the
//! columns that the server fills they give.

use super::{Draft, draft::statement_time};
use crate::ast::{Insert, InsertRows, Returning, RowValues, Value};
use crate::error::{Error, Result};
use crate::hooks::Judged;
use crate::model::Model;
use crate::schema::{ColumnDef, DefaultValue, TableDef};
use crate::types::Param;
use crate::validate::{Fault, ValidationErrors};

/// New rows, laid out in arrays as they arrive: a row is not kept twice.
pub(crate) struct Laid {
    table: &'static TableDef,
    batches: Vec<Batch>,
    /// The faults of the rows so far.
    faults: ValidationErrors,
    /// The first of them that has one.
    faulty: Option<usize>,
    /// Why the first of them that cannot be in its association cannot.
    refusal: Option<Error>,
    rows: usize,
    /// How many there are likely to be.
    expected: usize,
    /// Whether the validators have run.
    judged: Judged,
}

impl Laid {
    /// No row of a table yet.
    pub(crate) fn new(table: &'static TableDef, expected: usize) -> Self {
        Laid {
            table,
            batches: Vec::new(),
            faults: ValidationErrors::new(),
            faulty: None,
            refusal: None,
            rows: 0,
            expected,
            judged: Judged::No,
        }
    }

    /// The same of rows that may have been judged.
    pub(crate) fn of(table: &'static TableDef, expected: usize, judged: Judged) -> Self {
        Laid {
            judged,
            ..Laid::new(table, expected)
        }
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.rows
    }

    /// How many statements write them.
    pub(crate) fn statements(&self) -> usize {
        self.batches.len()
    }

    /// Completes and judges a row, and lays it out.
    pub(crate) fn push<M: Model>(&mut self, draft: Draft<M>) {
        self.add(draft, None);
    }

    /// The same, where what a row does not give is left alone if the row exists: rows
    /// of one statement give the same columns then, and no others count as given.
    pub(crate) fn push_alike<M: Model>(&mut self, draft: Draft<M>, given: &[u16]) {
        self.add(draft, Some(given));
    }

    fn add<M: Model>(&mut self, mut draft: Draft<M>, given: Option<&[u16]>) {
        let refusal = || Some(draft.refusal()?.in_row(Some(self.rows)));
        self.refusal = self.refusal.take().or_else(refusal);
        draft.add_defaults();
        if self.judged == Judged::No && validate_nth(&draft, self.rows, &mut self.faults) {
            self.faulty.get_or_insert(self.rows);
        }
        self.lay_out(draft.into_values(), given);
    }

    fn lay_out(&mut self, values: RowValues, given: Option<&[u16]>) {
        let fits =
            |batch: &Batch| batch.given.as_deref() == given && batch.takes(&values, self.table);
        let known = self.batches.iter().rposition(fits);
        let at = known.unwrap_or(self.batches.len());
        if known.is_none() {
            let expected = self.expected.saturating_sub(self.rows).max(1);
            let given = given.map(<[u16]>::to_vec);
            self.batches.push(Batch::new(values.len(), expected, given));
        }
        self.batches[at].push(values, self.rows);
        self.rows += 1;
    }

    /// The statements, and where the rows of each stood among all rows.
    ///
    /// # Errors
    /// With every fault of every row; the message says which row.
    pub(crate) fn finish(self) -> Result<Vec<(Insert, Vec<usize>)>> {
        let statements = self.finish_alike()?.into_iter();
        Ok(statements
            .map(|(insert, places, _)| (insert, places))
            .collect())
    }

    /// The same, and what the rows of each gave.
    ///
    /// # Errors
    /// As [`finish`](Self::finish).
    pub(crate) fn finish_alike(self) -> Result<Vec<(Insert, Vec<usize>, Vec<u16>)>> {
        if let Some(refusal) = self.refusal {
            return Err(refusal);
        }
        self.faults
            .into_result()
            .map_err(|errors| Error::invalid(errors, self.table).in_row(self.faulty))?;
        let batches = self.batches.into_iter();
        Ok(batches
            .map(|mut batch| {
                let given = batch.given.take().unwrap_or_default();
                let (insert, places) = batch.into_insert(self.table);
                (insert, places, given)
            })
            .collect())
    }

    /// Judges rows that follow those laid out, and gives them their defaults.
    ///
    /// # Errors
    /// With every fault of all rows; the message says which row.
    pub(crate) fn validate_with<M: Model>(&mut self, following: &mut [Draft<M>]) -> Result<()> {
        let mut numbered = (self.rows..).zip(following.iter());
        let refused =
            numbered.find_map(|(place, draft)| Some(draft.refusal()?.in_row(Some(place))));
        if let Some(refusal) = self.refusal.take().or(refused) {
            return Err(refusal);
        }
        let mut faults = std::mem::take(&mut self.faults);
        for (place, draft) in (self.rows..).zip(following) {
            draft.add_defaults();
            if validate_nth(draft, place, &mut faults) {
                self.faulty.get_or_insert(place);
            }
        }
        faults
            .into_result()
            .map_err(|errors| Error::invalid(errors, self.table).in_row(self.faulty))
    }
}

/// Judges a row, which has its defaults, and everything nested in it; tells whether
/// there is a fault.
pub(super) fn validate_nth<M: Model>(
    draft: &Draft<M>,
    place: usize,
    all: &mut ValidationErrors,
) -> bool {
    let mut errors = ValidationErrors::new();
    draft.validate_into(&mut errors);
    number(errors, place, all)
}

/// Says of faults which row they are of; tells whether there are any.
fn number(errors: ValidationErrors, place: usize, all: &mut ValidationErrors) -> bool {
    if errors.is_empty() {
        return false;
    }
    let in_row = |fault: Fault| Fault {
        message: format!("row {}: {}", place, fault.message),
        ..fault
    };
    all.extend(errors.into_iter().map(in_row));
    true
}

/// Rows that one statement writes: they give the same of the columns that the
/// server fills.
pub(crate) struct Batch {
    /// The columns that any of the rows gives, as positions, in order.
    columns: Vec<u16>,
    /// Their values, an array per column; rows that do not give it hold NULL.
    arrays: Vec<Vec<Param>>,
    /// Where the rows stood among all rows.
    places: Vec<usize>,
    /// The columns that all of the rows gave before they got their defaults, where
    /// that matters.
    given: Option<Vec<u16>>,
}

impl Batch {
    /// One without rows, of which so many are expected.
    pub(crate) fn new(columns: usize, rows: usize, given: Option<Vec<u16>>) -> Self {
        Batch {
            columns: Vec::with_capacity(columns),
            arrays: Vec::with_capacity(columns),
            places: Vec::with_capacity(rows),
            given,
        }
    }

    /// Whether a row leaves the same to the server.
    pub(crate) fn takes(&self, values: &RowValues, table: &'static TableDef) -> bool {
        let given = || values.iter().map(|(position, _)| *position);
        // Nearly always: rows of one program text give the same columns.
        if given().eq(self.columns.iter().copied()) {
            return true;
        }
        let is_filled = |position: &u16| is_filled_by_server(table.column(*position));
        let ours = self.columns.iter().copied().filter(is_filled);
        given().filter(is_filled).eq(ours)
    }

    /// Adds a row that stood at `place` among all.
    pub(crate) fn push(&mut self, values: RowValues, place: usize) {
        let mut next = 0;
        for (position, value) in values {
            while self.columns.get(next).is_some_and(|&at| at < position) {
                self.arrays[next].push(Param::Null);
                next += 1;
            }
            if self.columns.get(next) != Some(&position) {
                let mut array = Vec::with_capacity(self.places.capacity());
                array.resize(self.places.len(), Param::Null);
                self.columns.insert(next, position);
                self.arrays.insert(next, array);
            }
            self.arrays[next].push(value);
            next += 1;
        }
        for array in &mut self.arrays[next..] {
            array.push(Param::Null);
        }
        self.places.push(place);
    }

    /// The statement, and where its rows stood among all rows.
    pub(crate) fn into_insert(self, table: &'static TableDef) -> (Insert, Vec<usize>) {
        let mut given = self.columns.into_iter().zip(self.arrays).peekable();
        let mut columns = Vec::new();
        let mut values = Vec::new();
        for (position, column) in (0_u16..).zip(table.columns) {
            if let Some((_, array)) = given.next_if(|(at, _)| *at == position) {
                columns.push(position);
                values.push(Value::Param(Param::array_of(column.sql_type, array)));
            } else if column.timestamp.is_some() {
                columns.push(position);
                values.push(Value::Expr(statement_time()));
            }
        }
        let insert = Insert {
            table,
            rows: InsertRows::Arrays {
                columns,
                values,
                count: Param::Int8(i64::try_from(self.places.len()).unwrap_or(i64::MAX)),
                all_of: None,
            },
            conflict: None,
            returning: Returning::Rows,
        };
        (insert, self.places)
    }
}

/// Whether the server fills the column with something other than NULL.
pub(crate) fn is_filled_by_server(column: &ColumnDef) -> bool {
    column.identity.is_some()
        || column.timestamp.is_some()
        || matches!(
            column.default,
            Some(DefaultValue::Now | DefaultValue::Sql(_) | DefaultValue::Next)
        )
}
