//! The rules, by what they are about.
//!
//! Each file holds a table of rules and one function per rule: from a step to
//! where the rule applies and what to write instead.

pub(super) mod access;
pub(super) mod column;
pub(super) mod constraint;
pub(super) mod data;
pub(super) mod index;
pub(super) mod naming;
pub(super) mod release;
pub(super) mod removal;
pub(super) mod rename;
pub(super) mod rewrite;
pub(super) mod transaction;
