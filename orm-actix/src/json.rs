//! JSON bodies, whose faults are answered as all others are.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::{FromRequest, HttpRequest, HttpResponse, Responder, web};
use orm_http::{body_refused, is_json, read_json, write_json};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Failure, Result};

/// A body of JSON, of a request or of an answer.
///
/// | status | when |
/// |---|---|
/// | 400 | it is not JSON, or was not received whole |
/// | 413 | it is larger than the [`PayloadConfig`](web::PayloadConfig) of the app says, 256 KB |
/// | 415 | its type is neither `application/json` nor `application/..+json` |
/// | 422 | a field is missing, unknown (where the struct denies those) or of another type: named by its path, without its value |
///
/// ```
/// use actix_web::http::StatusCode;
/// use actix_web::{App, web};
/// use orm_actix::{Json, Result};
///
/// #[derive(serde::Deserialize)]
/// #[serde(deny_unknown_fields)]
/// struct NewTicket {
///     title: String,
/// }
///
/// async fn create(Json(new): Json<NewTicket>) -> Result<(Json<usize>, StatusCode)> {
///     Ok((Json(new.title.len()), StatusCode::CREATED))
/// }
///
/// let app = App::new()
///     .app_data(web::PayloadConfig::new(2 * 1024 * 1024))
///     .route("/", web::post().to(create));
/// # let _ = app;
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Json<T> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind = request.headers().get(CONTENT_TYPE);
        let fits = is_json(kind.map(HeaderValue::as_bytes));
        let body = web::Bytes::from_request(request, payload);
        Box::pin(async move {
            fits?;
            let refused = |error: actix_web::Error| {
                body_refused(error.as_response_error().status_code().as_u16())
            };
            Ok(Json(read_json(&body.await.map_err(refused)?)?))
        })
    }
}

impl<T: Serialize> Responder for Json<T> {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        match write_json(&self.0) {
            Ok(body) => HttpResponse::Ok()
                .insert_header((CONTENT_TYPE, "application/json"))
                .body(body),
            Err(failure) => HttpResponse::from_error(Failure::from(failure)),
        }
    }
}
