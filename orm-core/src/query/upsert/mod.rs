//! New rows that may exist already.

mod age;
mod build;
mod find;
mod many;
mod rows;
mod twice;
pub(super) use many::send_upsert;

use std::marker::PhantomData;

pub use self::build::{FindOrBuild, FindOrBuildOn, FoundOrBuilt};
use self::find::{existing, hidden, refuse_hidden, the_same};
pub use self::rows::UpsertRows;
use super::fetch::in_model;
use super::update::{moving, rows_of};
use super::{Arbiter, Expr, Filter, IntoAssignment};
use crate::ast::{self, Assignment, Conflict, ConflictTarget, Marked, Returning, Value, Visible};
use crate::create::{Draft, IntoNew, Saving};
use crate::decode::Cursor;
use crate::error::{Error, Result};
use crate::exec::{Exec, Executor};
use crate::hooks::{Asked, Judged, between};
use crate::model::{Column, Model, Settable, SoftDeletes};
use crate::schema::{TableDef, Timestamp};
use crate::types::{ColumnType, Param};

/// New rows that may exist already: one, from [`Queries::upsert`](super::Queries::upsert),
/// or many, from [`Queries::upsert_many`](super::Queries::upsert_many).
///
/// Say with [`on`](Upsert::on) or [`on_key`](Upsert::on_key) what makes two
/// rows the same.
#[must_use = "nothing is written until a conflict is named and the upsert saved"]
pub struct Upsert<M, R = Draft<M>> {
    rows: R,
    model: PhantomData<fn() -> M>,
}

impl<M: Model, R: std::fmt::Debug> std::fmt::Debug for Upsert<M, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Upsert").field(&self.rows).finish()
    }
}

impl<M: Model> Upsert<M> {
    pub(crate) fn new(row: impl IntoNew<M>) -> Self {
        Upsert {
            rows: row.into_new(),
            model: PhantomData,
        }
    }
}

impl<M: Model> Upsert<M, UpsertRows<M>> {
    pub(crate) fn many<N: IntoNew<M>>(rows: impl IntoIterator<Item = N>) -> Self {
        Upsert {
            rows: UpsertRows::new(rows),
            model: PhantomData,
        }
    }
}

impl<M: Model, R> Upsert<M, R> {
    /// Rows are the same when they agree in a unique column, or in columns that are
    /// unique together, as a tuple in the order of their constraint.
    ///
    /// Of a unique index with a condition, rows outside of it are the same as no
    /// other. NULL is the same as nothing.
    pub fn on(self, columns: impl Arbiter<M>) -> UpsertOn<M, R> {
        UpsertOn::new(self.rows, columns.target())
    }

    /// Rows are the same when they agree in the primary key.
    pub fn on_key(self) -> UpsertOn<M, R> {
        UpsertOn::new(self.rows, key_of_rows::<M>())
    }
}

/// The primary key, as what makes two rows the same.
fn key_of_rows<M: Model>() -> ConflictTarget {
    ConflictTarget {
        columns: M::TABLE.primary_key.to_vec(),
        filter: None,
    }
}

/// What has to be known before a row that may exist is looked for.
#[diagnostic::on_unimplemented(
    message = "nothing says here what makes two rows the same",
    label = "call `.on(Model::column)`, a unique one, or `.on_key()` before this"
)]
pub trait KnowsTheSame {}

#[diagnostic::do_not_recommend]
impl<M, R> KnowsTheSame for UpsertOn<M, R> {}

// Without them the compiler would say "no method", and not what to type.
impl<M: Model, R> Upsert<M, R> {
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

    #[doc(hidden)]
    pub fn or_find(self, _: &dyn Executor) -> Saving<'static, Upserted<M>>
    where
        Self: KnowsTheSame,
    {
        Saving::new(std::future::ready(Err(nothing_named())))
    }
}

fn nothing_named() -> Error {
    Error::usage("nothing says what makes two rows the same")
}

/// New rows that may exist already, which know what makes two of them the same.
#[must_use = "nothing is written until `.save(&db)`, `.or_find(&db)` or `.or_ignore(&db)`"]
pub struct UpsertOn<M, R = Draft<M>> {
    rows: R,
    target: ConflictTarget,
    /// What is overwritten of an existing row; `None` is all that was given.
    overwrite: Option<Vec<Assignment>>,
    /// Which existing rows are overwritten.
    only: Option<ast::Expr>,
    /// Whether an existing row that is marked as deleted is there again.
    revives: bool,
    model: PhantomData<fn() -> M>,
}

impl<M: Model, R: std::fmt::Debug> std::fmt::Debug for UpsertOn<M, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UpsertOn")
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

