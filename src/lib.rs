//! `orm`
#![doc = include_str!("../README.md")]

pub use orm_core::*;
pub use orm_derive::*;

#[doc = include_str!("docs/coming_from_sequelize.md")]
pub mod coming_from_sequelize {}

/// What a program that uses models needs in scope: `use orm::prelude::*;`.
pub mod prelude {
    pub use orm_core::prelude::*;
    pub use orm_derive::*;
}
