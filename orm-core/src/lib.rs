//! The runtime of `orm`.
