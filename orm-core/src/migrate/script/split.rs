//! From a script's text to its statements and `-- orm:` directives.

use super::ScriptFlaw;
use super::lexer::{Kind, Lexer, Token, Unclosed};
use super::statement::Statement;

/// What a script consists of, in order.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Item<'s> {
    Statement(Statement),
    Directive(Directive<'s>),
}

/// `-- orm:word argument`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Directive<'s> {
    pub(super) word: &'s str,
    pub(super) argument: &'s str,
    pub(super) line: usize,
    /// Where its comment begins and ends, in bytes.
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Splits a script as `psql` would.
pub(super) fn items(source: &str) -> Result<Vec<Item<'_>>, ScriptFlaw> {
    let mut lexer = Lexer::new(source);
    let mut splitter = Splitter {
        source,
        items: Vec::new(),
        open: None,
    };
    loop {
        match lexer.token() {
            Ok(Some(token)) => splitter.take(&token)?,
            Ok(None) => break,
            Err(Unclosed { what, at }) => {
                return Err(ScriptFlaw::new(
                    line_of(source, at),
                    format!("the {what} that begins here is not closed"),
                ));
            }
        }
    }
    splitter.finish_statement();
    Ok(splitter.items)
}

/// The line of a byte, counted from 1.
pub(super) fn line_of(source: &str, at: usize) -> usize {
    1 + source.as_bytes()[..at]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count()
}

struct Splitter<'s> {
    source: &'s str,
    items: Vec<Item<'s>>,
    open: Option<Open>,
}

/// The statement being read.
#[derive(Default)]
struct Open {
    start: usize,
    end: usize,
    parentheses: usize,
    words: Vec<String>,
    body: Body,
}

/// Where in a function's `BEGIN ATOMIC .. END` we are, whose semicolons end
/// nothing.
#[derive(Default)]
struct Body {
    begin_was_last: bool,
    depth: usize,
}

impl<'s> Splitter<'s> {
    fn take(&mut self, token: &Token<'s>) -> Result<(), ScriptFlaw> {
        match token.kind {
            Kind::BlockComment => {}
            Kind::LineComment => self.comment(token)?,
            Kind::Semicolon if self.open.as_ref().is_none_or(Open::may_end) => {
                self.finish_statement();
            }
            _ => {
                let fresh = || Open {
                    start: token.start,
                    ..Open::default()
                };
                self.open.get_or_insert_with(fresh).take(token);
            }
        }
        Ok(())
    }

    fn comment(&mut self, token: &Token<'s>) -> Result<(), ScriptFlaw> {
        let text = token.text.trim_start_matches('-').trim();
        let Some(directive) = text.strip_prefix("orm:") else {
            return Ok(());
        };
        let line = line_of(self.source, token.start);
        if self.open.is_some() {
            let reason = "a directive cannot stand inside a statement: is a `;` missing before it?";
            return Err(ScriptFlaw::new(line, reason));
        }
        let (word, argument) = directive
            .split_once(char::is_whitespace)
            .unwrap_or((directive, ""));
        let (start, end) = (token.start, token.end());
        let argument = argument.trim();
        self.items.push(Item::Directive(Directive {
            word,
            argument,
            line,
            start,
            end,
        }));
        Ok(())
    }

    fn finish_statement(&mut self) {
        if let Some(open) = self.open.take() {
            let text = self.source[open.start..open.end].to_owned();
            let line = line_of(self.source, open.start);
            self.items
                .push(Item::Statement(Statement::new(text, line, open.words)));
        }
    }
}

/// How many of a statement's words are kept to tell what it is.
const KEPT_WORDS: usize = 64;

impl Open {
    fn may_end(&self) -> bool {
        self.parentheses == 0 && self.body.depth == 0
    }

    fn take(&mut self, token: &Token<'_>) {
        self.end = token.end();
        match token.kind {
            Kind::Open => self.parentheses += 1,
            Kind::Close => self.parentheses = self.parentheses.saturating_sub(1),
            Kind::Word => self.word(token.text),
            Kind::QuotedName if self.words.len() < KEPT_WORDS => {
                self.words.push(token.text.to_owned());
            }
            _ => {}
        }
    }

    fn word(&mut self, word: &str) {
        let word = word.to_ascii_lowercase();
        if self.parentheses == 0 && self.is_routine() {
            self.body.word(&word);
        }
        if self.words.len() < KEPT_WORDS {
            self.words.push(word);
        }
    }

    fn is_routine(&self) -> bool {
        let words: Vec<&str> = self.words.iter().take(4).map(String::as_str).collect();
        matches!(
            words[..],
            ["create", "function" | "procedure", ..]
                | ["create", "or", "replace", "function" | "procedure"]
        )
    }
}

impl Body {
    fn word(&mut self, word: &str) {
        match word {
            "atomic" if self.begin_was_last && self.depth == 0 => self.depth = 1,
            "case" if self.depth > 0 => self.depth += 1,
            "end" => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        self.begin_was_last = word == "begin";
    }
}
