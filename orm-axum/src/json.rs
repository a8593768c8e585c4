//! JSON bodies, whose faults are answered as all others are.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use orm_http::{body_refused, is_json, read_json, write_json};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Failure, Result};

/// A body of JSON, of a request or of an answer.
///
/// | status | when |
/// |---|---|
/// | 400 | it is not JSON, or was not received whole |
/// | 413 | it is larger than the `DefaultBodyLimit` of the router, 2 MB |
/// | 415 | its type is neither `application/json` nor `application/..+json` |
/// | 422 | a field is missing, unknown (where the struct denies those) or of another type: named by its path, without its value |
///
/// ```
/// use axum::http::StatusCode;
/// use orm_axum::{Json, Result};
///
/// #[derive(serde::Deserialize)]
/// #[serde(deny_unknown_fields)]
/// struct NewTicket {
///     title: String,
/// }
///
/// async fn create(Json(new): Json<NewTicket>) -> Result<(StatusCode, Json<usize>)> {
///     Ok((StatusCode::CREATED, Json(new.title.len())))
/// }
/// # let _: axum::Router = axum::Router::new().route("/", axum::routing::post(create));
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        is_json(kind.map(HeaderValue::as_bytes))?;
        let body = Bytes::from_request(request, state).await;
        let body = body.map_err(|refused| body_refused(refused.status().as_u16()))?;
        Ok(Json(read_json(&body)?))
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match write_json(&self.0) {
            Ok(body) => {
                let mut response = Response::new(Body::from(body));
                let json = HeaderValue::from_static("application/json");
                response.headers_mut().insert(header::CONTENT_TYPE, json);
                response
            }
            Err(failure) => Failure::from(failure).into_response(),
        }
    }
}
