//! The column types, as data.

use std::borrow::Cow;

use crate::sql::identifier;
use crate::validate::ValueKind;

/// The type of a column in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SqlType {
    /// `boolean`
    Bool,
    /// `smallint`, 16 bits
    Int2,
    /// `integer`, 32 bits
    Int4,
    /// `bigint`, 64 bits
    Int8,
    /// `real`, 32 bits
    Float4,
    /// `double precision`, 64 bits
    Float8,
    /// `numeric`, or `numeric(precision, scale)` in decimal digits
    Numeric(Option<(u16, u16)>),
    /// `text`
    Text,
    /// `varchar`, or `varchar(n)` with `n` in characters
    Varchar(Option<u32>),
    /// `char(n)`, blank padded, with `n` in characters
    Char(u32),
    /// `bytea`
    Bytea,
    /// `date`
    Date,
    /// `time without time zone`, microseconds
    Time,
    /// `timestamp without time zone`, microseconds
    Timestamp,
    /// `timestamp with time zone`, microseconds, stored in UTC
    Timestamptz,
    /// `interval`: months, days and microseconds
    Interval,
    /// `uuid`
    Uuid,
    /// `json`, kept as written
    Json,
    /// `jsonb`, parsed and indexable
    Jsonb,
    /// `inet`, a host address with an optional network length
    Inet,
    /// `cidr`, a network
    Cidr,
    /// `tsvector`, the words of a text
    TsVector,
    /// `vector(n)` of the extension `pgvector`, with `n` numbers
    Vector(u16),
    /// One of the built-in range types
    Range(RangeKind),
    /// A native enum type
    Enum(&'static EnumDef),
    /// An array of the element type
    Array(&'static SqlType),
    /// Any other type, by the name the server knows it by, written as given
    Named(&'static str),
}

impl SqlType {
    /// Appends the type's name as PostgreSQL spells it: `character varying(150)`.
    pub(crate) fn write_to(&self, out: &mut String) {
        match self {
            SqlType::Numeric(Some((precision, scale))) => {
                out.push_str(&format!("numeric({precision},{scale})"));
            }
            SqlType::Varchar(Some(length)) => {
                out.push_str(&format!("character varying({length})"));
            }
            SqlType::Char(length) => out.push_str(&format!("character({length})")),
            SqlType::Enum(def) => def.write_to(out),
            SqlType::Array(element) => {
                element.write_to(out);
                out.push_str("[]");
            }
            SqlType::Vector(size) => out.push_str(&format!("vector({size})")),
            SqlType::Named(name) => out.push_str(name),
            plain => out.push_str(plain.plain_name()),
        }
    }

    /// The name of a type without arguments; empty for the others.
    const fn plain_name(&self) -> &'static str {
        match self {
            SqlType::Bool => "boolean",
            SqlType::Int2 => "smallint",
            SqlType::Int4 => "integer",
            SqlType::Int8 => "bigint",
            SqlType::Float4 => "real",
            SqlType::Float8 => "double precision",
            SqlType::Numeric(_) => "numeric",
            SqlType::Text => "text",
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
            SqlType::TsVector => "tsvector",
            SqlType::Range(kind) => kind.wire_name(),
            SqlType::Char(_)
            | SqlType::Vector(_)
            | SqlType::Enum(_)
            | SqlType::Array(_)
            | SqlType::Named(_) => "",
        }
    }

    /// The short name the server uses in messages: `int8`, `varchar`, `int4[]`.
    pub(crate) fn wire_name(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            SqlType::Bool => "bool",
            SqlType::Int2 => "int2",
            SqlType::Int4 => "int4",
            SqlType::Int8 => "int8",
            SqlType::Float4 => "float4",
            SqlType::Float8 => "float8",
            SqlType::Varchar(_) => "varchar",
            SqlType::Char(_) => "bpchar",
            SqlType::Time => "time",
            SqlType::Timestamp => "timestamp",
            SqlType::Timestamptz => "timestamptz",
            SqlType::Enum(def) => def.name,
            SqlType::Named(name) => name,
            SqlType::Array(element) => return Cow::Owned(format!("{}[]", element.wire_name())),
            SqlType::Vector(size) => return Cow::Owned(format!("vector({size})")),
            plain => plain.plain_name(),
        })
    }

    /// Whether a column declared with this type can hold a Rust type whose own
    /// column type is `rust`: a `String` also fits `varchar(n)`, `char(n)` and
    /// types only the server knows.
    ///
    /// ```
    /// use orm_core::schema::SqlType;
    ///
    /// const _: () = assert!(SqlType::Varchar(Some(150)).can_hold(&SqlType::Text));
    /// const _: () = assert!(!SqlType::Varchar(Some(150)).can_hold(&SqlType::Int4));
    /// ```
    pub const fn can_hold(&self, rust: &SqlType) -> bool {
        match (self, rust) {
            (SqlType::Named(_), _) => true,
            (SqlType::Array(declared), SqlType::Array(rust)) => declared.can_hold(rust),
            (SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_), rust) => {
                matches!(
                    rust,
                    SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_) | SqlType::Enum(_)
                )
            }
            (SqlType::Json | SqlType::Jsonb, rust) => {
                matches!(rust, SqlType::Json | SqlType::Jsonb)
            }
            (SqlType::Cidr, rust) => matches!(rust, SqlType::Cidr | SqlType::Inet),
            (SqlType::Numeric(_), rust) => matches!(rust, SqlType::Numeric(_)),
            (SqlType::Enum(declared), SqlType::Enum(rust)) => same_text(declared.name, rust.name),
            (SqlType::Enum(_), rust) => matches!(rust, SqlType::Text),
            (SqlType::Vector(declared), SqlType::Vector(rust)) => *declared == *rust,
            (SqlType::Range(declared), SqlType::Range(rust)) => *declared as u8 == *rust as u8,
            (declared, rust) => {
                !declared.plain_name().is_empty()
                    && same_text(declared.plain_name(), rust.plain_name())
            }
        }
    }

    /// The type without its length or precision, for casts: an explicit cast to
    /// `varchar(n)` cuts values off without a word, where assigning them fails.
    pub const fn without_length(&self) -> SqlType {
        match self {
            SqlType::Varchar(_) => SqlType::Text,
            // As a text it would not be equal to itself: blanks at its end count there.
            SqlType::Char(_) => BPCHAR,
            SqlType::Numeric(_) => SqlType::Numeric(None),
            SqlType::Array(SqlType::Varchar(_)) => SqlType::Array(&SqlType::Text),
            SqlType::Array(SqlType::Char(_)) => SqlType::Array(&BPCHAR),
            SqlType::Array(SqlType::Numeric(_)) => SqlType::Array(&SqlType::Numeric(None)),
            other => *other,
        }
    }

    /// The element type of the array that carries many values of this column
    /// as one bound parameter; it has no length.
    ///
    /// Arrays cannot be nested, so the values of an array column travel as
    /// texts that the statement casts to [`without_length`](Self::without_length).
    pub const fn element_of_bound_array(&self) -> SqlType {
        match self {
            SqlType::Array(_) => SqlType::Text,
            other => other.without_length(),
        }
    }

    /// The kind of value that validators see in such a column.
    pub const fn value_kind(&self) -> ValueKind {
        match self {
            SqlType::Bool => ValueKind::Bool,
            SqlType::Int2 | SqlType::Int4 | SqlType::Int8 => ValueKind::Int,
            SqlType::Float4 | SqlType::Float8 => ValueKind::Float,
            SqlType::Numeric(_) => ValueKind::Decimal,
            SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_) | SqlType::Enum(_) => {
                ValueKind::Text
            }
            SqlType::Bytea => ValueKind::Bytes,
            SqlType::Date => ValueKind::Date,
            SqlType::Time => ValueKind::Time,
            SqlType::Timestamp => ValueKind::Timestamp,
            SqlType::Timestamptz => ValueKind::DateTime,
            SqlType::Uuid => ValueKind::Uuid,
            SqlType::Array(_) => ValueKind::Array,
            SqlType::Interval
            | SqlType::Json
            | SqlType::Jsonb
            | SqlType::Inet
            | SqlType::Cidr
            | SqlType::TsVector
            | SqlType::Vector(_)
            | SqlType::Range(_)
            | SqlType::Named(_) => ValueKind::Other,
        }
    }
}

