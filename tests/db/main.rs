//! Scenarios on a real PostgreSQL: one database per test, statements counted. Those that
//! are about no database in particular run on SQLite, too (`on_a_file`).

/// Ends a scenario of PostgreSQL where the suite runs on SQLite: it needs locks, types or
/// statements that others have not.
macro_rules! only_on_a_server {
    () => {
        if crate::database::on_a_file() {
            return Ok(());
        }
    };
}

/// Ends a scenario of SQLite where the suite runs on PostgreSQL.
macro_rules! only_on_a_file {
    () => {
        if !crate::database::on_a_file() {
            return Ok(());
        }
    };
}

#[path = "../shop/mod.rs"]
mod shop;

mod aggregates;
mod answers;
mod associations;
mod batch;
mod bulk;
mod by_keys;
mod changed_below;
mod changes;
mod closing;
mod combined;
mod conditions;
mod copy;
mod creating;
mod database;
mod delete_many;
mod errors;
mod exclusions;
mod factories;
mod hidden;
mod hooks;
mod includes;
mod injection;
mod joined;
mod kept;
mod kept_away;
mod limits;
mod loaded;
mod loader;
mod membership;
mod naming;
mod odd_names;
#[cfg(feature = "sqlite")]
mod on_a_file;
mod one_key_twice;
mod opt_in;
mod owners;
mod pages;
mod pairs;
mod plans;
mod polymorphic;
mod raw;
mod reading;
mod refusals;
mod reports;
mod round_trips;
mod secrets;
mod sequences;
mod settings;
mod shared_reads;
mod sides;
mod sole;
mod spread;
mod streams;
mod subqueries;
mod telemetry;
mod transactions;
mod trees;
mod types;
mod update_many;
mod updating;
mod upsert;
mod upsert_many;
mod version;
mod views;
mod violations;
mod wire;
