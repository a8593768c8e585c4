//! Loading: from an include tree to nested values.
//!
//! [`plan`] turns a query with includes into levels and the statements that
//! fetch them; [`collect`] gathers the rows of each level as they arrive and
//! attaches children to parents by key, in [`groups`]. [`projected`] is the same for the
//! fields of a named shape. [`run`] sends the statements and knows no row type:
//! it hands rows to a [`Gather`].

mod annotated;
mod blame;
mod collect;
mod explain;
mod gather;
mod groups;
mod joined;
mod one_of;
mod plan;
mod projected;
mod required;
mod run;
mod spread;
mod statement;

pub use collect::Shape;
pub(crate) use explain::{explain, explain_by_index};
pub(crate) use gather::{Gather, Gathered};
pub(crate) use groups::arrange;
pub(crate) use one_of::counted;
pub(crate) use plan::Level;
pub(crate) use projected::{OfAssociation, OfRow, Part};
pub(crate) use required::at_least_one;
pub(crate) use run::{fetch_for, run, to_sql};
