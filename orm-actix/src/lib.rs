//! `orm` in services on [actix-web](actix_web).
//!
//! A [`Db`](orm::exec::Db) is a state like any other: `App::app_data(web::Data::new(db))`, and
//! `db: web::Data<Db>` in a handler, which gives `db.get_ref()` to what reads and writes. All
//! workers share one pool. This crate adds what every such service needs beside it.
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
//! | run a request in a transaction | [`Transaction`], [`Begin`], [`Transactions`] |
//! | describe all that in an OpenAPI document | the features `utoipa` and `schemars`: [`Failure`], [`List`] |
//!
//! What is answered is made by [`orm_http`], which other frameworks' adapters use too.
//! `examples/notes.rs` of this crate is a service of one file with all of them.
//!
//! A handler runs on the thread of its worker and need not be `Send`; what `orm` gives it is.
//! A handler that blocks its worker holds up the connections that were opened there, and with
//! them whoever uses those on another: give such work to [`web::block`](actix_web::web::block).
//!
//! ```
//! use actix_web::http::StatusCode;
//! use actix_web::{App, HttpServer, web};
//! use orm::prelude::*;
//! use orm_actix::{Json, Result};
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
//! async fn sign_up(
//!     db: web::Data<Db>,
//!     Json(new): Json<SignUp>,
//! ) -> Result<(Json<i64>, StatusCode)> {
//!     let account = Account::create().email(new.email).save(db.get_ref()).await?;
//!     Ok((Json(account.id), StatusCode::CREATED))
//! }
//!
//! async fn serve(db: Db) -> std::io::Result<()> {
//!     let db = web::Data::new(db);
//!     let app = move || App::new().app_data(db.clone()).route("/", web::post().to(sign_up));
//!     HttpServer::new(app).bind("127.0.0.1:3000")?.run().await
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
pub use self::transaction::{Begin, Transaction, TransactionService, Transactions};
#[cfg(feature = "garde")]
pub use self::valid::Valid;