/// What an upsert made of a row: it is new, or was overwritten, or neither, where
/// [`overwrite_if`](UpsertOn::overwrite_if) left it alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upserted<M> {
    /// The row as it now is.
    pub row: M,
    /// Whether it is new.
    pub created: bool,
    /// Whether it existed and was overwritten.
    pub updated: bool,
}

/// The row that an upsert proposed, where the existing one is overwritten.
#[derive(Debug)]
pub struct Proposed<M>(PhantomData<fn() -> M>);

impl<M: Model> Proposed<M> {
    /// The value proposed for a column: the one given, or its default.
    #[allow(clippy::unused_self)] // it is at hand only where there is a proposed row
    pub fn get<T: ColumnType, K>(&self, column: Column<M, T, K>) -> Expr<M, T> {
        Expr::new(ast::Expr::Excluded(column.def()))
    }
}

impl<M: Model, R> UpsertOn<M, R> {
    fn new(rows: R, target: ConflictTarget) -> Self {
        UpsertOn {
            rows,
            target,
            overwrite: None,
            only: None,
            revives: false,
            model: PhantomData,
        }
    }

    /// Overwrites only this column of an existing row, and those named by further calls.
    ///
    /// The row must give it, or leave it to a default that the model declares:
    /// an existing row then gets what a new one would have.
    pub fn overwrite<T: ColumnType, K: Settable>(self, column: Column<M, T, K>) -> Self {
        self.assign(proposed(M::TABLE, column.position))
    }

    /// Overwrites this column of an existing row with a value or an expression, and
    /// else only those named by further calls. A column in it is that of the existing
    /// row; the closure is handed the proposed one.
    ///
    /// Only the database knows what the expression comes to: validators do not see it.
    ///
    /// ```
    /// # use orm_core::{Model, Result, create::IntoNew, exec::Executor, model::Column};
    /// # use orm_core::query::{Queries, Expression};
    /// # async fn demo<M: orm_core::model::Writable>(sku: Column<M, String, orm_core::model::Unique>,
    /// #     stock: Column<M, i32>, item: impl IntoNew<M>, db: &dyn Executor) -> Result<()> {
    /// // What arrives is added to what is there.
    /// M::upsert(item).on(sku)
    ///     .overwrite_with(stock, |new| stock + new.get(stock))
    ///     .save(db).await?;
    /// # Ok(()) }
    /// ```
    pub fn overwrite_with<T: ColumnType, K: Settable, V: IntoAssignment<M, T>>(
        self,
        column: Column<M, T, K>,
        value: impl FnOnce(&Proposed<M>) -> V,
    ) -> Self {
        self.assign(Assignment {
            column: column.position,
            value: value(&Proposed(PhantomData)).into_assignment(),
        })
    }

    /// Overwrites an existing row only where this holds of it; a column in the filter
    /// is that of the existing row, and the closure is handed the proposed one.
    ///
    /// A row that stays as it is comes back as neither created nor updated.
    pub fn overwrite_if(mut self, filter: impl FnOnce(&Proposed<M>) -> Filter<M>) -> Self {
        let filter = filter(&Proposed(PhantomData)).ast;
        self.only = Some(match self.only {
            Some(only) => only.and(filter),
            None => filter,
        });
        self
    }

    /// Takes the mark away from an existing row that is marked as deleted, and
    /// overwrites it. Without this such a row is an error,
    /// [`is_hidden`](Error::is_hidden). What its delete marked beside it stays marked:
    /// [`restore`](super::Queries::restore) brings that back.
    pub fn reviving(mut self) -> Self
    where
        M: SoftDeletes,
    {
        self.revives = true;
        self
    }

    /// Which existing rows are there to be overwritten, and what they take over beside
    /// what was said.
    fn existing_rows(&self) -> (Visible, Option<Assignment>) {
        let visible = Visible::of(M::TABLE);
        match M::TABLE.soft_delete.filter(|_| self.revives) {
            None => (visible, None),
            Some(column) => {
                let unmarked = Assignment {
                    column,
                    value: Value::Param(Param::Null),
                };
                (visible.with(Marked::Shown), Some(unmarked))
            }
        }
    }

    fn assign(mut self, assignment: Assignment) -> Self {
        let set = self.overwrite.get_or_insert_default();
        set.retain(|it| it.column != assignment.column);
        set.push(assignment);
        set.sort_by_key(|it| it.column);
        self
    }

    /// What ends otherwise than with `save` never overwrites.
    fn only_reads(&self, ending: Ending) -> Result<()> {
        let name = match ending {
            Ending::Save => return Ok(()),
            Ending::Find => "or_find",
            Ending::Ignore => "or_ignore",
        };
        if self.overwrite.is_none() && self.only.is_none() && !self.revives {
            return Ok(());
        }
        Err(Error::usage(format!(
            "{}: `{name}` leaves an existing row alone: leave out what is overwritten, or end with `save`",
            M::TABLE.model
        )))
    }
}

