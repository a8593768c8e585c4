//! Types as a driver sees them: what a release that has one can still read and write
//! when the column has another.

use std::fmt;

use crate::lint::name::Name;

/// A type, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kind {
    /// Its name in one spelling, or as it is written.
    pub(super) base: String,
    limits: Vec<u32>,
    array: bool,
}

impl Kind {
    pub(super) fn read(written: &str) -> Self {
        let mut rest = written.trim();
        let mut array = false;
        while let Some(open) = rest.strip_suffix(']').and_then(|it| it.rfind('[')) {
            (rest, array) = (rest[..open].trim_end(), true);
        }
        let lower = rest.to_ascii_lowercase();
        if let Some(element) = lower.strip_suffix(" array") {
            (rest, array) = (&rest[..element.len()], true);
        }
        let (mut base, mut limits) = (rest.to_owned(), Vec::new());
        if let Some((before, behind)) = rest.split_once('(')
            && let Some((inner, after)) = behind.split_once(')')
        {
            let numbers = inner.split(',');
            limits = numbers.filter_map(|it| it.trim().parse().ok()).collect();
            base = format!("{} {}", before.trim_end(), after.trim_start());
        }
        Kind {
            base: one_spelling(base.trim()),
            limits,
            array,
        }
    }

    /// The name that the type has in the database.
    pub(super) fn name(&self) -> Name {
        Name::new(&self.base)
    }

    /// Whether it is of this name.
    pub(super) fn is(&self, name: &Name) -> bool {
        self.name() == *name
    }

    /// The same under another name.
    pub(super) fn called(&self, name: &Name) -> Self {
        Kind {
            base: name.to_string(),
            ..self.clone()
        }
    }

    /// The same, made of what a domain is made of.
    pub(super) fn over(&self, base: &str) -> Self {
        let base = Kind::read(base);
        Kind {
            array: self.array || base.array,
            ..base
        }
    }

    /// Whether a release that has this type reads and writes a column of another.
    ///
    /// Narrower integers are read, and wider ones are not; every text travels alike. What a
    /// driver could read is not enough: a tree's rows are put together by UNION, which
    /// wants types of one kind.
    pub(super) fn is_served_by(&self, other: &Kind) -> bool {
        const TEXTS: [&str; 5] = ["text", "character varying", "character", "citext", "name"];
        if self.array != other.array {
            return false;
        }
        match (self.base.as_str(), other.base.as_str()) {
            ("bigint", "integer" | "smallint") | ("integer", "smallint") | ("inet", "cidr") => true,
            // A vector has a length of its own.
            ("vector", "vector") => self.limits == other.limits,
            (own, others) if TEXTS.contains(&own) && TEXTS.contains(&others) => true,
            (own, others) => own == others || self.name() == other.name(),
        }
    }

    /// Whether it has no place for values that a release with the other type may write.
    pub(super) fn is_narrower_than(&self, other: &Kind) -> bool {
        let shorter = || match (self.limits.first(), other.limits.first()) {
            (Some(own), Some(others)) => own < others,
            (Some(_), None) => true,
            (None, _) => false,
        };
        match (other.base.as_str(), self.base.as_str()) {
            ("bigint", "integer" | "smallint") | ("integer", "smallint") => true,
            ("numeric", "numeric") => {
                shorter() || !self.limits.is_empty() && self.limits.get(1) < other.limits.get(1)
            }
            (_, "character varying" | "character") => shorter(),
            _ => false,
        }
    }
}

/// As it may be written.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.base)?;
        if !self.limits.is_empty() {
            let limits: Vec<String> = self.limits.iter().map(u32::to_string).collect();
            write!(f, "({})", limits.join(","))?;
        }
        f.write_str(if self.array { "[]" } else { "" })
    }
}

/// One spelling of a type that has several.
fn one_spelling(base: &str) -> String {
    let lower = base.to_ascii_lowercase();
    let lower = lower.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = lower.strip_prefix("pg_catalog.").unwrap_or(&lower);
    let known = match plain {
        "int" | "int4" | "integer" | "serial" | "serial4" => "integer",
        "int8" | "bigint" | "bigserial" | "serial8" => "bigint",
        "int2" | "smallint" | "smallserial" | "serial2" => "smallint",
        "float4" | "real" => "real",
        "float" | "float8" | "double precision" => "double precision",
        "decimal" | "dec" | "numeric" => "numeric",
        "bool" | "boolean" => "boolean",
        "varchar" | "character varying" | "char varying" => "character varying",
        "char" | "character" | "bpchar" => "character",
        "time" | "time without time zone" => "time without time zone",
        "timetz" | "time with time zone" => "time with time zone",
        "timestamp" | "timestamp without time zone" => "timestamp without time zone",
        "timestamptz" | "timestamp with time zone" => "timestamp with time zone",
        // A name of somebody's own is kept as it is written.
        _ if base.contains('"') => base,
        other => other,
    };
    known.to_owned()
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn a_type_has_many_spellings() {
        for (one, other) in [
            ("int", "integer"),
            ("pg_catalog.int8", "BIGINT"),
            ("timestamp(3) with time zone", "timestamptz"),
            ("varchar ( 20 )", "character varying(20)"),
            ("text[]", "text ARRAY"),
            ("text[][3]", "text[]"),
            ("numeric(10, 2)", "decimal(10,2)"),
            ("public.mood", "mood"),
        ] {
            let (one, other) = (Kind::read(one), Kind::read(other));
            assert!(one.is_served_by(&other), "{one:?} {other:?}");
            assert!(other.is_served_by(&one), "{one:?} {other:?}");
        }
    }

    #[test]
    fn what_travels_alike_serves() {
        for (field, column) in [
            ("character varying(20)", "text"),
            ("text", "varchar(9)"),
            ("text", "citext"),
            ("bigint", "integer"),
            ("bigint[]", "int[]"),
            ("numeric(10,2)", "numeric"),
        ] {
            assert!(
                Kind::read(field).is_served_by(&Kind::read(column)),
                "{field} {column}"
            );
        }
        for (field, column) in [
            ("integer", "bigint"),
            ("integer", "text"),
            ("text", "integer"),
            ("text", "text[]"),
            ("timestamp", "timestamptz"),
            ("jsonb", "json"),
            ("json", "jsonb"),
            ("double precision", "numeric"),
            ("mood", "text"),
            ("text", "mood"),
            ("\"Mood\"", "mood"),
            ("vector(3)", "vector(4)"),
        ] {
            assert!(
                !Kind::read(field).is_served_by(&Kind::read(column)),
                "{field} {column}"
            );
        }
    }

    #[test]
    fn what_has_less_room_is_narrower() {
        for (field, column, narrower) in [
            ("text", "varchar(9)", true),
            ("character varying(20)", "varchar(9)", true),
            ("character varying(9)", "varchar(20)", false),
            ("character varying(9)", "text", false),
            ("bigint", "int", true),
            ("numeric(10,2)", "numeric(8,2)", true),
            ("numeric(10,2)", "numeric(12,1)", true),
            ("numeric(10,2)", "numeric", false),
        ] {
            let is = Kind::read(column).is_narrower_than(&Kind::read(field));
            assert_eq!(is, narrower, "{field} {column}");
        }
    }
}
