//! Columns and their types.

use crate::ddl::blueprint::{Column, Name, Type};
use crate::schema::{ColumnDef, DefaultValue, RangeKind, SqlType};

pub(super) fn of(def: &'static ColumnDef) -> Column {
    Column {
        name: def.name.into(),
        kind: kind(&def.sql_type),
        nullable: def.nullable,
        identity: def.identity,
        default: def.default.as_ref().map(default),
        generated: def.generated.map(Into::into),
        comment: def.comment.map(Into::into),
    }
}

fn default(value: &DefaultValue) -> String {
    match value {
        DefaultValue::Value(make) => make().to_literal(),
        DefaultValue::Now => "now()".into(),
        DefaultValue::Sql(expression) => (*expression).into(),
    }
}

fn kind(sql_type: &SqlType) -> Type {
    match sql_type {
        SqlType::Named(name) => Type::Other((*name).into()),
        SqlType::Enum(def) => Type::Enum { name: Name::new(def.schema, def.name), array: false },
        SqlType::Array(element) => array_of(kind(element)),
        built_in => Type::BuiltIn(spelled(built_in)),
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

/// The type as the server's `format_type` spells it, so that what is written
/// and what the catalog says can be compared as texts.
fn spelled(sql_type: &SqlType) -> String {
    match *sql_type {
        SqlType::Numeric(Some((precision, scale))) => format!("numeric({precision},{scale})"),
        SqlType::Varchar(Some(length)) => format!("character varying({length})"),
        SqlType::Char(length) => format!("character({length})"),
        SqlType::Range(kind) => range(kind).into(),
        _ => plain(sql_type).into(),
    }
}

fn plain(sql_type: &SqlType) -> &'static str {
    match sql_type {
        SqlType::Bool => "boolean",
        SqlType::Int2 => "smallint",
        SqlType::Int4 => "integer",
        SqlType::Int8 => "bigint",
        SqlType::Float4 => "real",
        SqlType::Float8 => "double precision",
        SqlType::Numeric(_) => "numeric",
        SqlType::Varchar(_) => "character varying",
        SqlType::Bytea => "bytea",
        SqlType::Date => "date",
        SqlType::Time => "time without time zone",
        SqlType::Timestamp => "timestamp without time zone",
        SqlType::Timestamptz => "timestamp with time zone",
        SqlType::Interval => "interval",
        SqlType::Uuid => "uuid",
        SqlType::Json => "json",
        SqlType::Jsonb => "jsonb",
        SqlType::Inet => "inet",
        SqlType::Cidr => "cidr",
        // The others carry a length, a kind or a name and never come here.
        SqlType::Text
        | SqlType::Char(_)
        | SqlType::Range(_)
        | SqlType::Enum(_)
        | SqlType::Array(_)
        | SqlType::Named(_) => "text",
    }
}

fn range(kind: RangeKind) -> &'static str {
    match kind {
        RangeKind::Int4 => "int4range",
        RangeKind::Int8 => "int8range",
        RangeKind::Numeric => "numrange",
        RangeKind::Date => "daterange",
        RangeKind::Timestamp => "tsrange",
        RangeKind::Timestamptz => "tstzrange",
    }
}
