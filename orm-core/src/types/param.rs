//! The bound value.
