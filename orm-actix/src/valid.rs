//! Bodies with rules of their own, of the crate `garde`.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use garde::Validate;
use serde::de::DeserializeOwned;

use crate::{Failure, Json, Result};

/// A body of JSON that keeps the rules of its struct: [`Json`], and then
/// [`garde::Validate`].
///
/// What a body breaks is answered by 422 in the shape of all others, with the path of each
/// field. The rules of a model are judged where a row is written, whoever writes it; those
/// here are for what is no column: a repeated password, a list, what is only asked of clients.
///
/// ```
/// use garde::Validate;
/// use orm_actix::{Result, Valid};
///
/// #[derive(serde::Deserialize, Validate)]
/// struct SignUp {
///     #[garde(skip)] // The model's own rules judge it.
///     email: String,
///     #[garde(length(min = 12))]
///     password: String,
///     #[garde(matches(password))]
///     repeated: String,
/// }
///
/// async fn sign_up(Valid(new): Valid<SignUp>) -> Result<()> {
///     // ..
///     Ok(())
/// }
/// # let _ = actix_web::App::new().route("/", actix_web::web::post().to(sign_up));
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Valid<T>(pub T);

impl<T> FromRequest for Valid<T>
where
    T: DeserializeOwned + Validate<Context: Default> + 'static,
{
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = Json::<T>::from_request(request, payload);
        Box::pin(async move {
            let Json(body) = body.await?;
            body.validate()?;
            Ok(Valid(body))
        })
    }
}
