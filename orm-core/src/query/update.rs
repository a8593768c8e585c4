//! New values for existing rows.

use std::marker::PhantomData;

use super::batch::Written;
use super::fetch::{self, in_model};
use super::queries::{Queries as _, held_filter};
use super::select::Narrowed;
use super::untouched::untouched;
use super::{Filtered, IntoAssignment, Query};
use crate::ast::{self, Assignment, BinaryOp, OfEachRow, Value, Visible};
use crate::create::{Saving, validate_assigned};
use crate::decode::{Cursor, Row};
use crate::error::{Error, Result};
use crate::exec::{Exec, Executor, Params};
use crate::hooks::{Asked, Change, Judged, between, unseen};
use crate::model::{Column, Model, Settable, Writable};
use crate::polymorphic::{AssociateOneOf, OneOf, OwnerIn};
use crate::refusal;
use crate::schema::{Backend, SqlType, TableDef, Timestamp};
use crate::sql::Sql;
use crate::types::{ColumnType, Param};

/// An update to which nothing was given.
#[derive(Debug, Clone, Copy)]
pub struct NothingSet;

/// An update to which something was given.
#[derive(Debug, Clone, Copy)]
pub struct SomethingSet;

/// The state of an update that can be sent.
#[diagnostic::on_unimplemented(
    message = "this update sets no column, so it would write nothing",
    label = "nothing is set before this",
    note = "fields changed in the struct are not looked at: add `.set(Model::column, row.column)` for each"
)]
pub trait SetsSomething<M> {}

#[diagnostic::do_not_recommend]
impl<M> SetsSomething<M> for SomethingSet {}

/// New values for one row, from [`Queries::update`](super::Queries::update).
///
/// `S` tells whether a column was set. Only what is set is written: whoever
/// changes fields of the struct names them.
#[derive(Debug)]
#[must_use = "an update does nothing until `.save(&db)`"]
pub struct UpdateRow<'m, M, S = SomethingSet> {
    row: &'m M,
    set: Vec<Assignment>,
    /// Another row's changes were asked for.
    other: bool,
    state: PhantomData<fn() -> S>,
}

impl<'m, M: Model> UpdateRow<'m, M, NothingSet> {
    pub(crate) fn new(row: &'m M) -> Self {
        UpdateRow {
            row,
            set: Vec::new(),
            other: false,
            state: PhantomData,
        }
    }

    // Without it the compiler would say "no method", and not what to type. The type
    // it returns has a name: of an `impl Future` the compiler complains twice more.
    #[doc(hidden)]
    pub fn save(self, _: &dyn Executor) -> Saving<'static, M>
    where
        NothingSet: SetsSomething<M>,
    {
        Saving::new(std::future::ready(Err(nothing_set())))
    }
}

impl<'m, M: Model, S> UpdateRow<'m, M, S> {
    /// The row that is meant, and what is set, for an update of many.
    pub(super) fn into_parts(self) -> Result<(&'m M, Vec<Assignment>)> {
        if self.other {
            return Err(other_row(M::TABLE));
        }
        Ok((self.row, self.set))
    }

    /// Sets a column to a value or an expression; the last one given counts.
    pub fn set<T: ColumnType, K: Settable>(
        self,
        column: Column<M, T, K>,
        value: impl IntoAssignment<M, T>,
    ) -> UpdateRow<'m, M> {
        self.set_if_some(column, Some(value))
    }

    /// Makes the row belong to a row of one of several models: its type and its
    /// key change together.
    pub fn set_owner<A, O>(self, _: OneOf<A>, owner: &O) -> UpdateRow<'m, M>
    where
        A: AssociateOneOf<Owner = M>,
        O: OwnerIn<A::Targets>,
    {
        let mut set = self.set;
        for (column, param) in super::owned_by::<A, O>(&owner.key()) {
            assign(&mut set, column, Value::Param(param));
        }
        UpdateRow {
            row: self.row,
            set,
            other: self.other,
            state: PhantomData,
        }
    }

    /// Sets a column if there is a value; `None` leaves it as it is. For a
    /// request in which every field may be missing.
    ///
    /// A nullable column takes two: `Some(None)` sets NULL.
    pub fn set_if_some<T: ColumnType, K: Settable>(
        mut self,
        column: Column<M, T, K>,
        value: Option<impl IntoAssignment<M, T>>,
    ) -> UpdateRow<'m, M> {
        if let Some(value) = value {
            assign(&mut self.set, column.position, value.into_assignment());
        }
        UpdateRow {
            row: self.row,
            set: self.set,
            other: self.other,
            state: PhantomData,
        }
    }
}

