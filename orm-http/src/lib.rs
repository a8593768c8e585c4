//! What services on `orm` answer, whatever framework they are written with.
//!
//! Programs use an adapter of it: `orm-axum` for axum, `orm-actix` for actix-web. Both read
//! requests and write answers with what is here, so that a client sees no difference. Who
//! writes an adapter for another framework needs these:
//!
//! | an adapter | uses |
//! |---|---|
//! | answers errors | [`Failure`] and its [`answer`](Failure::answer); the table is at [`status_of`] |
//! | reads bodies | [`is_json`], [`read_json`], [`body_refused`]; [`given`] in a PATCH |
//! | writes bodies | [`write_json`] |
//! | lists rows by what a client asks | [`Listing`], [`List`] |
//! | reads `If-Match`, writes `ETag` | [`IfMatch`], [`etag`] |
//! | runs a request in a transaction | [`transaction`]: [`Begin`] for handlers, [`End`] behind them |
//!
//! ```
//! use orm_http::Failure;
//!
//! let answer = Failure::from(orm::Error::not_found("Ticket", 7)).answer();
//! assert_eq!(answer.status, 404);
//! assert_eq!(
//!     answer.body,
//!     br#"{"title":"Not Found","status":404,"detail":"there is no such thing"}"#
//! );
//! ```

mod answer;
mod failure;
mod if_match;
mod json;
#[cfg(feature = "schemars")]
mod json_schema;
mod listing;
#[cfg(feature = "utoipa")]
mod openapi;
mod reason;
mod status;
mod transaction;
#[cfg(feature = "garde")]
mod valid;

pub use self::answer::{Answer, PROBLEM_JSON};
pub use self::failure::{Cause, Failure, FieldError, Result};
pub use self::if_match::{IfMatch, etag};
pub use self::json::{body_refused, given, is_json, read_json, write_json};
pub use self::listing::{HasListing, List, Listing};
pub use self::status::status_of;
pub use self::transaction::{Begin, End, is_kept, transaction};
