//! The constants in an expression: what can be compared between an expression
//! as a model writes it and as the server spells it back.

use std::iter::Peekable;
use std::str::Chars;

/// The texts, numbers, `true` and `false` of an expression, in order.
///
/// The server writes `x IN ('a', 'b')` as `x = ANY (ARRAY['a'::text, ..])`
/// and `-5` as `'-5'::integer`: the constants are the same.
pub(super) fn of(expression: &str) -> Vec<String> {
    let mut scan = Scan {
        rest: expression.chars().peekable(),
        found: Vec::new(),
    };
    let mut before = ' ';
    while let Some(character) = scan.rest.next() {
        match character {
            '\'' => scan.text(before == 'E'),
            '"' => scan.skip_name(),
            ':' if scan.rest.next_if_eq(&':').is_some() => scan.skip_type(),
            '0'..='9' => scan.number(character, before == '-'),
            _ if is_word(character) => scan.word(character),
            _ => {}
        }
        before = if character == 'E' && scan.rest.peek() == Some(&'\'') {
            'E'
        } else {
            character
        };
    }
    scan.found
}

struct Scan<'a> {
    rest: Peekable<Chars<'a>>,
    found: Vec<String>,
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

impl Scan<'_> {
    fn text(&mut self, escapes: bool) {
        let mut text = String::new();
        while let Some(character) = self.rest.next() {
            match character {
                '\'' if self.rest.next_if_eq(&'\'').is_none() => break,
                '\\' if escapes => text.extend(self.rest.next()),
                _ => text.push(character),
            }
        }
        self.found.push(text);
    }

    fn skip_name(&mut self) {
        while self.rest.next_if(|&it| it != '"').is_some() {}
        self.rest.next();
    }

    fn number(&mut self, first: char, negative: bool) {
        let mut text = String::from(if negative { "-" } else { "" });
        text.push(first);
        while let Some(it) = self
            .rest
            .next_if(|&it| it.is_ascii_digit() || it == '.' || it == 'e')
        {
            text.push(it);
        }
        self.found.push(text);
    }

    /// `true` and `false`; every other word is a name or a keyword.
    fn word(&mut self, first: char) {
        // The E of E'..' is no word.
        if first == 'E' && self.rest.peek() == Some(&'\'') {
            return;
        }
        let mut word = String::from(first);
        while let Some(it) = self.rest.next_if(|&it| is_word(it)) {
            word.push(it);
        }
        word.make_ascii_lowercase();
        match word.as_str() {
            "true" | "false" => self.found.push(word),
            // The second word of a type's name, with its length.
            "varying" | "time" => self.skip_length(),
            _ => {}
        }
    }

    /// A type after `::`, with its length: `numeric(10,2)[]`.
    fn skip_type(&mut self) {
        while let Some(it) = self
            .rest
            .next_if(|&it| is_word(it) || it == '.' || it == '"')
        {
            if it == '"' {
                self.skip_name();
            }
        }
        self.skip_length();
    }

    fn skip_length(&mut self) {
        if self.rest.peek() == Some(&'(') {
            while self.rest.next_if(|&it| it != ')').is_some() {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn the_servers_spelling_has_the_same_constants() {
        let pairs = [
            ("\"price\" >= 0", "CHECK ((price >= 0))"),
            ("\"price\" >= -5", "CHECK ((price >= '-5'::integer))"),
            (
                "\"kind\" IN ('a', 'it''s')",
                "CHECK (((kind)::text = ANY ((ARRAY['a'::character varying, \
                 'it''s'::character varying])::text[])))",
            ),
            (
                "char_length(\"n2\") BETWEEN 2 AND 200",
                "CHECK (((char_length((n2)::text) >= 2) AND (char_length((n2)::text) <= 200)))",
            ),
            ("\"a\" IN (E'\\\\')", "CHECK ((a = E'\\\\'::text))"),
            ("1.5", "1.5::numeric(10,2)"),
            ("'ab'", "'ab'::character varying(10)"),
            ("'pending'", "'pending'::\"public\".\"enum_2\""),
            ("true", "true"),
        ];
        for (ours, theirs) in pairs {
            assert_eq!(of(ours), of(theirs), "{ours} / {theirs}");
        }
    }

    #[test]
    fn other_constants_are_told_apart() {
        assert_ne!(of("\"price\" >= 0"), of("CHECK ((price >= 1))"));
        assert_ne!(of("'a'"), of("'b'::text"));
        assert_ne!(of("true"), of("false"));
    }
}
