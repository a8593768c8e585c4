//! A new row that may exist already.

use std::sync::atomic::{AtomicU64, Ordering};

use super::fetch::in_model;
use super::noted::Tables;
use super::update::{rows_of, with_timestamp};
use crate::ast::{Assignment, Conflict, ConflictTarget, Expr, Insert, Returning, Value};
use crate::create::{Draft, IntoNew, Saving};
use crate::decode::Cursor;
use crate::error::{Error, Result};
use crate::exec::{Exec, Executor, Params};
use crate::model::{Column, Model, Settable, Unique};
use crate::schema::{ColumnDef, TableDef, Timestamp};
use crate::sql::dialect;
use crate::types::{ColumnType, Param};

/// A new row that may exist already, from [`Queries::upsert`](super::Queries::upsert).
///
/// Say with [`on`](Upsert::on) or [`on_key`](Upsert::on_key) what makes two
/// rows the same.
#[must_use = "nothing is written until a conflict is named and the upsert saved"]
pub struct Upsert<M> {
    draft: Draft<M>,
}

impl<M: Model> std::fmt::Debug for Upsert<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Upsert").field(&self.draft).finish()
    }
}

impl<M: Model> Upsert<M> {
    pub(crate) fn new(row: impl IntoNew<M>) -> Self {
        Upsert {
            draft: row.into_new(),
        }
    }

    /// Rows are the same when they agree in a unique column.
    pub fn on<T: ColumnType>(self, column: Column<M, T, Unique>) -> UpsertOn<M> {
        UpsertOn {
            draft: self.draft,
            target: vec![column.def()],
            only: None,
        }
    }

    /// Rows are the same when they agree in the primary key.
    pub fn on_key(self) -> UpsertOn<M> {
        UpsertOn {
            draft: self.draft,
            target: M::TABLE.key_columns().collect(),
            only: None,
        }
    }
}

/// What an upsert has to know before it can be sent.
#[diagnostic::on_unimplemented(
    message = "this upsert does not say what makes two rows the same",
    label = "call `.on(Model::column)`, a unique one, or `.on_key()` before this"
)]
pub trait KnowsTheSame {}

#[diagnostic::do_not_recommend]
impl<M> KnowsTheSame for UpsertOn<M> {}

// Without them the compiler would say "no method", and not what to type.
impl<M: Model> Upsert<M> {
    #[doc(hidden)]
    pub fn save(self, _: &dyn Executor) -> Saving<'static, Upserted<M>>
    where
        Self: KnowsTheSame,
    {
        Saving::new(std::future::ready(Err(nothing_named())))
    }

    #[doc(hidden)]
    pub fn or_ignore(self, _: &dyn Executor) -> Saving<'static, Option<M>>
    where
        Self: KnowsTheSame,
    {
        Saving::new(std::future::ready(Err(nothing_named())))
    }
}

fn nothing_named() -> Error {
    Error::usage("an upsert says what makes two rows the same")
}

/// An upsert that knows what makes two rows the same.
#[must_use = "nothing is written until `.save(&db)` or `.or_ignore(&db)`"]
pub struct UpsertOn<M> {
    draft: Draft<M>,
    target: Vec<&'static ColumnDef>,
    /// The columns of the existing row that are overwritten; `None` is all that were given.
    only: Option<Vec<u16>>,
}

impl<M: Model> std::fmt::Debug for UpsertOn<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UpsertOn")
            .field("draft", &self.draft)
            .finish_non_exhaustive()
    }
}

/// What an upsert wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upserted<M> {
    /// The row as it now is.
    pub row: M,
    /// Whether it is new; otherwise it existed and was overwritten.
    pub created: bool,
}

impl<M: Model> UpsertOn<M> {
    /// Overwrites only this column of an existing row, and those named by further calls.
    ///
    /// The row must give it, or leave it to a default that the model declares:
    /// an existing row then gets what a new one would have.
    pub fn overwrite<T: ColumnType, K: Settable>(mut self, column: Column<M, T, K>) -> Self {
        self.only.get_or_insert_default().push(column.position);
        self
    }

    /// Writes the row, or overwrites the existing one; in one statement.
    ///
    /// A row that an association's `create` made overwrites only what belongs to
    /// that association, or is free and comes to belong to it.
    ///
    /// # Errors
    /// When a validator or another constraint refuses a value,
    /// [`overwrite`](Self::overwrite) names a column that has none, or the
    /// existing row belongs elsewhere
    /// ([`is_not_related`](Error::is_not_related)); then nothing changes.
    pub async fn save(self, db: &dyn Executor) -> Result<Upserted<M>> {
        let UpsertOn {
            draft,
            target,
            only,
        } = self;
        let set = match only {
            Some(columns) => named(&draft, columns)?,
            // Defaults that nobody gave are for a new row only.
            None => given(&draft, &target),
        };
        let set = with_something::<M>(set, &target);
        let draft = alone(draft)?;
        let claim = draft.claim();
        let only = claim.as_ref().map(|claim| claim.existing(&set));
        let mut insert = draft.into_insert();
        insert.conflict = Some(Conflict {
            target: ConflictTarget::Columns(target),
            set,
            mark: None,
            only,
        });
        insert.returning = Returning::RowsAndWhetherNew;
        let db = db.executor();
        let row = upserted(&mut insert, db).await.map_err(in_model::<M>)?;
        let row = row.ok_or_else(|| match claim {
            Some(claim) => claim.not_related(),
            None => db.must_roll_back(Error::not_written(M::TABLE.model, 1, 0)),
        })?;
        let mut cursor = Cursor::new(&row, M::TABLE, None);
        let read = M::decode(&mut cursor)
            .and_then(|row| cursor.take().map(|created| Upserted { row, created }));
        read.map_err(|error| error.after_write(db.wrote()))
    }

