//! Names of the database as names of Rust.
//!
//! A database takes any text for a name. What comes out of here is letters,
//! digits and single underscores, beginning with a letter: it can be part of a
//! path, of an identifier and of the names the derive makes of it.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span};

use super::word::upper_camel;

/// Words that are identifiers only as `r#word`.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// Words that are no identifier in any spelling.
const NEVER: &[&str] = &["crate", "self", "super", "Self"];

/// Functions every model has: a constant of that name would hide one.
const FUNCTIONS: &[&str] = &[
    "create",
    "create_many",
    "find",
    "find_by",
    "find_key",
    "query",
    "upsert",
];

/// A name in snake case: `Order Items` and `orderItems` become `order_items`.
/// `None` if nothing in it can be part of an identifier.
pub(super) fn snake(name: &str) -> Option<String> {
    let words = words(name);
    let joined = words.join("_");
    let first = joined.chars().next()?;
    // `n2024`, and not `_2024`: in camel case there is no underscore.
    Some(if first.is_ascii_digit() {
        format!("n{joined}")
    } else {
        joined
    })
}

/// The words of a name, in lower case.
fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (at, &c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| chars[at]);
        if !is_kept(c) || begins_word(before, c, chars.get(at + 1).copied()) {
            words.push(String::new());
        }
        if let (true, Some(word)) = (is_kept(c), words.last_mut()) {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a capital begins a word: `orderItem`, `HTTPLog`.
fn begins_word(before: Option<char>, c: char, after: Option<char>) -> bool {
    let Some(before) = before.filter(|_| c.is_uppercase()) else {
        return false;
    };
    !before.is_uppercase() || after.is_some_and(char::is_lowercase)
}

/// Letters that are the same in every normal form of Unicode, in either case.
/// Everything else separates words: two names must never be one for the
/// compiler and two for us.
fn is_kept(c: char) -> bool {
    let plain = |c: char| {
        c.is_ascii_alphanumeric()
            || (c.is_alphabetic()
                && matches!(c,
                    '\u{c0}'..='\u{131}' | '\u{134}'..='\u{13e}' | '\u{141}'..='\u{17e}'
                    | '\u{386}'..='\u{3ce}' | '\u{400}'..='\u{4ff}' | '\u{3041}'..='\u{3096}'
                    | '\u{30a1}'..='\u{30fa}' | '\u{4e00}'..='\u{9fff}'
                    | '\u{ac00}'..='\u{d7a3}'))
    };
    plain(c) && c.to_lowercase().all(plain) && c.to_uppercase().all(plain)
}

/// An identifier of a name made here: `type` becomes `r#type`.
pub(super) fn ident(name: &str) -> Ident {
    if KEYWORDS.contains(&name) {
        Ident::new_raw(name, Span::call_site())
    } else {
        Ident::new(name, Span::call_site())
    }
}

/// The names of one scope. Names that differ in capitals or underscores alone
/// count as one, for the derive makes types of them, and some file systems
/// take them for one file.
#[derive(Debug, Clone, Default)]
pub(super) struct Taken {
    forms: BTreeSet<String>,
    /// What stands before a number.
    separator: &'static str,
}

impl Taken {
    /// A scope of names in snake case: `order`, `order_2`.
    pub(super) fn names() -> Self {
        Taken {
            separator: "_",
            ..Taken::default()
        }
    }

    /// A scope of names in camel case: `Order`, `Order2`.
    pub(super) fn types() -> Self {
        Taken::default()
    }

    /// The first of the wanted names that is free, else the last with a number.
    pub(super) fn take(&mut self, wanted: &[String]) -> String {
        let separator = self.separator;
        let last = wanted.last().map_or("", String::as_str);
        let numbered = (2..).map(|number: u32| format!("{last}{separator}{number}"));
        let all = wanted.iter().cloned().chain(numbered);
        let mut free = all
            .map(possible)
            .filter(|name| self.forms.insert(form(name)));
        // The numbers do not end before a name is free.
        free.next().unwrap_or_default()
    }

    /// Keeps a name from being given away.
    pub(super) fn reserve(&mut self, name: &str) {
        self.forms.insert(form(name));
    }
}

fn form(name: &str) -> String {
    upper_camel(name).to_lowercase()
}

/// The name, or near it if Rust or the models have the word for themselves.
fn possible(name: String) -> String {
    if NEVER.contains(&&*name) || FUNCTIONS.contains(&&*name) {
        return name + "_";
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str) -> String {
        snake(name).unwrap_or_default()
    }

    #[test]
    fn names_become_snake_case() {
        let pairs = [
            ("user_id", "user_id"),
            ("userId", "user_id"),
            ("HTTPLog", "http_log"),
            ("Column Name", "column_name"),
            ("_private__name_", "private_name"),
            ("2024 totals", "n2024_totals"),
            ("größe", "größe"),
            ("Straße", "straße"),
            ("заказы", "заказы"),
            ("用户", "用户"),
        ];
        for (name, expected) in pairs {
            assert_eq!(of(name), expected, "{name}");
        }
    }

    #[test]
    fn nothing_that_could_leave_the_identifier_is_kept() {
        let hostile = [
            "../../etc/passwd",
            "a\"; fn main() {}",
            "x */ y",
            "a\u{202e}b\u{0}c",
            "e\u{301}",
            "nul\r\nname",
        ];
        for name in hostile {
            let name = of(name);
            assert!(
                name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'),
                "{name}"
            );
            assert!(syn::parse_str::<Ident>(&name).is_ok(), "{name}");
        }
        assert_eq!(snake("…"), None);
        assert_eq!(snake(""), None);
    }

    #[test]
    fn a_scope_gives_each_name_once() {
        let mut taken = Taken::names();
        let mut take = |name: &str| taken.take(&[name.to_owned()]);
        assert_eq!(take("id"), "id");
        assert_eq!(take("id"), "id_2");
        assert_eq!(take("i_d"), "i_d_3");
        assert_eq!(take("self"), "self_");
        assert_eq!(take("query"), "query_");
        assert_eq!(take("type"), "type");
        assert_eq!(ident("type").to_string(), "r#type");
    }

    #[test]
    fn the_first_free_of_several_is_taken() {
        let mut taken = Taken::names();
        taken.reserve("orders");
        let wanted = ["orders", "orders_as_seller"].map(str::to_owned);
        assert_eq!(taken.take(&wanted), "orders_as_seller");
        assert_eq!(taken.take(&wanted), "orders_as_seller_2");
    }
}
