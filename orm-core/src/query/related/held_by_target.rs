//! `has_one` and `has_many`: the rows of the other side hold the key.

use std::sync::Arc;

use super::Related;
use super::rows::{Keys, all_right, all_written, stays, unseen_keys, update_rows};
use crate::ast::{Expr, Visible};
use crate::create::{Draft, Guard};
use crate::error::Result;
use crate::exec::{Exec, Executor, jointly};
use crate::hooks::{Write, between};
use crate::membership::{KeyValues, Membership, undisturbed};
use crate::model::{Associate, HeldByTarget, Model};
use crate::query::removal::{How, Removal};
use crate::query::sole;
use crate::schema::AssociationKind;

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
    pub fn create(&self) -> A::Create {
        let (membership, key) = (Membership::of::<A>(), self.key().ok());
        let draft = Draft::default().claimed(membership.claim(key.as_deref()));
        A::Create::from(match key {
            Some(key) if sole::is_unguarded(membership) => draft.guarded(reservation(
                membership,
                membership.owner_row(self.owner),
                key,
            )),
            _ => draft,
        })
    }

    /// Takes over rows from wherever they belong: they get this row's key and
    /// what the association's scope asks.
    ///
    /// # Errors
    /// When one of the rows does not exist any more, or when a key of it to
    /// something else shares a part of this one, as a tenant's, and would come to
    /// refer to another tenant's
    /// ([`is_not_related`](crate::Error::is_not_related)); then nothing changes.
    pub async fn adopt<'r>(
        &self,
        rows: impl IntoIterator<Item = &'r A::Target>,
        db: &dyn Executor,
    ) -> Result<()> {
        self.take_in(Keys::of(rows), None, db.executor()).await
    }

    /// Deletes these rows, or marks them, as [`Queries::delete`](crate::query::Queries::delete)
    /// does. Rows that belong elsewhere are an error.
    ///
    /// # Errors
    /// When one of the rows does not belong here, or is still referred to;
    /// then nothing changes.
    pub async fn delete<'r>(
        &self,
        rows: impl IntoIterator<Item = &'r A::Target>,
        db: &dyn Executor,
    ) -> Result<()> {
        let rows: Vec<&A::Target> = rows.into_iter().collect();
        let given: Vec<A::Target> = match A::Target::HOOKS {
            None => Vec::new(),
            Some(_) => rows.iter().copied().cloned().collect(),
        };
        let keys = Keys::of(rows);
        if keys.count == 0 {
            return Ok(());
        }
        let count = keys.count;
        let rows = keys.held();
        let removal = Removal {
            table: A::Target::TABLE,
            visible: Visible::of(A::Target::TABLE),
            filter: Some(self.current(self.members().and(rows[1].clone()))),
            how: How::Delete,
            is_one: false,
            without_hooks: false,
        };
        let db = db.executor();
        let Some(hooks) = A::Target::HOOKS else {
            return removed::<A>(removal, count, rows, db).await;
        };
        let returned = given.clone();
        let work = between(move |(), db: Exec<'_>| {
            Box::pin(async move {
                removed::<A>(removal, count, rows, db).await?;
                Ok(returned)
            })
        });
        let done = (hooks.remove)(Write::Delete, given, work, db).await;
        done.map(drop)
    }

    /// Makes rows belong here that pass `from`, all or none.
    async fn take_in(&self, keys: Keys<A::Target>, from: Option<Expr>, db: Exec<'_>) -> Result<()> {
        unseen_keys::<A::Target>()?;
        if keys.count == 0 {
            return Ok(());
        }
        jointly!(db, |exec| self.take(&keys, from.clone(), exec));
        Ok(())
    }

    /// The same, within the caller's unit.
    async fn take(&self, keys: &Keys<A::Target>, from: Option<Expr>, db: Exec<'_>) -> Result<()> {
        if keys.count == 0 {
            return Ok(());
        }
        let (count, membership) = (keys.count, Membership::of::<A>());
        let key = self.key()?;
        let rows = keys.held();
        let entering = membership.entering(&key);
        let tests = from
            .into_iter()
            .chain(undisturbed(A::Target::TABLE, &entering));
        let filter = self.current(tests.fold(rows[1].clone(), Expr::and));
        if membership.association.kind == AssociationKind::HasOne && count > 1 {
            return Err(sole::already(membership));
        }
        let reserving = Box::pin(async {
            if sole::is_unguarded(membership) {
                let owner = membership.owner_row(self.owner);
                sole::reserve(membership, owner, &key, Some(rows[0].clone()), db).await?;
            }
            Ok(())
        });
        let members = membership.members(&key);
        let taking = Box::pin(update_rows::<A::Target>(entering, filter, members, db));
        let (reserved, taken): (Result<()>, _) = db.both(reserving, taking).await;
        reserved?;
        let taken = taken?;
        all_written::<A::Target>(membership, taken.rows, count, rows, taken.rows, db).await?;
        all_right::<A::Target>(&taken, "update")
    }
}

