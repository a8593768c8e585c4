//! Writes of what a client has read: `ETag` and `If-Match`.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponseParts, ResponseParts};
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
/// use axum::extract::State;
/// use orm_axum::{ETag, IfMatch, Json, Path, Result};
///
/// async fn retitle(
///     Path(id): Path<i64>,
///     State(db): State<Db>,
///     read: IfMatch,
///     Json(title): Json<String>,
/// ) -> Result<(ETag, Json<String>)> {
///     let ticket = Ticket::find(id).one(&db).await?;
///     read.check(ticket.version)?;
///     let changed = ticket.update().set(Ticket::title, title).save(&db).await;
///     let ticket = changed.map_err(|error| read.failure(error))?;
///     Ok((ETag(ticket.version.into()), Json(ticket.title)))
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

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let values = parts.headers.get_all(header::IF_MATCH);
        let values = values.iter().map(HeaderValue::as_bytes);
        Ok(IfMatch(orm_http::IfMatch::read(values)?))
    }
}

/// The version of a row, as the header `ETag` of an answer.
///
/// ```
/// use axum::response::IntoResponse;
/// use orm_axum::ETag;
///
/// let response = (ETag(3), "a ticket").into_response();
/// assert_eq!(response.headers()["etag"], "\"3\"");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ETag(pub i64);

impl IntoResponseParts for ETag {
    type Error = Failure;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts> {
        // A number in quotes is a header.
        if let Ok(tag) = HeaderValue::try_from(orm_http::etag(self.0)) {
            parts.headers_mut().insert(header::ETAG, tag);
        }
        Ok(parts)
    }
}
