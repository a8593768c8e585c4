//! Writes of what a client has read: `ETag` and `If-Match`.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{
    ETAG, HeaderName, HeaderValue, IF_MATCH, InvalidHeaderValue, TryIntoHeaderPair,
};
use actix_web::{FromRequest, HttpRequest};
use orm::Error;

use crate::{Failure, Result};

/// The version that a client has read, of the header `If-Match`.
///
/// A model with `#[column(version)]` sends its version as an [`ETag`]; a write that brings
/// it along is done only if nobody else wrote meanwhile. A request without the header is
/// not held up, unless it is [`required`](Self::required).
///
/// ```
/// # use orm::prelude::*;
/// # #[derive(Model, Debug, Clone)]
/// # #[model(table = "tickets")]
/// # pub struct Ticket {
/// #     #[column(primary_key, auto_increment)]
/// #     pub id: i64,
/// #     pub title: String,
/// #     #[column(version)]
/// #     pub version: i32,
/// # }
/// use actix_web::{Responder, web};
/// use orm_actix::{ETag, IfMatch, Json, Path, Result};
///
/// async fn retitle(
///     Path(id): Path<i64>,
///     db: web::Data<Db>,
///     read: IfMatch,
///     Json(title): Json<String>,
/// ) -> Result<impl Responder> {
///     let ticket = Ticket::find(id).one(db.get_ref()).await?;
///     read.check(ticket.version)?;
///     let changed = ticket.update().set(Ticket::title, title).save(db.get_ref()).await;
///     let ticket = changed.map_err(|error| read.failure(error))?;
///     Ok(Json(ticket.title).customize().insert_header(ETag(ticket.version.into())))
/// }
/// ```
#[derive(Debug, Clone)]
pub struct IfMatch(orm_http::IfMatch);

impl IfMatch {
    /// Refuses a request that does not say what it has read.
    ///
    /// # Errors
    /// 428 without the header.
    pub fn required(self) -> Result<Self> {
        Ok(IfMatch(self.0.required()?))
    }

    /// Whether the row still has the version that the client has read.
    ///
    /// # Errors
    /// 412 if it has another.
    pub fn check(&self, version: impl Into<i64>) -> Result<()> {
        Ok(self.0.check(version)?)
    }

    /// The answer to an error of the write: 412 where somebody else was quicker and the
    /// client said what it had read, and otherwise what the error is always answered with.
    pub fn failure(&self, error: Error) -> Failure {
        self.0.failure(error).into()
    }
}

impl FromRequest for IfMatch {
    type Error = Failure;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let values = request.headers().get_all(IF_MATCH);
        let read = orm_http::IfMatch::read(values.map(HeaderValue::as_bytes));
        ready(read.map(IfMatch).map_err(Failure::from))
    }
}

/// The version of a row, as the header `ETag` of an answer.
///
/// ```
/// use actix_web::HttpResponse;
/// use orm_actix::ETag;
///
/// let response = HttpResponse::Ok().insert_header(ETag(3)).finish();
/// assert_eq!(response.headers().get("etag").unwrap(), "\"3\"");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ETag(pub i64);

impl TryIntoHeaderPair for ETag {
    type Error = InvalidHeaderValue;

    fn try_into_pair(self) -> Result<(HeaderName, HeaderValue), Self::Error> {
        Ok((ETAG, HeaderValue::try_from(orm_http::etag(self.0))?))
    }
}
