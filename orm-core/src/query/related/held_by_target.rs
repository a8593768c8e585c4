//! `has_one` and `has_many`: the rows of the other side hold the key.

use std::sync::Arc;

use super::Related;
use super::members::Members;
use super::rows::{Keys, all_written};
use crate::ast::{Expr, Visible};
use crate::create::{Draft, Guard};
use crate::error::Result;
use crate::exec::{Exec, Executor};
use crate::hooks::{Write, between};
use crate::key::KeyValues;
use crate::membership::Membership;
use crate::model::{Associate, HeldByTarget, Model, Writable, any_rows};
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
    ) -> Result<()>
    where
        A::Target: Writable,
    {
        self.rows()
            .take_in(&any_rows(rows), None, db.executor())
            .await
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
    ) -> Result<()>
    where
        A::Target: Writable,
    {
        let rows: Vec<&A::Target> = rows.into_iter().collect();
        let given: Vec<A::Target> = match A::Target::HOOKS {
            None => Vec::new(),
            Some(_) => rows.iter().copied().cloned().collect(),
        };
        let (members, keys) = (self.rows(), Keys::of(A::Target::TABLE, &any_rows(rows)));
        if keys.count == 0 {
            return Ok(());
        }
        let count = keys.count;
        let rows = keys.held();
        let removal = Removal {
            table: A::Target::TABLE,
            visible: Visible::of(A::Target::TABLE),
            filter: Some(members.current(members.all().and(rows[1].clone()))),
            how: How::Delete,
            is_one: false,
            without_hooks: false,
        };
        let (membership, db) = (members.membership, db.executor());
        let Some(hooks) = A::Target::HOOKS else {
            return removed(membership, removal, count, rows, db).await;
        };
        let returned = given.clone();
        let work = between(move |(), db: Exec<'_>| {
            Box::pin(async move {
                removed(membership, removal, count, rows, db).await?;
                Ok(returned)
            })
        });
        let done = (hooks.remove)(Write::Delete, given, work, db).await;
        done.map(drop)
    }
}

/// Removes rows, all or none.
async fn removed(
    membership: Membership,
    removal: Removal,
    count: usize,
    rows: [Expr; 2],
    db: Exec<'_>,
) -> Result<()> {
    let unit = db.unit().await?;
    let removed = removal.run(unit.exec()).await?;
    all_written(membership, removed, count, rows, 0, unit.exec()).await?;
    unit.commit().await
}

/// Runs before a row is created: it makes sure that it will be the only one.
pub(super) fn reservation(membership: Membership, owner: Expr, key: KeyValues) -> Guard {
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
    ) -> Result<()>
    where
        A::Target: Writable,
    {
        let members = self.rows();
        let from = members.free_or_here()?;
        members
            .take_in(&any_rows(rows), Some(from), db.executor())
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
    ) -> Result<()>
    where
        A::Target: Writable,
    {
        let rows = any_rows(rows);
        self.rows().take_only(&rows, db.executor()).await
    }
}
