//! Loading: from an include tree to nested values.
//!
//! [`plan`] turns a query with includes into levels and the statements that
//! fetch them; [`collect`] gathers the rows of each level as they arrive and
//! attaches children to parents by key.

mod collect;
mod joined;
mod plan;
mod required;
mod run;
mod statement;

pub(crate) use collect::Shape;
pub(crate) use required::at_least_one;
pub(crate) use run::{explain, fetch, fetch_for, to_sql};