impl<'m, M: Model> UpdateRow<'m, M> {
    pub(super) fn of_changes(before: &'m M, after: &M) -> Self {
        UpdateRow {
            row: before,
            set: super::changes::between(before, after),
            other: before.key() != after.key(),
            state: PhantomData,
        }
    }

    /// Writes what was set and returns the row as it now is.
    ///
    /// Where all values of [`set_if_some`](Self::set_if_some) were missing, nothing
    /// is written and the row is read again.
    ///
    /// # Errors
    /// When a validator or a constraint refuses a value, the row does not exist any
    /// more, it was written since it was read and has a version
    /// ([`is_stale`](Error::is_stale)), or a trigger keeps the update away
    /// ([`is_not_written`](Error::is_not_written)).
    pub async fn save(self, db: &dyn Executor) -> Result<M> {
        let (row, set) = self.into_parts()?;
        let db = db.executor();
        match M::HOOKS.filter(|_| !set.is_empty()) {
            None => save_row::<M>(row, set, Judged::No, db).await,
            Some(hooks) => {
                let work = between(|mut changes: Vec<Change<M>>, db: Exec<'_>| {
                    Box::pin(async move {
                        let Some((row, set)) = changes.pop() else {
                            return Ok(Vec::new());
                        };
                        let row = save_row::<M>(&row, set, Judged::Yes, db).await?;
                        Ok(vec![row])
                    })
                });
                let rows = (hooks.update)(vec![(row.clone(), set)], Asked::One, work, db);
                super::related::only(rows.await?)
            }
        }
        .map_err(in_model::<M>)
    }
}

pub(super) async fn save_row<M: Model>(
    row: &M,
    set: Vec<Assignment>,
    judged: Judged,
    db: Exec<'_>,
) -> Result<M> {
    if set.is_empty() {
        let query = M::find_key(&row.key());
        // Rare, and large: it would be part of the future of every update.
        return Box::pin(fetch::one(&query.select, &query.shape, db)).await;
    }
    if judged == Judged::No {
        validate::<M>(&set)?;
    }
    let update = ast::Update {
        table: M::TABLE,
        visible: Visible::of(M::TABLE),
        set: moving::<M>(set),
        filter: Some(held_filter(row)),
        returning: OfEachRow::Whole,
    };
    let Some(found) = updated(update, db).await? else {
        return Err(untouched(row, "update", db).await);
    };
    let row = M::decode(&mut Cursor::new(&found, M::TABLE, None));
    row.map_err(|error| error.after_write(db.wrote()))
}

/// The row that an update wrote; the same code for every model.
async fn updated(update: ast::Update, db: Exec<'_>) -> Result<Option<crate::decode::Row>> {
    let sql = refusal::update(db.backend(), &update)?;
    db.query_opt(&sql.text, Params::from(&sql.params)).await
}

/// New values for the rows of a query, from [`Query::update`].
#[must_use = "an update does nothing until `.save(&db)`"]
pub struct Update<M, S = SomethingSet> {
    visible: Visible,
    filter: Option<ast::Expr>,
    set: Vec<Assignment>,
    unbounded: Option<&'static str>,
    without_hooks: bool,
    marker: PhantomData<fn() -> (M, S)>,
}

impl<M: Model, S> std::fmt::Debug for Update<M, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Update")
            .field("set", &self.set)
            .field("filter", &self.filter)
            .finish_non_exhaustive()
    }
}

impl<M: Model, L: 'static, S> Query<M, L, S> {
    /// New values for every row that passes the filter, and that the query sees: rows
    /// marked as deleted are written to only where
    /// [`with_deleted`](Query::with_deleted) says so.
    ///
    /// A query without a filter cannot; say [`all_rows`](Query::all_rows) first
    /// if every row is meant. Sending it fails where the filter holds for every
    /// row because a list in it is empty: `not_in([])`, `all_of([])`.
    pub fn update(self) -> Update<M, NothingSet>
    where
        M: Writable,
        S: Narrowed,
    {
        let unbounded = write_problem(&self.select);
        Update {
            visible: self.select.visible,
            filter: self.select.filter,
            set: Vec::new(),
            unbounded,
            without_hooks: false,
            marker: PhantomData,
        }
    }
}

