//! Associations against a naive model: random calls on a real database, and
//! after each of them every way of reading agrees with tables in memory.
//!
//! | file | what |
//! |---|---|
//! | `tables` | rows as maps, and what a database refuses |
//! | `link` | who belongs to an association |
//! | `naive`, `expected` | what each method should do to the tables |
//! | `changed` | what several changes below a row should do to them |
//! | `steps`, `generate` | calls as data, and where they come from |
//! | `typed`, `kinds`, `makers` | the methods of the ORM behind one door: of associations, of models |
//! | `reads` | every way of reading an association |
//! | `run` | runs, compares, makes a failing list of steps short |
//! | `worlds` | one shape of association each |
//! | `backend` | the databases, and what is said to them beside |
//!
//! `ORACLE_STEPS=100000 ORACLE_SEED=7 cargo test -p typed-orm --test oracle` runs longer,
//! `ORACLE_ON=sqlite` on one database.

mod backend;
mod changed;
mod expected;
mod generate;
mod kinds;
mod link;
mod makers;
mod naive;
mod reads;
mod run;
mod steps;
mod tables;
mod typed;
mod world;
mod worlds;
