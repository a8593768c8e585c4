//! Where a statement ends: on PostgreSQL not at a semicolon in parentheses or in the
//! body of a function, on SQLite not at one in the body of a trigger.

use super::{Kind, Token};
use crate::schema::Backend;

/// How many of a statement's words are kept to tell what it is.
const KEPT_WORDS: usize = 64;

/// The statement being read, as far as its end depends on it.
pub(crate) struct Boundary {
    of: Backend,
    parentheses: usize,
    words: Vec<String>,
    /// A dot was last: the next word goes on with the name before it.
    dotted: bool,
    body: Body,
}

/// Where in a body we are, whose semicolons end nothing.
///
/// It ends at an END behind a semicolon: `end` and `case` are names everywhere else, or
/// part of an expression.
#[derive(Default)]
struct Body {
    /// PostgreSQL's `BEGIN ATOMIC .. END` of a function has begun.
    open: bool,
    begin_was_last: bool,
    /// What was last ends a statement of the body, or begins the body.
    end_may_follow: bool,
    /// SQLite's `BEGIN .. END` of a trigger has ended.
    ended: bool,
}

impl Boundary {
    /// No statement yet, of a text for this database.
    pub(crate) fn new(of: Backend) -> Self {
        Boundary {
            of,
            parentheses: 0,
            words: Vec::new(),
            dotted: false,
            body: Body::default(),
        }
    }

    /// Whether a semicolon would end it here.
    pub(crate) fn may_end(&self) -> bool {
        match self.of {
            Backend::Postgres => self.parentheses == 0 && !self.body.open,
            Backend::Sqlite => !self.is_trigger() || self.body.ended,
        }
    }

    /// Its first words: lower case, or quoted as written, the parts of a name with
    /// their dots between them.
    pub(crate) fn into_words(self) -> Vec<String> {
        self.words
    }

    /// Reads on.
    pub(crate) fn take(&mut self, token: &Token<'_>) {
        if matches!(token.kind, Kind::LineComment | Kind::BlockComment) {
            return;
        }
        if token.kind != Kind::Word {
            // `begin.atomic` and `SET a.begin = atomic` begin no body.
            self.body.begin_was_last = false;
        }
        match token.kind {
            Kind::Open => self.parentheses += 1,
            Kind::Close => self.parentheses = self.parentheses.saturating_sub(1),
            Kind::Word => {
                let word = token.text.to_ascii_lowercase();
                self.body
                    .word(&word, self.parentheses == 0 && self.is_routine());
                self.keep(word);
            }
            Kind::QuotedName => self.keep(token.text.to_owned()),
            // SQLite takes a text for a name where only a name can be.
            Kind::Other if self.of == Backend::Sqlite && token.text.starts_with('\'') => {
                self.keep(token.text.to_owned());
            }
            _ => {}
        }
        self.dotted = token.text == ".";
        if token.kind != Kind::Word {
            self.body.end_may_follow = token.kind == Kind::Semicolon;
        }
    }

    fn keep(&mut self, word: String) {
        let full = self.words.len() >= KEPT_WORDS;
        match self.words.last_mut() {
            _ if full => {}
            Some(name) if self.dotted => {
                name.push('.');
                name.push_str(&word);
            }
            _ => self.words.push(word),
        }
    }

    fn first<const N: usize>(&self) -> [&str; N] {
        std::array::from_fn(|at| self.words.get(at).map_or("", String::as_str))
    }

    /// Whether its body may be SQL, with semicolons of its own.
    fn is_routine(&self) -> bool {
        self.of == Backend::Postgres
            && matches!(
                self.first::<4>(),
                ["create", "function" | "procedure", ..]
                    | ["create", "or", "replace", "function" | "procedure"]
            )
    }

    /// A trigger of SQLite has its statements in it.
    fn is_trigger(&self) -> bool {
        matches!(
            self.first(),
            ["create", "trigger", _] | ["create", "temp" | "temporary", "trigger"]
        )
    }
}

impl Body {
    fn word(&mut self, word: &str, of_routine: bool) {
        let begins = of_routine && !self.open && self.begin_was_last && word == "atomic";
        self.ended = word == "end" && self.end_may_follow;
        self.open = begins || self.open && !(of_routine && self.ended);
        self.begin_was_last = of_routine && word == "begin";
        self.end_may_follow = begins;
    }
}
