//! The words, quotes and comments of SQL: as much of each database's grammar as it
//! takes to know where a statement ends, and what it may leave behind. Whose grammar
//! a text is read by is always said: what quotes and comments in one is plain text in
//! the other.

mod boundary;

pub(crate) use self::boundary::Boundary;

use crate::schema::Backend;

/// A piece of SQL between blanks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'s> {
    pub(crate) kind: Kind,
    pub(crate) text: &'s str,
    /// Where it begins in the source, in bytes.
    pub(crate) start: usize,
}

impl Token<'_> {
    pub(crate) fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A key word or a name without quotes.
    Word,
    /// A name in double quotes, on SQLite also in `[..]` and between backticks.
    QuotedName,
    /// `-- ..` up to the end of the line.
    LineComment,
    /// `/* .. */`, on PostgreSQL with those inside.
    BlockComment,
    Semicolon,
    Open,
    Close,
    /// Literals, numbers, operators, parameters.
    Other,
}

/// Something that was opened at `at` and never closed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unclosed {
    pub(crate) what: &'static str,
    pub(crate) at: usize,
}

pub(crate) struct Lexer<'s> {
    source: &'s str,
    at: usize,
    /// Whose rules it goes by.
    of: Backend,
}

impl<'s> Lexer<'s> {
    /// Reads what is written for this database.
    pub(crate) fn new(source: &'s str, of: Backend) -> Self {
        Lexer { source, at: 0, of }
    }

