//! Row locks: only inside a transaction.

use super::fetch::{all, one, one_or_none, only_first};
use super::select::Query;
use crate::ast::{Lock, LockStrength, LockWait};
use crate::error::Result;
use crate::exec::InTransaction;
use crate::model::Model;

/// A query that locks the rows it reads until the transaction ends.
///
/// Its ends take `&tx` and nothing else: outside a transaction a lock would
/// be gone before the rows arrive. What is locked is rows of the query's own
/// table, so its ends refuse a query that includes associations, is distinct,
/// or sorts by or shows aggregates and windows.
#[derive(Debug)]
#[must_use = "a query does nothing until it is run: end it with `.all(&tx)`, `.one(&tx)`, …"]
pub struct Locked<M, L, S>(Query<M, L, S>);

impl<M: Model, L: 'static, S> Query<M, L, S> {
    /// Locks the rows against changes and other locks: `FOR UPDATE`.
    pub fn for_update(self) -> Locked<M, L, S> {
        self.locked(LockStrength::Update)
    }

    /// Locks the rows against changes, still letting others refer to their
    /// keys: `FOR NO KEY UPDATE`.
    pub fn for_no_key_update(self) -> Locked<M, L, S> {
        self.locked(LockStrength::NoKeyUpdate)
    }

    /// Locks the rows against changes, together with others who share them: `FOR SHARE`.
    pub fn for_share(self) -> Locked<M, L, S> {
        self.locked(LockStrength::Share)
    }

    /// Locks the rows against removal and changes of their key: `FOR KEY SHARE`.
    pub fn for_key_share(self) -> Locked<M, L, S> {
        self.locked(LockStrength::KeyShare)
    }

    fn locked(mut self, strength: LockStrength) -> Locked<M, L, S> {
        self.select.lock = Some(Lock {
            strength,
            wait: LockWait::Wait,
        });
        Locked(self)
    }
}

impl<M: Model, L: Send + 'static, S: Send> Locked<M, L, S> {
    /// Leaves out rows that someone else holds.
    pub fn skip_locked(self) -> Self {
        self.wait(LockWait::SkipLocked)
    }

    /// Fails at once when someone else holds a row.
    pub fn nowait(self) -> Self {
        self.wait(LockWait::NoWait)
    }

    fn wait(mut self, wait: LockWait) -> Self {
        if let Some(lock) = &mut self.0.select.lock {
            lock.wait = wait;
        }
        self
    }

    /// All rows, locked.
    ///
    /// # Errors
    /// As [`Query::all`]; with [`nowait`](Self::nowait) also when a row is held by someone else.
    pub async fn all(self, tx: &dyn InTransaction) -> Result<Vec<L>> {
        let Query { select, shape, .. } = self.0;
        all(&select, &shape, tx.executor()).await
    }

    /// The one row, locked.
    ///
    /// # Errors
    /// As [`Query::one`]; with [`nowait`](Self::nowait) also when the row is held by someone else.
    pub async fn one(self, tx: &dyn InTransaction) -> Result<L> {
        let Query { select, shape, .. } = self.0;
        one(&select, &shape, tx.executor()).await
    }

    /// The one row, locked, if there is one.
    ///
    /// # Errors
    /// As [`Query::one_or_none`].
    pub async fn one_or_none(self, tx: &dyn InTransaction) -> Result<Option<L>> {
        let Query { select, shape, .. } = self.0;
        one_or_none(&select, &shape, tx.executor()).await
    }

    /// The first row in the query's order, locked; by primary key where it has none.
    ///
    /// # Errors
    /// As [`Query::first`].
    pub async fn first(self, tx: &dyn InTransaction) -> Result<Option<L>> {
        let Query {
            mut select, shape, ..
        } = self.0;
        only_first(&mut select);
        one_or_none(&select, &shape, tx.executor()).await
    }

    /// The SQL text of the query.
    pub fn to_sql(&self) -> String {
        self.0.to_sql()
    }
}
