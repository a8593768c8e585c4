//! Every column type against a real PostgreSQL: what is bound comes back, as a
//! single value, as one of many in a bound array, as NULL, and as a literal.
#![allow(
    clippy::unwrap_used,
    reason = "clippy takes the helper functions of an integration test for library code"
)]

mod types {
    mod column;
    mod faults;
    mod keys;
    mod numbers;
    mod round_trip;
    mod status;
}
