//! `many_to_many`: a join table holds pairs of keys.

use super::Related;
use super::given::{by_keys, referred_to};
use super::rows::only;
use crate::ast::KnownPair;
use crate::create::{IntoNew, Saving, write_all};
use crate::error::Result;
use crate::exec::{Exec, Executor, jointly};
use crate::hooks::refuse_join;
use crate::joined::JoinedThrough;
use crate::key::IntoKey;
use crate::membership::{Membership, NewPairs, Pairing};
use crate::model::{
    AnyRow, Associate, Column, HeldByJoinTable, Model, Settable, Writable, any_rows,
};
use crate::query::link::link;
use crate::types::{ColumnType, IntoValue};

impl<A: Associate, H> Related<'_, A, H> {
    /// Gives new rows of the join table a value for one more of its columns.
    pub fn joining<J: Model, T: ColumnType, K: Settable>(
        mut self,
        column: Column<J, T, K>,
        value: impl IntoValue<T>,
    ) -> Self
    where
        A::Join: JoinedThrough<J>,
    {
        self.join_values
            .push((column.position(), value.into_value().into_param()));
        self
    }
}

/// `many_to_many`: a join table holds pairs of keys.
///
/// New rows of a join table that is a model get its defaults and timestamps,
/// and are judged by its validators, as everywhere.
impl<A: Associate> Related<'_, A, HeldByJoinTable> {
    /// Adds rows; those that are here already stay as they are, with their join rows.
    ///
    /// A pair is there once. Where the join table has no unique constraint over
    /// the pair, this row is locked while it is looked for, so that others who
    /// add to *this* row wait; who adds the same pair from its other side at the
    /// same time does not. Declare the pair unique where that matters: it also
    /// saves the lock.
    ///
    /// # Errors
    /// When one of the rows is outside the association's scope, or has another key by
    /// now than the struct says
    /// ([`is_not_related`](crate::Error::is_not_related)), or does not exist any
    /// more; when a validator or a constraint of the join table refuses a pair; when
    /// a trigger keeps a pair away or makes another of it
    /// ([`is_not_written`](crate::Error::is_not_written)). Then nothing changes.
    pub async fn add<'r>(
        &self,
        rows: impl IntoIterator<Item = &'r A::Target>,
        db: &dyn Executor,
    ) -> Result<()>
    where
        A::Owner: Writable,
        A::Target: Writable,
    {
        self.shown()?;
        self.pair(&any_rows(rows), db.executor()).await
    }

    /// Adds the rows with these primary keys, as they come from a form say.
    ///
    /// ```
    /// # use orm_core::{Model, Result, exec::Executor, key::IntoKey};
    /// # use orm_core::model::{Associate, Association, HeldByJoinTable};
    /// # use orm_core::query::Queries;
    /// # async fn demo<A, K>(post: &A::Owner, tags: Association<A>, ids: Vec<K>, db: &dyn Executor) -> Result<()>
    /// # where A: Associate<Holder = HeldByJoinTable>, K: IntoKey<<A::Target as Model>::Key> + Send,
    /// #     A::Owner: orm_core::model::Writable, A::Target: orm_core::model::Writable {
    /// post.related(tags).add_keys(ids, db).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`add`](Self::add). Where there is no row with a key, a foreign key tells it, or
    /// we do ([`is_not_related`](crate::Error::is_not_related)); where rows are paired by another key
    /// than their primary one, they are read first ([`is_not_found`](crate::Error::is_not_found)).
    pub fn add_keys<'a, K: IntoKey<<A::Target as Model>::Key>>(
        &'a self,
        keys: impl IntoIterator<Item = K>,
        db: &'a dyn Executor,
    ) -> Saving<'a, ()>
    where
        A::Owner: Writable,
        A::Target: Writable,
    {
        let (given, db) = (by_keys::<A::Target, K>(keys), db.executor());
        Saving::new(async move {
            self.shown()?;
            let there = referred_to::<A>(&given, db).await?;
            self.pair(&there.any_rows(&given), db).await
        })
    }

    async fn pair(&self, rows: &[&dyn AnyRow], db: Exec<'_>) -> Result<()> {
        let members = self.rows();
        let (owner, key) = (self.owner, members.key()?);
        let pairs = NewPairs::new(Pairing::of::<A>(), owner, key, rows, &self.join_values)?;
        let Some(pairs) = pairs else {
            return Ok(());
        };
        // One statement stands or falls by itself.
        let alone = pairs.link.known == KnownPair::ByConstraint && !db.in_transaction();
        if alone {
            return link(&pairs, db).await;
        }
        jointly!(db, |exec| link(&pairs, exec));
        Ok(())
    }

    /// Makes these the only rows: those that are here already stay, with their
    /// join rows, and others within the association's scope are taken out. Of
    /// several at once for one row the last one counts: each locks this row.
    ///
    /// # Errors
    /// As [`add`](Self::add), and when a trigger keeps others here
    /// ([`is_not_written`](crate::Error::is_not_written)).
    pub async fn set<'r>(
        &self,
        rows: impl IntoIterator<Item = &'r A::Target>,
        db: &dyn Executor,
    ) -> Result<()>
    where
        A::Owner: Writable,
        A::Target: Writable,
    {
        self.shown()?;
        self.pair_only(&any_rows(rows), db.executor()).await
    }

    /// Makes the rows with these primary keys the only ones.
    ///
    /// # Errors
    /// As [`set`](Self::set) and [`add_keys`](Self::add_keys).
    pub fn set_keys<'a, K: IntoKey<<A::Target as Model>::Key>>(
        &'a self,
        keys: impl IntoIterator<Item = K>,
        db: &'a dyn Executor,
    ) -> Saving<'a, ()>
    where
        A::Owner: Writable,
        A::Target: Writable,
    {
        let (given, db) = (by_keys::<A::Target, K>(keys), db.executor());
        Saving::new(async move {
            self.shown()?;
            let there = referred_to::<A>(&given, db).await?;
            self.pair_only(&there.any_rows(&given), db).await
        })
    }

    async fn pair_only(&self, rows: &[&dyn AnyRow], db: Exec<'_>) -> Result<()> {
        let members = self.rows();
        let (owner, key) = (self.owner, members.key()?);
        let pairs = NewPairs::new(Pairing::of::<A>(), owner, key, rows, &self.join_values)?;
        members.pair_only(rows, pairs.as_ref(), db).await
    }

    /// Creates a row on the other side and adds it; what the association's
    /// scope asks of it is filled in.
    ///
    /// # Errors
    /// When the row says something else than the scope
    /// ([`is_not_related`](crate::Error::is_not_related)); when a validator or a
    /// constraint refuses a value. Then nothing is written.
    pub async fn create(&self, row: impl IntoNew<A::Target>, db: &dyn Executor) -> Result<A::Target>
    where
        A::Owner: Writable,
        A::Target: Writable,
    {
        self.shown()?;
        let (pairing, members) = (Pairing::of::<A>(), self.rows());
        let key = members.key()?;
        let mut draft = row
            .into_new()
            .claimed(Membership::of::<A>().claim_of_scope());
        draft.complete_unless_hooked()?;
        NewPairs::judge(pairing, key, &self.join_values)?;
        let unit = db.executor().unit().await?;
        let row = only(write_all(vec![draft], unit.exec()).await?)?;
        let pairs = NewPairs::with_new(pairing, self.owner, key, &row, &self.join_values)?;
        if let Some(pairs) = pairs {
            link(&pairs, unit.exec()).await?;
        }
        unit.commit().await?;
        Ok(row)
    }

    /// An error if the join rows have hooks, which would not see them.
    fn shown(&self) -> Result<()> {
        A::DEF.through.as_ref().map_or(Ok(()), refuse_join)
    }
}
