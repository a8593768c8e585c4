//! What every model can do.

use std::future::Future;

use futures_util::Stream;
use smallvec::SmallVec;

use super::copy::drafts;
use super::{
    CopyIn, CreateMany, DeleteMany, Drafts, Each, Filtered, FindOrBuild, FoundBy, NothingSet,
    Query, RefreshView, Related, SetsSomething, UpdateMany, UpdateRow, Upsert, UpsertRows,
    WithoutHooks, fetch,
};
use crate::create::{IntoNew, Saving, Values};
use crate::error::{Error, Result};
use crate::exec::Executor;
use crate::key::{IntoKey, Key};
use crate::model::{Associate, Association, Materialized, Model, SoftDeletes, Writable};
use crate::query::Filter;
use crate::query::removal::How;
use crate::schema::TableDef;
use crate::types::Param;
use crate::{ast, create::Draft};

/// The methods of every model, on the type and on a row.
pub trait Queries: Model {
    /// A query for every row, to be narrowed down.
    fn query() -> Query<Self> {
        Query::new()
    }

    /// A query for the row with a primary key; a tuple finds by a composite key.
    fn find(key: impl IntoKey<Self::Key>) -> Query<Self, Self, Filtered> {
        Query::new().filter(Filter::new(key_filter::<Self>(&key.into_key())))
    }

    /// A query for the row with a value in a unique column, or with values in columns
    /// that are unique together: a tuple of them, in the order of their constraint.
    ///
    /// ```
    /// # use orm_core::Model;
    /// # use orm_core::query::{FoundBy, Queries, Query};
    /// # fn demo<M: Model, C: FoundBy<M, (i32, i32)>>(org_and_user: C) {
    /// let member = M::find_by(org_and_user, (1, 7));
    /// # }
    /// ```
    fn find_by<V>(columns: impl FoundBy<Self, V>, values: V) -> Query<Self, Self, Filtered> {
        Query::new().filter(Filter::new(columns.holds(values)))
    }

    /// A new row: one setter per column, then `.save(&db)`. A required column
    /// that was not given does not compile.
    fn create() -> Self::Create
    where
        Self: Writable,
    {
        Draft::default().into()
    }

    /// Many new rows, written by one statement with `.save(&db)`.
    fn create_many<N: IntoNew<Self>>(rows: impl IntoIterator<Item = N>) -> CreateMany<Self>
    where
        Self: Writable,
    {
        CreateMany::new(rows)
    }

