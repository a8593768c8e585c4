//! Parts of an address.

use axum::extract::{FromRequestParts, Path as Inner};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::{Failure, Result};

/// Parts of an address, `/tickets/{id}`. Where they cannot be what they should be there is
/// nothing at that address: 404, in the body of all others.
///
/// ```
/// use orm_axum::{Json, Path, Result};
///
/// async fn show(Path(id): Path<i64>) -> Result<Json<i64>> {
///     Ok(Json(id))
/// }
/// # let _: axum::Router = axum::Router::new().route("/{id}", axum::routing::get(show));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        match Inner::from_request_parts(parts, state).await {
            Ok(Inner(value)) => Ok(Path(value)),
            Err(refused) if refused.status().is_server_error() => {
                let what = "an address is read that its route does not have";
                Err(orm_http::Failure::unexpected(what).into())
            }
            Err(_) => Err(Failure::not_found()),
        }
    }
}
