//! The rows on the other side of one row's association: reading them, and
//! creating, adding and removing them.
//!
//! What can be written depends on which side holds the key: a file for each.

mod change;
mod given;
mod held_by_join_table;
mod held_by_owner;
mod held_by_target;
mod members;
mod rows;

pub use change::{RelatedChanged, RelatedChanges};
pub(crate) use held_by_owner::point;
pub(in crate::query) use rows::only;

use std::marker::PhantomData;
use std::panic::Location;

use self::given::{by_keys, referred_to};
use self::members::Members;
use self::rows::Keys;
use super::{Filter, Filtered, IntoFilter, IntoInclude, IntoOrder, Query};
use crate::create::Saving;
use crate::error::Result;
use crate::exec::{CallSite, Executor};
use crate::key::{IntoKey, key_values};
use crate::membership::Membership;
use crate::model::{
    Associate, Association, HasMembers, HasRows, Model, Severable, Writable, any_rows,
};
use crate::query::fetch::keys_of;
use crate::types::Param;

/// The rows that one row's association leads to, from
/// [`Queries::related`](super::Queries::related).
///
/// Every operation of several statements is atomic.
#[must_use = "nothing happens until a method is called and awaited"]
pub struct Related<'m, A: Associate, H = <A as Associate>::Holder> {
    owner: &'m A::Owner,
    holder: PhantomData<fn() -> H>,
    /// Where the program asked.
    location: &'static Location<'static>,
    /// Values for further columns of new rows of the join table.
    join_values: Vec<(u16, Param)>,
}

impl<A: Associate, H> std::fmt::Debug for Related<'_, A, H> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Related({}::{})", A::Owner::TABLE.model, A::DEF.name)
    }
}

impl<'m, A: Associate, H> Related<'m, A, H> {
    #[track_caller]
    pub(crate) fn new(owner: &'m A::Owner, _: Association<A>) -> Self {
        Related {
            owner,
            holder: PhantomData,
            location: Location::caller(),
            join_values: Vec::new(),
        }
    }

    /// The rows as a query.
    pub fn query(&self) -> Query<A::Target, A::Target, Filtered> {
        let mut query = Query::new().filter(Filter::new(self.rows().all()));
        query.select.origin = Some(CallSite {
            model: A::Owner::TABLE.model,
            association: A::DEF.name,
            location: self.location,
        });
        query
    }

    /// The rows that also pass `filter`.
    pub fn filter(
        &self,
        filter: impl IntoFilter<A::Target>,
    ) -> Query<A::Target, A::Target, Filtered> {
        self.query().filter(filter)
    }

    /// The rows in an order.
    pub fn order_by(
        &self,
        order: impl IntoOrder<A::Target>,
    ) -> Query<A::Target, A::Target, Filtered> {
        self.query().order_by(order)
    }

    /// The rows with an association of theirs loaded.
    pub fn include<I: IntoInclude<A::Target>>(
        &self,
        include: I,
    ) -> Query<A::Target, I::Output, Filtered> {
        self.query().include(include)
    }

    /// All rows.
    ///
    /// # Errors
    /// When the statement fails.
    pub async fn all(&self, db: &dyn Executor) -> Result<Vec<A::Target>> {
        self.query().all(db).await
    }

    /// The one row.
    ///
    /// # Errors
    /// When there is none or more than one.
    pub async fn one(&self, db: &dyn Executor) -> Result<A::Target> {
        self.query().one(db).await
    }

    /// The one row, if there is one.
    ///
    /// # Errors
    /// When there is more than one.
    pub async fn one_or_none(&self, db: &dyn Executor) -> Result<Option<A::Target>> {
        self.query().one_or_none(db).await
    }

    /// How many rows there are.
    ///
    /// # Errors
    /// When the statement fails.
    pub async fn count(&self, db: &dyn Executor) -> Result<i64> {
        self.query().count(db).await
    }

    /// Whether there is a row.
    ///
    /// # Errors
    /// When the statement fails.
    pub async fn exists(&self, db: &dyn Executor) -> Result<bool> {
        self.query().exists(db).await
    }

    /// Whether a row is one of them.
    ///
    /// # Errors
    /// When the statement fails.
    pub async fn has(&self, row: &A::Target, db: &dyn Executor) -> Result<bool> {
        self.has_all([row], db).await
    }

