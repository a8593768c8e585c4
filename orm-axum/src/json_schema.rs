//! The body of every answer from 400, as a JSON Schema.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::Failure;

impl JsonSchema for Failure {
    fn schema_name() -> Cow<'static, str> {
        orm_http::Failure::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        orm_http::Failure::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        orm_http::Failure::json_schema(generator)
    }
}
