//! `orm studio` as a browser sees it: a process, its pages, real databases.
#![cfg(feature = "studio")]
#![allow(
    clippy::unwrap_used,
    reason = "clippy takes the helper functions of an integration test for library code"
)]

mod blog;
mod chromium;
mod escaping;
mod pages;
mod place;
mod readonly;
mod refusals;
mod rows;
mod types;
mod visitor;
