//! One statement of a script, and what can be told from its words.

use super::Batches;
use crate::schema::Backend;

/// A statement without its semicolon and the comments around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statement {
    text: String,
    line: usize,
    /// Its first words: lower case, or quoted as written.
    words: Vec<String>,
    /// `-- orm:batches ..` before it.
    batches: Option<Batches>,
}

/// An index that is created without blocking writers, as its statement names it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ConcurrentIndex {
    /// In the form `to_regclass` reads.
    pub(crate) table: String,
    pub(crate) name: String,
}

impl Statement {
    pub(super) fn new(text: String, line: usize, words: Vec<String>) -> Self {
        Statement {
            text,
            line,
            words,
            batches: None,
        }
    }

    /// The same, for some rows at a time.
    pub(super) fn in_batches(self, batches: Batches) -> Self {
        Statement {
            batches: Some(batches),
            ..self
        }
    }

    /// How it is run for some rows at a time, if it is.
    pub(crate) fn batches(&self) -> Option<&Batches> {
        self.batches.as_ref()
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn words(&self) -> &[String] {
        &self.words
    }

    /// The line of the `position`th character, or the statement's first.
    pub(crate) fn line(&self, position: Option<usize>) -> usize {
        let before = self.text.chars().take(position.unwrap_or_default());
        self.line + before.filter(|it| *it == '\n').count()
    }

    /// Its first line, cut where it gets long.
    pub(crate) fn first_line(&self) -> String {
        first_line(&self.text)
    }

    /// Why the statement can be in no migration, or in none of this kind.
    pub(super) fn refusal(&self, of: Backend, no_transaction: bool) -> Option<&'static str> {
        let words: Vec<&str> = self.words.iter().take(3).map(String::as_str).collect();
        match words[..] {
            ["rollback", "to", ..] | ["rollback", "work" | "transaction", "to"] => None,
            ["begin" | "commit" | "end" | "abort" | "rollback", ..]
            | ["start" | "prepare", "transaction", ..]
                if no_transaction =>
            {
                Some(
                    "a migration must not begin or end transactions: with `orm:no-transaction` \
                     each statement is run by itself; put what belongs together into a migration \
                     of its own, without the directive",
                )
            }
            ["begin" | "commit" | "end" | "abort" | "rollback", ..]
            | ["start" | "prepare", "transaction", ..] => Some(
                "a migration must not begin or end transactions: it runs in one of its own; \
                 write `-- orm:no-transaction` at the top, or split the migration",
            ),
            ["pragma", "foreign_keys" | "main.foreign_keys", ..] if of == Backend::Sqlite => Some(
                "`PRAGMA foreign_keys` does nothing inside a transaction, which every statement of \
                 a migration is in: write `-- orm:foreign-keys-off` at the top",
            ),
            ["copy", ..] if of == Backend::Postgres && self.copies_through_the_client() => Some(
                "COPY from STDIN or to STDOUT needs `psql`: write INSERT, or copy a file of the server",
            ),
            _ => None,
        }
    }

    fn copies_through_the_client(&self) -> bool {
        let streams = |pair: &[String]| {
            matches!(
                (pair[0].as_str(), pair[1].as_str()),
                ("from", "stdin") | ("to", "stdout")
            )
        };
        self.words.windows(2).any(streams)
    }

    /// Whether it sets something for the session, which ends with it.
    pub(crate) fn is_setting(&self) -> bool {
        let mut words = self.words.iter().map(String::as_str);
        match (words.next(), words.next()) {
            (Some("set"), second) => {
                !matches!(second, Some("local" | "transaction" | "constraints"))
            }
            (Some("reset"), _) => true,
            _ => false,
        }
    }

    /// Whether the statement waits for others instead of keeping them out.
    pub(crate) fn is_concurrent(&self) -> bool {
        self.words.iter().any(|word| word == "concurrently")
    }

    /// The index that `CREATE INDEX CONCURRENTLY` makes, if it has a name.
    pub(crate) fn concurrent_index(&self) -> Option<ConcurrentIndex> {
        let mut words = self.words.iter().map(String::as_str).peekable();
        let mut skip = |wanted: &[&str]| wanted.iter().all(|word| words.next_if_eq(word).is_some());
        if !skip(&["create"]) {
            return None;
        }
        skip(&["unique"]);
        if !skip(&["index", "concurrently"]) {
            return None;
        }
        skip(&["if", "not", "exists"]);
        if skip(&["on"]) {
            return None;
        }
        let name = words.next()?;
        words.next_if_eq(&"on")?;
        words.next_if_eq(&"only");
        let table = words.next()?;
        Some(ConcurrentIndex {
            table: table.to_owned(),
            name: unquoted(name),
        })
    }
}

/// The first line of some SQL, for a message.
pub(crate) fn first_line(sql: &str) -> String {
    const LONGEST: usize = 120;
    let line = sql.lines().next().unwrap_or_default().trim_end();
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

/// A word as the catalog has it.
fn unquoted(word: &str) -> String {
    match word.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
        Some(inner) => inner.replace("\"\"", "\""),
        None => word.to_owned(),
    }
}