    /// Writes the row unless it exists already; `None` where it did, and where a
    /// trigger of the table kept the row away.
    ///
    /// # Errors
    /// When a validator or another constraint refuses a value, or
    /// [`overwrite`](Self::overwrite) asks for what this never does.
    pub async fn or_ignore(self, db: &dyn Executor) -> Result<Option<M>> {
        if self.only.is_some() {
            return Err(Error::usage(format!(
                "{}: `or_ignore` leaves an existing row alone: leave out `overwrite`, or end with `save`",
                M::TABLE.model
            )));
        }
        let mut insert = alone(self.draft)?.into_insert();
        insert.conflict = Some(Conflict {
            target: ConflictTarget::Columns(self.target),
            set: Vec::new(),
            mark: None,
            only: None,
        });
        let db = db.executor();
        let sql = crate::refusal::insert(db.backend(), &insert)?;
        Ok(rows_of::<M>(db, &sql).await.map_err(in_model::<M>)?.pop())
    }
}

/// Tables whose rows have a transaction number that tells a new row from an old one.
static NUMBERED: Tables = Tables::new();
/// Tables whose rows, as they come back, have none: partitioned ones, and views.
static UNNUMBERED: Tables = Tables::new();

/// Sends an upsert; the row, and behind it whether it is new.
///
/// A row of an ordinary table tells by itself, which costs nothing. A failed
/// statement ends a transaction, so there nothing is tried out: a table not known
/// yet is asked in the way that always works.
async fn upserted(insert: &mut Insert, db: Exec<'_>) -> Result<Option<crate::decode::Row>> {
    let table = insert.table.name;
    if !dialect(db.backend()).rows_tell_their_age() {
        return marked(insert, db).await;
    }
    if UNNUMBERED.has(&table) || (db.in_transaction() && !NUMBERED.has(&table)) {
        return marked(insert, db).await;
    }
    match sent(insert, db).await {
        Err(error) if lacks_number(&error) => {
            let row = match db.in_transaction() {
                true => Err(error),
                false => marked(insert, db).await,
            };
            if row.is_ok() || db.in_transaction() {
                UNNUMBERED.note(table);
            }
            row
        }
        row => {
            if row.is_ok() && !NUMBERED.has(&table) {
                NUMBERED.note(table);
            }
            row
        }
    }
}

/// "cannot retrieve a system column" of a partitioned table, "column does not
/// exist" of a view.
fn lacks_number(error: &Error) -> bool {
    matches!(error.sqlstate(), Some("0A000" | "42703"))
}

/// The same where rows do not tell: what overwrites the existing row leaves a mark
/// in the session, which is looked for when the row comes back.
async fn marked(insert: &mut Insert, db: Exec<'_>) -> Result<Option<crate::decode::Row>> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    if let Some(conflict) = &mut insert.conflict {
        // Another for each statement: a transaction may hold several.
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        conflict.mark = Some(Param::Text(number.to_string()));
    }
    sent(insert, db).await
}

async fn sent(insert: &Insert, db: Exec<'_>) -> Result<Option<crate::decode::Row>> {
    let sql = crate::refusal::insert(db.backend(), insert)?;
    db.query_opt(&sql.text, Params::from(&sql.params)).await
}

/// The row, judged; an upsert does not know where nested rows would belong.
fn alone<M: Model>(mut draft: Draft<M>) -> Result<Draft<M>> {
    if !draft.is_alone() {
        return Err(Error::usage(
            "an upsert writes one row and looks at no other: create what belongs to it, or a row of a \
             `has_one`, with `related` instead",
        ));
    }
    draft.complete()?;
    Ok(draft)
}

/// What the existing row takes over: all that was given.
fn given<M: Model>(draft: &Draft<M>, target: &[&ColumnDef]) -> Vec<Assignment> {
    let given = draft.values().iter().map(|(position, _)| *position);
    let taken = given.filter(|&position| {
        let column = M::TABLE.column(position);
        !is_in(target, column) && column.timestamp != Some(Timestamp::Created)
    });
    taken.map(|position| proposed(M::TABLE, position)).collect()
}

/// What the existing row takes over: the columns named.
fn named<M: Model>(draft: &Draft<M>, mut columns: Vec<u16>) -> Result<Vec<Assignment>> {
    columns.sort_unstable();
    columns.dedup();
    for &position in &columns {
        let column = M::TABLE.column(position);
        let filled = column.default.is_some() || column.timestamp.is_some();
        if draft.get(position).is_none() && !filled {
            return Err(Error::usage(format!(
                "{}.{field}: `overwrite` names a column that the row does not give: add `.{field}(..)` \
                 to the row, or leave it out of `overwrite`",
                M::TABLE.model,
                field = column.field
            )));
        }
    }
    let set = columns.into_iter();
    Ok(set.map(|position| proposed(M::TABLE, position)).collect())
}

/// Something is written even if nothing is to change: the existing row comes back
/// only then.
fn with_something<M: Model>(set: Vec<Assignment>, target: &[&ColumnDef]) -> Vec<Assignment> {
    if !set.is_empty() {
        return with_timestamp::<M>(set);
    }
    let target = (0..)
        .zip(M::COLUMNS)
        .find(|(_, column)| is_in(target, column));
    let target = target.map(|(position, _)| proposed(M::TABLE, position));
    target.into_iter().collect()
}

/// The column, set to what the insert proposed.
fn proposed(table: &'static TableDef, column: u16) -> Assignment {
    Assignment {
        column,
        value: Value::Expr(Expr::Excluded(table.column(column))),
    }
}

fn is_in(target: &[&ColumnDef], column: &ColumnDef) -> bool {
    target.iter().any(|it| it.name == column.name)
}
