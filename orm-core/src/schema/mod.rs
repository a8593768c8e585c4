//! What a model says about its table: plain `'static` data that the derive
//! writes down and everything else reads.
//!
//! Nothing here knows a Rust model type, a connection or SQL text. Every
//! descriptor can be built in a `const`, printed with `{:#?}` and compared.
//!
//! Descriptors are there to be read. The derive alone writes them, and is always of
//! the same version as this crate: a version that differs in its last number may add
//! a field, which a literal or a pattern without `..` of one's own would miss.

mod association;
mod backend;
mod column;
mod constraint;
mod exclusion;
pub(crate) mod fits;
mod sequence;
mod sql_type;
mod storage;
mod table;

pub use association::{Action, AssociationDef, AssociationKind, Deferrable, JoinTable, ScopeValue};
pub use backend::Backend;
pub use column::{ColumnDef, DefaultValue, Identity, Timestamp};
pub use constraint::{CheckDef, IndexDef, IndexMethod, IndexPart, IndexTerm, UniqueDef};
pub use exclusion::{ExclusionDef, ExclusionElement, ExclusionOperator};
pub use sequence::{SequenceDef, SequenceOptions};
pub use sql_type::{EnumDef, RangeKind, SqlType};
pub use storage::{PartitionDef, PartitionMethod, StorageDef};
pub use table::{ScopeDef, TableDef, TableKind, TableName};