/// Removes rows, all or none.
async fn removed<A: Associate>(
    removal: Removal,
    count: usize,
    rows: [Expr; 2],
    db: Exec<'_>,
) -> Result<()> {
    let unit = db.unit().await?;
    let removed = removal.run(unit.exec()).await?;
    let membership = Membership::of::<A>();
    all_written::<A::Target>(membership, removed, count, rows, 0, unit.exec()).await?;
    unit.commit().await
}

/// Runs before a row is created: it makes sure that it will be the only one.
fn reservation(membership: Membership, owner: Expr, key: KeyValues) -> Guard {
    Arc::new(move |db| {
        let (owner, key) = (owner.clone(), key.clone());
        Box::pin(async move { sole::reserve(membership, owner, &key, None, db).await })
    })
}

/// `has_one` and `has_many` on a nullable key.
impl<A: Associate> Related<'_, A, HeldByTarget<true>> {
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
    pub async fn add<'r>(
        &self,
        rows: impl IntoIterator<Item = &'r A::Target>,
        db: &dyn Executor,
    ) -> Result<()> {
        let from = self.free_or_here()?;
        self.take_in(Keys::of(rows), Some(from), db.executor())
            .await
    }

    /// Makes these the only rows: others lose their key, missing ones are added.
    /// Of several at once for one row the last one counts: each locks this row.
    ///
    /// # Errors
    /// As [`add`](Self::add), and when a trigger keeps others here
    /// ([`is_not_written`](crate::Error::is_not_written)).
    pub async fn set<'r>(
        &self,
        rows: impl IntoIterator<Item = &'r A::Target>,
        db: &dyn Executor,
    ) -> Result<()> {
        unseen_keys::<A::Target>()?;
        let from = self.free_or_here()?;
        let rows: Vec<&A::Target> = rows.into_iter().collect();
        let keys = Keys::of(rows.iter().copied());
        let others = self.members().and(Keys::of(rows.iter().copied()).others());
        jointly!(db.executor(), |exec| self
            .make_only(&rows, &keys, &from, &others, exec));
        Ok(())
    }

    /// Sent together, each step comes behind the one before it.
    async fn make_only(
        &self,
        rows: &[&A::Target],
        keys: &Keys<A::Target>,
        from: &Expr,
        others: &Expr,
        db: Exec<'_>,
    ) -> Result<()> {
        let holding = Box::pin(sole::hold_owner(Membership::of::<A>(), self.owner, db));
        let letting_go = Box::pin(self.let_go(others.clone(), db));
        let taking = Box::pin(self.take(keys, Some(from.clone()), db));
        let looking = Box::pin(self.has_others(rows, db));
        let rest = Box::pin(db.both(taking, looking));
        let rest = Box::pin(db.both(letting_go, rest));
        let (held, (gone, (taken, left))) = db.both(holding, rest).await;
        held?;
        gone?;
        taken?;
        let mut left = left?;
        // Added by others meanwhile, or kept here by a trigger.
        while left {
            if self.let_go(others.clone(), db).await?.right == 0 {
                return Err(stays(A::Target::TABLE.model));
            }
            left = self.has_others(rows, db).await?;
        }
        Ok(())
    }

    fn free_or_here(&self) -> Result<Expr> {
        let (membership, key) = (Membership::of::<A>(), self.key()?);
        Ok(membership.free(&key).or(membership.members(&key)))
    }
}
