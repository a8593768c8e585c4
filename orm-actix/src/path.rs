//! Parts of an address.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use serde::de::DeserializeOwned;

use crate::{Failure, Result};

/// Parts of an address, `/tickets/{id}`. Where they cannot be what they should be there is
/// nothing at that address: 404, in the body of all others.
///
/// ```
/// use orm_actix::{Json, Path, Result};
///
/// async fn show(Path(id): Path<i64>) -> Result<Json<i64>> {
///     Ok(Json(id))
/// }
/// # let _ = actix_web::App::new().route("/{id}", actix_web::web::get().to(show));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Path<T> {
    type Error = Failure;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(
            match web::Path::<T>::from_request(request, payload).into_inner() {
                Ok(value) => Ok(Path(value.into_inner())),
                Err(_) if request.match_info().is_empty() => {
                    let what = "an address is read that its route does not have";
                    Err(orm_http::Failure::unexpected(what).into())
                }
                Err(_) => Err(Failure::not_found()),
            },
        )
    }
}
