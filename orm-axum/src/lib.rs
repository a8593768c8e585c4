//! `orm` in services on [axum].
//!
//! A [`Db`](orm::exec::Db) is a state like any other: `Router::with_state(db)` and
//! `State(db): State<Db>`, or a field of the program's own state with axum's `FromRef`.
//! This crate adds what every such service needs beside it.
//!
//! | you want to | use |
//! |---|---|
//! | answer errors, with one shape of body | [`Failure`], [`Result`]; the table is at [`status_of`] |
//! | read and write JSON, with faults in that shape | [`Json`] |
//! | judge bodies by rules of `garde`, with faults in that shape | the feature `garde`: `Valid` |
//! | tell null from what is missing, in a PATCH | [`given`] |
//! | read parts of an address | [`Path`] |
//! | list rows by what a client asks, and nothing else | [`Listing`], [`List`] |
//! | write what nobody else has written meanwhile | [`ETag`], [`IfMatch`] |
//! | run a request in a transaction | [`Transaction`], [`Begin`], [`TransactionLayer`] |
//! | describe all that in an OpenAPI document | the features `utoipa` and `schemars`: [`Failure`], [`List`] |
//!
//! What is answered is made by [`orm_http`], which other frameworks' adapters use too.
//! `examples/notes.rs` of this crate is a service of one file with all of them.
//!
//! ```
//! use axum::Router;
//! use axum::extract::State;
//! use axum::http::StatusCode;
//! use axum::routing::post;
//! use orm::prelude::*;
//! use orm_axum::{Json, Result};
//!
//! #[derive(Model, Debug, Clone)]
//! #[model(table = "accounts")]
//! pub struct Account {
//!     #[column(primary_key, auto_increment)]
//!     pub id: i64,
//!     #[column(unique)]
//!     #[validate(email)]
//!     pub email: String,
//! }
//!
//! #[derive(serde::Deserialize)]
//! struct SignUp {
//!     email: String,
//! }
//!
//! // 422 with `email` where it is none, 409 with `email` where it is taken.
//! async fn sign_up(State(db): State<Db>, Json(new): Json<SignUp>) -> Result<StatusCode> {
//!     Account::create().email(new.email).save(&db).await?;
//!     Ok(StatusCode::CREATED)
//! }
//!
//! fn router(db: Db) -> Router {
//!     Router::new().route("/accounts", post(sign_up)).with_state(db)
//! }
//! ```

mod failure;
mod if_match;
mod json;
#[cfg(feature = "schemars")]
mod json_schema;
mod listing;
#[cfg(feature = "utoipa")]
mod openapi;
mod path;
mod transaction;
#[cfg(feature = "garde")]
mod valid;

pub use orm_http::{Cause, FieldError, HasListing, Listing, given};

pub use self::failure::{Failure, Result, status_of};
pub use self::if_match::{ETag, IfMatch};
pub use self::json::Json;
pub use self::listing::List;
pub use self::path::Path;
pub use self::transaction::{Begin, Transaction, TransactionLayer, TransactionService};
#[cfg(feature = "garde")]
pub use self::valid::Valid;
