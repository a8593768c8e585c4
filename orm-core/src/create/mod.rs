//! Values on their way into a row: collected, completed and validated before
//! any SQL is sent.

mod copied;
mod draft;
mod many;
mod nested;
mod saving;
mod state;
mod validation;
mod values;

pub use draft::Draft;
pub use saving::Saving;
pub use state::{Given, IntoNew, Missing, Prefill};
pub use values::Values;

pub(crate) use copied::values_of;
pub(crate) use draft::{Guard, statement_time};
#[cfg(feature = "postgres")]
pub(crate) use many::is_filled_by_server;
pub(crate) use many::{Batch, Laid};
pub(crate) use nested::{drafts_of, write_all, write_below};
pub(crate) use validation::{validate_assigned, validate_row};
