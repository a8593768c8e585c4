//! One shape of association each.

mod codes;
mod keys;
mod lines;
mod lives;
mod owners;
mod pairs;
mod scopes;
mod selfish;
mod tenants;
mod triggers;
