//! The body of every answer from 400, as a JSON Schema.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::{Failure, FieldError};

impl JsonSchema for Failure {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("Failure")
    }

    fn schema_id() -> Cow<'static, str> {
        Cow::Borrowed("orm_http::Failure")
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let errors = generator.subschema_for::<Vec<FieldError>>();
        json_schema!({
            "description": "Why a request was not carried out (RFC 9457)",
            "type": "object",
            "properties": {
                "title": { "type": "string", "description": "The status in words" },
                "status": { "type": "integer", "description": "The status of the answer" },
                "detail": { "type": "string", "description": "What people are told" },
                "errors": errors,
            },
            "required": ["title", "status", "detail"],
        })
    }
}
