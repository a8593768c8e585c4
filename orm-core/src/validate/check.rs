//! The rules that the database can enforce too.

use super::bound::{Bound, Literal};

/// A rule as data for a CHECK constraint.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Check {
    /// The value is at least this.
    Min(Bound),
    /// The value is at most this.
    Max(Bound),
    /// The length is within the limits, both inclusive: characters of a text,
    /// octets of binary data, elements of an array.
    Len {
        /// The least length; 0 says nothing.
        min: usize,
        /// The greatest length, if there is one.
        max: Option<usize>,
    },
    /// The value is one of these.
    OneOf(&'static [Literal]),
}
