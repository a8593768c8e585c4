//! What a program that uses models needs in scope.
//!
//! ```
//! use orm_core::prelude::*;
//! ```

#[cfg(feature = "chrono")]
pub use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

pub use crate::exec::{Config, Db, Executor, Tx};
pub use crate::model::Model;
pub use crate::polymorphic::Polymorphic;
#[cfg(feature = "pgvector")]
pub use crate::query::Distances as _;
pub use crate::query::{
    Arrays as _, Expression as _, Functions as _, JsonPaths as _, Queries as _, Ranges as _,
    SaidOtherwise as _, TextSearch as _, Trigrams as _,
};
pub use crate::types::Json;
#[cfg(feature = "pgvector")]
pub use crate::types::Vector;
