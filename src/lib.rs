//! `orm`
#![doc = include_str!("../README.md")]

pub use orm_core::*;
pub use orm_derive::*;

/// What a program that uses models needs in scope: `use orm::prelude::*;`.
pub mod prelude {
    pub use orm_core::prelude::*;
    pub use orm_derive::*;
}
