//! What the values of a column are, as far as filters must know it.

use orm_core::ddl::blueprint::{Blueprint, Type};
use orm_core::schema::Backend;
use orm_core::types::Param;

use crate::pull::naming;

/// What the values of a column are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    Integer,
    Float,
    Decimal,
    Text,
    Bytes,
    /// A document or a shape, which has no order and no equality.
    Incomparable,
    /// An enum type, by what Rust calls it.
    Enum(String),
    /// Anything else: dates, UUIDs, arrays, addresses.
    Other,
}

/// The types of PostgreSQL that have no order; most of them have no equality either.
const INCOMPARABLE: [&str; 16] = [
    "aclitem",
    "box",
    "cid",
    "circle",
    "json",
    "jsonpath",
    "line",
    "lseg",
    "path",
    "pg_snapshot",
    "point",
    "polygon",
    "refcursor",
    "txid_snapshot",
    "xid",
    "xml",
];

/// What a filter asks of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Test {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Contains,
    StartsWith,
    IsNull,
    IsNotNull,
}

impl Test {
    pub(super) const ALL: [Test; 10] = [
        Test::Eq,
        Test::Ne,
        Test::Lt,
        Test::Le,
        Test::Gt,
        Test::Ge,
        Test::Contains,
        Test::StartsWith,
        Test::IsNull,
        Test::IsNotNull,
    ];

    /// What the method of a query is called, which is its name in an address, too.
    pub(super) fn method(self) -> &'static str {
        match self {
            Test::Eq => "eq",
            Test::Ne => "ne",
            Test::Lt => "lt",
            Test::Le => "le",
            Test::Gt => "gt",
            Test::Ge => "ge",
            Test::Contains => "contains",
            Test::StartsWith => "starts_with",
            Test::IsNull => "is_null",
            Test::IsNotNull => "is_not_null",
        }
    }

    /// What people call it.
    pub(super) fn label(self) -> &'static str {
        match self {
            Test::Eq => "=",
            Test::Ne => "≠",
            Test::Lt => "<",
            Test::Le => "≤",
            Test::Gt => ">",
            Test::Ge => "≥",
            Test::Contains => "contains",
            Test::StartsWith => "starts with",
            Test::IsNull => "is null",
            Test::IsNotNull => "is not null",
        }
    }

    /// Its words in SQL, behind the column.
    pub(super) fn sql(self) -> &'static str {
        match self {
            Test::Eq => " = ",
            Test::Ne => " <> ",
            Test::Lt => " < ",
            Test::Le => " <= ",
            Test::Gt => " > ",
            Test::Ge => " >= ",
            Test::Contains | Test::StartsWith => " LIKE ",
            Test::IsNull => " IS NULL",
            Test::IsNotNull => " IS NOT NULL",
        }
    }

    pub(super) fn takes_value(self) -> bool {
        !matches!(self, Test::IsNull | Test::IsNotNull)
    }

    pub(super) fn is_like(self) -> bool {
        matches!(self, Test::Contains | Test::StartsWith)
    }
}

impl Kind {
    pub(super) fn of(kind: &Type, blueprint: &Blueprint) -> Self {
        let name = match kind.base() {
            Type::Enum { name, array: false } => {
                return Kind::Enum(naming::enumeration(blueprint, name));
            }
            Type::Enum { .. } | Type::Domain { .. } => return Kind::Other,
            Type::BuiltIn(name) | Type::Other(name) => name.as_str(),
        };
        Self::named(name)
    }

    /// The kind of a type by the name that PostgreSQL gives it.
    pub(super) fn named(name: &str) -> Self {
        let item = name.trim_end_matches("[]");
        let bare = item.split('(').next().unwrap_or_default().trim();
        if item != name {
            return match INCOMPARABLE.contains(&bare) {
                true => Kind::Incomparable,
                false => Kind::Other,
            };
        }
        match bare {
            "boolean" => Kind::Bool,
            "smallint" | "integer" | "bigint" => Kind::Integer,
            "real" | "double precision" => Kind::Float,
            "numeric" => Kind::Decimal,
            "text" | "character varying" | "character" | "bpchar" | "name" | "citext" => Kind::Text,
            "bytea" => Kind::Bytes,
            it if INCOMPARABLE.contains(&it) => Kind::Incomparable,
            _ => Kind::Other,
        }
    }

