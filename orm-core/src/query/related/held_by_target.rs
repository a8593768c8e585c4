//! `has_one` and `has_many`: the rows of the other side hold the key.

use std::collections::HashSet;
use std::sync::Arc;

use super::Related;
use super::given::{any_given, by_keys};
use super::members::Members;
use super::rows::{Keys, all_written};
use crate::ast::{Expr, Visible};
use crate::create::{Draft, Guard, Saving};
use crate::error::Result;
use crate::exec::{Exec, Executor};
use crate::hooks::{Write, between, unseen};
use crate::key::{IntoKey, KeyValues};
use crate::membership::Membership;
use crate::model::{
    AnyRow, Associate, HasRows, HeldByTarget, Model, OwnsRows, TakesRows, Writable, any_rows,
};
use crate::query::removal::{How, Removal};
use crate::query::sole;

/// `has_one` and `has_many`: the rows of the other side hold the key.
impl<A: Associate, const NULLABLE: bool> Related<'_, A, HeldByTarget<NULLABLE>> {
    /// A new row on the other side, its key and what the association's scope
    /// asks filled in: one setter per column, then `.save(&db)`.
    ///
    /// `save` fails with a usage error where this row's key is NULL, and with
    /// [`is_not_related`](crate::Error::is_not_related) where a setter gave the
    /// key or a column of the scope another value: before any SQL is sent. In
    /// all else it is a `save` like any other: a trigger has the last word on whose
    /// the row is, which it says itself. The key is the one that the struct says.
    pub fn create(&self) -> A::Create
    where
        A::Target: Writable,
    {
        let Members {
            membership,
            key,
            owner,
        } = self.rows();
        let draft = Draft::default().claimed(membership.claim(key.as_deref()));
        A::Create::from(match key {
            Some(key) if sole::is_unguarded(membership) => {
                draft.guarded(reservation(membership, membership.owner_row(owner), key))
            }
            _ => draft,
        })
    }
}

/// Rows that are this row's own.
impl<A: Associate, H> Related<'_, A, H> {
    /// Takes over rows from wherever they belong: they get this row's key and
    /// what the association's scope asks.
    ///
    /// # Errors
    /// When one of the rows does not exist any more, or when a key of it to
    /// something else shares a part of this one, as a tenant's, and would come to
    /// refer to another tenant's
    /// ([`is_not_related`](crate::Error::is_not_related)); then nothing changes.
    pub fn adopt<'a, 'r: 'a>(
        &'a self,
        rows: impl IntoIterator<Item = &'r A::Target>,
        db: &'a dyn Executor,
    ) -> Saving<'a, ()>
    where
        A::Target: Writable,
        H: OwnsRows + HasRows,
    {
        let (members, rows, db) = (self.rows(), any_rows(rows), db.executor());
        Saving::new(async move { members.take_in(&rows, None, db).await })
    }

    /// Takes over the rows with these primary keys. A key says no version, so none is
    /// compared.
    ///
    /// # Errors
    /// As [`adopt`](Self::adopt).
    pub fn adopt_keys<'a, K: IntoKey<<A::Target as Model>::Key>>(
        &'a self,
        keys: impl IntoIterator<Item = K>,
        db: &'a dyn Executor,
    ) -> Saving<'a, ()>
    where
        A::Target: Writable,
        H: OwnsRows + HasRows,
    {
        let (members, given, db) = (self.rows(), by_keys::<A::Target, K>(keys), db.executor());
        Saving::new(async move { members.take_in(&any_given(&given), None, db).await })
    }

    /// Deletes these rows, or marks them, as [`Queries::delete`](crate::query::Queries::delete)
    /// does. Rows that belong elsewhere are an error.
    ///
    /// # Errors
    /// When one of the rows does not belong here, or is still referred to;
    /// then nothing changes.
    pub fn delete<'a, 'r: 'a>(
        &'a self,
        rows: impl IntoIterator<Item = &'r A::Target>,
        db: &'a dyn Executor,
    ) -> Saving<'a, ()>
    where
        A::Target: Writable,
        H: OwnsRows + HasRows,
    {
        let mut seen = HashSet::new();
        let rows = rows.into_iter().filter(|row| seen.insert(row.key()));
        let rows: Vec<&A::Target> = rows.collect();
        let given: Vec<A::Target> = match A::Target::HOOKS {
            None => Vec::new(),
            Some(_) => rows.iter().copied().cloned().collect(),
        };
        let (going, db) = (Going::new(&self.rows(), &any_rows(rows)), db.executor());
        Saving::new(async move {
            if going.keys.count == 0 {
                return Ok(());
            }
            let Some(hooks) = A::Target::HOOKS else {
                return going.run(db).await;
            };
            let returned = given.clone();
            let work = between(move |(), db: Exec<'_>| {
                Box::pin(async move {
                    going.run(db).await?;
                    Ok(returned)
                })
            });
            let done = (hooks.remove)(Write::Delete, given, work, db).await;
            done.map(drop)
        })
    }

    /// Deletes the rows with these primary keys, or marks them. A key says no version, so
    /// none is compared.
    ///
    /// # Errors
    /// As [`delete`](Self::delete), and when the rows have hooks, which would not see them:
    /// [`change`](Related::change) reads them first.
    pub fn delete_keys<'a, K: IntoKey<<A::Target as Model>::Key>>(
        &'a self,
        keys: impl IntoIterator<Item = K>,
        db: &'a dyn Executor,
    ) -> Saving<'a, ()>
    where
        A::Target: Writable,
        H: OwnsRows + HasRows,
    {
        let given = by_keys::<A::Target, K>(keys);
        let (going, db) = (Going::new(&self.rows(), &any_given(&given)), db.executor());
        Saving::new(async move {
            if going.keys.count == 0 {
                return Ok(());
            }
            unseen::<A::Target>(
                "a delete by keys",
                "write `.change().delete_keys(..).save(&db)`, which reads them",
            )?;
            going.run(db).await
        })
    }
}

