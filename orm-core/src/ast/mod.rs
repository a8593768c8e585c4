//! Statements as plain data: no model type, no SQL text, no connection.
//!
//! The typed layer builds these values, the SQL writer prints them. All of
//! them can be cloned and printed with `{:?}`; values print as their type only.

mod association;
mod constant;
mod expr;
mod fingerprint;
mod follow;
mod function;
mod named;
mod nested;
mod select;
mod sets;
mod shaped;
mod subquery;
mod text_search;
mod visible;
mod write;

pub use association::{AssociationAsk, AssociationTest, First, Folded, Step};
pub use expr::{
    Aggregate, BinaryOp, Case, Expr, JoinedTo, RawPart, There, ThereAsk, UnaryOp, Window,
};
pub(crate) use fingerprint::{Bound, Fingerprint, Shaped};
pub use follow::Follow;
pub use function::{Function, TimeUnit};
pub use named::Named;
pub use nested::{DEEPEST, DEEPEST_QUERIES, Nested};
pub use select::{
    Include, Item, Limit, Lock, LockStrength, LockWait, Nulls, OfJoinRow, OrderBy, Output, Select,
    Strategy,
};
pub use sets::{Operand, SetOp};
pub use subquery::{Subquery, SubqueryAsk};
pub use text_search::{TextConfig, Weight};
pub use visible::{Marked, Visible};
pub(crate) use write::RowValues;
pub use write::{
    Among, Assignment, Conflict, ConflictTarget, Delete, Insert, InsertRows, KnownPair, Link,
    LinkColumn, LinkValue, NumberedRows, OfEachRow, RemoveRows, Returning, Revived, Unlink,
    UnlinkScope, Update, UpdateRows, Value,
};
