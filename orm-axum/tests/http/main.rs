//! The requests of `orm-http` and their answers, by axum; what only axum has is in the files
//! of this folder. Each test runs on PostgreSQL and on SQLite, unless it is about one of them.

// Models are as programs write them.
#![allow(clippy::unwrap_used, unreachable_pub)]

#[path = "../../../orm-http/tests/answers/bodies.rs"]
mod bodies;
#[macro_use]
#[path = "../../../orm-http/tests/answers/calls.rs"]
mod calls;
mod guide;
#[path = "../../../orm-http/tests/answers/listing.rs"]
mod listing;
#[allow(dead_code)] // the example has a `main` of its own
#[path = "../../examples/notes.rs"]
mod notes;
#[cfg(all(feature = "schemars", feature = "utoipa"))]
mod openapi;
#[path = "../../../orm-http/tests/answers/rules.rs"]
mod rules;
#[cfg(all(feature = "schemars", feature = "utoipa"))]
mod schema;
#[cfg(all(feature = "schemars", feature = "utoipa"))]
mod schemas;
mod served;
#[path = "../../../orm-http/tests/answers/service.rs"]
mod service;
#[path = "../../../orm-http/tests/answers/statuses.rs"]
mod statuses;
#[path = "../../../orm-http/tests/answers/transactions.rs"]
mod transactions;