/// `char(n)` without its length; `character` alone is `character(1)`.
const BPCHAR: SqlType = SqlType::Named("bpchar");

/// `==` on texts, in a constant.
const fn same_text(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let mut at = 0;
    while at < left.len() && at < right.len() && left[at] == right[at] {
        at += 1;
    }
    at == left.len() && at == right.len()
}

/// The built-in range types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RangeKind {
    /// `int4range`
    Int4,
    /// `int8range`
    Int8,
    /// `numrange`
    Numeric,
    /// `daterange`
    Date,
    /// `tsrange`
    Timestamp,
    /// `tstzrange`
    Timestamptz,
}

impl RangeKind {
    /// The name of the type.
    pub(crate) const fn wire_name(self) -> &'static str {
        match self {
            RangeKind::Int4 => "int4range",
            RangeKind::Int8 => "int8range",
            RangeKind::Numeric => "numrange",
            RangeKind::Date => "daterange",
            RangeKind::Timestamp => "tsrange",
            RangeKind::Timestamptz => "tstzrange",
        }
    }
}

/// A native enum type: its name and its labels, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EnumDef {
    /// The schema it lives in; `None` is the first of the search path.
    pub schema: Option<&'static str>,
    /// The name of the type.
    pub name: &'static str,
    /// The labels, in the order the server sorts them by.
    pub labels: &'static [&'static str],
}