impl<M: Model> UpsertOn<M> {
    /// Writes the row, or overwrites the existing one; in one statement.
    ///
    /// A row that an association's `create` made overwrites only what belongs to
    /// that association, or is free and comes to belong to it.
    ///
    /// # Errors
    /// When a validator or another constraint refuses a value,
    /// [`overwrite`](Self::overwrite) names a column that has none, or the
    /// existing row belongs elsewhere
    /// ([`is_not_related`](Error::is_not_related)), or is marked as deleted or outside a
    /// default scope ([`is_hidden`](Error::is_hidden)); then nothing changes.
    pub async fn save(self, db: &dyn Executor) -> Result<Upserted<M>> {
        if M::HOOKS.is_some() {
            let written = self.between_hooks(Ending::Save, db.executor()).await?;
            return written.ok_or_else(|| Error::not_written(M::TABLE.model, 1, 0));
        }
        self.save_row(Judged::No, db.executor()).await
    }

    async fn save_row(self, judged: Judged, db: Exec<'_>) -> Result<Upserted<M>> {
        let (visible, unmarked) = self.existing_rows();
        let UpsertOn {
            rows: draft,
            target,
            overwrite,
            only,
            ..
        } = self;
        let set = match overwrite {
            Some(set) => named(set, |position| draft.get(position).is_some(), M::TABLE)?,
            // Defaults that nobody gave are for a new row only.
            None => {
                let given = draft.values().iter().map(|(position, _)| *position);
                taken_over(given, &target, M::TABLE)
            }
        };
        let set = set.into_iter().chain(unmarked).collect();
        let set = with_something::<M>(set, &target);
        let draft = alone(draft, judged)?;
        let claim = draft.claim();
        let only = match (&claim, only) {
            (None, None) => None,
            (Some(claim), None) => Some(claim.existing(&set)),
            (None, Some(only)) => Some(only),
            (Some(_), Some(_)) => return Err(judged_twice(M::TABLE)),
        };
        let kept = match (&claim, &only) {
            (None, Some(_)) => Some(the_same(&target, |at| draft.get(at).cloned(), M::TABLE)?),
            _ => None,
        };
        let hidden = hidden::<M>(&target, |at| draft.get(at).cloned())?;
        let mut insert = draft.into_insert();
        insert.conflict = Some(Conflict {
            target,
            visible,
            set,
            mark: None,
            only,
        });
        insert.returning = Returning::RowsAndWhetherNew;
        let row = age::upserted(&mut insert, db)
            .await
            .map_err(in_model::<M>)?;
        if row.is_none()
            && let Some(hidden) = hidden
        {
            refuse_hidden(hidden, db).await?;
        }
        match (row, claim, kept) {
            (Some(row), ..) => read(&row).map_err(|error| error.after_write(db.wrote())),
            (None, Some(claim), _) => Err(claim.not_related()),
            (None, None, kept) => {
                let row = match kept {
                    Some(kept) => existing(kept, db).await?,
                    None => None,
                };
                let row = row.map(|row| Upserted {
                    row,
                    created: false,
                    updated: false,
                });
                row.ok_or_else(|| db.must_roll_back(Error::not_written(M::TABLE.model, 1, 0)))
            }
        }
    }

    /// Writes the row unless it exists already; `None` where it did, and where a
    /// trigger of the table kept the row away.
    ///
    /// # Errors
    /// When a validator or another constraint refuses a value, the existing row is
    /// hidden ([`is_hidden`](Error::is_hidden)), or something was said of overwriting,
    /// which this never does.
    pub async fn or_ignore(self, db: &dyn Executor) -> Result<Option<M>> {
        if M::HOOKS.is_some() {
            let written = self.between_hooks(Ending::Ignore, db.executor()).await?;
            return Ok(written.map(|it| it.row));
        }
        self.write_new(Judged::No, db.executor()).await
    }

