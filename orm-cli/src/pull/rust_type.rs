//! The Rust type of a column, and what its attribute must say about the type.

use orm_core::ddl::blueprint::{Name, Type};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// The Rust type of a column.
#[derive(Debug, Clone)]
pub(super) struct RustType {
    /// The type, without `Option`.
    pub(super) tokens: TokenStream,
    /// The option of `#[column(..)]` that gives the type, if the Rust type
    /// alone does not.
    pub(super) declared: Option<TokenStream>,
    /// What a default can be written as.
    pub(super) value: Value,
    /// Whether it can be part of a key.
    pub(super) keyable: bool,
    /// The crate that the type is of, if it is not one of ours.
    pub(super) from: Option<&'static str>,
}

/// The values that an attribute can write down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
    Bool,
    /// A whole number of so many bits.
    Int(u32),
    Text,
    /// A label of an enum, by its position.
    Enum(usize),
    Other,
}

impl RustType {
    /// The type of a column; `enums` are the enum types that have a Rust enum,
    /// with the names of those.
    pub(super) fn of(kind: &Type, enums: &[(&Name, &str)]) -> Self {
        match kind {
            Type::BuiltIn(name) | Type::Other(name) => named(name),
            // Its values are those of what it is made of; parameters that the type
            // below has of its own are none of the domain's.
            Type::Domain { name, base } => RustType {
                value: Value::Other,
                ..RustType::of(base, enums)
            }
            .declared(quote!(sql_type = #name)),
            Type::Enum { name, array } => {
                match enums.iter().position(|(known, _)| *known == name) {
                    Some(at) => of_enum(at, enums[at].1, *array),
                    None => unknown_enum(name, *array),
                }
            }
        }
    }

    fn plain(tokens: TokenStream, value: Value) -> Self {
        RustType {
            tokens,
            declared: None,
            value,
            keyable: true,
            from: None,
        }
    }

    fn declared(self, declared: TokenStream) -> Self {
        RustType {
            declared: Some(declared),
            ..self
        }
    }

    fn without_key(self) -> Self {
        RustType {
            keyable: false,
            ..self
        }
    }

    fn of_crate(self, from: &'static str) -> Self {
        RustType {
            from: Some(from),
            ..self
        }
    }

    /// Two sides of a key must have one type.
    pub(super) fn is_same(&self, other: &RustType) -> bool {
        self.tokens.to_string() == other.tokens.to_string()
    }
}

fn of_enum(at: usize, ident: &str, array: bool) -> RustType {
    let ident = super::ident::ident(ident);
    let one = RustType::plain(quote!(#ident), Value::Enum(at));
    if array { list_of(one) } else { one }
}

/// An enum type of another schema; its labels travel as texts.
fn unknown_enum(name: &Name, array: bool) -> RustType {
    let brackets = if array { "[]" } else { "" };
    let schema = name.schema.as_deref().map(quoted);
    let name = quoted(&name.name);
    let name = match schema {
        Some(schema) => format!("{schema}.{name}{brackets}"),
        None => format!("{name}{brackets}"),
    };
    let text = RustType::plain(quote!(String), Value::Other);
    let text = if array { list_of(text) } else { text };
    text.declared(quote!(sql_type = #name))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn list_of(one: RustType) -> RustType {
    let element = &one.tokens;
    RustType {
        tokens: quote!(Vec<#element>),
        value: Value::Other,
        ..one.without_key()
    }
}

/// A type by the name the server gives it.
fn named(name: &str) -> RustType {
    if let Some(element) = name.strip_suffix("[]") {
        let element = named(element);
        // What an element is declared to be is said of the whole array.
        let declared = element.declared.is_some();
        let list = list_of(RustType {
            declared: None,
            ..element
        });
        return if declared {
            list.declared(quote!(sql_type = #name))
        } else {
            list
        };
    }
    if let Some(known) = plain(name) {
        return known;
    }
    match sized(name) {
        Some(known) => known,
        None => other(name),
    }
}

/// Types that a Rust type stands for without a word.
fn plain(name: &str) -> Option<RustType> {
    let other = |tokens| RustType::plain(tokens, Value::Other);
    let range = |bound: TokenStream| other(quote!(orm::types::Range<#bound>)).without_key();
    Some(match name {
        "boolean" => RustType::plain(quote!(bool), Value::Bool),
        "smallint" => RustType::plain(quote!(i16), Value::Int(16)),
        "integer" => RustType::plain(quote!(i32), Value::Int(32)),
        "bigint" => RustType::plain(quote!(i64), Value::Int(64)),
        "real" => other(quote!(f32)).without_key(),
        "double precision" => other(quote!(f64)).without_key(),
        "numeric" => decimal(),
        "text" => text(),
        "bytea" => other(quote!(Vec<u8>)),
        "date" => other(quote!(NaiveDate)),
        "time without time zone" => other(quote!(NaiveTime)),
        "timestamp without time zone" => other(quote!(NaiveDateTime)),
        "timestamp with time zone" => other(quote!(DateTime<Utc>)),
        "interval" => other(quote!(orm::types::Interval)).without_key(),
        "uuid" => other(quote!(uuid::Uuid)).of_crate("uuid"),
        "jsonb" => document(),
        "inet" => other(quote!(orm::types::Inet)),
        "cidr" => other(quote!(orm::types::Cidr)),
        "int4range" => range(quote!(i32)),
        "int8range" => range(quote!(i64)),
        "numrange" => range(decimal().tokens).of_crate("rust_decimal"),
        "daterange" => range(quote!(NaiveDate)),
        "tsrange" => range(quote!(NaiveDateTime)),
        "tstzrange" => range(quote!(DateTime<Utc>)),
        _ => return None,
    })
}

fn text() -> RustType {
    RustType::plain(quote!(String), Value::Text)
}

fn decimal() -> RustType {
    RustType::plain(quote!(rust_decimal::Decimal), Value::Other).of_crate("rust_decimal")
}

fn document() -> RustType {
    RustType::plain(quote!(Json<serde_json::Value>), Value::Other)
        .without_key()
        .of_crate("serde_json")
}

/// Types with a length or a precision, and those with an option of their own.
fn sized(name: &str) -> Option<RustType> {
    match name {
        "json" => return Some(document().declared(quote!(json))),
        "character varying" => return Some(text().declared(quote!(varchar))),
        _ => {}
    }
    let (stem, numbers, behind) = arguments(name)?;
    let literal = Literal::u32_unsuffixed;
    let as_written = |ty: RustType| Some(ty.declared(quote!(sql_type = #name)));
    match (stem, numbers.as_slice(), behind) {
        ("character varying", &[length], "") => {
            let length = literal(length);
            Some(text().declared(quote!(varchar(#length))))
        }
        ("character", &[length], "") => {
            let length = literal(length);
            Some(text().declared(quote!(char(#length))))
        }
        ("numeric", &[precision, scale], "") if scale <= precision => {
            let (precision, scale) = (literal(precision), literal(scale));
            Some(decimal().declared(quote!(numeric(#precision, #scale))))
        }
        ("timestamp" | "time", [_], zone) => as_written(plain(&format!("{stem}{zone}"))?),
        ("interval", [_], "") => as_written(plain(stem)?),
        _ => None,
    }
}

/// `timestamp(3) with time zone` in three parts.
fn arguments(name: &str) -> Option<(&str, Vec<u32>, &str)> {
    let (stem, rest) = name.split_once('(')?;
    let (numbers, behind) = rest.split_once(')')?;
    let numbers: Option<Vec<u32>> = numbers
        .split(',')
        .map(|number| number.trim().parse().ok())
        .collect();
    Some((stem, numbers?, behind))
}

/// Types by their name alone: some travel as texts, of the others nothing is
/// known here.
fn other(name: &str) -> RustType {
    const DECIMAL: [&str; 1] = ["numeric("];
    let declared = quote!(sql_type = #name);
    if DECIMAL.iter().any(|start| name.starts_with(start)) {
        return decimal().declared(declared);
    }
    if name.starts_with("interval ") {
        return RustType::plain(quote!(orm::types::Interval), Value::Other)
            .without_key()
            .declared(declared);
    }
    let last = name.rsplit('.').next().unwrap_or(name).trim_matches('"');
    let texts = [
        "citext",
        "ltree",
        "lquery",
        "ltxtquery",
        "xml",
        "name",
        "bpchar",
    ];
    let known = texts.contains(&last);
    RustType {
        keyable: known && last != "xml",
        ..text().declared(declared)
    }
}

#[cfg(test)]
mod tests {
    use orm_core::ddl::readable::is_readable;

    use super::*;

    fn of(name: &str) -> (String, String) {
        let ty = RustType::of(&Type::BuiltIn(name.into()), &[]);
        let declared = ty.declared.map(|it| it.to_string()).unwrap_or_default();
        (ty.tokens.to_string().replace(' ', ""), declared)
    }

    #[test]
    fn the_types_we_know() {
        let pairs = [
            ("integer", "i32", ""),
            ("bigint[]", "Vec<i64>", ""),
            ("character varying(150)", "String", "varchar (150)"),
            ("character(2)", "String", "char (2)"),
            (
                "character varying(3)[]",
                "Vec<String>",
                "sql_type = \"character varying(3)[]\"",
            ),
            ("numeric(10,2)", "rust_decimal::Decimal", "numeric (10 , 2)"),
            (
                "numeric(2,-3)",
                "rust_decimal::Decimal",
                "sql_type = \"numeric(2,-3)\"",
            ),
            ("timestamp with time zone", "DateTime<Utc>", ""),
            (
                "timestamp(3) with time zone",
                "DateTime<Utc>",
                "sql_type = \"timestamp(3) with time zone\"",
            ),
            ("json", "Json<serde_json::Value>", "json"),
            (
                "interval day to second",
                "orm::types::Interval",
                "sql_type = \"interval day to second\"",
            ),
            ("tstzrange", "orm::types::Range<DateTime<Utc>>", ""),
            ("public.citext", "String", "sql_type = \"public.citext\""),
        ];
        for (name, rust, declared) in pairs {
            assert_eq!(of(name), (rust.to_owned(), declared.to_owned()), "{name}");
            assert!(is_readable(&Type::BuiltIn(name.into())), "{name}");
        }
    }

    // What has a type here is read there, and the other way round.
    #[test]
    fn what_no_type_reads_is_told() {
        for name in [
            "point",
            "money",
            "tsvector",
            "bit(3)",
            "time with time zone",
        ] {
            assert!(!is_readable(&Type::BuiltIn(name.into())), "{name}");
        }
        for name in ["citext", "ltree", "xml", "text"] {
            assert!(is_readable(&Type::Other(name.into())), "{name}");
        }
    }

    // The name of a type ends up in SQL as it is: here it is quoted.
    #[test]
    fn an_enum_without_rust_enum_is_named_in_quotes() {
        let kind = Type::Enum {
            name: Name::new(Some("a.b"), "x\"y"),
            array: false,
        };
        let ty = RustType::of(&kind, &[]);
        let declared = ty.declared.map(|it| it.to_string()).unwrap_or_default();
        assert_eq!(declared, r#"sql_type = "\"a.b\".\"x\"\"y\"""#);
    }
}
