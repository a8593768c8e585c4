//! The definitions behind the rules: pure functions from a value to yes or no.

mod checksum;
pub(super) mod encoding;
pub(super) mod finance;
pub(super) mod identifier;
pub(super) mod iri;
pub(super) mod mail;
pub(super) mod net;
pub(super) mod number;
pub(super) mod pattern;
pub(super) mod place;
pub(super) mod size;
pub(super) mod tables;
pub(super) mod text;
pub(super) mod time;
pub(super) mod url;
pub(super) mod web;
