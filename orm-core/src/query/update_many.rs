//! New values for many rows, each with its own.

use std::collections::HashMap;

use super::UpdateRow;
use super::all_or_none::{perhaps_missing, required};
use super::fetch::in_model;
use super::row_at_fault::among;
use super::untouched::untouched;
use super::update::{moving, save_row};
use crate::ast::{Assignment, NumberedRows, UpdateRows, Value, Visible};
use crate::create::validate_assigned;
use crate::decode::Cursor;
use crate::error::{Error, Result};
use crate::exec::{Exec, Executor, Params, jointly};
use crate::hooks::{Asked, Change, HooksOf, Judged, between};
use crate::key::Key;
use crate::model::Model;
use crate::types::{ColumnType, Param};
use crate::validate::{Fault, ValidationErrors};

/// New values for many rows, from [`Queries::update_many`](super::Queries::update_many).
#[must_use = "nothing is written until `.save(&db)`"]
pub struct UpdateMany<'m, M> {
    rows: Vec<Result<(&'m M, Vec<Assignment>)>>,
}

impl<M> std::fmt::Debug for UpdateMany<'_, M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("UpdateMany").field(&self.rows.len()).finish()
    }
}

impl<'m, M: Model> UpdateMany<'m, M> {
    pub(super) fn new<S>(updates: impl IntoIterator<Item = UpdateRow<'m, M, S>>) -> Self {
        UpdateMany {
            rows: updates.into_iter().map(UpdateRow::into_parts).collect(),
        }
    }

