//! Attributes that nobody wrote: code that can be parsed, with errors in it or
//! not, and never a panic, which rustc would show without a place.

use proc_macro2::TokenStream;

use crate::expand;
use crate::vocab::KEYS;

const WORDS: &[&str] = &[
    "#[model(",
    "#[column(",
    "#[association(",
    "#[validate(",
    "#[db_enum(",
    "#[db_type(",
    "#[polymorphic(",
    "#[projection(",
    ")]",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<",
    ">",
    ",",
    "=",
    "::",
    ";",
    "-",
    "!",
    "id",
    "name",
    "user_id",
    "User",
    "r#type",
    "crate::User",
    "Option<i32>",
    "Vec<String>",
    "\"\"",
    "\"users\"",
    "\"a.b\"",
    "\"SELECT '\"",
    "\"\\0\"",
    "b\"x\"",
    "'c'",
    "0",
    "-1",
    "18446744073709551616",
    "1.5",
    "1_000u8",
    "true",
    "false",
    "has_many",
    "has_one",
    "belongs_to",
    "many_to_many",
    "as = ",
    "model = ",
    "foreign_key = ",
    "through = ",
    "|x| x",
    "if true { 1 } else { 2 }",
    "pub",
    "pub(crate)",
    "where",
    "'a",
    "const N: usize",
    "r\"(a|b)*\"",
    "\"(\"",
    "é",
    "_",
    "Self",
    "self",
    "async",
];

/// The text that these bytes mean: keys of the language, its words, and letters.
fn text(bytes: &[u8]) -> String {
    let mut text = String::new();
    for pair in bytes.chunks_exact(2) {
        let number = usize::from(pair[0] & 1) << 8 | usize::from(pair[1]);
        match pair[0] {
            0..16 => text.push(char::from(pair[1] & 0x7f)),
            16..128 => text.push_str(KEYS[number % KEYS.len()].example),
            _ => text.push_str(WORDS[number % WORDS.len()]),
        }
        text.push(' ');
    }
    text
}

fn expands(source: &str) {
    // What is no tokens never reaches a macro.
    let Ok(tokens) = source.parse::<TokenStream>() else {
        return;
    };
    for derive in [
        expand::model,
        expand::db_enum,
        expand::db_type,
        expand::projection,
        expand::polymorphic,
    ] {
        let expanded = derive(tokens.clone());
        let parsed = syn::parse2::<syn::File>(expanded.clone());
        assert!(parsed.is_ok(), "{source}\n{expanded}");
    }
}

/// One attribute's arguments at a time, between what is well written.
#[test]
fn attributes() {
    bolero::check!().with_max_len(64).for_each(|bytes| {
        let arguments = text(bytes);
        for attribute in ["model", "association"] {
            expands(&format!(
                "#[{attribute}({arguments})] struct User {{ #[column(primary_key)] id: i32, \
                 name: Option<String> }}"
            ));
        }
        for attribute in ["column", "validate", "projection"] {
            expands(&format!(
                "struct User {{ #[column(primary_key)] id: i32, \
                 #[{attribute}({arguments})] name: String }}"
            ));
        }
        for attribute in ["db_enum", "polymorphic"] {
            expands(&format!(
                "#[{attribute}({arguments})] enum Kind {{ #[{attribute}({arguments})] A, B(B) }}"
            ));
        }
        expands(&format!("#[db_type({arguments})] struct Cents(i64);"));
    });
}

/// Items, from their first token on.
#[test]
fn items() {
    bolero::check!().with_max_len(128).for_each(|bytes| {
        let (first, second) = bytes.split_at(bytes.len() / 2);
        let (before, inside) = (text(first), text(second));
        expands(&format!("{before} struct User {{ {inside} }}"));
        expands(&format!("struct User {{ {before} name: {inside} }}"));
        expands(&format!("enum Kind {{ {before} {inside} }}"));
        let all = format!("{before} {inside}");
        expands(&all);
        if let Ok(tokens) = all.parse::<TokenStream>() {
            let _ = expand::loaded(tokens);
        }
    });
}
