//! The enum types.
use orm::prelude::*;
/// The type `mood`.
#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[db_enum(name = "mood")]
pub enum Mood {
    /// The label `fine`.
    Fine,
}