    /// Those of rows, and what is set of each.
    pub(super) fn of_parts(rows: Vec<(&'m M, Vec<Assignment>)>) -> Self {
        UpdateMany {
            rows: rows.into_iter().map(Ok).collect(),
        }
    }

    /// Writes what was set, all or nothing, and returns the rows as they now are, in
    /// the order given. No row sends nothing.
    ///
    /// One statement writes all rows that set the same columns to values; a row that
    /// sets an expression takes one of its own. A unique constraint is looked at row
    /// by row: two rows cannot swap their values unless it is `DEFERRABLE`.
    ///
    /// # Errors
    /// When a row is given twice (before anything is sent), a validator or a constraint
    /// refuses a value, a row does not exist any more, was written since it was read
    /// and has a version ([`is_stale`](Error::is_stale)), or a trigger keeps an update away. The message, and [`Error::row`] where it can be told, say which row,
    /// counted from 0.
    pub async fn save(self, db: &dyn Executor) -> Result<Vec<M>> {
        let rows = numbered(self.rows)?;
        if let Some(hooks) = M::HOOKS {
            let saved = save_with(hooks, rows, db.executor()).await;
            return saved.map_err(in_model::<M>);
        }
        let alike = laid::<M>(rows, Judged::No)?;
        save_all(alike, db.executor()).await.map_err(in_model::<M>)
    }
}

/// The updates, if each is one of its row.
///
/// # Errors
/// The first that is not, with its number.
pub(super) fn numbered<U>(updates: Vec<Result<U>>) -> Result<Vec<U>> {
    let updates = updates.into_iter().enumerate();
    let numbered = updates.map(|(place, it)| it.map_err(|error| error.in_row(Some(place))));
    numbered.collect()
}

/// Rows that one statement writes, or nothing does, with the places where they stood.
enum Alike<'m, M> {
    /// Rows of which nothing is set.
    Read(Vec<(usize, &'m M)>),
    /// A row that sets an expression.
    One((usize, &'m M), Vec<Assignment>),
    /// Rows that set the same columns, as positions in order, to values.
    Many {
        rows: Vec<(usize, &'m M)>,
        columns: Vec<u16>,
        values: Vec<Vec<Param>>,
    },
}

impl<'m, M> Alike<'m, M> {
    /// None yet that set such values.
    fn new(set: &[Assignment]) -> Self {
        match set {
            [] => Alike::Read(Vec::new()),
            set => Alike::Many {
                rows: Vec::new(),
                columns: set.iter().map(|it| it.column).collect(),
                values: set.iter().map(|_| Vec::new()).collect(),
            },
        }
    }

    fn takes(&self, set: &[Assignment]) -> bool {
        match self {
            Alike::Read(_) => set.is_empty(),
            Alike::One(..) => false,
            Alike::Many { columns, .. } => columns.iter().eq(set.iter().map(|it| &it.column)),
        }
    }

    /// Adds a row that sets values.
    fn push(&mut self, row: (usize, &'m M), set: Vec<Assignment>) {
        match self {
            Alike::Read(rows) => rows.push(row),
            Alike::One(..) => {}
            Alike::Many { rows, values, .. } => {
                rows.push(row);
                for (values, assignment) in values.iter_mut().zip(set) {
                    if let Value::Param(value) = assignment.value {
                        values.push(value);
                    }
                }
            }
        }
    }
}

fn has_expression(set: &[Assignment]) -> bool {
    let mut all = set.iter();
    all.any(|it| !matches!(it.value, Value::Param(_)))
}

/// The same with hooks, which see the rows of which something is set.
async fn save_with<M: Model>(
    hooks: HooksOf<M>,
    rows: Vec<(&M, Vec<Assignment>)>,
    db: Exec<'_>,
) -> Result<Vec<M>> {
    // What no hook can cure is said before anything is sent.
    refuse_twice(rows.iter().map(|(row, _)| *row))?;
    let places: Vec<bool> = rows.iter().map(|(_, set)| !set.is_empty()).collect();
    let (changed, left): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(_, set)| !set.is_empty());
    let changed: Vec<Change<M>> = changed
        .into_iter()
        .map(|(row, set)| (row.clone(), set))
        .collect();
    let work = between(|changes: Vec<Change<M>>, db: Exec<'_>| {
        Box::pin(async move {
            let rows = changes.iter().map(|(row, set)| (row, set.clone()));
            save_all(laid::<M>(rows.collect(), Judged::Yes)?, db).await
        })
    });
    let mut written = match changed.is_empty() {
        true => Vec::new(),
        false => (hooks.update)(changed, Asked::Many, work, db).await?,
    }
    .into_iter();
    let mut read = save_all(laid::<M>(left, Judged::Yes)?, db)
        .await?
        .into_iter();
    let rows = places
        .into_iter()
        .filter_map(|is_changed| match is_changed {
            true => written.next(),
            false => read.next(),
        });
    Ok(rows.collect())
}

/// An error if a row is given twice.
fn refuse_twice<'m, M: Model>(rows: impl Iterator<Item = &'m M>) -> Result<()> {
    let mut seen = HashMap::new();
    for (place, row) in rows.enumerate() {
        if let Some(earlier) = seen.insert(row.key(), place) {
            return Err(twice(M::TABLE.model, place, earlier));
        }
    }
    Ok(())
}

fn twice(model: &'static str, place: usize, earlier: usize) -> Error {
    let message = format!(
        "{model}: row {place} is row {earlier} again: set all of its columns in one update"
    );
    Error::usage(message).in_row(Some(place))
}

/// Judges updates that are not sent yet, and tells how many statements they take.
///
/// # Errors
/// As [`UpdateMany::save`], for what needs no database.
pub(super) fn judged<M: Model>(rows: Vec<(&M, Vec<Assignment>)>) -> Result<usize> {
    let judged = match M::HOOKS {
        None => Judged::No,
        // Their hooks come first.
        Some(_) => Judged::Yes,
    };
    Ok(laid::<M>(rows, judged)?.len())
}

/// The rows by what they set, judged, and none of them twice.
fn laid<M: Model>(rows: Vec<(&M, Vec<Assignment>)>, judged: Judged) -> Result<Vec<Alike<'_, M>>> {
    let mut all: Vec<Alike<'_, M>> = Vec::new();
    let mut seen = HashMap::with_capacity(rows.len());
    let mut faults = ValidationErrors::new();
    let mut first = None;
    for (place, (row, mut set)) in rows.into_iter().enumerate() {
        if let Some(earlier) = seen.insert(row.key(), place) {
            return Err(twice(M::TABLE.model, place, earlier));
        }
        let found = match judged {
            Judged::No => validate_assigned::<M>(&set),
            Judged::Yes => ValidationErrors::new(),
        };
        if !found.is_empty() {
            first.get_or_insert(place);
            faults.extend(found.into_iter().map(|fault| Fault {
                message: format!("row {place}: {}", fault.message),
                ..fault
            }));
        }
        if has_expression(&set) {
            all.push(Alike::One((place, row), set));
            continue;
        }
        set.sort_by_key(|assignment| assignment.column);
        let known = all.iter().rposition(|alike| alike.takes(&set));
        let at = known.unwrap_or(all.len());
        if known.is_none() {
            all.push(Alike::new(&set));
        }
        all[at].push((place, row), set);
    }
    faults
        .into_result()
        .map_err(|errors| Error::invalid(errors, M::TABLE).in_row(first))?;
    Ok(all)
}

async fn save_all<M: Model>(alike: Vec<Alike<'_, M>>, db: Exec<'_>) -> Result<Vec<M>> {
    if alike.is_empty() {
        return Ok(Vec::new());
    }
    let mut steps: Vec<Step<'_, M>> = alike.into_iter().map(Step::of).collect();
    if let Some(saved) = save_at_once(&mut steps, db).await {
        return saved;
    }
    Ok(jointly!(db, |exec| save_steps(&steps, exec)))
}

/// The rows, if one statement writes them all and sees to it that none is missing.
async fn save_at_once<M: Model>(steps: &mut [Step<'_, M>], db: Exec<'_>) -> Option<Result<Vec<M>>> {
    let [Step::Many(rows, update)] = steps else {
        return None;
    };
    update.rows.all_or_none = Some(required(rows.len(), db)?);
    match save_steps(steps, db).await {
        Err(error) if perhaps_missing(&error) => {
            if let [Step::Many(_, update)] = steps {
                update.rows.all_or_none = None;
            }
            None
        }
        saved => Some(saved),
    }
}

/// What one statement writes, or nothing does.
enum Step<'m, M> {
    /// Rows of which nothing is set.
    Read(Vec<(usize, &'m M)>),
    /// A row that sets an expression.
    One((usize, &'m M), Vec<Assignment>),
    /// Rows that set the same columns.
    Many(Vec<(usize, &'m M)>, Box<UpdateRows>),
}

impl<'m, M: Model> Step<'m, M> {
    fn of(alike: Alike<'m, M>) -> Self {
        let (rows, columns, values) = match alike {
            Alike::Read(rows) => return Step::Read(rows),
            Alike::One(row, set) => return Step::One(row, set),
            Alike::Many {
                rows,
                columns,
                values,
            } => (rows, columns, values),
        };
        let set = columns.into_iter().zip(values);
        let set = set.map(|(column, values)| Assignment {
            column,
            value: Value::Param(Param::array_of(M::TABLE.column(column).sql_type, values)),
        });
        let update = UpdateRows {
            rows: NumberedRows {
                table: M::TABLE,
                visible: Visible::of(M::TABLE),
                key: held(&rows),
                numbers: i64::array_param((0..).take(rows.len()).collect()),
                count: rows.len(),
                all_or_none: None,
            },
            set: moving::<M>(set.collect()),
        };
        Step::Many(rows, Box::new(update))
    }

    fn rows(&self) -> &[(usize, &'m M)] {
        match self {
            Step::Read(rows) | Step::Many(rows, _) => rows,
            Step::One(row, _) => std::slice::from_ref(row),
        }
    }

    async fn run(&self, all: &mut [Option<M>], db: Exec<'_>) -> Result<()> {
        match self {
            Step::Read(rows) => {
                for (place, row) in rows {
                    all[*place] = Some(saved(*place, *row, Vec::new(), db).await?);
                }
            }
            Step::One((place, row), set) => {
                all[*place] = Some(saved(*place, *row, set.clone(), db).await?);
            }
            Step::Many(rows, update) => {
                let done = written::<M>(update, rows, all, db).await;
                done.map_err(|error| in_row(error, update, rows))?;
                for (place, row) in rows {
                    if all[*place].is_none() {
                        let error = untouched::<M>(row, "update", db).await;
                        return Err(error.in_row(Some(*place)));
                    }
                }
            }
        }
        Ok(())
    }
}

/// The same, within the caller's unit: the first is sent behind BEGIN.
async fn save_steps<M: Model>(steps: &[Step<'_, M>], db: Exec<'_>) -> Result<Vec<M>> {
    let asked = steps.iter().map(|step| step.rows().len()).sum();
    let mut all: Vec<Option<M>> = Vec::new();
    all.resize_with(asked, || None);
    for step in steps {
        step.run(&mut all, db).await?;
    }
    Ok(all.into_iter().flatten().collect())
}

/// A row that is written, or read, by itself.
async fn saved<M: Model>(place: usize, row: &M, set: Vec<Assignment>, db: Exec<'_>) -> Result<M> {
    let row = save_row::<M>(row, set, Judged::Yes, db).await;
    row.map_err(|error| error.in_row(Some(place)))
}

/// The keys of rows, and the versions that they were read with, as bound arrays.
fn held<M: Model>(rows: &[(usize, &M)]) -> Vec<(u16, Param)> {
    let arrays = M::Key::array_params(rows.iter().map(|(_, row)| row.key()).collect());
    let key = M::TABLE.primary_key.iter().copied().zip(arrays);
    let version = M::TABLE.version().map(|at| {
        let values = rows.iter().map(|(_, row)| row.param(at)).collect();
        (at, Param::array_of(M::TABLE.column(at).sql_type, values))
    });
    key.chain(version).collect()
}

/// Sends an update of many rows, and puts each that comes back in its place.
async fn written<M: Model>(
    update: &UpdateRows,
    rows: &[(usize, &M)],
    all: &mut [Option<M>],
    db: Exec<'_>,
) -> Result<()> {
    let sql = crate::refusal::update_rows(db.backend(), update)?;
    let params = Params::from(&sql.params);
    let mut each = |row| {
        let mut cursor = Cursor::new(&row, M::TABLE, None);
        let after_write = |error: Error| error.after_write(db.wrote());
        let written = M::decode(&mut cursor).map_err(after_write)?;
        let number: i64 = cursor.take().map_err(after_write)?;
        let number = usize::try_from(number).ok();
        if let Some((place, _)) = number.and_then(|number| rows.get(number)) {
            all[*place] = Some(written);
        }
        Ok(())
    };
    match sql.steps {
        None => db.query_each(&sql.text, params, &mut each).await?,
        Some(steps) => db.query_steps(&sql.text, params, steps, &mut each).await?,
    };
    Ok(())
}

/// Says which of the rows the error is about, where it can be told.
fn in_row<M>(error: Error, update: &UpdateRows, rows: &[(usize, &M)]) -> Error {
    let places: Vec<usize> = rows.iter().map(|(place, _)| *place).collect();
    among(error, update.rows.table, &places, &|column| {
        let mut set = update.set.iter();
        match &set.find(|it| it.column == column)?.value {
            Value::Param(array) => array.elements(),
            Value::Expr(_) | Value::Default => None,
        }
    })
}