    /// Whether a filter may ask this of such a column.
    pub(super) fn takes(&self, test: Test) -> bool {
        match test {
            Test::IsNull | Test::IsNotNull => true,
            Test::Eq | Test::Ne => !matches!(self, Kind::Bytes | Kind::Incomparable),
            Test::Contains | Test::StartsWith => *self == Kind::Text,
            _ => self.is_sortable(),
        }
    }

    /// Whether rows can be sorted by such a column.
    pub(super) fn is_sortable(&self) -> bool {
        !matches!(self, Kind::Bytes | Kind::Incomparable | Kind::Bool)
    }

    /// Whether its values can say which row is meant, in an address.
    pub(super) fn is_keyable(&self) -> bool {
        !matches!(self, Kind::Bytes | Kind::Incomparable | Kind::Float)
    }

    /// Whether a value is bound as what it is; all others are bound as texts, and PostgreSQL
    /// makes of them what they are.
    pub(super) fn is_bound_plainly(&self, backend: Backend) -> bool {
        backend == Backend::Sqlite || matches!(self, Kind::Bool | Kind::Integer | Kind::Text)
    }

    /// The value that a text stands for.
    ///
    /// # Errors
    /// When it stands for none: with what would.
    pub(super) fn value(&self, backend: Backend, text: &str) -> Result<Param, &'static str> {
        let plain = self.is_bound_plainly(backend);
        match self {
            Kind::Integer => match text.trim().parse() {
                Ok(number) => Ok(Param::Int8(number)),
                Err(_) => Err("a whole number"),
            },
            Kind::Bool => match text.trim() {
                "true" | "t" | "1" => Ok(Param::Bool(true)),
                "false" | "f" | "0" => Ok(Param::Bool(false)),
                _ => Err("`true` or `false`"),
            },
            // What SQLite calls a number may be anything.
            Kind::Float | Kind::Decimal => match text.trim().parse::<f64>() {
                Ok(number) if plain && *self == Kind::Float => Ok(Param::Float8(number)),
                Err(_) if !plain || *self == Kind::Float => Err("a number"),
                _ if text.contains('\0') => Err("a number"),
                _ => Ok(Param::from(text.trim())),
            },
            // No text of either database holds it.
            _ if text.contains('\0') => Err("a text without U+0000"),
            _ => Ok(Param::from(text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_known_by_their_names() {
        for (name, kind) in [
            ("integer", Kind::Integer),
            ("numeric(10,2)", Kind::Decimal),
            ("character varying(150)", Kind::Text),
            ("integer[]", Kind::Other),
            ("jsonb", Kind::Other),
            ("json", Kind::Incomparable),
            ("timestamp(3) with time zone", Kind::Other),
        ] {
            assert_eq!(Kind::named(name), kind, "{name}");
        }
    }

    #[test]
    fn a_text_that_is_no_value_is_refused_with_what_would_be() {
        let of = |kind: Kind, text| kind.value(Backend::Postgres, text).err();
        assert_eq!(of(Kind::Integer, "1 OR 1=1"), Some("a whole number"));
        assert_eq!(of(Kind::Bool, "yes"), Some("`true` or `false`"));
        assert_eq!(of(Kind::Decimal, "ten"), Some("a number"));
        assert_eq!(of(Kind::Text, "a\0"), Some("a text without U+0000"));
        assert_eq!(of(Kind::Text, "'; DROP TABLE users; --"), None);
        assert_eq!(of(Kind::Integer, " 7 "), None);
    }
}
