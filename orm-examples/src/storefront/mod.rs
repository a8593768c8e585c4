//! The storefront at work.

pub mod history;
pub mod orders;
pub mod products;
pub mod schema;

use std::io::Write;

/// Where the chapters print to.
pub type Output<'a> = &'a mut (dyn Write + Send);