    /// Many new rows of which nothing is asked back, written with `.save(&db)`: as many as
    /// there are, in constant memory. PostgreSQL takes them by COPY, which is quicker.
    ///
    /// Defaults, timestamps and validators are those of [`create_many`](Self::create_many).
    /// A row that leaves another column to the database than the one before begins another
    /// COPY, so let rows that follow each other give the same. Rules of a table are not
    /// asked, and a table with policies for its rows is refused.
    ///
    /// ```
    /// # use orm_core::{Model, Result, create::IntoNew, exec::Executor, query::Queries};
    /// # async fn demo<M: orm_core::model::Writable, N: IntoNew<M>>(rows: impl Iterator<Item = N>, db: &dyn Executor) -> Result<()> {
    /// let written: u64 = M::copy_in(rows).save(db).await?;
    /// # Ok(()) }
    /// ```
    fn copy_in<'p, N: IntoNew<Self>, I: IntoIterator<Item = N>>(
        rows: I,
    ) -> CopyIn<'p, Self, Each<Self, I::IntoIter>>
    where
        Self: Writable,
    {
        CopyIn::new(Each::new(rows))
    }

    /// The same of rows that come one after the other, from a file say. An error of the
    /// stream ends it, and nothing is written.
    ///
    /// ```
    /// # use futures_util::Stream;
    /// # use orm_core::{Model, Result, create::IntoNew, exec::Executor, query::Queries};
    /// # async fn demo<M: orm_core::model::Writable, N: IntoNew<M>>(rows: impl Stream<Item = Result<N>>, db: &dyn Executor) -> Result<()> {
    /// let written: u64 = M::copy_in_stream(rows).save(db).await?;
    /// # Ok(()) }
    /// ```
    fn copy_in_stream<'p, N, E, S>(rows: S) -> CopyIn<'p, Self, Drafts<Self, S, N, E>>
    where
        N: IntoNew<Self>,
        S: Stream<Item = Result<N, E>>,
        Self: Writable,
    {
        CopyIn::new(drafts(rows))
    }

    /// A new row that may exist already: `.on(column)`, then `.save(&db)`.
    fn upsert(row: impl IntoNew<Self>) -> Upsert<Self>
    where
        Self: Writable,
    {
        Upsert::new(row)
    }

    /// Many new rows that may exist already: `.on(column)`, then `.save(&db)`.
    fn upsert_many<N: IntoNew<Self>>(
        rows: impl IntoIterator<Item = N>,
    ) -> Upsert<Self, UpsertRows<Self>>
    where
        Self: Writable,
    {
        Upsert::many(rows)
    }

    /// The row that is the same as a new one, or else the new one, which is not written:
    /// `.on(column)`, then `.one(&db)`.
    ///
    /// ```
    /// # use orm_core::{Model, Result, create::{Draft, IntoNew}, exec::Executor};
    /// # use orm_core::model::{Column, Unique};
    /// # use orm_core::query::{FoundOrBuilt, Queries};
    /// # async fn demo<M: orm_core::model::Writable, N: IntoNew<M> + From<Draft<M>>>(email: Column<M, String, Unique>,
    /// #     new: N, save: impl AsyncFn(N) -> Result<M>, db: &dyn Executor) -> Result<()> {
    /// let user = match M::find_or_build(new).on(email).one(db).await? {
    ///     FoundOrBuilt::Found(user) => user,
    ///     FoundOrBuilt::Built(new) => save(new).await?, // new.full_name("Ann").save(&db)
    /// };
    /// # Ok(()) }
    /// ```
    fn find_or_build<N: IntoNew<Self> + From<Draft<Self>>>(row: N) -> FindOrBuild<Self, N>
    where
        Self: Writable,
    {
        FindOrBuild::new(row)
    }

    /// New values for this row: `.set(column, value)`, then `.save(&db)`.
    ///
    /// Only what is set is written: fields changed in the struct are not looked at.
    fn update(&self) -> UpdateRow<'_, Self, NothingSet>
    where
        Self: Writable,
    {
        UpdateRow::new(self)
    }

    /// New values for this row as it was `before`: those that this struct has otherwise.
    /// Change the fields of a clone, then `.save(&db)`. Exactly the columns that differ
    /// are written, if any do; `.set(..)` adds others.
    ///
    /// A value differs where the database tells it apart: `1.0` and `1.00` are one
    /// number. A column that the database computes is not looked at, and a version is
    /// that of `before`.
    ///
    /// ```
    /// # use orm_core::{Model, Result, exec::Executor};
    /// # use orm_core::query::Queries;
    /// # async fn demo<M: orm_core::model::Writable>(before: M, change: impl Fn(&mut M), db: &dyn Executor) -> Result<()> {
    /// let mut user = before.clone();
    /// change(&mut user);
    /// let user = user.changes(&before).save(db).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `save` refuses a `before` that is another row.
    fn changes<'m>(&self, before: &'m Self) -> UpdateRow<'m, Self>
    where
        Self: Writable,
    {
        UpdateRow::of_changes(before, self)
    }

    /// New values for many rows, each with its own, in few statements:
    /// `.update().set(column, value)` of each row, then `.save(&db)` of all.
    ///
    /// ```
    /// # use orm_core::{Model, Result, exec::Executor, model::Column};
    /// # use orm_core::query::Queries;
    /// # async fn demo<M: orm_core::model::Writable>(rows: &[M], rank: Column<M, i32>, db: &dyn Executor) -> Result<()> {
    /// let ranked = (0..).zip(rows).map(|(at, row)| row.update().set(rank, at));
    /// let rows = M::update_many(ranked).save(db).await?;
    /// # Ok(()) }
    /// ```
    fn update_many<'m, S: SetsSomething<Self>>(
        updates: impl IntoIterator<Item = UpdateRow<'m, Self, S>>,
    ) -> UpdateMany<'m, Self>
    where
        Self: Writable,
    {
        UpdateMany::new(updates)
    }

    /// Removes this row.
    ///
    /// Of a model that soft-deletes the row is marked and stays in its table: reads and
    /// writes do not see it, until [`restore`](Self::restore). What `on_delete` says of
    /// rows that refer to it is done as far as the model's own associations lead to
    /// them: `restrict` refuses while there are such rows that are not marked,
    /// `set_null` empties their key, `cascade` marks those that soft-delete. Others stay
    /// as they are, and so do the rows of a plain join table.
    ///
    /// # Errors
    /// When the row does not exist any more or is marked already, a foreign key still
    /// refers to it, or a trigger keeps the delete away
    /// ([`is_not_written`](Error::is_not_written)).
    fn delete<'a>(&'a self, db: &'a dyn Executor) -> Saving<'a, ()>
    where
        Self: Writable,
    {
        Saving::new(super::delete::delete_row(self, How::Delete, db.executor()))
    }

    /// Removes many rows in one statement, each as [`delete`](Self::delete) does, all or
    /// none: `.run(&db)`.
    ///
    /// ```
    /// # use orm_core::{Model, Result, exec::Executor, query::Queries};
    /// # async fn demo<M: orm_core::model::Writable>(rows: &[M], db: &dyn Executor) -> Result<()> {
    /// M::delete_many(rows).run(db).await?;
    /// # Ok(()) }
    /// ```
    fn delete_many<'m>(rows: impl IntoIterator<Item = &'m Self>) -> DeleteMany<'m, Self>
    where
        Self: Writable,
    {
        DeleteMany::of_rows(rows.into_iter().collect())
    }

    /// Removes the rows with these primary keys in one statement, all or none:
    /// `.run(&db)`. A key says no version, so none is compared.
    ///
    /// Where some may be gone already, delete by a filter: `User::id.in_(ids)`.
    ///
    /// ```
    /// # use orm_core::{Model, Result, exec::Executor, key::IntoKey, query::Queries};
    /// # async fn demo<M: orm_core::model::Writable, K: IntoKey<M::Key>>(keys: Vec<K>, db: &dyn Executor) -> Result<()> {
    /// M::delete_keys(keys).run(db).await?;
    /// # Ok(()) }
    /// ```
    fn delete_keys<K: IntoKey<Self::Key>>(
        keys: impl IntoIterator<Item = K>,
    ) -> DeleteMany<'static, Self>
    where
        Self: Writable,
    {
        DeleteMany::of_keys(keys.into_iter().map(IntoKey::into_key).collect())
    }

    /// Brings this row back that was marked as deleted, with the rows that its own
    /// delete marked, and returns it as it now is. What was marked before or afterwards
    /// stays marked.
    ///
    /// # Errors
    /// When there is no such row, or it is not marked
    /// ([`is_not_found`](Error::is_not_found)); when a constraint refuses it, as where
    /// another row has its unique value by now. Then nothing changes.
    fn restore<'a>(&'a self, db: &'a dyn Executor) -> Saving<'a, Self>
    where
        Self: SoftDeletes,
    {
        Saving::new(super::delete::restore_row(self, db.executor()))
    }

    /// Removes this row from its table, whether it is marked as deleted or not. What
    /// becomes of rows that refer to it is left to the database.
    ///
    /// # Errors
    /// When the row does not exist any more, was written since it was read and has a
    /// version ([`is_stale`](Error::is_stale)), a foreign key still refers to it, or a
    /// trigger keeps the delete away ([`is_not_written`](Error::is_not_written)).
    fn delete_for_good<'a>(&'a self, db: &'a dyn Executor) -> Saving<'a, ()>
    where
        Self: SoftDeletes,
    {
        Saving::new(super::delete::delete_row(self, How::ForGood, db.executor()))
    }

    /// This row, to be removed or brought back without its hooks, and without those of
    /// rows that go or come back with it: `row.without_hooks().delete(&db)`.
    fn without_hooks(&self) -> WithoutHooks<'_, Self>
    where
        Self: Writable,
    {
        WithoutHooks(self)
    }

    /// Reads this row again.
    ///
    /// # Errors
    /// When the row does not exist any more.
    fn refresh(&self, db: &dyn Executor) -> impl Future<Output = Result<Self>> + Send {
        let query = Self::find_key(&self.key());
        let db = db.executor();
        async move { fetch::one(&query.select, &query.shape, db).await }
    }

    /// Computes the rows of a materialized view anew: `.run(&db)`.
    ///
    /// ```
    /// # use orm_core::{Result, exec::Executor, model::Materialized, query::Queries};
    /// # async fn demo<CustomerTotal: Materialized>(db: &dyn Executor) -> Result<()> {
    /// CustomerTotal::refresh_view().concurrently().run(db).await?;
    /// # Ok(()) }
    /// ```
    fn refresh_view() -> RefreshView<Self>
    where
        Self: Materialized,
    {
        RefreshView::new()
    }

    /// The rows on the other side of one of this row's associations: a query,
    /// and a door to writes.
    #[track_caller]
    fn related<A: Associate<Owner = Self>>(&self, association: Association<A>) -> Related<'_, A> {
        Related::new(self, association)
    }

    /// Runs the model's validators over this row; no database is needed.
    ///
    /// # Errors
    /// With every fault, in field order.
    fn validate(&self) -> Result<()> {
        crate::create::validate_row::<Self>(&Values::of_row(self))
            .into_result()
            .map_err(|errors| Error::invalid(errors, Self::TABLE))
    }

    #[doc(hidden)]
    fn find_key(key: &Self::Key) -> Query<Self, Self, Filtered> {
        Query::new().filter(Filter::new(key_filter::<Self>(key)))
    }
}

impl<M: Model> Queries for M {}

/// `id = $1`, or the same for every column of a composite key.
pub(crate) fn key_filter<M: Model>(key: &M::Key) -> ast::Expr {
    let mut params = SmallVec::new();
    key.push_params(&mut params);
    key_is(M::TABLE, params)
}

/// The row as the program holds it: its key, and the version that it was read with.
pub(crate) fn held_filter<M: Model>(row: &M) -> ast::Expr {
    let is_it = key_filter::<M>(&row.key());
    match M::TABLE.version() {
        None => is_it,
        Some(at) => is_it.and(column_eq(M::TABLE.column(at), row.param(at))),
    }
}

pub(super) fn key_is(table: &'static TableDef, key: SmallVec<[Param; 2]>) -> ast::Expr {
    let columns = table.key_columns().zip(key);
    let mut parts = columns.map(|(column, param)| column_eq(column, param));
    match (parts.next(), parts.len()) {
        (Some(only), 0) => only,
        (first, _) => ast::Expr::all_of(first.into_iter().chain(parts)),
    }
}

pub(crate) fn column_eq(column: &'static crate::schema::ColumnDef, param: Param) -> ast::Expr {
    ast::Expr::ColumnIs(column, param)
}