impl EnumDef {
    /// Appends the type's quoted name, with its schema if it has one.
    pub(crate) fn write_to(&self, out: &mut String) {
        if let Some(schema) = self.schema {
            identifier::quote(out, schema);
            out.push('.');
        }
        identifier::quote(out, self.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOOD: EnumDef = EnumDef {
        schema: Some("a\"b"),
        name: "Mood",
        labels: &["ok"],
    };
    const OTHER: EnumDef = EnumDef {
        schema: None,
        name: "other",
        labels: &["ok"],
    };

    fn written(sql_type: SqlType) -> String {
        let mut out = String::new();
        sql_type.write_to(&mut out);
        out
    }

    #[test]
    fn types_are_written_as_postgresql_spells_them() {
        let expected = [
            (SqlType::Int4, "integer"),
            (SqlType::Numeric(None), "numeric"),
            (SqlType::Numeric(Some((10, 2))), "numeric(10,2)"),
            (SqlType::Varchar(None), "character varying"),
            (SqlType::Varchar(Some(150)), "character varying(150)"),
            (SqlType::Char(2), "character(2)"),
            (SqlType::Timestamptz, "timestamp with time zone"),
            (SqlType::Range(RangeKind::Timestamptz), "tstzrange"),
            (SqlType::Enum(&MOOD), r#""a""b"."Mood""#),
            (
                SqlType::Array(&SqlType::Varchar(Some(3))),
                "character varying(3)[]",
            ),
            (SqlType::Array(&SqlType::Enum(&OTHER)), r#""other"[]"#),
            (SqlType::Named("citext"), "citext"),
        ];
        for (sql_type, name) in expected {
            assert_eq!(written(sql_type), name);
        }
    }

    #[test]
    fn a_declared_type_holds_what_travels_like_it() {
        let holds = [
            (SqlType::Varchar(Some(3)), SqlType::Text),
            (SqlType::Char(3), SqlType::Text),
            (SqlType::Json, SqlType::Jsonb),
            (SqlType::Numeric(Some((10, 2))), SqlType::Numeric(None)),
            (SqlType::Cidr, SqlType::Inet),
            (SqlType::Enum(&OTHER), SqlType::Text),
            (SqlType::Enum(&OTHER), SqlType::Enum(&OTHER)),
            (SqlType::Text, SqlType::Enum(&OTHER)),
            (SqlType::Varchar(Some(20)), SqlType::Enum(&OTHER)),
            (
                SqlType::Array(&SqlType::Varchar(Some(3))),
                SqlType::Array(&SqlType::Text),
            ),
            (SqlType::Named("citext"), SqlType::Text),
            (SqlType::Int8, SqlType::Int8),
        ];
        for (declared, rust) in holds {
            assert!(declared.can_hold(&rust), "{declared:?} {rust:?}");
        }
        let refuses = [
            (SqlType::Int8, SqlType::Int4),
            (SqlType::Int4, SqlType::Int8),
            (SqlType::Varchar(None), SqlType::Int4),
            (SqlType::Timestamp, SqlType::Timestamptz),
            (SqlType::Inet, SqlType::Cidr),
            (SqlType::Float8, SqlType::Numeric(None)),
            (SqlType::Enum(&MOOD), SqlType::Enum(&OTHER)),
            (SqlType::Int4, SqlType::Enum(&OTHER)),
            (SqlType::Int4, SqlType::Named("citext")),
            (SqlType::Text, SqlType::Array(&SqlType::Text)),
            (
                SqlType::Range(RangeKind::Int4),
                SqlType::Range(RangeKind::Int8),
            ),
        ];
        for (declared, rust) in refuses {
            assert!(!declared.can_hold(&rust), "{declared:?} {rust:?}");
        }
    }

    // A cast to `varchar(n)` truncates without a word, an assignment does not.
    #[test]
    fn a_bound_array_has_no_length_to_cut_values_off_at() {
        let element = SqlType::Varchar(Some(3)).element_of_bound_array();
        assert_eq!(element, SqlType::Text);
        assert_eq!(SqlType::Char(3).element_of_bound_array(), BPCHAR);
        let numeric = SqlType::Numeric(Some((4, 1))).element_of_bound_array();
        assert_eq!(numeric, SqlType::Numeric(None));
        assert_eq!(SqlType::Uuid.element_of_bound_array(), SqlType::Uuid);
        let texts = SqlType::Array(&SqlType::Varchar(Some(3)));
        assert_eq!(texts.element_of_bound_array(), SqlType::Text);
        assert_eq!(texts.without_length(), SqlType::Array(&SqlType::Text));
    }
}
