//! Writing new rows: one, many, or one that may exist already.

use super::fetch::in_model;
use super::update::{rows_of, with_timestamp};
use crate::ast::{Assignment, Conflict, ConflictTarget, Expr, Insert, Returning, Value};
use crate::create::{Draft, IntoNew, Laid, Saving};
use crate::decode::Cursor;
use crate::error::{Error, Result};
use crate::exec::{Exec, Executor, Params};
use crate::model::{Column, Model, Unique};
use crate::schema::{ColumnDef, Timestamp};
use crate::types::ColumnType;

/// Writes one row, and what is nested in it, and returns the row with what the
/// database filled in.
///
/// What needs no database is done at once, so that the future holds little else
/// than the statement.
pub(crate) fn insert<M: Model>(mut draft: Draft<M>, db: Exec<'_>) -> Saving<'_, M> {
    if let Err(error) = draft.complete() {
        return Saving::new(async { Err(error) });
    }
    if !draft.is_alone() {
        return Saving::new(insert_graph(draft, db));
    }
    insert_one(draft, db)
}

/// Writes one row that was judged.
fn insert_one<M: Model>(draft: Draft<M>, db: Exec<'_>) -> Saving<'_, M> {
    let insert = draft.into_insert();
    Saving::new(async move {
        let sql = crate::sql::insert(&insert);
        let row = db.query_opt(&sql.text, Params::from(&sql.params)).await;
        let row = row.map_err(in_model::<M>)?.ok_or_else(nothing_written)?;
        let row = M::decode(&mut Cursor::new(&row, M::TABLE, None));
        row.map_err(|error| error.after_write(db.wrote()))
    })
}

async fn insert_graph<M: Model>(mut draft: Draft<M>, db: Exec<'_>) -> Result<M> {
    let nested = draft.take_nested();
    let unit = db.unit().await?;
    if let Some(guard) = draft.take_guard() {
        guard(unit.exec()).await?;
    }
    let row = insert_one(draft, unit.exec()).await?;
    for children in &nested {
        children.write(&row, unit.exec()).await?;
    }
    unit.commit().await?;
    Ok(row)
}

fn nothing_written() -> Error {
    Error::usage("the insert wrote no row: a trigger or rule of the table suppressed it")
}

/// Writes many rows, nothing nested, in the order given.
pub(crate) async fn insert_many<M: Model>(drafts: Vec<Draft<M>>, db: Exec<'_>) -> Result<Vec<M>> {
    let mut laid = Laid::new(M::TABLE, drafts.len());
    drafts.into_iter().for_each(|draft| laid.push(draft));
    insert_laid(laid, db).await
}

async fn insert_laid<M: Model>(laid: Laid, db: Exec<'_>) -> Result<Vec<M>> {
    let statements = laid.finish()?;
    let rows = match statements.as_slice() {
        [] => Ok(Vec::new()),
        [(only, _)] => rows_of(db, &crate::sql::insert(only)).await,
        several => rows_of_several(several, db).await,
    };
    rows.map_err(in_model::<M>)
}

/// The rows of several statements, each in its place among all rows.
async fn rows_of_several<M: Model>(
    statements: &[(Insert, Vec<usize>)],
    db: Exec<'_>,
) -> Result<Vec<M>> {
    let unit = db.unit().await?;
    let mut placed: Vec<(usize, M)> = Vec::new();
    for (insert, places) in statements {
        let rows = rows_of(unit.exec(), &crate::sql::insert(insert)).await?;
        placed.extend(places.iter().copied().zip(rows));
    }
    unit.commit().await?;
    placed.sort_by_key(|(place, _)| *place);
    Ok(placed.into_iter().map(|(_, row)| row).collect())
}

/// Many new rows, from [`Queries::create_many`](super::Queries::create_many).
#[must_use = "nothing is written until `.save(&db)`"]
pub struct CreateMany<M> {
    /// The rows before the first that is more than a row.
    laid: Laid,
    /// That one, with what is nested in it, and all that follow.
    rest: Vec<Draft<M>>,
}

impl<M: Model> std::fmt::Debug for CreateMany<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rows = self.laid.len() + self.rest.len();
        f.debug_tuple("CreateMany").field(&rows).finish()
    }
}

impl<M: Model> CreateMany<M> {
    pub(crate) fn new<N: IntoNew<M>>(rows: impl IntoIterator<Item = N>) -> Self {
        let rows = rows.into_iter();
        // What an iterator says of its length is a hint, and may be absurd.
        let expected = rows.size_hint().0.min(1 << 20);
        let mut laid = Laid::new(M::TABLE, expected);
        let mut rest = Vec::new();
        for row in rows {
            let draft = row.into_new();
            if rest.is_empty() && draft.is_alone() {
                laid.push(draft);
            } else {
                rest.push(draft);
            }
        }
        CreateMany { laid, rest }
    }

