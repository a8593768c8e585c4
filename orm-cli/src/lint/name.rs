//! Names as they are written and as the server understands them.

use std::fmt;

/// The name of a table, column or other object, perhaps with its schema.
///
/// Names are equal if the server sees the same name in them; they print as
/// they were written.
#[derive(Debug, Clone)]
pub(crate) struct Name {
    written: String,
    parts: Vec<String>,
}

impl Name {
    pub(crate) fn new(written: &str) -> Self {
        let written = written.trim();
        Name {
            written: written.to_owned(),
            parts: parts(written),
        }
    }

    /// A name as the server has it, in a schema or in none.
    pub(crate) fn of(schema: Option<&str>, name: &str) -> Self {
        let parts: Vec<String> = schema.into_iter().chain([name]).map(Into::into).collect();
        let quoted = parts.iter().map(|it| quoted(it)).collect::<Vec<_>>();
        Name {
            written: quoted.join("."),
            parts,
        }
    }

    /// A name of SQLite's, which has four kinds of quotes and does not care for case.
    pub(crate) fn of_sqlite(written: &str) -> Self {
        let mut parts = vec![String::new()];
        let mut characters = written.chars().peekable();
        while let Some(character) = characters.next() {
            let last = parts.len() - 1;
            let close = match character {
                '.' => {
                    parts.push(String::new());
                    continue;
                }
                '[' => ']',
                '"' | '\'' | '`' => character,
                plain => {
                    parts[last].push(plain.to_ascii_lowercase());
                    continue;
                }
            };
            while let Some(inner) = characters.next() {
                let ends = inner == close;
                if ends && (close == ']' || characters.next_if_eq(&close).is_none()) {
                    break;
                }
                parts[last].push(inner.to_ascii_lowercase());
            }
        }
        Name {
            written: written.to_owned(),
            parts,
        }
    }

    /// The name without its schema, as the server has it.
    pub(crate) fn last(&self) -> &str {
        self.parts.last().map_or("", String::as_str)
    }

    /// The schema, as the server has it.
    pub(crate) fn schema(&self) -> Option<&str> {
        let [.., schema, _] = self.parts.as_slice() else {
            return None;
        };
        Some(schema)
    }

    /// Every part, as the server has it before it cuts what is too long.
    pub(crate) fn parts(&self) -> &[String] {
        &self.parts
    }

    /// A name made of this one, quoted where it has to be: `idx_` and the like.
    pub(crate) fn derived(&self, before: &str, after: &str) -> String {
        quoted(&format!("{before}{}{after}", self.last()))
    }
}

/// A part of a name, in quotes where it has to be.
fn quoted(name: &str) -> String {
    let plain = |c: char| c == '_' || c.is_ascii_lowercase() || c.is_ascii_digit();
    if !name.is_empty() && name.chars().all(plain) {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

impl PartialEq for Name {
    /// A name without schema may be the same as one with: whoever writes both
    /// in one set of migrations means one table.
    fn eq(&self, other: &Self) -> bool {
        self.last() == other.last()
            && match (self.schema(), other.schema()) {
                (Some(own), Some(others)) => own == others,
                _ => true,
            }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

/// `public."Order"` is `public` and `Order`; `Users` is `users`.
fn parts(written: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    let mut characters = written.chars().peekable();
    while let Some(character) = characters.next() {
        let last = parts.len() - 1;
        match character {
            '"' if quoted && characters.next_if_eq(&'"').is_some() => parts[last].push('"'),
            '"' => quoted = !quoted,
            '.' if !quoted => parts.push(String::new()),
            _ if quoted => parts[last].push(character),
            _ if character.is_whitespace() => {}
            _ => parts[last].extend(character.to_lowercase()),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_the_server_does() {
        assert_eq!(Name::new("Users"), Name::new("users"));
        assert_eq!(Name::new("users"), Name::new("public.USERS"));
        assert_ne!(Name::new("\"Users\""), Name::new("users"));
        assert_ne!(Name::new("sales.users"), Name::new("public.users"));
        assert_eq!(Name::new("\"a.\"\"b\"").last(), "a.\"b");
    }

    #[test]
    fn names_of_sqlite_are_the_same_in_whatever_quotes() {
        for name in [
            "Users",
            "[users]",
            "`USERS`",
            "'users'",
            "\"Users\"",
            "main.[Users]",
        ] {
            assert_eq!(Name::of_sqlite(name), Name::of_sqlite("users"), "{name}");
        }
        assert_eq!(Name::of_sqlite("`a.``B`").parts(), ["a.`b"]);
        assert_eq!(Name::of_sqlite("[it's]").last(), "it's");
        assert_eq!(Name::of_sqlite("temp.\"a\"\"b\"").parts(), ["temp", "a\"b"]);
    }

    #[test]
    fn derived_names_are_quoted_where_they_must_be() {
        assert_eq!(Name::new("s.Users").derived("idx_", "_id"), "idx_users_id");
        assert_eq!(Name::new("\"Users\"").derived("idx_", ""), "\"idx_Users\"");
    }
}
