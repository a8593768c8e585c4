//! The storefront at work, a file for each chapter of the article, in its order.

pub mod connecting;
pub mod products;

pub mod associations;
pub mod history;

pub mod migrations;

pub mod n_plus_one;

use std::io::Write;

/// Where the chapters print to.
pub type Output<'a> = &'a mut (dyn Write + Send);