impl<M: Model, L: 'static, S> Query<M, L, S> {
    /// Says that an update or a delete means every row the query has, filter or not.
    pub fn all_rows(mut self) -> Query<M, L, Filtered> {
        let narrowed = self.select.filter.take();
        let narrowed = narrowed.filter(|filter| !filter.is_always_true());
        self.select.filter = narrowed.or(Some(ast::Expr::Param(Param::Bool(true))));
        Query::from_parts(self.select, self.shape)
    }
}

/// What an update or delete cannot do with a query, if anything.
pub(crate) fn write_problem(select: &ast::Select) -> Option<&'static str> {
    if select.limit.is_some() || select.offset.is_some() || select.distinct {
        return Some(
            "an update or delete has no limit, offset or distinct rows; find the keys first and filter by them",
        );
    }
    if !select.named.is_empty() {
        return Some(
            "an update or delete names no queries; name them in a subquery that its filter asks, `in_subquery(..)`",
        );
    }
    match &select.filter {
        Some(filter) if !filter.is_always_true() => None,
        _ => Some(
            "the filter holds for every row, as `Filter::always()` and `not_in` of an empty list do; \
             say `.all_rows()` if every row is meant",
        ),
    }
}

impl<M: Model, S> Update<M, S> {
    /// Sets a column to a value or an expression; the last one given counts.
    pub fn set<T: ColumnType, K: Settable>(
        self,
        column: Column<M, T, K>,
        value: impl IntoAssignment<M, T>,
    ) -> Update<M> {
        self.set_if_some(column, Some(value))
    }

    /// Sets a column if there is a value; `None` leaves it as it is.
    ///
    /// A nullable column takes two: `Some(None)` sets NULL.
    pub fn set_if_some<T: ColumnType, K: Settable>(
        mut self,
        column: Column<M, T, K>,
        value: Option<impl IntoAssignment<M, T>>,
    ) -> Update<M> {
        if let Some(value) = value {
            assign(&mut self.set, column.position, value.into_assignment());
        }
        Update {
            visible: self.visible,
            filter: self.filter,
            set: self.set,
            unbounded: self.unbounded,
            without_hooks: self.without_hooks,
            marker: PhantomData,
        }
    }

    /// Writes the rows without the hooks of their model, which do not see them. Without
    /// this, such an update of a model with hooks is refused: it reads no rows.
    pub fn without_hooks(mut self) -> Self {
        self.without_hooks = true;
        self
    }

    /// The SQL text of the update.
    ///
    /// # Errors
    /// When the update cannot be sent as it is.
    pub fn to_sql(&self) -> Result<String> {
        let copy = Update::<M, S> {
            visible: self.visible.clone(),
            filter: self.filter.clone(),
            set: self.set.clone(),
            unbounded: self.unbounded,
            without_hooks: self.without_hooks,
            marker: PhantomData,
        };
        match copy.into_ast(OfEachRow::Nothing)? {
            Some(update) => Ok(refusal::update(Backend::Postgres, &update)?
                .text
                .as_ref()
                .into()),
            None => Ok(String::new()),
        }
    }

    fn into_ast(self, returning: OfEachRow) -> Result<Option<ast::Update>> {
        if let Some(problem) = self.unbounded {
            return Err(Error::usage(problem));
        }
        if !self.without_hooks {
            unseen::<M>(
                "an update of all rows that pass a filter",
                "read the rows and use `update_many`, or say `.without_hooks()`",
            )?;
        }
        if self.set.is_empty() {
            return Ok(None);
        }
        validate::<M>(&self.set)?;
        Ok(Some(ast::Update {
            table: M::TABLE,
            visible: self.visible,
            set: moving::<M>(self.set),
            filter: self.filter,
            returning,
        }))
    }
}

impl<M: Model> Update<M> {
    /// Writes what was set and returns the number of rows written: none, and
    /// nothing is sent, where all values of [`set_if_some`](Self::set_if_some)
    /// were missing.
    ///
    /// # Errors
    /// When a validator or a constraint refuses a value, or the filter holds for
    /// every row.
    pub async fn save(self, db: &dyn Executor) -> Result<u64> {
        let Some(update) = self.into_ast(OfEachRow::Nothing)? else {
            return Ok(0);
        };
        let db = db.executor();
        let sql = refusal::update(db.backend(), &update)?;
        let rows = db.execute(&sql.text, Params::from(&sql.params)).await;
        rows.map_err(in_model::<M>)
    }