    /// The same with hooks around it.
    async fn between_hooks(mut self, ending: Ending, db: Exec<'_>) -> Result<Option<Upserted<M>>> {
        let Some(hooks) = M::HOOKS else {
            return Ok(None);
        };
        only_a_row(&self.rows)?;
        self.only_reads(ending)?;
        let draft = std::mem::take(&mut self.rows);
        let work = between(move |mut drafts: Vec<Draft<M>>, db: Exec<'_>| {
            Box::pin(async move {
                self.rows = drafts.pop().unwrap_or_default();
                let row = match ending {
                    Ending::Save => Some(self.save_row(Judged::Yes, db).await?),
                    Ending::Find => Some(self.find_row(Judged::Yes, db).await?),
                    Ending::Ignore => {
                        let row = self.write_new(Judged::Yes, db).await?;
                        row.map(|row| Upserted {
                            row,
                            created: true,
                            updated: false,
                        })
                    }
                };
                Ok(vec![row])
            })
        });
        let rows = (hooks.upsert)(vec![draft], Asked::One, work, db).await;
        Ok(rows.map_err(in_model::<M>)?.into_iter().flatten().next())
    }

    async fn write_new(self, judged: Judged, db: Exec<'_>) -> Result<Option<M>> {
        self.only_reads(Ending::Ignore)?;
        let draft = alone(self.rows, judged)?;
        let hidden = hidden::<M>(&self.target, |at| draft.get(at).cloned())?;
        let mut insert = draft.into_insert();
        insert.conflict = Some(Conflict::ignoring(self.target));
        let sql = crate::refusal::insert(db.backend(), &insert)?;
        let row = rows_of::<M>(db, &sql).await.map_err(in_model::<M>)?.pop();
        if row.is_none()
            && let Some(hidden) = hidden
        {
            refuse_hidden(hidden, db).await?;
        }
        Ok(row)
    }
}

/// How an upsert ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// The existing row is overwritten.
    Save,
    /// It is returned.
    Find,
    /// It is left out.
    Ignore,
}

/// A written row, and whether it is new.
fn read<M: Model>(row: &crate::decode::Row) -> Result<Upserted<M>> {
    let mut cursor = Cursor::new(row, M::TABLE, None);
    let row = M::decode(&mut cursor)?;
    let created = cursor.take()?;
    Ok(Upserted {
        row,
        created,
        updated: !created,
    })
}

fn not_given(field: &str, table: &TableDef) -> Error {
    Error::usage(format!(
        "{}.{field}: rows are the same when they agree in this column, and a row does not give it: \
         add `.{field}(..)` to the row",
        table.model
    ))
}

fn judged_twice(table: &TableDef) -> Error {
    Error::usage(format!(
        "{}: a row that an association's `create` made overwrites what belongs to it: leave out `overwrite_if`",
        table.model
    ))
}

/// The row, judged; an upsert does not know where nested rows would belong.
fn alone<M: Model>(mut draft: Draft<M>, judged: Judged) -> Result<Draft<M>> {
    only_a_row(&draft)?;
    match (judged, draft.refusal()) {
        (Judged::No, _) => draft.complete()?,
        (Judged::Yes, Some(refusal)) => return Err(refusal),
        (Judged::Yes, None) => draft.add_defaults(),
    }
    Ok(draft)
}

fn only_a_row<M: Model>(draft: &Draft<M>) -> Result<()> {
    if draft.is_alone() {
        return Ok(());
    }
    Err(Error::usage(
        "an upsert writes rows of one table and looks at no other: create what belongs to one, or a row of a \
         `has_one`, with `related` instead",
    ))
}

/// What the existing row takes over where nothing was named: all that was given.
fn taken_over(
    given: impl Iterator<Item = u16>,
    target: &ConflictTarget,
    table: &'static TableDef,
) -> Vec<Assignment> {
    let taken = given.filter(|position| {
        let created = table.column(*position).timestamp == Some(Timestamp::Created);
        !target.columns.contains(position) && !created
    });
    taken.map(|position| proposed(table, position)).collect()
}

/// What the existing row takes over: the columns named, which all rows must give.
fn named(
    set: Vec<Assignment>,
    is_given: impl Fn(u16) -> bool,
    table: &'static TableDef,
) -> Result<Vec<Assignment>> {
    for assignment in &set {
        let column = table.column(assignment.column);
        let proposed = matches!(
            assignment.value,
            Value::Expr(ast::Expr::Excluded(it)) if it.name == column.name
        );
        let filled = column.default.is_some() || column.timestamp.is_some();
        if proposed && !filled && !is_given(assignment.column) {
            return Err(Error::usage(format!(
                "{}.{field}: `overwrite` names a column that the row does not give: add `.{field}(..)` \
                 to the row, or leave it out of `overwrite`",
                table.model,
                field = column.field
            )));
        }
    }
    Ok(set)
}

/// Something is written even if nothing is to change: the existing row comes back
/// only then.
fn with_something<M: Model>(set: Vec<Assignment>, target: &ConflictTarget) -> Vec<Assignment> {
    if !set.is_empty() {
        return moving::<M>(set);
    }
    let first = target.columns.iter().min();
    let first = first.map(|&position| proposed(M::TABLE, position));
    first.into_iter().collect()
}

/// The column, set to what the insert proposed.
fn proposed(table: &'static TableDef, column: u16) -> Assignment {
    Assignment {
        column,
        value: Value::Expr(ast::Expr::Excluded(table.column(column))),
    }
}
