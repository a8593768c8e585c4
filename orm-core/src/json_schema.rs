//! What `serde` writes of rows with loaded associations, as JSON Schemas (`schemars`).
//!
//! A row describes itself as its derive says; here the associations that were loaded are
//! added to that, as `serialize` adds them to what is written.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

pub use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::annotated::Annotated;
use crate::joined::Joined;
use crate::model::NotLoaded;
use crate::query::{Connection, Page, PageCursor};
use crate::serialize::is_loaded;
use crate::types::{DbEnum, Json};

/// What stands in a slot and has a schema.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no JSON Schema",
    label = "no schema",
    note = "derive `schemars::JsonSchema` for the models and projections that are loaded"
)]
pub trait HasJsonSchema: JsonSchema + 'static {}

#[diagnostic::do_not_recommend]
impl<T: JsonSchema + 'static> HasJsonSchema for T {}

/// The slots of a companion, by their types: `(A, (B, ()))`.
pub trait JsonSlots {
    /// The schemas of what is loaded, by name; the names are those of all slots.
    fn collect(generator: &mut SchemaGenerator, names: &[&str], to: &mut Map<String, Value>);
}

impl JsonSlots for () {
    fn collect(_: &mut SchemaGenerator, _: &[&str], _: &mut Map<String, Value>) {}
}

impl<T: HasJsonSchema, R: JsonSlots> JsonSlots for (T, R) {
    fn collect(generator: &mut SchemaGenerator, names: &[&str], to: &mut Map<String, Value>) {
        let Some((name, others)) = names.split_first() else {
            return;
        };
        if is_loaded::<T>() {
            let schema = generator.subschema_for::<T>();
            to.insert((*name).to_owned(), schema.into());
        }
        R::collect(generator, others, to);
    }
}

/// The schema of a row with loaded associations, whose keys are `names`.
pub fn loaded_json_schema<M: JsonSchema, S: JsonSlots>(
    generator: &mut SchemaGenerator,
    names: &[&str],
) -> Schema {
    let mut loaded = Map::new();
    S::collect(generator, names, &mut loaded);
    let mut schema = M::json_schema(generator);
    let row = schema.ensure_object();
    // Examples of the row alone are none of this.
    row.remove("examples");
    let keys = loaded.keys().cloned().map(Value::String).collect();
    match row.entry("required").or_insert_with(|| json!([])) {
        Value::Array(required) => required.extend::<Vec<Value>>(keys),
        other => *other = Value::Array(keys),
    }
    match row.entry("properties").or_insert_with(|| json!({})) {
        Value::Object(properties) => properties.extend(loaded),
        other => *other = Value::Object(loaded),
    }
    schema
}

/// The name of such a schema.
pub fn loaded_json_name<M: JsonSchema>() -> Cow<'static, str> {
    Cow::Owned(format!("{}Loaded", M::schema_name()))
}

/// What tells a type from all others.
pub fn json_schema_id<T>() -> Cow<'static, str> {
    Cow::Borrowed(std::any::type_name::<T>())
}

/// A row of one of several models: an object with the name of one.
pub fn one_of_json_schema<S: JsonSlots>(generator: &mut SchemaGenerator, names: &[&str]) -> Schema {
    let mut variants = Map::new();
    S::collect(generator, names, &mut variants);
    let variants = variants.into_iter().map(|(name, row)| {
        json!({
            "type": "object",
            "properties": { &name: row },
            "required": [&name],
            "additionalProperties": false,
        })
    });
    schemars::json_schema!({ "oneOf": variants.collect::<Vec<Value>>() })
}

/// The labels of an enum.
pub fn labels_json_schema<E: DbEnum>() -> Schema {
    schemars::json_schema!({ "type": "string", "enum": E::DEF.labels })
}

/// An association that was not loaded is not written.
impl JsonSchema for NotLoaded {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("NotLoaded")
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({ "type": "null" })
    }
}

/// A document as its type says.
impl<T: JsonSchema> JsonSchema for Json<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// A text that leads to a page.
impl JsonSchema for PageCursor {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("PageCursor")
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let description = "Leads to a page of the list";
        schemars::json_schema!({ "type": "string", "description": description })
    }
}

/// The schemas of rows in a page, which goes by the name of these.
macro_rules! pages {
    ($($(#[$doc:meta])* $type:ident $name:literal = |$rows:ident| $schema:expr;)*) => {$(
        $(#[$doc])*
        impl<L: JsonSchema> JsonSchema for $type<L> {
            fn schema_name() -> Cow<'static, str> {
                Cow::Owned(format!($name, L::schema_name()))
            }

            fn schema_id() -> Cow<'static, str> {
                Cow::Owned(format!($name, L::schema_id()))
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                let $rows: Value = generator.subschema_for::<L>().into();
                $schema
            }
        }
    )*};
}

