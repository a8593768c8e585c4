//! What happens when the network fails, and when a future is dropped: no hang, no
//! wrong row, no partial graph, no lost connection, and errors that are honest
//! about what may have been written.
//!
//! | file | what |
//! |---|---|
//! | `models`, `calls` | every kind of call, what it answers and what it leaves behind |
//! | `place` | a server, a database, a network that fails, and a look around it |
//! | `sample` | which bytes are tried |
//! | `network` | cut, stalled, damaged, in pieces: at every byte of every call |
//! | `requests` | what the program says, damaged on its way |
//! | `handshake` | the same while a connection is being opened |
//! | `dropped` | futures that are dropped after every number of polls |
//!
//! `FAULT_BYTES=all cargo test -p typed-orm --test faults` tries every byte.

// The lint's exception for tests does not reach the functions they share.
#![allow(clippy::unwrap_used)]

mod calls;
mod dropped;
mod handshake;
mod models;
mod network;
mod place;
mod requests;
mod sample;
