//! From a script's text to its statements and `-- orm:` directives.

use super::ScriptFlaw;
use super::statement::Statement;
use crate::lexer::{Boundary, Kind, Lexer, Token, Unclosed};
use crate::schema::Backend;

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

/// Splits a script as `psql` would, or the shell of SQLite.
pub(super) fn items(source: &str, of: Backend) -> Result<Vec<Item<'_>>, ScriptFlaw> {
    let mut lexer = Lexer::new(source, of);
    let mut splitter = Splitter {
        of,
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
    of: Backend,
    source: &'s str,
    items: Vec<Item<'s>>,
    open: Option<Open>,
}

/// The statement being read.
struct Open {
    start: usize,
    end: usize,
    boundary: Boundary,
}

impl<'s> Splitter<'s> {
    fn take(&mut self, token: &Token<'s>) -> Result<(), ScriptFlaw> {
        match token.kind {
            Kind::BlockComment => {}
            Kind::LineComment => self.comment(token)?,
            Kind::Semicolon if self.open.as_ref().is_none_or(|it| it.boundary.may_end()) => {
                self.finish_statement();
            }
            _ => {
                let open = self.open.get_or_insert_with(|| Open {
                    start: token.start,
                    end: token.start,
                    boundary: Boundary::new(self.of),
                });
                open.end = token.end();
                open.boundary.take(token);
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
            self.items.push(Item::Statement(Statement::new(
                text,
                line,
                open.boundary.into_words(),
            )));
        }
    }
}