    /// Writes all rows or none, and returns them in the order they were given.
    ///
    /// One statement writes all rows that leave the same columns to the
    /// server. No row sends nothing.
    ///
    /// # Errors
    /// When a validator or a constraint refuses a value of any row.
    pub async fn save(self, db: &dyn Executor) -> Result<Vec<M>> {
        let CreateMany { laid, rest } = self;
        if rest.is_empty() {
            return insert_laid(laid, db.executor()).await;
        }
        save_graphs(laid, rest, db.executor()).await
    }
}

/// Writes rows, then those with something nested in them.
async fn save_graphs<M: Model>(
    mut laid: Laid,
    mut rest: Vec<Draft<M>>,
    db: Exec<'_>,
) -> Result<Vec<M>> {
    // Everything is judged before the first statement, what is nested too.
    laid.validate_with(&mut rest)?;
    let unit = db.unit().await?;
    let mut rows = insert_laid(laid, unit.exec()).await?;
    rows.extend(crate::create::write_all(rest, unit.exec()).await?);
    unit.commit().await?;
    Ok(rows)
}

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
    pub fn overwrite<T: ColumnType, K>(mut self, column: Column<M, T, K>) -> Self {
        self.only.get_or_insert_default().push(column.position);
        self
    }

    /// Writes the row, or overwrites the existing one; in one statement.
    ///
    /// # Errors
    /// When a validator or another constraint refuses a value.
    pub async fn save(self, db: &dyn Executor) -> Result<Upserted<M>> {
        let UpsertOn {
            draft,
            target,
            only,
        } = self;
        // Defaults that nobody gave are for a new row only.
        let set = overwritten::<M>(&draft, &target, only.as_deref());
        let mut insert = alone(draft)?.into_insert();
        insert.conflict = Some(Conflict {
            target: ConflictTarget::Columns(target),
            set,
            filter: None,
        });
        insert.returning = Returning::RowsAndWhetherNew;
        let sql = crate::sql::insert(&insert);
        let row = db
            .executor()
            .query_opt(&sql.text, Params::from(&sql.params))
            .await;
        let row = row.map_err(in_model::<M>)?;
        let row = row.ok_or_else(|| {
            Error::usage("the upsert wrote no row: a trigger or rule suppressed it")
        })?;
        let mut cursor = Cursor::new(&row, M::TABLE, None);
        let read = M::decode(&mut cursor)
            .and_then(|row| cursor.take().map(|created| Upserted { row, created }));
        read.map_err(|error| error.after_write(db.executor().wrote()))
    }

    /// Writes the row unless it exists already; `None` where it did.
    ///
    /// # Errors
    /// When a validator or another constraint refuses a value.
    pub async fn or_ignore(self, db: &dyn Executor) -> Result<Option<M>> {
        let mut insert = alone(self.draft)?.into_insert();
        insert.conflict = Some(Conflict {
            target: ConflictTarget::Columns(self.target),
            set: Vec::new(),
            filter: None,
        });
        let sql = crate::sql::insert(&insert);
        Ok(rows_of::<M>(db.executor(), &sql)
            .await
            .map_err(in_model::<M>)?
            .pop())
    }
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

/// What the existing row takes over from the proposed one.
fn overwritten<M: Model>(
    draft: &Draft<M>,
    target: &[&ColumnDef],
    only: Option<&[u16]>,
) -> Vec<Assignment> {
    let given = draft.values().iter().map(|(position, _)| *position);
    let set: Vec<Assignment> = given
        .filter(|position| {
            let column = M::TABLE.column(*position);
            let asked = only.is_none_or(|only| only.contains(position));
            let in_target = target.iter().any(|target| target.name == column.name);
            asked && !in_target && column.timestamp != Some(Timestamp::Created)
        })
        .map(|column| Assignment {
            column,
            value: Value::Expr(Expr::Excluded(M::TABLE.column(column))),
        })
        .collect();
    if set.is_empty() {
        // Writing the target to itself makes the existing row come back.
        let target = (0..)
            .zip(M::COLUMNS)
            .find(|(_, column)| target.iter().any(|it| it.name == column.name));
        return target
            .map(|(column, def)| Assignment {
                column,
                value: Value::Expr(Expr::Excluded(def)),
            })
            .into_iter()
            .collect();
    }
    with_timestamp::<M>(set)
}
