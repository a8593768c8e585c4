//! Columns and their types.

use crate::ddl::blueprint::{Column, Name, Type};
use crate::ddl::literal;
use crate::schema::{ColumnDef, DefaultValue, SqlType};

pub(super) fn of(def: &'static ColumnDef) -> Column {
    Column {
        name: def.name.into(),
        kind: kind(&def.sql_type),
        nullable: def.nullable,
        identity: def.identity,
        default: def.default.as_ref().and_then(default),
        generated: def.generated.map(Into::into),
        comment: def.comment.map(Into::into),
    }
}

pub(in crate::ddl) fn default(value: &DefaultValue) -> Option<String> {
    match value {
        DefaultValue::Value(make) => literal::of(&make()),
        DefaultValue::Now => Some("now()".into()),
        DefaultValue::Sql(expression) => Some((*expression).into()),
    }
}

pub(super) fn kind(sql_type: &SqlType) -> Type {
    match sql_type {
        SqlType::Named(name) => Type::Other((*name).into()),
        SqlType::Enum(def) => Type::Enum {
            name: Name::new(def.schema, def.name),
            array: false,
        },
        SqlType::Array(element) => array_of(kind(element)),
        // Spelled as the server's `format_type` does, so that what is written
        // and what the catalog says can be compared as texts.
        built_in => {
            let mut name = String::new();
            built_in.write_to(&mut name);
            Type::BuiltIn(name)
        }
    }
}

/// PostgreSQL has one array type per element type, whatever the dimensions.
fn array_of(element: Type) -> Type {
    match element {
        Type::Enum { name, .. } => Type::Enum { name, array: true },
        Type::BuiltIn(name) if name.ends_with("[]") => Type::BuiltIn(name),
        Type::BuiltIn(name) => Type::BuiltIn(name + "[]"),
        Type::Other(name) => Type::Other(name + "[]"),
    }
}
