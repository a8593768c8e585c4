//! Pictures of a schema.
//!
//! ```text
//! Blueprint -> Diagram (boxes, lines) ─┬─ mermaid
//!                                      ├─ dot
//!                                      └─ layout (places) -> svg
//! ```
//!
//! The same schema always gives the same picture, byte by byte, so that it can
//! be kept under version control. Names come from whoever made the tables: in
//! each format they are text and nothing else.

mod diagram;
mod dot;
mod layout;
mod mermaid;
mod route;
mod svg;

pub use diagram::{Diagram, Entity, Line, Row};
