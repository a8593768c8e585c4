//! Migration files that nobody wrote: a script, or a flaw in one of its lines.

use super::split::{Item, items};
use super::{ScriptFlaw, one_file, two_files};
use crate::lexer::Lexer;
use crate::migrate::{is_kebab, to_kebab};
use crate::schema::Backend;
use crate::soup::soup;

const FILE: &[&str] = &[
    "-- orm:up\n",
    "-- orm:down\n",
    "-- orm:no-transaction\n",
    "-- orm:irreversible: why\n",
    "-- orm:allow drop-column: why\n",
    "-- orm:",
    "orm:",
    "--",
    "\n",
    ";",
    "'",
    "''",
    "\"",
    "E'",
    "e'\\",
    "U&\"",
    "$$",
    "$tag$",
    "$1",
    "$",
    "/*",
    "*/",
    "(",
    ")",
    "\\",
    "BEGIN ATOMIC",
    "END",
    "CASE",
    "CREATE FUNCTION f() RETURNS int ",
    "CREATE PROCEDURE p() ",
    "CREATE TRIGGER t AFTER INSERT ON u ",
    "[",
    "]",
    "`",
    "PRAGMA foreign_keys = OFF",
    "CREATE INDEX CONCURRENTLY i ON t (a)",
    "CREATE TABLE t (a int)",
    "INSERT INTO t VALUES (1)",
    "COMMIT",
    "COPY t FROM STDIN",
    " ",
    "a",
    "1",
];

/// Whose grammar it is read by.
fn either(bytes: &[u8]) -> Backend {
    match bytes.len() % 2 {
        0 => Backend::Postgres,
        _ => Backend::Sqlite,
    }
}

fn in_the_file(flaw: &ScriptFlaw, text: &str) {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let last = lines.matches('\n').count() + 1;
    assert!((1..=last).contains(&flaw.line), "{flaw:?} of {text:?}");
}

#[test]
fn files() {
    bolero::check!().with_max_len(512).for_each(|bytes| {
        let of = either(bytes);
        let (first, second) = bytes.split_at(bytes.len() / 2);
        let (up, down) = (soup(FILE, first), soup(FILE, second));
        if let Err((file, flaw)) = two_files(("up", &up), Some(("down", &down)), of) {
            in_the_file(&flaw, if file == "up" { &up } else { &down });
        }
        let whole = format!("-- orm:up\n{up}\n-- orm:down\n{down}");
        for text in [&whole, &up] {
            if let Err((_, flaw)) = one_file("file", text, of) {
                in_the_file(&flaw, text);
            }
        }
    });
}

#[test]
fn pieces() {
    bolero::check!().with_max_len(512).for_each(|bytes| {
        let of = either(bytes);
        let text = soup(FILE, bytes);
        let mut lexer = Lexer::new(&text, of);
        let mut before = 0;
        while let Ok(Some(token)) = lexer.token() {
            // In order, not empty, and nothing between but blanks.
            assert!(token.start >= before && token.end() > token.start);
            assert_eq!(&text[token.start..token.end()], token.text);
            let blank = |it: char| it.is_ascii_whitespace() || it == '\u{b}';
            assert!(text[before..token.start].chars().all(blank), "{text:?}");
            before = token.end();
        }
        for item in items(&text, of).into_iter().flatten() {
            if let Item::Statement(statement) = item {
                assert!(!statement.text().is_empty() && text.contains(statement.text()));
                let _ = (statement.refusal(of, false), statement.concurrent_index());
            }
        }
    });
}

#[test]
fn names() {
    bolero::check!().with_max_len(128).for_each(|bytes| {
        let text = soup(FILE, bytes);
        let kebab = to_kebab(&text);
        assert!(kebab.is_empty() || is_kebab(&kebab), "{text:?} {kebab:?}");
        assert_eq!(to_kebab(&kebab), kebab);
        let _ = crate::migrate::name::check(&text);
    });
}
