//! What is to be done when a transaction has ended.
//!
//! Savepoints come and go while it is open; what belongs to one that is rolled back is
//! undone whatever becomes of the rest. All of it is told at the end, when the
//! connection is free again: who is told may want one.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::db::Db;
use crate::error::{Error, Result};

pub(super) type Callback = Box<dyn FnOnce() + Send>;

/// A future of somebody who is told.
pub(crate) type Telling<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Is told how the transaction ended that something was written in.
pub(crate) trait AtEnd: Send + Sync {
    /// What was written is there for everyone to see.
    fn committed<'a>(&'a self, db: &'a Db) -> Telling<'a, Result<()>>;

    /// What was written is undone.
    fn rolled_back<'a>(&'a self, db: &'a Db) -> Telling<'a, ()>;
}

/// What the levels of a transaction have asked for.
#[derive(Default)]
pub(super) struct Ends(Mutex<Vec<End>>);

struct End {
    level: usize,
    /// Its savepoint was rolled back.
    undone: bool,
    told: Told,
}

enum Told {
    Callback(Callback),
    Write(Arc<dyn AtEnd>),
}

/// All that is told, taken out once the transaction has ended.
pub(super) struct Ended(Vec<End>);

impl Ends {
    pub(super) fn call(&self, level: usize, callback: Callback) {
        self.push(level, Told::Callback(callback));
    }

    pub(super) fn tell(&self, level: usize, write: Arc<dyn AtEnd>) {
        self.push(level, Told::Write(write));
    }

    fn push(&self, level: usize, told: Told) {
        self.all().push(End {
            level,
            undone: false,
            told,
        });
    }

    /// What the savepoint of a level did belongs to the one below from now on.
    pub(super) fn release(&self, level: usize) {
        for end in self.all().iter_mut() {
            end.level = end.level.min(level - 1);
        }
    }

    /// The savepoint of a level is rolled back, and those above it.
    pub(super) fn undo(&self, level: usize) {
        let mut all = self.all();
        all.retain(|end| end.level < level || matches!(end.told, Told::Write(_)));
        for end in all.iter_mut().filter(|end| end.level >= level) {
            end.undone = true;
            // No later savepoint of its level is its own.
            end.level = 0;
        }
    }

    pub(super) fn take(&self) -> Ended {
        Ended(std::mem::take(&mut *self.all()))
    }

    // A list is whole whatever happened while it was locked.
    fn all(&self) -> MutexGuard<'_, Vec<End>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ended {
    /// Whether nobody is to be told.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Tells everyone that the transaction was committed, in the order in which they
    /// asked: also those behind one that fails.
    ///
    /// # Errors
    /// With the first failure.
    pub(super) async fn committed(self, db: &Db) -> Result<()> {
        let (mut first, mut others) = (None, 0);
        for end in self.0 {
            let done = match (end.told, end.undone) {
                (Told::Callback(callback), _) => {
                    callback();
                    Ok(())
                }
                (Told::Write(write), false) => write.committed(db).await,
                (Told::Write(write), true) => {
                    write.rolled_back(db).await;
                    Ok(())
                }
            };
            match (done, &first) {
                (Ok(()), _) => {}
                (Err(error), None) => first = Some(error),
                (Err(_), Some(_)) => others += 1,
            }
        }
        match first {
            None => Ok(()),
            Some(error) => Err(Error::committed_but(error, others)),
        }
    }

    /// Tells everyone that all was rolled back.
    pub(super) async fn rolled_back(self, db: &Db) {
        for end in self.0 {
            if let Told::Write(write) = end.told {
                write.rolled_back(db).await;
            }
        }
    }
}

/// Tells everyone, in a task of its own, that all was rolled back because the
/// transaction was dropped. Without a runtime to do it in, nobody is told.
pub(super) fn spawn_rolled_back(
    ended: Ended,
    db: Db,
    undone: impl Future<Output = ()> + Send + 'static,
) {
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(async move {
            undone.await;
            ended.rolled_back(&db).await;
        });
    }
}
