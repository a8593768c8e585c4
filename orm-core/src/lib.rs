//! The runtime of `orm`: from typed queries to rows, in the order data flows.
//!
//! ```text
//! query (typed skin) -> ast (plain statements) -> sql (text, values) -> exec (the only IO)
//! Vec<M> <- load (collect, attach) <- decode (by position) <- rows
//! ```
//!
//! | module | job |
//! |---|---|
//! | [`schema`] | what a model says about its table, as `'static` data |
//! | [`types`] | what can be stored in a column |
//! | [`validate`] | rules for values, judged before any SQL |
//! | [`model`] | what the derive implements |
//! | [`query`] | typed queries, filters, updates |
//! | [`projection`] | named shapes: exactly these values of a row |
//! | [`create`] | new rows, collected and validated |
//! | [`hooks`] | what a program does beside writes |
//! | `membership` | who belongs to an association, for every read and write |
//! | [`polymorphic`] | rows that belong to one of several models |
//! | [`forest`] | rows that follow from each other, as lists and trees |
//! | [`raw`] | SQL written by hand, values bound |
//! | [`ast`] | statements as plain data |
//! | `refusal` | statements that compile and have no meaning |
//! | `sql` | statements as text and bound values |
//! | [`exec`] | connections, transactions, statements |
//! | [`decode`], [`key`], [`joined`] | rows back into values |
//! | `load` | include trees: plan, collect, attach |
//! | [`explain`] | how a database goes about a query, as a value |
//! | [`ddl`] | tables from models: created where missing, never dropped unasked |
//! | [`diff`] | from a database to the models: the changes, as migrations to review |
//! | [`migrate`] | migrations: files, history, lock, runner, schema editor |
//! | [`error`] | what went wrong, asked by predicates |

// Errors, limits and words that a server alone has are no branch of their own.
#![cfg_attr(not(feature = "postgres"), allow(dead_code))]

#[doc(hidden)]
pub mod __private;
#[doc(hidden)]
pub mod __testkit;
/// The same by the name that generated code calls it by, hundreds of times per model.
#[doc(hidden)]
pub use __private as __;
mod annotated;
pub mod ast;
mod check;
mod companion;
/// What a [batch](exec::Db::batch) takes beside queries and writes.
pub mod batch {
    pub use crate::exec::{Member, Members};
    pub use crate::query::members::{
        Create, DeleteRow, Ended, count, create, delete, exists, first, one, one_or_none,
    };
}
pub mod create;
pub mod ddl;
pub mod decode;
pub mod diff;
pub mod error;
pub mod exec;
pub mod explain;
pub mod forest;
mod holder;
pub mod hooks;
pub mod joined;
#[cfg(feature = "schemars")]
mod json_schema;
pub mod key;
mod lexer;
mod load;
mod loaded;
mod membership;
pub mod migrate;
pub mod model;
#[cfg(feature = "utoipa")]
mod openapi;
pub mod polymorphic;
pub mod prelude;
pub mod projection;
pub mod query;
pub mod raw;
mod refusal;
pub mod schema;
mod serialize;
mod side;
#[cfg(test)]
mod soup;
mod sql;
pub mod types;
pub mod validate;

pub use annotated::Annotated;
pub use error::{Error, Result};
pub use joined::Joined;
pub use model::Model;