    /// The next token, or `None` at the end.
    pub(crate) fn token(&mut self) -> Result<Option<Token<'s>>, Unclosed> {
        self.skip(|byte| is_blank(char::from(byte)));
        let start = self.at;
        let Some(first) = self.peek(0) else {
            return Ok(None);
        };
        let kind = self.consume(first)?;
        let text = &self.source[start..self.at];
        Ok(Some(Token { kind, text, start }))
    }

    fn consume(&mut self, first: u8) -> Result<Kind, Unclosed> {
        let quoted = match (first, self.peek(1)) {
            (b'-', Some(b'-')) => {
                let ends = self.line_ends();
                self.skip(|byte| !ends.contains(&char::from(byte)));
                return Ok(Kind::LineComment);
            }
            (b'\'', _) => return self.text(false),
            (b'"', _) => return self.quoted_name(b'"'),
            (first, second) => match self.of {
                Backend::Postgres => self.of_postgres(first, second)?,
                Backend::Sqlite => self.of_sqlite(first, second)?,
            },
        };
        if let Some(kind) = quoted {
            return Ok(kind);
        }
        if begins_word(first) {
            self.skip(continues_word);
            return Ok(Kind::Word);
        }
        if first.is_ascii_digit() {
            self.number();
            return Ok(Kind::Other);
        }
        self.at += 1;
        Ok(match first {
            b';' => Kind::Semicolon,
            b'(' => Kind::Open,
            b')' => Kind::Close,
            _ => Kind::Other,
        })
    }

    /// A number, with what is written right behind it.
    fn number(&mut self) {
        let start = self.at;
        self.skip(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'_');
        let named = self.source[start..self.at].contains(|it: char| it.is_ascii_alphabetic());
        // Before version 15 `1a$$` was a number and a name, in which a dollar quotes nothing.
        if named && self.of == Backend::Postgres {
            self.skip(continues_word);
        }
    }

    /// What PostgreSQL alone begins in this way.
    fn of_postgres(&mut self, first: u8, second: Option<u8>) -> Result<Option<Kind>, Unclosed> {
        match (first, second) {
            (b'/', Some(b'*')) => self.block_comment().map(Some),
            (b'$', _) => self.dollar().map(Some),
            (b'E' | b'e', Some(b'\'')) => {
                self.at += 1;
                self.text(true).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// What SQLite alone begins in this way.
    fn of_sqlite(&mut self, first: u8, second: Option<u8>) -> Result<Option<Kind>, Unclosed> {
        match (first, second) {
            (b'/', Some(b'*')) => Ok(Some(self.plain_comment())),
            (b'`', _) => self.quoted_name(b'`').map(Some),
            (b'[', _) => self.bracketed_name().map(Some),
            (b'$', _) => {
                self.skip(continues_word);
                Ok(Some(Kind::Other))
            }
            _ => Ok(None),
        }
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.source.as_bytes().get(self.at + ahead).copied()
    }

    // What is skipped ends before an ASCII byte or at the end, so `at` never
    // stands inside a character.
    fn skip(&mut self, wanted: impl Fn(u8) -> bool) {
        while self.peek(0).is_some_and(&wanted) {
            self.at += 1;
        }
    }

    /// What is open at the end is closed by it, and nothing is nested.
    fn plain_comment(&mut self) -> Kind {
        let rest = &self.source[self.at + 2..];
        self.at = match rest.find("*/") {
            Some(end) => self.at + 2 + end + 2,
            None => self.source.len(),
        };
        Kind::BlockComment
    }

    fn block_comment(&mut self) -> Result<Kind, Unclosed> {
        let at = self.at;
        let mut depth = 0;
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some(b'/'), Some(b'*')) => (depth, self.at) = (depth + 1, self.at + 2),
                (Some(b'*'), Some(b'/')) => (depth, self.at) = (depth - 1, self.at + 2),
                (Some(_), _) => self.at += 1,
                (None, _) => {
                    return Err(Unclosed {
                        what: "comment",
                        at,
                    });
                }
            }
            if depth == 0 {
                return Ok(Kind::BlockComment);
            }
        }
    }

    /// `'..'`, in which a backslash escapes the next character or does not.
    fn text(&mut self, escapes: bool) -> Result<Kind, Unclosed> {
        let at = self.at;
        loop {
            self.at += 1;
            self.skip(|byte| byte != b'\'' && !(escapes && byte == b'\\'));
            match (self.peek(0), self.peek(1)) {
                (Some(b'\\'), Some(_)) => self.at += 1,
                (Some(b'\''), Some(b'\'')) => self.at += 1,
                (Some(b'\''), _) => {
                    self.at += 1;
                    // `E'a'` goes on in a `'b'` on a later line.
                    match self.continuation() {
                        Some(quote) if escapes => self.at = quote,
                        _ => return Ok(Kind::Other),
                    }
                }
                _ => return Err(Unclosed { what: "text", at }),
            }
        }
    }

    /// What ends a line, and a comment with it: to PostgreSQL a carriage return too.
    fn line_ends(&self) -> &'static [char] {
        match self.of {
            Backend::Postgres => &['\n', '\r'],
            Backend::Sqlite => &['\n'],
        }
    }

    /// Where the next quote is, if only blanks and comments with a line break
    /// among them are before it.
    fn continuation(&self) -> Option<usize> {
        let mut rest = &self.source[self.at..];
        let mut broken = false;
        loop {
            let trimmed = rest.trim_start_matches(is_blank);
            broken |= rest[..rest.len() - trimmed.len()].contains(self.line_ends());
            rest = match trimmed.strip_prefix("--") {
                Some(comment) => &comment[comment.find(self.line_ends())?..],
                None => trimmed,
            };
            if rest.len() == trimmed.len() {
                break;
            }
        }
        let follows = broken && rest.starts_with('\'');
        follows.then_some(self.source.len() - rest.len())
    }

    /// `[..]`, in which nothing is escaped.
    fn bracketed_name(&mut self) -> Result<Kind, Unclosed> {
        let at = self.at;
        self.skip(|byte| byte != b']');
        if self.peek(0).is_none() {
            return Err(Unclosed {
                what: "quoted name",
                at,
            });
        }
        self.at += 1;
        Ok(Kind::QuotedName)
    }

    fn quoted_name(&mut self, quote: u8) -> Result<Kind, Unclosed> {
        let at = self.at;
        loop {
            self.at += 1;
            self.skip(|byte| byte != quote);
            match (self.peek(0), self.peek(1)) {
                (Some(_), Some(next)) if next == quote => self.at += 1,
                (Some(_), _) => {
                    self.at += 1;
                    return Ok(Kind::QuotedName);
                }
                (None, _) => {
                    return Err(Unclosed {
                        what: "quoted name",
                        at,
                    });
                }
            }
        }
    }

    /// `$tag$ .. $tag$`, or `$1`.
    fn dollar(&mut self) -> Result<Kind, Unclosed> {
        let at = self.at;
        let rest = &self.source[at..];
        let Some(length) = tag_length(rest) else {
            self.at += 1;
            self.skip(|byte| byte.is_ascii_digit());
            return Ok(Kind::Other);
        };
        let (tag, body) = rest.split_at(length);
        let Some(end) = body.find(tag) else {
            return Err(Unclosed {
                what: "dollar-quoted text",
                at,
            });
        };
        self.at += length + end + length;
        Ok(Kind::Other)
    }
}

/// The length of the `$tag$` that `text` begins with, both dollars included.
fn tag_length(text: &str) -> Option<usize> {
    let length = text[1..].find('$')? + 2;
    let tag = &text.as_bytes()[1..length - 1];
    let is_tag = match tag {
        [] => true,
        [first, rest @ ..] => begins_word(*first) && rest.iter().all(|it| continues_word(*it)),
    };
    is_tag.then_some(length)
}

/// Blanks, the vertical tab among them, which is one from PostgreSQL 16 on.
fn is_blank(character: char) -> bool {
    character.is_ascii_whitespace() || character == '\x0b'
}

fn begins_word(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || !byte.is_ascii()
}

