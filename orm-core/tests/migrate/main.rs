//! The engine behind `orm migrate`, as a program uses it at its start.
#![allow(
    clippy::unwrap_used,
    reason = "clippy takes the helper functions of an integration test for library code"
)]

mod batches;
mod code;
mod concurrent;
mod editor;
mod history;
mod log;
mod patience;
mod support;