/// Rows that go, all or none.
struct Going {
    membership: Membership,
    keys: Keys,
    removal: Removal,
}

impl Going {
    fn new(members: &Members<'_>, rows: &[&dyn AnyRow]) -> Self {
        let table = members.membership.target;
        let keys = Keys::of(table, rows);
        let [_, held] = keys.held();
        Going {
            membership: members.membership,
            keys,
            removal: Removal {
                table,
                visible: Visible::of(table),
                filter: Some(members.current(members.all().and(held))),
                how: How::Delete,
                is_one: false,
                without_hooks: false,
            },
        }
    }

    async fn run(self, db: Exec<'_>) -> Result<()> {
        let unit = db.unit().await?;
        let (count, rows) = (self.keys.count, self.keys.held());
        let removed = self.removal.keys_gone(unit.exec()).await?;
        all_written(self.membership, removed, count, rows, 0, unit.exec()).await?;
        unit.commit().await
    }
}

/// Runs before a row is created: it makes sure that it will be the only one.
pub(super) fn reservation(membership: Membership, owner: Expr, key: KeyValues) -> Guard {
    Arc::new(move |db| {
        let (owner, key) = (owner.clone(), key.clone());
        Box::pin(async move { sole::reserve(membership, owner, &key, None, db).await })
    })
}

/// `has_one` and `has_many` on a nullable key.
impl<A: Associate, const NULLABLE: bool> Related<'_, A, HeldByTarget<NULLABLE>> {
    /// Adds rows that belong nowhere, or here already, and pass the
    /// association's scope. Any other is an error; [`adopt`](Self::adopt) takes
    /// rows over.
    ///
    /// # Errors
    /// When one of the rows belongs elsewhere, is outside the scope or does not exist
    /// any more, or this row has another `source_key` by now than the struct says
    /// ([`is_not_related`](crate::Error::is_not_related)); when a trigger gives one
    /// of them to another row ([`is_not_written`](crate::Error::is_not_written)). Then
    /// nothing changes.
    pub fn add<'a, 'r: 'a>(
        &'a self,
        rows: impl IntoIterator<Item = &'r A::Target>,
        db: &'a dyn Executor,
    ) -> Saving<'a, ()>
    where
        A::Target: Writable,
        HeldByTarget<NULLABLE>: TakesRows,
    {
        let (members, rows, db) = (self.rows(), any_rows(rows), db.executor());
        Saving::new(async move {
            let from = members.free_or_here()?;
            members.take_in(&rows, Some(from), db).await
        })
    }

    /// Adds the rows with these primary keys, as they come from a form say, which belong
    /// nowhere or here already. A key says no version, so none is compared.
    ///
    /// ```
    /// # use orm_core::{Model, Result, exec::Executor, key::IntoKey};
    /// # use orm_core::model::{Associate, Association, HeldByTarget, Writable};
    /// # use orm_core::query::Queries;
    /// # async fn demo<A, K>(user: &A::Owner, orders: Association<A>, ids: Vec<K>, db: &dyn Executor) -> Result<()>
    /// # where A: Associate<Holder = HeldByTarget<true>>, K: IntoKey<<A::Target as Model>::Key> + Send, A::Target: Writable {
    /// user.related(orders).add_keys(ids, db).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub fn add_keys<'a, K: IntoKey<<A::Target as Model>::Key>>(
        &'a self,
        keys: impl IntoIterator<Item = K>,
        db: &'a dyn Executor,
    ) -> Saving<'a, ()>
    where
        A::Target: Writable,
        HeldByTarget<NULLABLE>: TakesRows,
    {
        let (members, given, db) = (self.rows(), by_keys::<A::Target, K>(keys), db.executor());
        Saving::new(async move {
            let from = members.free_or_here()?;
            members.take_in(&any_given(&given), Some(from), db).await
        })
    }

    /// Makes these the only rows: others lose their key, missing ones are added.
    /// Of several at once for one row the last one counts: each locks this row.
    ///
    /// # Errors
    /// As [`add`](Self::add), and when a trigger keeps others here
    /// ([`is_not_written`](crate::Error::is_not_written)).
    pub fn set<'a, 'r: 'a>(
        &'a self,
        rows: impl IntoIterator<Item = &'r A::Target>,
        db: &'a dyn Executor,
    ) -> Saving<'a, ()>
    where
        A::Target: Writable,
        HeldByTarget<NULLABLE>: TakesRows,
    {
        let (members, rows, db) = (self.rows(), any_rows(rows), db.executor());
        Saving::new(async move { members.take_only(&rows, db).await })
    }

    /// Makes the rows with these primary keys the only ones.
    ///
    /// # Errors
    /// As [`set`](Self::set).
    pub fn set_keys<'a, K: IntoKey<<A::Target as Model>::Key>>(
        &'a self,
        keys: impl IntoIterator<Item = K>,
        db: &'a dyn Executor,
    ) -> Saving<'a, ()>
    where
        A::Target: Writable,
        HeldByTarget<NULLABLE>: TakesRows,
    {
        let (members, given, db) = (self.rows(), by_keys::<A::Target, K>(keys), db.executor());
        Saving::new(async move { members.take_only(&any_given(&given), db).await })
    }
}
