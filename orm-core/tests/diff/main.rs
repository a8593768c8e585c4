//! From a database to a goal and back, on a real server.

// The lint's exception for tests does not reach the functions they share.
#![allow(clippy::unwrap_used)]

mod base;
mod beside;
mod declare;
mod enums;
mod exclusion;
mod inherited;
mod left;
mod left_keys;
mod load;
mod loss;
mod options;
mod partitioned;
mod place;
mod random;
mod rename;
mod safe_forms;
mod sequences;
mod storage;
mod structure;
mod swap;
mod under_load;
mod unmanaged;
