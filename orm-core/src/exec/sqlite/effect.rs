//! What statements do beside reading and writing rows, told by SQLite itself.
//!
//! Whenever SQLite compiles a statement it asks whether each of its parts is allowed.
//! So transactions are opened and ended by [`Tx`](crate::exec::Tx) alone, and a
//! connection whose session was changed is known.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

/// What was compiled on a connection since it was last asked.
#[derive(Default)]
pub(super) struct Effects {
    /// The text is our own.
    ours: AtomicBool,
    /// A statement would open or end a transaction; it was refused.
    transaction: AtomicBool,
    /// A statement changes the session.
    session: AtomicBool,
    /// Nothing may change the session: there is no other to put in its place.
    only_one: bool,
}

impl Effects {
    /// Makes the connection tell what it compiles.
    pub(super) fn watch(
        connection: &mut Connection,
        only_one: bool,
    ) -> rusqlite::Result<Arc<Self>> {
        let effects = Arc::new(Self {
            only_one,
            ..Self::default()
        });
        let told = Arc::clone(&effects);
        connection.authorizer(Some(move |asked: AuthContext<'_>| told.judge(asked.action)))?;
        Ok(effects)
    }

    /// Whether the texts that follow are our own, which may do anything.
    pub(super) fn ours(&self, ours: bool) {
        self.ours.store(ours, Ordering::Relaxed);
    }

    /// Whether a statement was refused because it is about transactions.
    pub(super) fn take_transaction(&self) -> bool {
        self.transaction.swap(false, Ordering::Relaxed)
    }

    /// Whether a statement was compiled that changes the session.
    pub(super) fn is_session(&self) -> bool {
        self.session.load(Ordering::Relaxed)
    }

    /// The same, of which nothing is known afterwards.
    pub(super) fn take_session(&self) -> bool {
        self.session.swap(false, Ordering::Relaxed)
    }

    fn judge(&self, action: AuthAction<'_>) -> Authorization {
        if self.ours.load(Ordering::Relaxed) {
            return Authorization::Allow;
        }
        match action {
            AuthAction::Transaction { .. } | AuthAction::Savepoint { .. } => {
                self.transaction.store(true, Ordering::Relaxed);
                return Authorization::Deny;
            }
            AuthAction::Pragma {
                pragma_name,
                pragma_value: Some(_),
            } if !only_looks(pragma_name) => return self.session(),
            AuthAction::Attach { .. }
            | AuthAction::Detach { .. }
            | AuthAction::CreateTempTable { .. }
            | AuthAction::CreateTempIndex { .. }
            | AuthAction::CreateTempTrigger { .. }
            | AuthAction::CreateTempView { .. } => return self.session(),
            _ => {}
        }
        Authorization::Allow
    }

    fn session(&self) -> Authorization {
        self.session.store(true, Ordering::Relaxed);
        match self.only_one {
            true => Authorization::Deny,
            false => Authorization::Allow,
        }
    }
}

/// Whether the value of a PRAGMA says what to look at, or lasts no longer than the
/// transaction.
fn only_looks(pragma: &str) -> bool {
    [
        "table_info",
        "table_xinfo",
        "table_list",
        "index_list",
        "index_info",
        "index_xinfo",
        "foreign_key_list",
        "foreign_key_check",
        "integrity_check",
        "quick_check",
        // Ends with the transaction.
        "defer_foreign_keys",
    ]
    .iter()
    .any(|name| pragma.eq_ignore_ascii_case(name))
}