    /// Writes what was set and returns the rows written as they now are, in no
    /// particular order.
    ///
    /// # Errors
    /// As [`save`](Self::save).
    pub async fn returning(self, db: &dyn Executor) -> Result<Vec<M>> {
        let Some(update) = self.into_ast(OfEachRow::Whole)? else {
            return Ok(Vec::new());
        };
        let db = db.executor();
        let sql = refusal::update(db.backend(), &update)?;
        rows_of::<M>(db, &sql).await.map_err(in_model::<M>)
    }
}

// As of one row.
impl<M: Model> Update<M, NothingSet> {
    #[doc(hidden)]
    pub fn save(self, _: &dyn Executor) -> Saving<'static, u64>
    where
        NothingSet: SetsSomething<M>,
    {
        Saving::new(std::future::ready(Err(nothing_set())))
    }

    #[doc(hidden)]
    pub fn returning(self, _: &dyn Executor) -> Saving<'static, Vec<M>>
    where
        NothingSet: SetsSomething<M>,
    {
        Saving::new(std::future::ready(Err(nothing_set())))
    }
}

fn other_row(table: &TableDef) -> Error {
    Error::usage(format!(
        "{}: the changes are those of another row: `before` has another key; a key is changed with \
         `update().set(..)`",
        table.model
    ))
}

fn nothing_set() -> Error {
    Error::usage("an update that sets no column writes nothing")
}

/// The written rows of a statement with `RETURNING`.
pub(crate) async fn rows_of<M: Model>(db: Exec<'_>, sql: &Sql<'_>) -> Result<Vec<M>> {
    let mut rows = Vec::new();
    returned(db, sql, &mut rows).await?;
    Ok(rows)
}

/// Adds the written rows of a statement with `RETURNING`.
pub(super) async fn returned(db: Exec<'_>, sql: &Sql<'_>, rows: &mut dyn Written) -> Result<()> {
    let params = Params::from(&sql.params);
    let mut each = |row: Row| rows.add(&row);
    match sql.steps {
        None => db.query_each(&sql.text, params, &mut each).await?,
        Some(steps) => db.query_steps(&sql.text, params, steps, &mut each).await?,
    };
    Ok(())
}

fn assign(set: &mut Vec<Assignment>, column: u16, value: Value) {
    match set
        .iter_mut()
        .find(|assignment| assignment.column == column)
    {
        Some(assignment) => assignment.value = value,
        None => {
            if set.is_empty() {
                // One column, and the time: there may be one of each of many rows.
                set.reserve_exact(2);
            }
            set.push(Assignment { column, value });
        }
    }
}

fn validate<M: Model>(set: &[Assignment]) -> Result<()> {
    validate_assigned::<M>(set)
        .into_result()
        .map_err(|errors| Error::invalid(errors, M::TABLE))
}

/// What every write to a row does beside what was asked: it moves the model's update
/// time, unless that was set by hand, and its version.
pub(crate) fn moving<M: Model>(set: Vec<Assignment>) -> Vec<Assignment> {
    moving_of(M::TABLE, set)
}

/// The same of rows of a table.
pub(super) fn moving_of(table: &'static TableDef, mut set: Vec<Assignment>) -> Vec<Assignment> {
    if let Some(version) = table.version() {
        set.push(next_version(table, version));
    }
    let moved = (0_u16..)
        .zip(table.columns)
        .find(|(_, column)| column.timestamp == Some(Timestamp::Updated));
    if let Some((position, _)) = moved
        && set.iter().all(|assignment| assignment.column != position)
    {
        set.push(Assignment {
            column: position,
            value: Value::Expr(crate::create::statement_time()),
        });
    }
    set
}

fn next_version(table: &'static TableDef, at: u16) -> Assignment {
    let column = table.column(at);
    let one = match column.sql_type {
        SqlType::Int2 => Param::Int2(1),
        SqlType::Int8 => Param::Int8(1),
        _ => Param::Int4(1),
    };
    let next = ast::Expr::binary(
        BinaryOp::Add,
        ast::Expr::Column(column),
        ast::Expr::Param(one),
    );
    Assignment {
        column: at,
        value: Value::Expr(next),
    }
}