fn continues_word(byte: u8) -> bool {
    begins_word(byte) || byte.is_ascii_digit() || byte == b'$'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<&str> {
        let mut lexer = Lexer::new(source, Backend::Postgres);
        let mut texts = Vec::new();
        while let Some(token) = lexer.token().unwrap() {
            texts.push(token.text);
        }
        texts
    }

    fn unclosed(source: &str) -> &'static str {
        let mut lexer = Lexer::new(source, Backend::Postgres);
        loop {
            match lexer.token() {
                Ok(Some(_)) => {}
                Ok(None) => panic!("everything is closed"),
                Err(Unclosed { what, .. }) => return what,
            }
        }
    }

    #[test]
    fn quotes_hide_semicolons_and_each_other() {
        assert_eq!(texts("a ';''--' b"), ["a", "';''--'", "b"]);
        assert_eq!(texts(r#""a;""'" b"#), [r#""a;""'""#, "b"]);
        assert_eq!(texts("$$;'$a$$ b"), ["$$;'$a$$", "b"]);
        assert_eq!(texts("$q$ $$;$$ $q$;"), ["$q$ $$;$$ $q$", ";"]);
        assert_eq!(texts("/* ; /* ' */ ; */ a"), ["/* ; /* ' */ ; */", "a"]);
        assert_eq!(texts("-- ' ;\na"), ["-- ' ;", "a"]);
    }

    // Each as its server has it: what is a comment to us must not be a statement to it.
    #[test]
    fn a_carriage_return_ends_a_line_where_the_database_says_so() {
        assert_eq!(texts("-- ' ;\ra"), ["-- ' ;", "a"]);
        assert_eq!(texts("-- ' ;\r\na"), ["-- ' ;", "a"]);
        assert_eq!(texts("E'a'\r'\\';' x"), ["E'a'\r'\\';'", "x"]);
        assert_eq!(texts("E'a' -- b'\r '\\';' x"), ["E'a' -- b'\r '\\';'", "x"]);
        let mut lexer = Lexer::new("-- ' ;\ra\nb", Backend::Sqlite);
        assert_eq!(lexer.token().unwrap().unwrap().text, "-- ' ;\ra");
    }

    // Standard strings take a backslash for itself, E'..' for an escape.
    #[test]
    fn a_backslash_escapes_in_e_strings_only() {
        assert_eq!(texts(r"'\';"), [r"'\'", ";"]);
        assert_eq!(texts(r"E'\';' x"), [r"E'\';'", "x"]);
        assert_eq!(texts(r"nameE'\' x"), ["nameE", r"'\'", "x"]);
        assert_eq!(texts("E'a'\n'\\';' x"), ["E'a'\n'\\';'", "x"]);
        assert_eq!(texts("E'a' -- b'\n '\\';' x"), ["E'a' -- b'\n '\\';'", "x"]);
        assert_eq!(texts("E'a' '\\' x"), ["E'a'", "'\\'", "x"]);
        assert_eq!(texts("E'a'\x0b\n'\\';' x"), ["E'a'\x0b\n'\\';'", "x"]);
    }

    #[test]
    fn a_dollar_is_a_quote_only_where_a_tag_is() {
        assert_eq!(texts("$1;$2"), ["$1", ";", "$2"]);
        assert_eq!(texts("a$b$c ;"), ["a$b$c", ";"]);
        assert_eq!(texts("$é$;$é$"), ["$é$;$é$"]);
        assert_eq!(texts("$1a$"), ["$1", "a$"]);
        assert_eq!(texts("1a$$;1e5b$$"), ["1a$$", ";", "1e5b$$"]);
        assert_eq!(texts("1.5$$;$$"), ["1.5", "$$;$$"]);
    }

    #[test]
    fn what_is_not_closed_is_named() {
        assert_eq!(unclosed("'a"), "text");
        assert_eq!(unclosed("'a''"), "text");
        assert_eq!(unclosed(r"E'a\'"), "text");
        assert_eq!(unclosed("\"a"), "quoted name");
        assert_eq!(unclosed("/* /* */"), "comment");
        assert_eq!(unclosed("$a$ $b$"), "dollar-quoted text");
    }

    #[test]
    fn sqlite_has_other_quotes_and_comments() {
        let texts = |source| {
            let mut lexer = Lexer::new(source, Backend::Sqlite);
            std::iter::from_fn(move || lexer.token().unwrap())
                .map(|token| token.text)
                .collect::<Vec<_>>()
        };
        assert_eq!(texts("[it's; ] a"), ["[it's; ]", "a"]);
        assert_eq!(texts("`a;``'` b"), ["`a;``'`", "b"]);
        assert_eq!(texts("/* /* */ a */"), ["/* /* */", "a", "*", "/"]);
        assert_eq!(texts("a /* ' ;"), ["a", "/* ' ;"]);
        assert_eq!(
            texts("e'\\' b $$ ; $$"),
            ["e", "'\\'", "b", "$$", ";", "$$"]
        );
        assert_eq!(texts("$1::int ?2"), ["$1", ":", ":", "int", "?", "2"]);
    }

    #[test]
    fn any_character_is_taken_whole() {
        assert_eq!(texts("größe→'ß'"), ["größe→", "'ß'"]);
        assert_eq!(texts("\u{feff}"), ["\u{feff}"]);
    }
}
