//! Names of the database as names of Rust, each by itself: for texts that show code and
//! are not compiled.

use orm_core::ddl::blueprint::{Blueprint, Name};

use super::word::{singular, upper_camel};
use super::{enums, ident};

/// What the model of a table is called.
pub(crate) fn model(table: &Name) -> String {
    let name = ident::snake(&table.name);
    name.map_or_else(|| "Table".into(), |it| upper_camel(&singular(&it)))
}

/// What the field of a column is called.
pub(crate) fn field(column: &str) -> String {
    let name = ident::snake(column).unwrap_or_else(|| "column".into());
    ident::ident(&name).to_string()
}

/// What the enum of a type is called.
pub(crate) fn enumeration(blueprint: &Blueprint, kind: &Name) -> String {
    enums::name(blueprint, kind)
}

/// What the variant of a label is called.
pub(crate) fn variant(label: &str) -> String {
    ident::snake(label).map_or_else(|| "Label".into(), |it| upper_camel(&it))
}
