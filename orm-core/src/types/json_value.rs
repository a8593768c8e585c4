//! What is inside of a document: the types that a field of one is compared as.

use std::collections::{BTreeMap, HashMap};

use super::{ColumnType, Document, Json};

/// A type that a field of a JSON document can have, where queries ask for the field.
///
/// Numbers, texts and truth values are compared as such, lists and structs as documents.
/// `#[derive(JsonFields)]` implements it for types of a program's own.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` is not known inside of a document",
    label = "the type of the field",
    note = "derive `JsonFields` for `{Self}`, or take the field as a document: `.at_document(..)`"
)]
pub trait JsonValue {
    /// What the field is compared as.
    type Column: ColumnType<Base = Self::Column>;
}

macro_rules! values {
    ($($rust:ty => $column:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl JsonValue for $rust {
            type Column = $column;
        }
    )*};
}

values! {
    bool => bool;
    i8 => i16;
    u8 => i16;
    i16 => i16;
    u16 => i32;
    i32 => i32;
    u32 => i64;
    i64 => i64;
    f32 => f32;
    f64 => f64;
    char => String;
    String => String;
    Box<str> => String;
    serde_json::Value => serde_json::Value;
}

// What serde writes of these is what both databases read.
#[cfg(feature = "chrono")]
values! {
    chrono::NaiveDate => chrono::NaiveDate;
    chrono::NaiveDateTime => chrono::NaiveDateTime;
    chrono::DateTime<chrono::Utc> => chrono::DateTime<chrono::Utc>;
}

// More than the biggest integer of a column.
#[cfg(feature = "decimal")]
values! {
    u64 => rust_decimal::Decimal;
    rust_decimal::Decimal => rust_decimal::Decimal;
}

#[cfg(feature = "uuid")]
values! {
    uuid::Uuid => uuid::Uuid;
}

#[diagnostic::do_not_recommend]
impl<V: JsonValue> JsonValue for Option<V> {
    type Column = V::Column;
}

#[diagnostic::do_not_recommend]
impl<V: JsonValue> JsonValue for Box<V> {
    type Column = V::Column;
}

#[diagnostic::do_not_recommend]
impl<V: Document> JsonValue for Vec<V> {
    type Column = Json<Vec<V>>;
}

#[diagnostic::do_not_recommend]
impl<V: Document> JsonValue for HashMap<String, V> {
    type Column = Json<Self>;
}

#[diagnostic::do_not_recommend]
impl<V: Document> JsonValue for BTreeMap<String, V> {
    type Column = Json<Self>;
}

/// A column of documents whose fields are known.
#[diagnostic::on_unimplemented(
    message = "this needs a document whose fields are known, a `Json<..>`, and this is `{Self}`",
    label = "the column's type is `{Self}`",
    note = "ask for a path of keys and positions: `.json_text([\"theme\"])`"
)]
pub trait JsonOf: ColumnType {
    /// What the documents are.
    type Document: Document;
}

#[diagnostic::do_not_recommend]
impl<T: Document> JsonOf for Json<T> {
    type Document = T;
}
