//! Row locks: only inside a transaction.

use super::fetch::{all, in_model, none_found, one, one_or_none, only_first};
use super::select::Query;
use crate::ast::{Expr, Item, Lock, LockStrength, LockWait, Output, Select};
use crate::decode::Cursor;
use crate::error::{Error, Result};
use crate::exec::{Exec, InTransaction, Params};
use crate::key::Key;
use crate::load;
use crate::model::{Model, Writable};
use crate::refusal;
use crate::schema::Backend;
use crate::types::Param;

/// A query that locks the rows it reads until the transaction ends.
///
/// Its ends take `&tx` and nothing else: outside a transaction a lock would
/// be gone before the rows arrive. What is locked is rows of the query's own
/// table, so its ends refuse a query that is distinct, or sorts by or shows aggregates
/// and windows. What a query includes is not locked: its rows are locked by a statement
/// of their own, then read with all that belongs to them, as others have left it by then.
/// PostgreSQL locks the rows that an offset skips, too.
///
/// ```
/// # use orm_core::{Model, Result, exec::Tx, query::{IntoInclude, Queries}};
/// # async fn demo<Order: orm_core::model::Writable, I: IntoInclude<Order>>(line_items: I, tx: &Tx) -> Result<()>
/// # where I::Output: Send + 'static {
/// // Nobody else changes the order while its lines are counted.
/// let order = Order::query().include(line_items).for_update().first(tx).await?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
#[must_use = "a query does nothing until it is run: end it with `.all(&tx)`, `.one(&tx)`, …"]
pub struct Locked<M, L, S>(Query<M, L, S>);

impl<M: Model, L: 'static, S> Query<M, L, S> {
    /// Locks the rows against changes and other locks: `FOR UPDATE`.
    pub fn for_update(self) -> Locked<M, L, S>
    where
        M: Writable,
    {
        self.locked(LockStrength::Update)
    }

    /// Locks the rows against changes, still letting others refer to their
    /// keys: `FOR NO KEY UPDATE`.
    pub fn for_no_key_update(self) -> Locked<M, L, S>
    where
        M: Writable,
    {
        self.locked(LockStrength::NoKeyUpdate)
    }

    /// Locks the rows against changes, together with others who share them: `FOR SHARE`.
    pub fn for_share(self) -> Locked<M, L, S>
    where
        M: Writable,
    {
        self.locked(LockStrength::Share)
    }

    /// Locks the rows against removal and changes of their key: `FOR KEY SHARE`.
    pub fn for_key_share(self) -> Locked<M, L, S>
    where
        M: Writable,
    {
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
    ///
    /// Workers that share a queue take the first row that nobody works on:
    ///
    /// ```
    /// # use orm_core::{Model, Result, exec::Tx, query::Queries};
    /// # async fn demo<Job: orm_core::model::Writable>(tx: &Tx) -> Result<()> {
    /// let job = Job::query().for_update().skip_locked().first(tx).await?;
    /// # Ok(()) }
    /// ```
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
        let Query {
            mut select, shape, ..
        } = self.0;
        match hold::<M>(&mut select, tx.executor()).await? {
            Some(0) => Ok(Vec::new()),
            _ => all(&select, &shape, tx.executor()).await,
        }
    }

    /// The one row, locked.
    ///
    /// # Errors
    /// As [`Query::one`]; with [`nowait`](Self::nowait) also when the row is held by someone else.
    pub async fn one(self, tx: &dyn InTransaction) -> Result<L> {
        let Query {
            mut select, shape, ..
        } = self.0;
        match hold::<M>(&mut select, tx.executor()).await? {
            Some(0) => Err(none_found(&select)),
            Some(2..) => Err(Error::too_many_rows(M::TABLE.model)),
            _ => one(&select, &shape, tx.executor()).await,
        }
    }

    /// The one row, locked, if there is one.
    ///
    /// # Errors
    /// As [`Query::one_or_none`].
    pub async fn one_or_none(self, tx: &dyn InTransaction) -> Result<Option<L>> {
        let Query {
            mut select, shape, ..
        } = self.0;
        match hold::<M>(&mut select, tx.executor()).await? {
            Some(0) => Ok(None),
            Some(2..) => Err(Error::too_many_rows(M::TABLE.model)),
            _ => one_or_none(&select, &shape, tx.executor()).await,
        }
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
        match hold::<M>(&mut select, tx.executor()).await? {
            Some(0) => Ok(None),
            _ => one_or_none(&select, &shape, tx.executor()).await,
        }
    }

    /// The SQL text of the query, one line per statement.
    pub fn to_sql(&self) -> String {
        let mut select = self.0.select.clone();
        if select.includes.is_empty() {
            return self.0.to_sql();
        }
        let locking = crate::sql::select(Backend::Postgres, &rows_alone(&select)).text;
        let keys = vec![Param::Null; select.table.primary_key.len()];
        only_these(&mut select, keys);
        format!(
            "{locking}\n{}",
            load::to_sql(Backend::Postgres, &select).join("\n")
        )
    }
}

/// Locks the rows of a query with includes, which becomes one for these rows, and returns
/// how many there are; `None` where the query itself locks what it reads.
async fn hold<M: Model>(select: &mut Select, db: Exec<'_>) -> Result<Option<usize>> {
    if select.includes.is_empty() {
        return Ok(None);
    }
    // Large, and rare: it would be part of the future of every query with a lock.
    let keys = Box::pin(locked_keys::<M>(select, db)).await;
    let keys = keys.map_err(in_model::<M>)?;
    let count = keys.len();
    if count > 0 {
        only_these(select, M::Key::array_params(keys));
    }
    Ok(Some(count))
}

async fn locked_keys<M: Model>(select: &Select, db: Exec<'_>) -> Result<Vec<M::Key>> {
    // What the query has no meaning for is known before anything is locked.
    refusal::judge(db.backend(), select)?;
    let rows = rows_alone(select);
    let sql = refusal::select(db.backend(), &rows)?;
    let mut keys = Vec::new();
    let mut each = |row| {
        let key = M::Key::decode(&mut Cursor::of_row(&row))?;
        keys.extend(key);
        Ok(())
    };
    db.query_each(&sql.text, Params::from(&sql.params), &mut each)
        .await?;
    Ok(keys)
}

/// The rows of a query by their keys, and nothing that belongs to them.
fn rows_alone(select: &Select) -> Select {
    let mut rows = select.clone();
    rows.includes.clear();
    rows.output = Output::Items(
        rows.table
            .primary_key
            .iter()
            .copied()
            .map(Item::Column)
            .collect(),
    );
    rows
}

/// Of the rows that passed, those that are locked. They are asked again: what the query
/// asks of other rows may have changed before the lock.
fn only_these(select: &mut Select, keys: Vec<Param>) {
    let columns = select.table.primary_key.to_vec();
    select.and_filter(Expr::KeyIn(select.table, columns, keys));
    select.lock = None;
    select.limit = None;
    select.offset = None;
}
