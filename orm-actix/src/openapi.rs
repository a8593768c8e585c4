//! What the answers and lists of a service are, in its OpenAPI document.

use std::borrow::Cow;
use std::collections::BTreeMap;

use orm_http::HasListing;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::{RefOr, Response, Schema};
use utoipa::{IntoParams, IntoResponses, PartialSchema, ToSchema};

use crate::{Failure, List};

impl PartialSchema for Failure {
    fn schema() -> RefOr<Schema> {
        orm_http::Failure::schema()
    }
}

impl ToSchema for Failure {
    fn name() -> Cow<'static, str> {
        orm_http::Failure::name()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        orm_http::Failure::schemas(schemas);
    }
}

impl IntoResponses for Failure {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        orm_http::Failure::responses()
    }
}

impl<M: HasListing> IntoParams for List<M> {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        orm_http::List::<M>::into_params(place)
    }
}
