//! Changes of type that leave the rows as they are.

/// Whether values of one type are, byte for byte, values of the other, so that
/// the server writes nothing anew.
///
/// From PostgreSQL's notes on `ALTER TABLE .. ALTER COLUMN .. TYPE`: types that
/// are binary coercible, and length modifiers that only grow.
pub(super) fn keeps_rows(from: &str, to: &str) -> bool {
    let (from, to) = (Kind::read(from), Kind::read(to));
    match (from.base.as_str(), to.base.as_str()) {
        ("character varying" | "text", "text") => true,
        ("character varying", "character varying") => grows(&from.limits, &to.limits),
        ("text", "character varying") => to.limits.is_empty(),
        ("numeric", "numeric") => {
            let same_scale = from.limits.get(1).unwrap_or(&0) == to.limits.get(1).unwrap_or(&0);
            to.limits.is_empty() || (same_scale && grows(&from.limits, &to.limits))
        }
        ("cidr", "inet") => true,
        (one, other) => one == other && from.limits == to.limits,
    }
}

/// Whether a limit is as wide as the one before, or gone.
fn grows(from: &[u32], to: &[u32]) -> bool {
    match (from.first(), to.first()) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(from), Some(to)) => from <= to,
    }
}

struct Kind {
    base: String,
    limits: Vec<u32>,
}

impl Kind {
    fn read(written: &str) -> Self {
        let written = written.trim().to_lowercase();
        let (base, limits) = written
            .split_once('(')
            .map_or((written.as_str(), ""), |(base, rest)| {
                (base, rest.trim_end_matches(')'))
            });
        let base = match base.trim() {
            "varchar" => "character varying",
            "decimal" => "numeric",
            "int" | "int4" => "integer",
            "int8" => "bigint",
            "int2" => "smallint",
            "bool" => "boolean",
            base => base,
        };
        Kind {
            base: base.to_owned(),
            limits: limits
                .split(',')
                .filter_map(|limit| limit.trim().parse().ok())
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::keeps_rows;

    #[test]
    fn what_only_grows_keeps_the_rows() {
        for (from, to) in [
            ("character varying(50)", "varchar(80)"),
            ("character varying(50)", "text"),
            ("character varying(50)", "varchar"),
            ("text", "varchar"),
            ("numeric(10,2)", "numeric(12, 2)"),
            ("numeric(10,2)", "decimal"),
            ("integer", "int"),
            ("cidr", "inet"),
        ] {
            assert!(keeps_rows(from, to), "{from} to {to}");
        }
    }

    #[test]
    fn what_shrinks_or_changes_does_not() {
        for (from, to) in [
            ("character varying(80)", "varchar(50)"),
            ("text", "varchar(50)"),
            ("numeric(10,2)", "numeric(12,4)"),
            ("numeric", "numeric(12,4)"),
            ("integer", "bigint"),
            ("timestamp(3) without time zone", "timestamptz"),
        ] {
            assert!(!keeps_rows(from, to), "{from} to {to}");
        }
    }
}
