//! The type a column is declared to have in the database.

use proc_macro2::TokenStream;
use quote::quote;
use syn::LitInt;

use crate::diag::Diagnostics;
use crate::model::SqlType;
use crate::parse::options::{Entry, Options};
use crate::parse::value::Value;

const TYPES: [&str; 7] = [
    "varchar", "char", "text", "json", "jsonb", "numeric", "sql_type",
];

/// The declared type; at most one.
pub(super) fn declared(options: &Options, diag: &mut Diagnostics) -> Option<SqlType> {
    let mut given = options
        .entries
        .iter()
        .filter(|entry| TYPES.contains(&entry.name));
    let first = given.next()?;
    if let Some(second) = given.next() {
        let what = format!(
            "a column has one type, but here are `{}` and `{}`",
            first.name, second.name
        );
        diag.error(&second.key, what, "keep one of the two");
    }
    let written = written(first);
    Some(SqlType {
        variant: variant(first, diag)?,
        word: first.name,
        written,
        span: first.key.span(),
        trusted: first.name == "sql_type",
    })
}

fn variant(entry: &Entry, diag: &mut Diagnostics) -> Option<TokenStream> {
    Some(match (entry.name, &entry.value) {
        ("varchar", Value::Numbers(numbers)) => {
            let length = length(&numbers[0], 10_485_760, diag);
            quote!(Varchar(__::Some(#length)))
        }
        ("varchar", _) => quote!(Varchar(__::None)),
        ("char", Value::Numbers(numbers)) => {
            let length = length(&numbers[0], 10_485_760, diag);
            quote!(Char(#length))
        }
        ("text", _) => quote!(Text),
        ("json", _) => quote!(Json),
        ("jsonb", _) => quote!(Jsonb),
        ("numeric", Value::Numbers(numbers)) => {
            let (precision, scale) = digits(numbers, diag);
            quote!(Numeric(__::Some((#precision, #scale))))
        }
        ("numeric", _) => quote!(Numeric(__::None)),
        ("sql_type", Value::Text(text)) => {
            if text.value().trim().is_empty() {
                diag.error(
                    text,
                    "the type has no name",
                    r#"write the name the server knows, `sql_type = "citext"`"#,
                );
            }
            quote!(Named(#text))
        }
        _ => return None,
    })
}

fn length(number: &LitInt, most: u32, diag: &mut Diagnostics) -> u32 {
    match number.base10_parse::<u32>() {
        Ok(length) if (1..=most).contains(&length) => length,
        _ => {
            diag.error(
                number,
                format!("a length is between 1 and {most} characters"),
                "write a number in that range, or `text`",
            );
            1
        }
    }
}

fn digits(numbers: &[LitInt], diag: &mut Diagnostics) -> (u16, u16) {
    let precision = numbers[0]
        .base10_parse::<u16>()
        .ok()
        .filter(|precision| (1..=1000).contains(precision));
    let scale = numbers[1].base10_parse::<u16>().ok();
    if precision.is_none() {
        diag.error(
            &numbers[0],
            "a precision is between 1 and 1000 digits",
            "write `numeric(10, 2)` for 10 digits, 2 of them behind the point",
        );
    }
    let (precision, scale) = (precision.unwrap_or(1000), scale.unwrap_or(u16::MAX));
    if scale > precision {
        diag.error(
            &numbers[1],
            "more digits behind the point than in all",
            "write `numeric(10, 2)` for 10 digits, 2 of them behind the point",
        );
    }
    (precision, scale)
}

/// The type as the user wrote it, for messages.
fn written(entry: &Entry) -> String {
    match &entry.value {
        Value::Numbers(numbers) => {
            let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
            format!("{}({})", entry.name, numbers.join(", "))
        }
        Value::Text(text) => text.value(),
        _ => entry.name.to_owned(),
    }
}
