//! The runtime of `orm`.

pub mod error;
pub mod exec;

pub use error::{Error, Result};
