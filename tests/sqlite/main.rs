//! The scenarios of `tests/db` that are about no database in particular, on SQLite.

#![cfg(feature = "sqlite")]
// What only scenarios of a server need.
#![allow(dead_code, unused_imports)]

#[path = "../home/file.rs"]
#[macro_use]
mod home;

#[path = "../shop/mod.rs"]
mod shop;

mod database;

#[path = "../db/aggregates/mod.rs"]
mod aggregates;
#[path = "../db/associations.rs"]
mod associations;
#[path = "../db/batch/mod.rs"]
mod batch;
#[path = "../db/bulk.rs"]
mod bulk;
#[path = "../db/changes.rs"]
mod changes;
#[path = "../db/conditions.rs"]
mod conditions;
#[path = "../db/copy.rs"]
mod copy;
#[path = "../db/creating.rs"]
mod creating;
#[path = "../db/delete_many.rs"]
mod delete_many;
mod differences;
#[path = "../db/hidden/mod.rs"]
mod hidden;
#[path = "../db/hooks/mod.rs"]
mod hooks;
#[path = "../db/includes/mod.rs"]
mod includes;
#[path = "../db/injection.rs"]
mod injection;
#[path = "../db/joined.rs"]
mod joined;
#[path = "../db/limits.rs"]
mod limits;
#[path = "../db/loaded.rs"]
mod loaded;
#[path = "../db/loader/mod.rs"]
mod loader;
#[path = "../db/membership/mod.rs"]
mod membership;
#[path = "../db/naming.rs"]
mod naming;
#[path = "../db/pages/mod.rs"]
mod pages;
#[path = "../db/pairs.rs"]
mod pairs;
#[path = "../db/plans.rs"]
mod plans;
#[path = "../db/polymorphic.rs"]
mod polymorphic;
#[path = "../db/raw.rs"]
mod raw;
#[path = "../db/reading.rs"]
mod reading;
#[path = "../db/refusals.rs"]
mod refusals;
#[path = "../db/reports.rs"]
mod reports;
#[path = "../db/sides.rs"]
mod sides;
#[path = "../db/sole.rs"]
mod sole;
#[path = "../db/streams.rs"]
mod streams;
#[path = "../db/subqueries.rs"]
mod subqueries;
#[path = "../db/transactions.rs"]
mod transactions;
#[path = "../db/trees.rs"]
mod trees;
#[path = "../db/update_many.rs"]
mod update_many;
#[path = "../db/updating.rs"]
mod updating;
#[path = "../db/upsert.rs"]
mod upsert;
#[path = "../db/upsert_many.rs"]
mod upsert_many;
#[path = "../db/version.rs"]
mod version;
mod violations;