pages! {
    /// The rows, and where the pages beside them are.
    Page "Page_of_{}" = |row| schemars::json_schema!({
        "type": "object",
        "properties": {
            "rows": { "type": "array", "items": row, "description": "The rows" },
            "next": may_be_missing("Where the next page begins"),
            "previous": may_be_missing("Where the previous page is"),
            "total": { "type": "integer", "description": "How many rows all pages have" },
        },
        "required": ["rows", "next", "previous"],
    });
    /// A page in the shape of Relay's connections.
    Connection "Connection_of_{}" = |node| schemars::json_schema!({
        "type": "object",
        "properties": {
            "edges": { "type": "array", "items": {
                "type": "object",
                "properties": {
                    "node": node,
                    "cursor": { "type": "string", "description": "The place of the row" },
                },
                "required": ["node", "cursor"],
            } },
            "pageInfo": {
                "type": "object",
                "properties": {
                    "hasNextPage": { "type": "boolean", "description": "Whether there are rows behind these" },
                    "hasPreviousPage": { "type": "boolean", "description": "Whether there are rows in front of these" },
                    "startCursor": may_be_missing("The place of the first row"),
                    "endCursor": may_be_missing("The place of the last row"),
                },
                "required": ["hasNextPage", "hasPreviousPage", "startCursor", "endCursor"],
            },
            "totalCount": { "type": "integer", "description": "How many rows all pages have" },
        },
        "required": ["edges", "pageInfo"],
    });
}

/// A cursor, or null.
fn may_be_missing(about: &str) -> Value {
    json!({ "type": ["string", "null"], "description": about })
}

/// The schemas of a row with one more value beside it.
macro_rules! beside {
    ($($(#[$doc:meta])* $type:ident $name:literal;)*) => {$(
        $(#[$doc])*
        impl<R: HasJsonSchema, V: HasJsonSchema> JsonSchema for $type<R, V> {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                loaded_json_name::<R>()
            }

            fn schema_id() -> Cow<'static, str> {
                json_schema_id::<Self>()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                loaded_json_schema::<R, (V, ())>(generator, &[$name])
            }
        }
    )*};
}

beside! {
    /// The row's fields, and `join`.
    Joined "join";
    /// The row's fields, and `values`.
    Annotated "values";
}

/// What the derives write of a type: the runtime knows whether it is asked for.
#[doc(hidden)]
#[macro_export]
macro_rules! __json_schema {
    (companion $owner:ident, $loaded:ident [$($slot:ident)*] $slots:ty, [$($key:literal),*]) => {
        impl<$($slot: $crate::__::HasJsonSchema),*> $crate::__::JsonSchema for $loaded<$($slot),*>
        where
            for<'__> $owner: $crate::__::JsonSchema,
        {
            fn inline_schema() -> $crate::__::Bool {
                true
            }
            fn schema_name() -> $crate::__::Cow<'static, $crate::__::Str> {
                $crate::__::loaded_json_name::<$owner>()
            }
            fn schema_id() -> $crate::__::Cow<'static, $crate::__::Str> {
                $crate::__::json_schema_id::<Self>()
            }
            fn json_schema(generator: &mut $crate::__::SchemaGenerator) -> $crate::__::Schema {
                $crate::__::loaded_json_schema::<$owner, $slots>(generator, &[$($key),*])
            }
        }
    };
    (one_of $with:ident [$($slot:ident)*] $slots:ty, [$($name:literal),*]) => {
        impl<$($slot: $crate::__::HasJsonSchema),*> $crate::__::JsonSchema for $with<$($slot),*> {
            fn inline_schema() -> $crate::__::Bool {
                true
            }
            fn schema_name() -> $crate::__::Cow<'static, $crate::__::Str> {
                $crate::__::Cow::Borrowed($crate::__::stringify!($with))
            }
            fn schema_id() -> $crate::__::Cow<'static, $crate::__::Str> {
                $crate::__::json_schema_id::<Self>()
            }
            fn json_schema(generator: &mut $crate::__::SchemaGenerator) -> $crate::__::Schema {
                $crate::__::one_of_json_schema::<$slots>(generator, &[$($name),*])
            }
        }
    };
    (labels $types:ident) => {
        impl $crate::__::JsonSchema for $types {
            fn schema_name() -> $crate::__::Cow<'static, $crate::__::Str> {
                $crate::__::Cow::Borrowed($crate::__::stringify!($types))
            }
            fn schema_id() -> $crate::__::Cow<'static, $crate::__::Str> {
                $crate::__::json_schema_id::<Self>()
            }
            fn json_schema(_: &mut $crate::__::SchemaGenerator) -> $crate::__::Schema {
                $crate::__::labels_json_schema::<Self>()
            }
        }
    };
}