    /// Whether all of the rows are among them; true of no rows, without a statement.
    ///
    /// # Errors
    /// When the statement fails.
    pub async fn has_all<'r>(
        &self,
        rows: impl IntoIterator<Item = &'r A::Target>,
        db: &dyn Executor,
    ) -> Result<bool> {
        let keys = Keys::of(A::Target::TABLE, &any_rows(rows));
        if keys.count == 0 {
            return Ok(true);
        }
        let rows = self.filter(Filter::new(keys.filter()));
        Ok(keys_of(rows.select, db.executor()).await? == keys.count)
    }

    /// Takes rows out; they stay in their table. Rows that belong elsewhere are an error.
    ///
    /// # Errors
    /// When one of the rows does not belong here; then nothing changes.
    pub fn remove<'a, 'r: 'a>(
        &'a self,
        rows: impl IntoIterator<Item = &'r A::Target>,
        db: &'a dyn Executor,
    ) -> Saving<'a, ()>
    where
        A::Target: Writable,
        H: Severable + HasRows,
    {
        let (members, rows, db) = (self.rows(), any_rows(rows), db.executor());
        Saving::new(async move { members.take_out(rows, db).await })
    }

    /// Takes the rows out with these primary keys; they stay in their table. A key says no
    /// version, so none is compared.
    ///
    /// # Errors
    /// As [`remove`](Self::remove), and when there is no row with a key.
    pub fn remove_keys<'a, K: IntoKey<<A::Target as Model>::Key>>(
        &'a self,
        keys: impl IntoIterator<Item = K>,
        db: &'a dyn Executor,
    ) -> Saving<'a, ()>
    where
        A::Target: Writable,
        H: Severable + HasRows,
    {
        let (members, given, db) = (self.rows(), by_keys::<A::Target, K>(keys), db.executor());
        Saving::new(async move {
            if given.is_empty() {
                return Ok(());
            }
            members.shown()?;
            let there = referred_to::<A>(&given, db).await?;
            members.take_out(there.any_rows(&given), db).await
        })
    }

    /// Several changes of the rows that belong to this one, in one transaction: say which,
    /// then `.save(&db)`. Whatever the order they are said in, rows are deleted first, then
    /// removed, updated, added and created, so that a new row may have what an old one had.
    ///
    /// Changes below several rows, or of the row itself too, are members of one
    /// [batch](crate::exec::Db::batch).
    ///
    /// ```
    /// # use orm_core::{Model, Result, exec::Executor, create::IntoNew, types::ColumnType};
    /// # use orm_core::model::{Associate, Association, Column, HeldByTarget};
    /// # use orm_core::query::Queries;
    /// # async fn demo<A, N>(user: &A::Owner, orders: Association<A>, total: Column<A::Target, i32>,
    /// #     [paid, lost]: [A::Target; 2], new: impl Fn(A::Create) -> N, db: &dyn Executor) -> Result<()>
    /// # where A: Associate<Holder = HeldByTarget<true>>, N: IntoNew<A::Target>,
    /// #     A::Target: orm_core::model::Writable {
    /// let changed = user
    ///     .related(orders)
    ///     .change()
    ///     .delete([&lost])
    ///     .update([paid.update().set(total, 5)])
    ///     .create(|order| [new(order())]) // order().total(7)
    ///     .save(db)
    ///     .await?;
    /// assert_eq!(changed.created.len(), 1);
    /// # Ok(()) }
    /// ```
    pub fn change(self) -> RelatedChanges<'m, A, H>
    where
        A::Target: Writable,
        H: HasMembers,
    {
        RelatedChanges::new(self)
    }

    /// The rows that belong here.
    fn rows(&self) -> Members<'m> {
        Members {
            membership: Membership::of::<A>(),
            owner: self.owner,
            key: A::owner_key(self.owner).map(|key| key_values(&key)),
        }
    }
}

impl<A: Associate> Association<A> {
    /// Loads this association for rows that were fetched already, in one
    /// statement; the result has one entry per row, in their order.
    ///
    /// # Errors
    /// When the statement fails.
    pub async fn load_for<'r>(
        self,
        owners: impl IntoIterator<Item = &'r A::Owner>,
        db: &dyn Executor,
    ) -> Result<Vec<<A::Kind as crate::model::Cardinality>::Loaded<A::Target>>> {
        super::Include::<A, A::Target, A::Kind>::new()
            .load_for(owners, db)
            .await
    }
}
