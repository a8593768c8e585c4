//! The requests of `orm-http` and their answers, by actix-web; what only a server that
//! listens shows is in `server`. Each test runs on PostgreSQL and on SQLite, unless it is
//! about one of them.

// Models are as programs write them.
#![allow(clippy::unwrap_used, unreachable_pub)]

#[path = "../../../orm-http/tests/answers/bodies.rs"]
mod bodies;
#[macro_use]
#[path = "../../../orm-http/tests/answers/calls.rs"]
mod calls;
#[path = "../../../orm-http/tests/answers/listing.rs"]
mod listing;
#[allow(dead_code)] // the example has a `main` of its own
#[path = "../../examples/notes.rs"]
mod notes;
#[path = "../../../orm-http/tests/answers/rules.rs"]
mod rules;
mod served;
mod server;
#[path = "../../../orm-http/tests/answers/service.rs"]
mod service;
#[path = "../../../orm-http/tests/answers/statuses.rs"]
mod statuses;
#[path = "../../../orm-http/tests/answers/transactions.rs"]
mod transactions;
