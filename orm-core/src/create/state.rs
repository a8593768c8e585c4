//! Which required columns a create builder has been given.

use super::Draft;
use crate::check::NO_COLUMN;
use crate::model::HeldByTarget;

/// A required column that was given.
#[derive(Debug, Clone, Copy)]
pub struct Given;

/// A required column that was not given yet.
#[derive(Debug, Clone, Copy)]
pub struct Missing;

/// A create builder that was given every required column.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written as a row of `{M}`",
    label = "not a complete row of `{M}`",
    note = "a new row is a `{M}::create()` with its required columns"
)]
pub trait IntoNew<M> {
    /// What was collected.
    fn into_new(self) -> Draft<M>;
}

/// A create builder in which an association fills the column at `POSITION`.
pub trait Prefill<const POSITION: u16> {
    /// The builder with that column given.
    type Output;
    /// Whether the column may be NULL: [`HeldByTarget`](crate::model::HeldByTarget).
    type Holder: 'static;
}

// What the other side does not declare fills nothing; whoever forgot it is told so
// elsewhere.
impl<B> Prefill<NO_COLUMN> for B {
    type Output = B;
    type Holder = HeldByTarget<true>;
}
