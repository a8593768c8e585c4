//! A write of a model with hooks, while it is under way.

use std::sync::{Arc, Mutex, PoisonError};

use super::{HookResult, Hooks, Write};
use crate::error::{Error, Result};
use crate::exec::{AtEnd, Db, Exec, Telling, Tx, Unit};

/// What undoes everything when a hook fails: an operation of its own, unless the write
/// is part of one already.
pub(super) struct Begun<'a> {
    unit: Option<Unit<'a>>,
    db: Exec<'a>,
}

impl<'a> Begun<'a> {
    pub(super) async fn new(db: Exec<'a>) -> Result<Self> {
        let unit = match db.is_undone_on_error() {
            true => None,
            false => Some(db.unit().await?),
        };
        Ok(Begun { unit, db })
    }

    pub(super) fn exec(&self) -> Exec<'_> {
        match &self.unit {
            Some(unit) => unit.exec(),
            None => self.db,
        }
    }

    pub(super) async fn end<T>(self, done: Result<T>) -> Result<T> {
        match (done, self.unit) {
            (done, None) => done,
            (Ok(value), Some(unit)) => unit.commit().await.map(|()| value),
            (Err(error), Some(unit)) => {
                unit.rollback().await;
                Err(error)
            }
        }
    }
}

/// A write, whose hooks are called with its transaction.
pub(super) struct Writing<M> {
    pub(super) tx: Tx,
    outcome: Arc<Outcome<M>>,
}

impl<M: Hooks> Writing<M> {
    /// Begins one: from here on its end is told.
    pub(super) fn new(write: Write, db: Exec<'_>) -> Result<Self> {
        let tx = Tx::around(db)
            .ok_or_else(|| Error::usage("a write with hooks is part of a transaction"))?;
        let outcome = Arc::new(Outcome {
            write,
            rows: Mutex::default(),
        });
        tx.tell(Arc::<Outcome<M>>::clone(&outcome));
        Ok(Writing { tx, outcome })
    }

    /// Remembers what was written, for the end.
    pub(super) fn wrote(&self, rows: impl IntoIterator<Item = M>) {
        self.outcome.rows().extend(rows);
    }
}

/// What a hook says, as an error of the write.
pub(super) fn said<M: Hooks>(hook: &'static str, result: HookResult) -> Result<()> {
    result.map_err(|error| match error.downcast::<Error>() {
        // It keeps what can be asked of it, as whether trying again may help.
        Ok(ours) => *ours,
        Err(other) => Error::hook(M::TABLE.model, hook, other),
    })
}

struct Outcome<M> {
    write: Write,
    rows: Mutex<Vec<M>>,
}

impl<M> Outcome<M> {
    // A list is whole whatever happened while it was locked.
    fn rows(&self) -> std::sync::MutexGuard<'_, Vec<M>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Vec<M> {
        std::mem::take(&mut *self.rows())
    }
}

impl<M: Hooks> AtEnd for Outcome<M> {
    fn committed<'a>(&'a self, db: &'a Db) -> Telling<'a, Result<()>> {
        Box::pin(async move {
            let rows = self.take();
            let done = M::after_commit(self.write, &rows, db).await;
            done.map_err(|error| Error::hook(M::TABLE.model, "after_commit", error))
        })
    }

    fn rolled_back<'a>(&'a self, db: &'a Db) -> Telling<'a, ()> {
        Box::pin(async move {
            let rows = self.take();
            M::after_rollback(self.write, &rows, db).await;
        })
    }
}
