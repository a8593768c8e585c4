//! Defaults: as values of the column's type where they are one, else as SQL.

use orm_core::ddl::blueprint::Type;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::enums::Enum;
use super::rust_type::Value;

/// The option of `#[column(..)]` for a default.
pub(super) fn option(
    expression: &str,
    value: Value,
    kind: &Type,
    enums: &[Enum<'_>],
) -> TokenStream {
    let constant = constant(expression, value, enums);
    match constant.filter(|_| is_cast_to(expression, kind)) {
        Some(constant) => quote!(default = #constant),
        None => quote!(default_sql = #expression),
    }
}

/// Whether a literal is cast to its column's own type, if it is: the server writes
/// `''::character varying` where that is what somebody wrote for a text.
fn is_cast_to(expression: &str, kind: &Type) -> bool {
    let Some((_, cast)) = expression.rsplit_once("'::") else {
        return true;
    };
    match kind {
        Type::BuiltIn(name) => {
            let plain = |name: &str| match name.split_once('(') {
                Some((stem, _)) => stem.trim().to_owned(),
                None => name.to_owned(),
            };
            let (own, cast) = (plain(name), plain(cast));
            own == cast || (own == "character" && cast == "bpchar")
        }
        _ => true,
    }
}

fn constant(expression: &str, value: Value, enums: &[Enum<'_>]) -> Option<TokenStream> {
    match (expression, value) {
        ("now()", Value::Other) => Some(quote!(now())),
        ("true", Value::Bool) => Some(quote!(true)),
        ("false", Value::Bool) => Some(quote!(false)),
        (_, Value::Int(bits)) => whole_number(expression, bits),
        (_, Value::Text) => text(expression).map(|text| quote!(#text)),
        (_, Value::Enum(at)) => {
            let label = text(expression)?;
            let (ident, variant) = enums.get(at)?.variant(&label)?;
            Some(quote!(#ident::#variant))
        }
        _ => None,
    }
}

/// `5`, `'-5'::integer`, `(-5)`
fn whole_number(expression: &str, bits: u32) -> Option<TokenStream> {
    let quoted = text(expression);
    let bare = expression
        .strip_prefix('(')
        .and_then(|it| it.strip_suffix(')'));
    let digits = quoted.as_deref().or(bare).unwrap_or(expression);
    let number: i64 = digits.parse().ok()?;
    let fits = bits == 64 || number >> (bits - 1) == number >> 63;
    // What is written must be what the parser reads: no `+5`, no `007`.
    if !fits || number.to_string() != digits {
        return None;
    }
    let magnitude = Literal::u64_unsuffixed(number.unsigned_abs());
    Some(if number < 0 {
        quote!(-#magnitude)
    } else {
        quote!(#magnitude)
    })
}

/// The text of a literal, with or without a cast behind it.
fn text(expression: &str) -> Option<String> {
    let mut rest = expression.strip_prefix('\'')?;
    let mut text = String::new();
    loop {
        let (part, behind) = rest.split_once('\'')?;
        text.push_str(part);
        match behind.strip_prefix('\'') {
            Some(behind) => {
                text.push('\'');
                rest = behind;
            }
            None => {
                let is_cast = behind.is_empty() || is_cast(behind);
                // A backslash means one thing or another, by a setting of the server.
                return (is_cast && !text.contains('\\')).then_some(text);
            }
        }
    }
}

/// `::character varying(20)`, `::shop."Status"`, and nothing more.
fn is_cast(text: &str) -> bool {
    let Some(name) = text.strip_prefix("::") else {
        return false;
    };
    let mut inside = false;
    name.chars().all(|c| {
        inside ^= c == '"';
        inside || c.is_alphanumeric() || matches!(c, '_' | '.' | ' ' | '"' | '(' | ')' | ',')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(expression: &str, value: Value) -> String {
        let name = match value {
            Value::Int(16) => "smallint",
            Value::Int(64) => "bigint",
            Value::Int(_) => "integer",
            Value::Bool => "boolean",
            _ if expression.contains("varying") => "character varying(20)",
            _ => "text",
        };
        as_type(expression, value, name)
    }

    fn as_type(expression: &str, value: Value, name: &str) -> String {
        option(expression, value, &Type::BuiltIn(name.into()), &[]).to_string()
    }

    #[test]
    fn a_cast_to_another_type_stays() {
        let text = "''::character varying";
        assert_eq!(
            as_type(text, Value::Text, "text"),
            "default_sql = \"''::character varying\""
        );
        assert_eq!(
            as_type("'ab'::bpchar", Value::Text, "character(2)"),
            "default = \"ab\""
        );
        assert_eq!(
            as_type("'5'::bigint", Value::Int(32), "integer"),
            "default_sql = \"'5'::bigint\""
        );
    }

    #[test]
    fn constants_are_values_of_the_column() {
        assert_eq!(of("5", Value::Int(32)), "default = 5");
        assert_eq!(of("'-5'::integer", Value::Int(32)), "default = - 5");
        assert_eq!(of("'5'::smallint", Value::Int(16)), "default = 5");
        assert_eq!(of("true", Value::Bool), "default = true");
        assert_eq!(of("now()", Value::Other), "default = now ()");
        let text = "'it''s'::character varying(20)";
        assert_eq!(of(text, Value::Text), r#"default = "it's""#);
        assert_eq!(
            of("'-9223372036854775808'::bigint", Value::Int(64)),
            "default = - 9223372036854775808"
        );
    }

    #[test]
    fn everything_else_stays_sql() {
        let pairs = [
            ("40000", Value::Int(16)),
            ("(1 + 2)", Value::Int(32)),
            ("007", Value::Int(32)),
            ("'a'::text || 'b'::text", Value::Text),
            ("lower('A'::text)", Value::Text),
            (r"'\'::text", Value::Text),
            (r"E'\\'::text", Value::Text),
            ("nextval('a_seq'::regclass)", Value::Int(32)),
            ("CURRENT_TIMESTAMP", Value::Other),
            ("'{}'::jsonb", Value::Other),
            ("1.5", Value::Other),
        ];
        for (expression, value) in pairs {
            let expected = quote!(default_sql = #expression).to_string();
            assert_eq!(of(expression, value), expected);
        }
    }
}
