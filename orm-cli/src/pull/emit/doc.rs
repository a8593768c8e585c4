//! Texts of the database as documentation: they must neither end the comment
//! nor mean anything to what renders or tests it.

use proc_macro2::TokenStream;
use quote::quote;

/// `/// ..`, one line for each line of the text.
pub(in crate::pull) fn outer(text: &str) -> TokenStream {
    lines(text).map(|line| quote!(#[doc = #line])).collect()
}

/// `//! ..`, one line for each line of the text.
pub(in crate::pull) fn inner(text: &str) -> TokenStream {
    lines(text).map(|line| quote!(#![doc = #line])).collect()
}

fn lines(text: &str) -> impl Iterator<Item = String> {
    text.lines().map(|line| match harmless(line) {
        line if line.is_empty() => line,
        line => format!(" {line}"),
    })
}

/// A name in backticks.
pub(in crate::pull) fn name(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    format!("`{}`", words.join(" ").replace('`', "'"))
}

/// Text as it is in a line of Markdown that is nothing but text: no code that
/// would be run as a test, no HTML, no links.
fn harmless(line: &str) -> String {
    // Code is what is indented, even behind a bullet.
    let words: Vec<String> = line.split_whitespace().map(word).collect();
    words.join(" ")
}

fn word(word: &str) -> String {
    let fence = word.contains("```") || word.contains("~~~");
    let mut out = String::new();
    for c in word.chars() {
        match c {
            '<' | '[' | ']' | '\\' => out.extend(['\\', c]),
            '`' | '~' if fence => out.extend(['\\', c]),
            // Control characters, and those that change the direction of text.
            _ if c.is_control() || c.escape_debug().count() > 2 => {}
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_stays_what_it_is() {
        assert_eq!(
            harmless("The price in `cents`, 100% *net*; don't \"round\""),
            "The price in `cents`, 100% *net*; don't \"round\""
        );
        let two = outer("One.\n\nTwo.").to_string();
        assert_eq!(two.matches("doc").count(), 3);
    }

    #[test]
    fn nothing_is_run_or_rendered() {
        let pairs = [
            ("    std::process::exit(1)", "std::process::exit(1)"),
            ("-     code", "- code"),
            ("```rust", r"\`\`\`rust"),
            ("<script>alert(1)</script>", r"\<script>alert(1)\</script>"),
            ("[x](javascript:y)", r"\[x\](javascript:y)"),
            ("a\u{202e}b\r\u{0}c", "ab c"),
            ("*/ #![feature(x)] }", r"*/ #!\[feature(x)\] }"),
        ];
        for (text, expected) in pairs {
            assert_eq!(harmless(text), expected);
        }
        assert_eq!(name("a`b"), "`a'b`");
    }
}
