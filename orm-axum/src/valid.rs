//! Bodies with rules of their own, of the crate `garde`.

use axum::extract::{FromRequest, Request};
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
/// use orm_axum::{Result, Valid};
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
/// # let _: axum::Router = axum::Router::new().route("/", axum::routing::post(sign_up));
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Valid<T>(pub T);

impl<T, S> FromRequest<S> for Valid<T>
where
    T: DeserializeOwned + Validate<Context: Default>,
    S: Send + Sync,
{
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let Json(body) = Json::<T>::from_request(request, state).await?;
        body.validate()?;
        Ok(Valid(body))
    }
}
