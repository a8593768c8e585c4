//! Texts as SQL literals, for the statements that cannot take bound values.

pub(crate) mod sqlite;

use crate::types::Param;

/// A value as a literal without a type: it takes the type of its column.
///
/// `None` where the value has no text, such as one with a NUL in it.
pub(super) fn of(param: &Param) -> Option<String> {
    let mut out = String::new();
    param.write_literal(&mut out).ok()?;
    if out.contains('\\') {
        out.clear();
        let mut text = String::new();
        param.write_text(&mut text).ok()?;
        write(&mut out, &text);
    }
    Some(out)
}

/// Writes a text as a literal that reads the same under every setting of
/// `standard_conforming_strings`.
pub(crate) fn write(out: &mut String, text: &str) {
    // A backslash means itself in '..' or not, depending on that setting; in
    // E'..' it is always an escape.
    let escapes = text.contains('\\');
    out.push_str(if escapes { "E'" } else { "'" });
    for character in text.chars() {
        if character == '\'' || (escapes && character == '\\') {
            out.push(character);
        }
        out.push(character);
    }
    out.push('\'');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        let mut out = String::new();
        write(&mut out, text);
        out
    }

    #[test]
    fn a_quote_inside_a_text_is_doubled() {
        assert_eq!(written("it's"), "'it''s'");
    }

    // `'\'` would swallow its own closing quote on a server with
    // `standard_conforming_strings = off`.
    #[test]
    fn a_backslash_is_escaped_whatever_the_server_thinks_of_it() {
        assert_eq!(written(r"\'; --"), r"E'\\''; --'");
    }
}
