//! What `orm` costs beside hand-written `tokio-postgres`, and beside its peers.
//!
//! | Module | What |
//! |---|---|
//! | `contender` | the work that is compared, and who does it |
//! | `raw`, `ours` | the two contenders that every run has |
//! | `models`, `fixture` | the tables and their rows |
//! | `measure` | turns, rounds, medians, ratios |
//! | `allocation`, `cpu` | what is measured beside time |
//! | `building` | queries that are built and not sent |
//! | `opening` | connecting, first statements, checkouts |
//! | `throughput` | requests per second of many tasks |
//! | `pgbench` | PostgreSQL's own load generator beside them |
//! | `sqlite` | the same work on SQLite |
//! | `run` | everyone at everything: what the binaries call |
//! | `arguments`, `report` | the command line, tables and files |

pub mod allocation;
pub mod arguments;
pub mod building;
pub mod contender;
pub mod cpu;
pub mod fixture;
pub mod measure;
pub mod models;
pub mod opening;
pub mod ours;
pub mod pgbench;
pub mod raw;
pub mod report;
pub mod run;
#[cfg(feature = "sqlite")]
pub mod sqlite;
pub mod throughput;
