//! What a model says about its table: plain `'static` data that the derive
//! writes down and everything else reads.
//!
//! Nothing here knows a Rust model type, a connection or SQL text. Every
//! descriptor can be built in a `const`, printed with `{:#?}` and compared.

mod association;
mod column;
mod constraint;
mod sql_type;
mod table;

pub use association::{Action, AssociationDef, AssociationKind, Deferrable, JoinTable, ScopeValue};
pub use column::{ColumnDef, DefaultValue, Identity, Timestamp};
pub use constraint::{CheckDef, IndexDef, IndexMethod, IndexPart, IndexTerm, UniqueDef};
pub use sql_type::{EnumDef, RangeKind, SqlType};
pub use table::{TableDef, TableName};
