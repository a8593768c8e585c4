//! Which required columns a create builder has been given.

use super::Draft;
use crate::types::Param;

/// A required column that was given.
#[derive(Debug, Clone, Copy)]
pub struct Given;

/// A required column that was not given yet.
#[derive(Debug, Clone, Copy)]
pub struct Missing;

/// A create builder that was given every required column.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written as a row of `{M}`",
    label = "not a complete row of `{M}`"
)]
pub trait IntoNew<M> {
    /// What was collected.
    fn into_new(self) -> Draft<M>;
}

/// A create builder in which an association fills the column at `POSITION`.
pub trait Prefill<const POSITION: u16> {
    /// The builder with that column given.
    type Output;

    /// Gives the column.
    fn prefill(self, value: Param) -> Self::Output;
}
