//! The runtime of `orm`.

pub mod validate;
