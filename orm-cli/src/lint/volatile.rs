//! Which functions may give every row another value.

use super::name::Name;

/// What may stand in a default without the table being written anew: these
/// give one value per statement.
///
/// From the server's catalog, `SELECT proname FROM pg_proc WHERE provolatile <> 'v'`,
/// as far as somebody may want them in a default.
const STEADY: &[&str] = &[
    "abs",
    "array_append",
    "array_fill",
    "array_prepend",
    "ceil",
    "ceiling",
    "char_length",
    "chr",
    "coalesce",
    "concat",
    "concat_ws",
    "convert_to",
    "current_database",
    "current_schema",
    "current_setting",
    "date_part",
    "date_trunc",
    "decode",
    "encode",
    "extract",
    "float8",
    "floor",
    "format",
    "greatest",
    "hstore",
    "inet_client_addr",
    "initcap",
    "int4",
    "int4range",
    "int8",
    "int8range",
    "json_array",
    "json_build_array",
    "json_build_object",
    "json_object",
    "jsonb_build_array",
    "jsonb_build_object",
    "jsonb_object",
    "least",
    "left",
    "length",
    "lower",
    "make_date",
    "make_interval",
    "make_time",
    "make_timestamp",
    "make_timestamptz",
    "md5",
    "now",
    "nullif",
    "numeric",
    "numrange",
    "octet_length",
    "power",
    "repeat",
    "replace",
    "reverse",
    "right",
    "round",
    "row",
    "sha256",
    "statement_timestamp",
    "string_to_array",
    "substr",
    "substring",
    "text",
    "timezone",
    "to_char",
    "to_date",
    "to_json",
    "to_jsonb",
    "to_number",
    "to_timestamp",
    "to_tsvector",
    "transaction_timestamp",
    "trim",
    "trunc",
    "tsrange",
    "tstzrange",
    "upper",
];

/// Whether a function is not known to be steady. One that is the program's own
/// counts as changing: only the catalog knows.
pub(super) fn may_change(function: &Name) -> bool {
    let own_schema = function
        .schema()
        .is_some_and(|schema| schema != "pg_catalog");
    own_schema || STEADY.binary_search(&function.last()).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_can_be_searched() {
        assert!(STEADY.is_sorted());
    }

    #[test]
    fn unknown_functions_count_as_changing() {
        for changing in [
            "random",
            "gen_random_uuid",
            "clock_timestamp",
            "nextval",
            "app.now",
        ] {
            assert!(may_change(&Name::new(changing)), "{changing}");
        }
        for steady in ["now", "pg_catalog.now", "Statement_Timestamp"] {
            assert!(!may_change(&Name::new(steady)), "{steady}");
        }
    }
}
