//! The words of an SQL expression: enough to find names in it, whatever its
//! texts contain.

use crate::sql::identifier;

/// A piece of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token<'a> {
    /// A name or keyword: as it is written, and the name that it means.
    Word(&'a str, String),
    /// A text with its quotes.
    Text(&'a str),
    /// White space.
    Space(&'a str),
    /// One character of anything else.
    Other(&'a str),
}

impl<'a> Token<'a> {
    fn written(&self) -> &'a str {
        match self {
            Token::Word(written, _)
            | Token::Text(written)
            | Token::Space(written)
            | Token::Other(written) => written,
        }
    }

    fn name(&self) -> Option<&str> {
        match self {
            Token::Word(_, name) => Some(name),
            _ => None,
        }
    }
}

/// Whether two expressions are written with the same tokens. `"id"` and `id`
/// are one name.
pub(crate) fn same(left: &str, right: &str) -> bool {
    fn meaning<'a>(text: &'a str) -> Vec<Token<'a>> {
        let plain = |token| match token {
            Token::Word(_, name) => Token::Word("", name),
            other => other,
        };
        let kept = |token: &Token<'_>| !matches!(token, Token::Space(_));
        tokens(text).into_iter().filter(kept).map(plain).collect()
    }
    left == right || meaning(left) == meaning(right)
}

/// Whether an expression has this name in it.
pub(crate) fn mentions(text: &str, name: &str) -> bool {
    tokens(text).iter().any(|token| token.name() == Some(name))
}

/// Whether an expression is one text, perhaps with the type it is of: `'a'::text`.
pub(crate) fn is_text(text: &str) -> bool {
    let all = tokens(text);
    let Some((Token::Text(_), rest)) = all.split_first() else {
        return false;
    };
    let of_type = |it: &Token<'_>| match it {
        Token::Word(..) | Token::Space(_) => true,
        Token::Other(sign) => {
            matches!(*sign, ":" | "." | "[" | "]" | "(" | ")" | ",") || is_digit(sign)
        }
        Token::Text(_) => false,
    };
    let casts = rest.first().is_none_or(|it| it.written() == ":");
    casts && rest.iter().all(of_type)
}

fn is_digit(sign: &str) -> bool {
    sign.bytes().all(|it| it.is_ascii_digit())
}

/// The expression with one name in place of another. What a call or a cast
/// names is left alone: that is a function or a type.
pub(crate) fn renamed(text: &str, from: &str, to: &str) -> String {
    let all = tokens(text);
    let mut out = String::new();
    for (i, token) in all.iter().enumerate() {
        let before = i.checked_sub(1).map(|it| all[it].written());
        let after = all.get(i + 1).map(Token::written);
        if token.name() == Some(from) && before != Some(":") && after != Some("(") {
            identifier::quote(&mut out, to);
        } else {
            out.push_str(token.written());
        }
    }
    out
}

/// The expression with other schemas in `schema.name`, where `replace` knows
/// of one.
pub(crate) fn moved(text: &str, replace: impl Fn(&str, &str) -> Option<String>) -> String {
    let all = tokens(text);
    let mut out = String::new();
    for (i, token) in all.iter().enumerate() {
        let dotted = all.get(i + 1).map(Token::written) == Some(".");
        let replaced = match (token, all.get(i + 2)) {
            (Token::Word(_, schema), Some(Token::Word(_, name))) if dotted => replace(schema, name),
            _ => None,
        };
        match replaced {
            Some(schema) => identifier::quote(&mut out, &schema),
            None => out.push_str(token.written()),
        }
    }
    out
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let escapes = matches!(first, 'E' | 'e') && rest[1..].starts_with('\'');
        let length = match first {
            _ if escapes => 1 + quoted(&rest[1..], '\'', true),
            '\'' => quoted(rest, '\'', false),
            '"' => quoted(rest, '"', false),
            _ if first.is_alphabetic() || first == '_' => run(rest, is_word),
            _ if first.is_whitespace() => run(rest, char::is_whitespace),
            _ => first.len_utf8(),
        };
        let (written, after) = rest.split_at(length);
        found.push(match first {
            _ if escapes => Token::Text(written),
            '\'' => Token::Text(written),
            '"' => Token::Word(written, unquoted(written)),
            _ if first.is_alphabetic() || first == '_' => {
                Token::Word(written, written.to_lowercase())
            }
            _ if first.is_whitespace() => Token::Space(written),
            _ => Token::Other(written),
        });
        rest = after;
    }
    found
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$')
}

fn run(text: &str, of: impl Fn(char) -> bool) -> usize {
    text.find(|it| !of(it)).unwrap_or(text.len())
}

/// The length of what is between quotes, with them; doubled ones are inside.
fn quoted(text: &str, quote: char, escapes: bool) -> usize {
    let mut rest = text.char_indices().skip(1).peekable();
    while let Some((at, character)) = rest.next() {
        if escapes && character == '\\' {
            rest.next();
        } else if character == quote && rest.next_if(|(_, it)| *it == quote).is_none() {
            return at + 1;
        }
    }
    text.len()
}

fn unquoted(name: &str) -> String {
    let inner = name.strip_prefix('"').unwrap_or(name);
    inner
        .strip_suffix('"')
        .unwrap_or(inner)
        .replace("\"\"", "\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_name_is_the_bare_one() {
        assert!(same("(\"price\" >= 0)", "(price>=0)"));
        assert!(!same("(\"Price\" >= 0)", "(price >= 0)"));
        assert!(!same("'a  b'", "'a b'"));
    }

    #[test]
    fn a_text_is_one_and_nothing_else() {
        for text in [
            "'a'",
            "'it''s'::text",
            "'{}'::\"Mood\"[]",
            "'1'::numeric(10,2)",
        ] {
            assert!(is_text(text), "{text}");
        }
        for text in [
            "a",
            "'a' || random()",
            "'a'::text || 'b'",
            "f('a')",
            "",
            "1",
        ] {
            assert!(!is_text(text), "{text}");
        }
    }

    #[test]
    fn names_in_texts_are_no_names() {
        assert!(mentions("(cost > 0)", "cost"));
        assert!(mentions("(\"Größe\" > 0)", "Größe"));
        assert!(!mentions("(kind = 'cost')", "cost"));
        assert!(!mentions("(kind = E'\\'cost')", "cost"));
        assert!(!mentions("(costs > 0)", "cost"));
    }

    #[test]
    fn a_column_is_renamed_and_a_type_or_function_is_not() {
        assert_eq!(
            renamed(
                "(lower(date) = date('x') AND date > 'date'::date)",
                "date",
                "day"
            ),
            "(lower(\"day\") = date('x') AND \"day\" > 'date'::date)"
        );
    }

    #[test]
    fn any_character_may_begin_a_token() {
        assert!(mentions("(état <> '≠' AND e ≤ 1)", "état"));
        assert!(mentions("e", "e"));
        assert_eq!(renamed("é = 1", "é", "e"), "\"e\" = 1");
    }

    #[test]
    fn a_schema_is_moved() {
        let shop = |schema: &str, name: &str| {
            (schema == "shop" && name == "state").then(|| "scratch".to_owned())
        };
        assert_eq!(
            moved("'a'::shop.state = shop.other('shop.state')", shop),
            "'a'::\"scratch\".state = shop.other('shop.state')"
        );
    }
}
