//! What the answers and lists of a service are, in its OpenAPI document.

use std::collections::BTreeMap;

use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, RefBuilder, Type};
use utoipa::openapi::{RefOr, Required, Response, ResponseBuilder, Schema};
use utoipa::{IntoParams, IntoResponses, PartialSchema, ToSchema};

use crate::{Failure, FieldError, HasListing, List};

/// The body of every answer from 400.
impl PartialSchema for Failure {
    fn schema() -> RefOr<Schema> {
        let text = |about: &str| {
            let text = ObjectBuilder::new().schema_type(Type::String);
            text.description(Some(about))
        };
        let status = ObjectBuilder::new().schema_type(Type::Integer);
        let errors = RefBuilder::new().ref_location_from_schema_name(FieldError::name());
        ObjectBuilder::new()
            .description(Some("Why a request was not carried out (RFC 9457)"))
            .property("title", text("The status in words"))
            .required("title")
            .property(
                "status",
                status.description(Some("The status of the answer")),
            )
            .required("status")
            .property("detail", text("What people are told"))
            .required("detail")
            .property("errors", ArrayBuilder::new().items(errors))
            .into()
    }
}

impl ToSchema for Failure {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((FieldError::name().into(), FieldError::schema()));
        FieldError::schemas(schemas);
    }
}

/// Every answer from 400: `responses((status = 200, body = Note), Failure)`.
impl IntoResponses for Failure {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let of = |range: &str, about: &str| {
            let body = RefBuilder::new().ref_location_from_schema_name(Self::name());
            let content = ContentBuilder::new().schema(Some(body)).build();
            let answer = ResponseBuilder::new().description(about);
            let answer = answer.content("application/problem+json", content).build();
            (range.to_owned(), RefOr::T(answer))
        };
        BTreeMap::from([
            of("4XX", "The request cannot be carried out as it is"),
            of("5XX", "The request could not be carried out"),
        ])
    }
}

/// The parameters of the model's listing: `params(List<Note>)`.
impl<M: HasListing> IntoParams for List<M> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let listing = M::listing();
        let text = || ObjectBuilder::new().schema_type(Type::String);
        let mut all: Vec<Parameter> = Vec::new();
        for name in listing.filter_names() {
            let values = ArrayBuilder::new()
                .items(text())
                .max_items(Some(crate::listing::MOST_VALUES));
            let about = "Rows that pass; given more than once, rows that pass any";
            all.push(parameter(name, about, values));
        }
        let orders = listing.order_names();
        if !orders.is_empty() {
            let about = format!(
                "Sorted by, separated by commas, each once, `-` in front sorts downwards: {}",
                orders.join(", ")
            );
            all.push(parameter("order", &about, text()));
        }
        let (usual, largest) = listing.page_sizes();
        let size = ObjectBuilder::new().schema_type(Type::Integer);
        let size = size.minimum(Some(1)).maximum(Some(largest));
        let size = size.default(Some(usual.into()));
        all.push(parameter("size", "How many rows a page has", size));
        let about = "The page, from `next` or `previous` of another";
        all.push(parameter("cursor", about, text()));
        all
    }
}

fn parameter(name: &str, about: &str, schema: impl Into<RefOr<Schema>>) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(about))
        .schema(Some(schema))
        .build()
}
