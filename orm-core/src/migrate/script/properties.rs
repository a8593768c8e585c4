//! Splitting, on texts nobody thought of.

use proptest::prelude::*;

use super::split::{Item, items};
use super::{one_file, two_files};
use crate::schema::Backend;

/// A piece of a statement in which a semicolon, a quote or a comment may hide.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zé_][a-z0-9_$]{0,8}",
        "[0-9]{1,5}(\\.[0-9]{1,3})?",
        "[-+*/<>=~!@#%^&|?,.\\[\\]:]".prop_filter("no comment", |it| it != "-" && it != "/"),
        "\\$[1-9]",
        "[^'\u{0}]{0,12}".prop_map(|text| format!("'{text}'")),
        // The comma: a literal on a later line would go on with the escapes.
        "[^'\\\\\u{0}]{0,12}".prop_map(|text| format!("E'\\'{text}\\\\',")),
        "[^\"\u{0}]{1,12}".prop_map(|text| format!("\"{text}\"")),
        "[^$\u{0}]{0,12}".prop_map(|text| format!("$$ {text}$$")),
        "[^$\u{0}]{0,12}".prop_map(|text| format!("$tag$ $$ {text}; $tag$")),
        "[^*/\u{0}]{0,12}".prop_map(|text| format!("/* /* {text} */ ; */")),
        "[^\r\n\u{0}]{0,12}".prop_map(|text| format!("-- not orm {text};\n")),
        "[^'\"$;()\\-/\\\\a-zA-Z\u{0}\u{80}-\u{10ffff}]{0,6}".prop_map(|text| format!("({text};)")),
    ]
}

/// The same of SQLite, whose shell takes other things for quotes.
fn piece_of_sqlite() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zé_][a-z0-9_$]{0,8}",
        "[0-9]{1,5}(\\.[0-9]{1,3})?",
        "[-+*/<>=~!@#%^&|?,.\\]:]".prop_filter("no comment", |it| it != "-" && it != "/"),
        "[$@:?][1-9]",
        "\\$\\$|\\$a\\$|E|e",
        "[^'\u{0}]{0,12}".prop_map(|text| format!("'{text}'")),
        "[^'\u{0}]{0,12}".prop_map(|text| format!("e'{text}\\'")),
        "[^\"\u{0}]{1,12}".prop_map(|text| format!("\"{text}\"")),
        "[^`\u{0}]{1,12}".prop_map(|text| format!("`{text}`")),
        "[^\\]\u{0}]{1,12}".prop_map(|text| format!("[{text}]")),
        "[^*/\u{0}]{0,12}".prop_map(|text| format!("/* /* {text} */")),
        "[^\r\n\u{0}]{0,12}".prop_map(|text| format!("-- not orm {text};\n")),
    ]
}

/// A statement that begins and ends with a word, so that it is known where.
fn statement_of(of: Backend) -> impl Strategy<Value = String> {
    let piece = match of {
        Backend::Postgres => piece().boxed(),
        Backend::Sqlite => piece_of_sqlite().boxed(),
    };
    prop::collection::vec(piece, 0..8).prop_map(|pieces| format!("go {} on", pieces.join(" ")))
}

fn split(statements: &[String], of: Backend) -> Vec<String> {
    let script = statements.join(" ;\n");
    let found = items(&script, of).unwrap().into_iter();
    found
        .map(|item| match item {
            Item::Statement(statement) => statement.text().to_owned(),
            Item::Directive(directive) => panic!("no directive was written: {directive:?}"),
        })
        .collect()
}

proptest! {
    #[test]
    fn statements_come_out_as_they_went_in(
        statements in prop::collection::vec(statement_of(Backend::Postgres), 1..6),
    ) {
        prop_assert_eq!(split(&statements, Backend::Postgres), statements);
    }

    #[test]
    fn statements_of_sqlite_come_out_as_they_went_in(
        statements in prop::collection::vec(statement_of(Backend::Sqlite), 1..6),
    ) {
        prop_assert_eq!(split(&statements, Backend::Sqlite), statements);
    }

    #[test]
    fn no_text_is_too_strange(text in any::<String>(), more in "[-;'\"$E\\\\/*()a\n]{0,40}") {
        for text in [text.as_str(), &more, &format!("-- orm:up\n{more}\n-- orm:down\n{text}")] {
            for of in [Backend::Postgres, Backend::Sqlite] {
                let _ = one_file("m.sql", text, of);
                let _ = two_files(("up.sql", text), Some(("down.sql", &more)), of);
            }
        }
    }
}
