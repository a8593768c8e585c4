//! How code that knows a model, and not whether it has hooks, reaches them.

use std::pin::Pin;

use super::{Hooks, create, remove, update, upsert};
use crate::ast::Assignment;
use crate::create::Draft;
use crate::error::Result;
use crate::exec::Exec;
use crate::hooks::Write;
use crate::model::Model;
use crate::query::Upserted;

pub(crate) type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// What is sent between hooks.
pub(crate) type Work<I, O> = Box<dyn for<'e> FnOnce(I, Exec<'e>) -> Pending<'e, O> + Send>;

/// A statement that is sent between hooks.
pub(crate) fn between<I, O, F>(send: F) -> Work<I, O>
where
    F: for<'e> FnOnce(I, Exec<'e>) -> Pending<'e, O> + Send + 'static,
{
    Box::new(send)
}

/// A row, and what is set in it.
pub(crate) type Change<M> = (M, Vec<Assignment>);

/// Calls hooks around what is sent.
pub(crate) type Door<I, O> = for<'a> fn(I, Asked, Work<I, O>, Exec<'a>) -> Pending<'a, O>;

/// How many rows the program speaks of: of one, an error has no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// One.
    One,
    /// Any number of them.
    Many,
}

/// Whether the validators have run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Judged {
    /// Not yet.
    No,
    /// Between hooks.
    Yes,
}

/// The writes of a model with its hooks around them.
pub struct HooksOf<M: Model> {
    pub(crate) create: for<'a> fn(Vec<Draft<M>>, Asked, Exec<'a>) -> Pending<'a, Vec<M>>,
    pub(crate) update: Door<Vec<Change<M>>, Vec<M>>,
    pub(crate) remove: for<'a> fn(Write, Vec<M>, Work<(), Vec<M>>, Exec<'a>) -> Pending<'a, Vec<M>>,
    pub(crate) upsert: Door<Vec<Draft<M>>, Vec<Option<Upserted<M>>>>,
}

impl<M: Model> Clone for HooksOf<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Model> Copy for HooksOf<M> {}

impl<M: Model> std::fmt::Debug for HooksOf<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HooksOf({})", M::TABLE.model)
    }
}

/// The hooks of a model.
pub(super) const fn hooks_of<M: Hooks>() -> HooksOf<M> {
    HooksOf {
        create: create::create,
        update: update::update,
        remove: remove::remove,
        upsert: upsert::upsert,
    }
}
