//! Statements as members of a batch.

use super::queries::Queries;
use super::removal::leaves_others;
use super::{
    CreateMany, Delete, DeleteMany, Query, Restore, Rows, Update, UpdateMany, UpdateRow, UpsertOn,
    UpsertRows, Upserted,
};
use crate::create::{Draft, IntoNew};
use crate::error::Result;
use crate::exec::{Exec, Member, OnExec, Sending};
use crate::model::{Model, Writable};
use crate::raw::RawSql;

/// A query that is ended otherwise than by all of its rows.
#[must_use = "nothing is sent until a batch takes it"]
pub struct Ended<Q, T> {
    query: Q,
    end: for<'a> fn(Q, Exec<'a>) -> Sending<'a, T>,
}

impl<Q, T> std::fmt::Debug for Ended<Q, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ended")
    }
}

/// A new row, as a member of a batch.
#[must_use = "nothing is sent until a batch takes it"]
pub struct Create<M>(Draft<M>);

impl<M> std::fmt::Debug for Create<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Create")
    }
}

/// The removal of a row, as a member of a batch.
#[must_use = "nothing is sent until a batch takes it"]
#[derive(Debug)]
pub struct DeleteRow<'m, M>(&'m M);

/// A new row, which the batch answers with.
///
/// ```
/// # use orm_core::{Model, Result, batch, create::IntoNew, exec::Db};
/// # async fn demo<M: orm_core::model::Writable, N: IntoNew<M>>(row: N, db: &Db) -> Result<()> {
/// let (row,) = db.batch((batch::create(row),)).await?;
/// # Ok(()) }
/// ```
pub fn create<M: Writable>(row: impl IntoNew<M>) -> Create<M> {
    Create(row.into_new())
}

/// Removes a row, as [`Queries::delete`] does.
///
/// ```
/// # use orm_core::{Model, Result, batch, exec::Db};
/// # async fn demo<M: orm_core::model::Writable>(row: &M, db: &Db) -> Result<()> {
/// db.batch((batch::delete(row),)).await?;
/// # Ok(()) }
/// ```
pub fn delete<M: Writable>(row: &M) -> DeleteRow<'_, M> {
    DeleteRow(row)
}

macro_rules! ends {
    ($($(#[$doc:meta])* $name:ident -> $answer:ty, $line:literal;)+) => {$(
        $(#[$doc])*
        ///
        /// ```
        /// # use orm_core::{Model, Result, batch, exec::Db, query::Queries};
        /// # async fn demo<M: Model>(db: &Db) -> Result<()> {
        #[doc = $line]
        /// # drop(answer);
        /// # Ok(()) }
        /// ```
        pub fn $name<M: Model, L: Send + 'static, S: Send + 'static>(
            query: Query<M, L, S>,
        ) -> Ended<Query<M, L, S>, $answer> {
            Ended {
                query,
                end: |query, db| Box::pin(async move { query.$name(&OnExec(db)).await }),
            }
        }
    )+};
}

ends! {
    /// The one row of a query, as [`Query::one`].
    one -> L, "let (answer,) = db.batch((batch::one(M::query()),)).await?;";
    /// The one row, if there is one, as [`Query::one_or_none`].
    one_or_none -> Option<L>, "let (answer,) = db.batch((batch::one_or_none(M::query()),)).await?;";
    /// The first row, as [`Query::first`].
    first -> Option<L>, "let (answer,) = db.batch((batch::first(M::query()),)).await?;";
    /// How many rows there are, as [`Query::count`].
    count -> i64, "let (answer,) = db.batch((batch::count(M::query()),)).await?;";
    /// Whether there is a row, as [`Query::exists`].
    exists -> bool, "let (answer,) = db.batch((batch::exists(M::query()),)).await?;";
}

macro_rules! members {
    ($([$($generic:tt)*] $member:ty => $answer:ty, $how:ident, |$it:ident, $db:ident| $run:expr;)+) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generic)*> Member for $member {
            type Answer = $answer;

            members!($how);

            fn send<'a>(self, db: Exec<'a>) -> Sending<'a, Self::Answer>
            where
                Self: 'a,
            {
                Box::pin(async move {
                    let ($it, $db) = (self, &OnExec(db));
                    let answer: Result<Self::Answer> = $run.await;
                    answer
                })
            }
        }
    )+};
    (read) => {};
    (write) => {
        fn is_alone(&self) -> bool {
            M::HOOKS.is_some()
        }
    };
    // Rows that are marked may take others along, one statement after the other.
    (removal) => {
        fn is_alone(&self) -> bool {
            M::HOOKS.is_some() || !leaves_others(M::TABLE)
        }
    };
    (removals) => {
        members!(removal);

        fn is_single(&self) -> bool {
            false
        }
    };
    (several) => {
        members!(write);

        fn is_single(&self) -> bool {
            false
        }
    };
}

members! {
    [M: Model, L: Send + 'static, S: Send + 'static] Query<M, L, S> => Vec<L>, read, |it, db| it.all(db);
    [M: Model, R: Send + 'static, S: 'static] Rows<M, R, S> => Vec<R>, read, |it, db| it.all(db);
    [M: Model] UpdateRow<'_, M> => M, write, |it, db| it.save(db);
    [M: Model] UpdateMany<'_, M> => Vec<M>, several, |it, db| it.save(db);
    [M: Model] UpsertOn<M, Draft<M>> => Upserted<M>, write, |it, db| it.save(db);
    [M: Model] UpsertOn<M, UpsertRows<M>> => Vec<Upserted<M>>, several, |it, db| it.save(db);
    [M: Model] Update<M> => u64, write, |it, db| it.save(db);
    [M: Model] Delete<M> => u64, removal, |it, db| it.run(db);
    [M: Model] DeleteMany<'_, M> => (), removals, |it, db| it.run(db);
    [M: Model] Restore<M> => u64, removal, |it, db| it.run(db);
    [M: Writable] DeleteRow<'_, M> => (), removal, |it, db| it.0.delete(db);
    [] RawSql => u64, read, |it, db| it.execute(db);
}

#[diagnostic::do_not_recommend]
impl<M: Model> Member for CreateMany<M> {
    type Answer = Vec<M>;

    fn is_alone(&self) -> bool {
        // What is below the rows may have hooks, too.
        M::HOOKS.is_some() || !self.is_plain()
    }

    fn is_single(&self) -> bool {
        self.is_plain() && self.statements() < 2
    }

    fn send<'a>(self, db: Exec<'a>) -> Sending<'a, Vec<M>>
    where
        Self: 'a,
    {
        Box::pin(async move { self.save(&OnExec(db)).await })
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model> Member for Create<M> {
    type Answer = M;

    fn is_alone(&self) -> bool {
        // What is below it may have hooks, too.
        M::HOOKS.is_some() || !self.0.is_alone()
    }

    fn send<'a>(self, db: Exec<'a>) -> Sending<'a, M>
    where
        Self: 'a,
    {
        Box::pin(super::insert(self.0, db))
    }
}

#[diagnostic::do_not_recommend]
impl<Q: Send, T: Send> Member for Ended<Q, T> {
    type Answer = T;

    fn send<'a>(self, db: Exec<'a>) -> Sending<'a, T>
    where
        Self: 'a,
    {
        (self.end)(self.query, db)
    }
}
