//! Which types of PostgreSQL a Rust type reads, by the names the server gives
//! them.

use super::blueprint::Type;

/// Types of a fixed name that can be part of a key.
const KEYABLE: [&str; 16] = [
    "boolean",
    "smallint",
    "integer",
    "bigint",
    "numeric",
    "text",
    "character varying",
    "bytea",
    "date",
    "time without time zone",
    "timestamp without time zone",
    "timestamp with time zone",
    "uuid",
    "inet",
    "cidr",
    "name",
];

/// Those whose values are never equal for sure, or have no order.
const OTHERS: [&str; 12] = [
    "real",
    "double precision",
    "interval",
    "json",
    "jsonb",
    "xml",
    "int4range",
    "int8range",
    "numrange",
    "daterange",
    "tsrange",
    "tstzrange",
];

/// Types of extensions whose values travel as texts, whatever schema they are in.
const TEXTS: [&str; 4] = ["citext", "ltree", "lquery", "ltxtquery"];

/// Types with a length or a precision behind their name.
const SIZED: [&str; 6] = [
    "character varying(",
    "character(",
    "numeric(",
    "timestamp(",
    "time(",
    "interval(",
];

/// Whether a field can have a column of this type.
pub fn is_readable(kind: &Type) -> bool {
    match kind.base() {
        Type::Enum { .. } => true,
        Type::Domain { .. } => false,
        Type::BuiltIn(name) | Type::Other(name) => {
            let element = name.strip_suffix("[]").unwrap_or(name);
            is_scalar(element)
        }
    }
}

/// Whether a column of this type can be part of a key of a model.
pub fn is_keyable(kind: &Type) -> bool {
    match kind.base() {
        Type::Enum { array, .. } => !array,
        Type::Domain { .. } => false,
        Type::BuiltIn(name) | Type::Other(name) => {
            is_scalar(name) && !OTHERS.contains(&name.as_str()) && !name.starts_with("interval")
        }
    }
}

fn is_scalar(name: &str) -> bool {
    if KEYABLE.contains(&name) || OTHERS.contains(&name) || name == "bpchar" {
        return true;
    }
    // `time(3) with time zone` is none of them.
    if SIZED.iter().any(|start| name.starts_with(start)) {
        return !(name.starts_with("time(") && name.ends_with("with time zone"))
            || name.starts_with("timestamp");
    }
    if name.starts_with("interval ") {
        return true;
    }
    let last = name.rsplit('.').next().unwrap_or(name).trim_matches('"');
    TEXTS.contains(&last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built_in(name: &str) -> Type {
        Type::BuiltIn(name.into())
    }

    #[test]
    fn types_are_told_by_their_names() {
        for name in [
            "integer",
            "bigint[]",
            "character varying(150)",
            "character(2)",
            "numeric(10,2)[]",
            "timestamp(3) with time zone",
            "time(0) without time zone",
            "interval day to second",
            "public.citext",
            "xml",
        ] {
            assert!(is_readable(&built_in(name)), "{name}");
        }
        for name in [
            "tsvector",
            "point",
            "money",
            "bit(3)",
            "bit varying(3)",
            "time with time zone",
            "time(3) with time zone",
            "public.geometry(Point,4326)",
            "oid",
            "\"char\"",
            "hstore",
            "integer[][]",
        ] {
            assert!(!is_readable(&built_in(name)), "{name}");
        }
    }

    #[test]
    fn a_key_is_equal_for_sure() {
        assert!(is_keyable(&built_in("citext")));
        for name in [
            "double precision",
            "jsonb",
            "interval",
            "interval(3)",
            "text[]",
            "point",
        ] {
            assert!(!is_keyable(&built_in(name)), "{name}");
        }
    }
}
