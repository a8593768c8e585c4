//! What a program does beside the writes of a model's rows.
//!
//! The methods that write ask [`Model::HOOKS`](crate::model::Model), which is a
//! constant: of a model without hooks nothing is left of the question. With hooks it
//! holds the functions of `doors`, by which code that knows only a [`Model`] reaches
//! those of a [`Hooks`].

mod create;
mod doors;
mod remove;
mod unsaved;
mod unseen;
mod update;
mod upsert;
mod writing;

pub use doors::HooksOf;
use doors::hooks_of;
pub(crate) use doors::{Asked, Change, Judged, between};
pub use unsaved::Unsaved;
pub(crate) use unseen::{refuse_consequences, refuse_join, unseen, unseen_of};

use crate::exec::{Db, Tx};
use crate::model::Model;
use crate::query::Upserted;

/// What a hook returns: `Ok(())`, or why the write is not to be. `?` takes errors of
/// this crate and of any other; `Err("why".into())` is enough.
pub type HookResult = Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// What is done to rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Write {
    /// They are created.
    Create,
    /// They are changed.
    Update,
    /// They are removed, or marked as deleted.
    Delete,
    /// Their mark is taken away.
    Restore,
    /// They are created or changed, whichever it takes.
    Upsert,
}

/// What a program does beside the writes of a model's rows: `#[model(hooks)]`, and an
/// `impl` of this with those that are wanted.
///
/// All rows of one call come at once. The order is: `before_validate`, the `before_` of
/// the write, the validators, `after_validate`, the statement, its `after_`. All of it
/// is in one transaction, or in a savepoint of the one that is open, and `tx` runs
/// further statements in it. An error undoes everything. Once the outermost transaction
/// has ended, `after_commit` or `after_rollback` is called for each write that began.
///
/// ```
/// use orm_core::hooks::{HookResult, Hooks, Unsaved};
/// # use orm_core::exec::Tx;
/// # fn demo<User: Hooks>() {}
/// # macro_rules! example { ($($item:item)*) => {} }
/// # example! {
/// impl Hooks for User {
///     async fn before_create(rows: &mut [Unsaved<Self>], _tx: &Tx) -> HookResult {
///         for user in rows {
///             if let Some(email) = user.get(User::email) {
///                 user.set(User::email, email.to_lowercase());
///             }
///         }
///         Ok(())
///     }
/// }
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` says `hooks` and has none",
    label = "no hooks for `{Self}`",
    note = "write `impl Hooks for {Self} {{ .. }}` with the hooks you want, or leave `hooks` out"
)]
pub trait Hooks: Hooked {
    #[doc(hidden)]
    const __DOORS: HooksOf<Self> = hooks_of::<Self>();

    /// Before rows are created, changed or upserted, and before anything else is done.
    fn before_validate(
        rows: &mut [Unsaved<Self>],
        tx: &Tx,
    ) -> impl Future<Output = HookResult> + Send {
        ready(rows, tx)
    }

    /// After the validators have found nothing: what they have judged is what is written.
    fn after_validate(rows: &[Unsaved<Self>], tx: &Tx) -> impl Future<Output = HookResult> + Send {
        ready(rows, tx)
    }

    /// Before rows are created.
    fn before_create(
        rows: &mut [Unsaved<Self>],
        tx: &Tx,
    ) -> impl Future<Output = HookResult> + Send {
        ready(rows, tx)
    }

    /// After rows were created, and before what is nested in them.
    fn after_create(rows: &[Self], tx: &Tx) -> impl Future<Output = HookResult> + Send {
        ready(rows, tx)
    }

    /// Before rows are changed.
    fn before_update(
        rows: &mut [Unsaved<Self>],
        tx: &Tx,
    ) -> impl Future<Output = HookResult> + Send {
        ready(rows, tx)
    }

    /// After rows were changed: as they now are.
    fn after_update(rows: &[Self], tx: &Tx) -> impl Future<Output = HookResult> + Send {
        ready(rows, tx)
    }

    /// Before rows are removed or marked as deleted: as the program holds them.
    fn before_delete(rows: &[Self], tx: &Tx) -> impl Future<Output = HookResult> + Send {
        ready(rows, tx)
    }

    /// After rows were removed or marked as deleted: as the program holds them.
    fn after_delete(rows: &[Self], tx: &Tx) -> impl Future<Output = HookResult> + Send {
        ready(rows, tx)
    }

    /// Before rows come back that were marked as deleted: as the program holds them.
    fn before_restore(rows: &[Self], tx: &Tx) -> impl Future<Output = HookResult> + Send {
        ready(rows, tx)
    }

    /// After rows came back that were marked as deleted: as they now are.
    fn after_restore(rows: &[Self], tx: &Tx) -> impl Future<Output = HookResult> + Send {
        ready(rows, tx)
    }

    /// Before rows are created or changed, whichever it takes. Nobody knows yet which.
    fn before_upsert(
        rows: &mut [Unsaved<Self>],
        tx: &Tx,
    ) -> impl Future<Output = HookResult> + Send {
        ready(rows, tx)
    }

    /// After an upsert: what became of each row. One that was to be ignored is not shown.
    fn after_upsert(rows: &[Upserted<Self>], tx: &Tx) -> impl Future<Output = HookResult> + Send {
        ready(rows, tx)
    }

    /// After the outermost transaction was committed in which rows were written, and its
    /// connection is free again. An error is returned to whoever committed, behind
    /// "committed, but", and keeps no other hook from being called.
    fn after_commit(
        write: Write,
        rows: &[Self],
        db: &Db,
    ) -> impl Future<Output = HookResult> + Send {
        let _ = (write, rows, db);
        std::future::ready(Ok(()))
    }

    /// After a write was undone that hooks had been called for: the rows as they had
    /// been written, none where it did not come so far. It is called when the outermost
    /// transaction has ended, however that ended.
    fn after_rollback(write: Write, rows: &[Self], db: &Db) -> impl Future<Output = ()> + Send {
        let _ = (write, rows, db);
        std::future::ready(())
    }
}

/// A model that says `#[model(hooks)]`.
#[diagnostic::on_unimplemented(
    message = "the hooks of `{Self}` are never called",
    label = "`{Self}` does not say `hooks`",
    note = "add `#[model(hooks)]` to `{Self}`"
)]
pub trait Hooked: Model {}

/// A hook that does nothing.
fn ready<R>(_: R, _: &Tx) -> std::future::Ready<HookResult> {
    std::future::ready(Ok(()))
}
