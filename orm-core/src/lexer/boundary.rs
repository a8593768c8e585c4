//! Where a statement ends: not at a semicolon in parentheses or in the body of
//! a function.

use super::{Kind, Token};

/// How many of a statement's words are kept to tell what it is.
const KEPT_WORDS: usize = 64;

/// The statement being read, as far as its end depends on it.
#[derive(Default)]
pub(crate) struct Boundary {
    parentheses: usize,
    words: Vec<String>,
    body: Body,
}

/// Where in a function's `BEGIN ATOMIC .. END` or a trigger's `BEGIN .. END` we
/// are, whose semicolons end nothing.
#[derive(Default)]
struct Body {
    begin_was_last: bool,
    depth: usize,
}

impl Boundary {
    /// Whether a semicolon would end it here.
    pub(crate) fn may_end(&self) -> bool {
        self.parentheses == 0 && self.body.depth == 0
    }

    /// Its first words: lower case, or quoted as written.
    pub(crate) fn into_words(self) -> Vec<String> {
        self.words
    }

    /// Reads on.
    pub(crate) fn take(&mut self, token: &Token<'_>) {
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
            // Its name may be any word.
            let of_trigger = self.is_trigger() && self.words.len() > 3;
            self.body.word(&word, of_trigger);
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
        ) || self.is_trigger()
    }

    /// A trigger of SQLite has its statements between BEGIN and END.
    fn is_trigger(&self) -> bool {
        let words: Vec<&str> = self.words.iter().take(3).map(String::as_str).collect();
        matches!(
            words[..],
            ["create", "trigger", ..] | ["create", "temp" | "temporary", "trigger"]
        )
    }
}

impl Body {
    fn word(&mut self, word: &str, of_trigger: bool) {
        match word {
            "begin" if of_trigger && self.depth == 0 => self.depth = 1,
            "atomic" if self.begin_was_last && self.depth == 0 => self.depth = 1,
            "case" if self.depth > 0 => self.depth += 1,
            "end" => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        self.begin_was_last = word == "begin";
    }
}
