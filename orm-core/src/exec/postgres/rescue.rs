//! Connections that were left in the middle of something.
//!
//! A future may be dropped at any `.await`. The connection then has a
//! statement on its way or an open transaction, and must not reach anyone
//! else like that: it is cleaned in a task of its own, or thrown away.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tracing::Span;

use super::connection::Object;
use super::pool::Shared;
use crate::exec::log::{ConnectionId, Log};
use crate::exec::params::Params;

/// How long cleaning may take before the connection is thrown away: as long as a
/// statement may, within these limits. Meanwhile nobody else has its place.
const PATIENCE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(5));

/// What has to be undone before a connection can be used again.
pub(in crate::exec) struct Leftovers {
    /// A statement may still be running.
    pub(in crate::exec) statement: bool,
    /// A transaction may still be open; its log is told how it ends, below its span.
    pub(in crate::exec) transaction: Option<(Log, Span)>,
    /// Waits for the end of it: dropped when the connection is back, or gone.
    pub(in crate::exec) told: Option<oneshot::Sender<()>>,
}

/// Takes care of `object`: gives it back clean, or discards it.
pub(in crate::exec) fn rescue(object: Object, shared: &Arc<Shared>, left: Leftovers) {
    // Whatever happens to the task (even that the runtime drops it unpolled),
    // the connection is discarded unless it is known to be clean.
    let suspect = Suspect {
        object: Some(object),
        shared: Arc::clone(shared),
    };
    if let Ok(runtime) = Handle::try_current() {
        let (least, most) = PATIENCE;
        let limit = shared.deadline.unwrap_or(most).clamp(least, most);
        runtime.spawn(async move {
            let mut left = left;
            let told = left.told.take();
            let clean = tokio::time::timeout(limit, clean(&suspect, left)).await;
            if clean == Ok(true) {
                suspect.release();
            } else {
                drop(suspect);
            }
            drop(told);
        });
    }
}

/// Stops the statement and ends the transaction; says whether both are certain.
async fn clean(suspect: &Suspect, left: Leftovers) -> bool {
    let Some(object) = &suspect.object else {
        return false;
    };
    if left.statement && !suspect.shared.cancel(object).await {
        return false;
    }
    let Some((log, span)) = left.transaction else {
        // Answered only after everything before it.
        return object.simple_query("").await.is_ok();
    };
    let id = ConnectionId::pooled(Object::id(object));
    let entry = span.in_scope(|| log.start("ROLLBACK", Params::none(), id));
    let answer = object.batch_execute("ROLLBACK").await;
    entry.done(None);
    answer.is_ok()
}

/// A connection nobody may use: dropped, it leaves the pool for good.
struct Suspect {
    object: Option<Object>,
    shared: Arc<Shared>,
}

impl Suspect {
    /// It is clean after all: back to the pool.
    fn release(mut self) {
        self.object = None;
        self.shared.note_return();
    }
}

impl Drop for Suspect {
    fn drop(&mut self) {
        if let Some(object) = self.object.take() {
            discard(object, &self.shared);
        }
    }
}

/// Closes the connection and makes room for another.
pub(in crate::exec) fn discard(object: Object, shared: &Shared) {
    drop(Object::take(object));
    shared.note_return();
}
