//! ARCHITECTURE's invariants, as far as a search through the sources can tell.

use std::fs;
use std::path::{Path, PathBuf};

/// A line of code: no comment, and no test.
struct Line {
    file: String,
    number: usize,
    code: String,
}

/// The code of a folder or a file, named from the root of the repository.
fn code(place: &str) -> Vec<Line> {
    let mut files = Vec::new();
    collect(&root().join(place), &mut files);
    assert!(!files.is_empty(), "nothing is at {place}");
    files.iter().flat_map(|file| lines(file)).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn collect(place: &Path, files: &mut Vec<PathBuf>) {
    if place.is_file() {
        files.push(place.to_owned());
        return;
    }
    for entry in fs::read_dir(place).expect("a folder of the repository") {
        let path = entry.expect("a readable folder").path();
        let name = path.file_stem().and_then(|name| name.to_str());
        // Kept beside the code, and compiled for tests alone.
        let is_test = matches!(name, Some("tests" | "fuzz" | "properties" | "soup"));
        if path.is_dir() && !is_test {
            collect(&path, files);
        } else if !is_test && path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
}

fn lines(file: &Path) -> Vec<Line> {
    let name = file.strip_prefix(root()).expect("a file of the repository");
    let text = fs::read_to_string(file).expect("a readable file");
    // The tests of a file stand at its end.
    let code = text.split("\n#[cfg(test)]\nmod tests {").next();
    let numbered = code.unwrap_or_default().lines().zip(1..);
    let code = numbered.filter(|(line, _)| !line.trim_start().starts_with("//"));
    code.map(|(line, number)| Line {
        file: name.to_string_lossy().replace('\\', "/"),
        number,
        code: line.split(" // ").next().unwrap_or_default().to_owned(),
    })
    .collect()
}

/// Asserts that no line of `places` is what is looked for, unless its file is excepted.
#[track_caller]
fn nowhere(places: &[&str], excepted: &[&str], rule: &str, is_found: impl Fn(&str) -> bool) {
    let all: Vec<Line> = places.iter().flat_map(|place| code(place)).collect();
    for place in excepted {
        let is_used = |line: &&Line| line.file.starts_with(place) && is_found(&line.code);
        let used = all.iter().find(is_used);
        assert!(used.is_some(), "{rule}: {place} is no exception any more");
    }
    let found = all
        .iter()
        .filter(|line| !excepted.iter().any(|place| line.file.starts_with(place)))
        .filter(|line| is_found(&line.code))
        .map(|line| format!("{}:{}: {}", line.file, line.number, line.code.trim()))
        .collect::<Vec<_>>();
    assert!(found.is_empty(), "{rule}:\n{}", found.join("\n"));
}

/// Whether the code names something as a word of its own.
fn names(code: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(name).any(|(at, _)| {
        !code[..at].ends_with(is_part) && !code[at + name.len()..].starts_with(is_part)
    })
}

const ALL: [&str; 3] = ["src", "orm-core/src", "orm-derive/src"];

#[test]
fn drivers_are_named_where_their_databases_are() {
    let of_postgres = [
        "orm-core/src/decode/row.rs",
        "orm-core/src/error/postgres.rs",
        "orm-core/src/exec/postgres/",
        "orm-core/src/migrate/session/postgres.rs",
        "orm-core/src/types/wire_type.rs",
    ];
    nowhere(&ALL, &of_postgres, "PostgreSQL's driver", |code| {
        ["tokio_postgres", "postgres_types", "postgres_protocol"]
            .iter()
            .any(|driver| names(code, driver))
    });
    let of_sqlite = ["orm-core/src/exec/sqlite/"];
    nowhere(&ALL, &of_sqlite, "SQLite's driver", |code| {
        names(code, "rusqlite") || names(code, "libsqlite3_sys")
    });
    let encrypting = ["orm-core/src/error/tls.rs", "orm-core/src/exec/postgres/"];
    nowhere(&ALL, &encrypting, "the library of TLS", |code| {
        ["rustls", "tokio_rustls", "rustls_native_certs"]
            .iter()
            .any(|library| {
                names(code, &format!("{library}::")) || names(code, &format!("use {library}"))
            })
    });
}

/// What deals in models, values and plain statements has no text of SQL; the words
/// are in `sql`, and in the folders that shape tables or speak to one server.
#[test]
fn sql_is_written_by_those_who_write_it() {
    // That words are found at all is seen in `sql`.
    let silent = [
        "sql",
        "ast",
        "check",
        "create",
        "decode",
        "joined.rs",
        "key.rs",
        "loaded.rs",
        "membership",
        "model.rs",
        "polymorphic.rs",
        "projection",
        "query",
        "refusal",
        "schema",
        "serialize.rs",
        "types",
        "validate",
    ];
    let places = silent.map(|name| format!("orm-core/src/{name}"));
    let places = places.each_ref().map(String::as_str);
    let words = [
        "SELECT ",
        "INSERT ",
        "UPDATE ",
        "DELETE ",
        " FROM ",
        " WHERE ",
        "ORDER BY",
        "GROUP BY",
        "RETURNING",
        "VALUES (",
        " JOIN ",
        "UNION ",
        "CREATE ",
        "ALTER ",
        "DROP ",
    ];
    nowhere(&places, &["orm-core/src/sql/"], "a text of SQL", |code| {
        code.contains('"') && words.iter().any(|word| code.contains(word))
    });
}

#[test]
fn names_are_quoted_in_one_place() {
    let writers = [
        "orm-core/src/sql/identifier.rs",
        // The mark, in the condition of a partial index: the derive knows no writer.
        "orm-derive/src/check/hiding.rs",
    ];
    nowhere(&ALL, &writers, "a quoted name", |code| {
        code.contains(r#"replace('"', "\"\"")"#) || code.contains(r#"\"{}\""#)
    });
}

#[test]
fn generated_code_names_the_door_for_generated_code() {
    nowhere(
        &["orm-derive/src"],
        &[],
        "a way around `__private`",
        |code| {
            names(code, "orm_core")
                || code
                    .match_indices("::orm::")
                    .any(|(at, _)| !code[at..].starts_with("::orm::__"))
        },
    );
}

#[test]
fn statements_know_no_model() {
    let untyped = [
        "orm-core/src/ast",
        "orm-core/src/refusal",
        "orm-core/src/sql",
    ];
    nowhere(&untyped, &[], "a model type", |code| {
        code.contains("crate::model") || code.contains(": Model>") || code.contains("dyn Model")
    });
}

#[test]
fn only_some_folders_wait_for_the_database() {
    let waiting = [
        "create", "ddl", "diff", "exec", "hooks", "load", "migrate", "query", "raw.rs",
    ];
    let waiting = waiting.map(|name| format!("orm-core/src/{name}"));
    let waiting = waiting.each_ref().map(String::as_str);
    nowhere(&["orm-core/src"], &waiting, "a wait", |code| {
        code.contains(".await")
    });
}

// `docs/decisions/0033`.
#[test]
fn rows_know_nothing_of_migrations() {
    let rows = [
        "ast",
        "check",
        "create",
        "decode",
        "forest",
        "hooks",
        "key",
        "load",
        "membership",
        "query",
        "refusal",
        "sql",
        "types",
        "validate",
    ];
    let rows = rows.map(|name| format!("orm-core/src/{name}"));
    let rows = rows.each_ref().map(String::as_str);
    nowhere(&rows, &[], "what shapes tables", |code| {
        code.contains("crate::diff") || code.contains("crate::migrate")
    });
}

#[test]
fn nothing_is_left_undone() {
    let all = [
        "src",
        "orm-core/src",
        "orm-derive/src",
        "orm-cli/src",
        "orm-testkit/src",
    ];
    nowhere(&all, &[], "something undone", |code| {
        ["todo!(", "unimplemented!(", "#[ignore", "dbg!("]
            .iter()
            .any(|mark| code.contains(mark))
    });
}

/// The picture of the tree names what is there.
#[test]
fn the_tree_in_the_architecture_exists() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("the architecture");
    let tree = text.split("## The tree").nth(1).expect("the tree");
    let tree = tree.split("```").nth(1).expect("the picture");
    let mut parent = PathBuf::new();
    for line in tree.lines().skip(1) {
        let name = line.split_whitespace().next().unwrap_or_default();
        let is_place = name.ends_with('/') || name.ends_with(".rs") || name.ends_with(".md");
        // A description that goes on below is indented further.
        let indent = line.len() - line.trim_start().len();
        if !is_place || indent > 2 {
            continue;
        }
        let path = if indent == 0 {
            parent = PathBuf::from(name).join(if name == "orm-core/" { "src" } else { "" });
            PathBuf::from(name)
        } else {
            parent.join(name)
        };
        assert!(
            root().join(&path).exists(),
            "{} is not there",
            path.display()
        );
    }
}

/// A promise of `docs/guarantees.md` is held by a test: what a cell names is there.
#[test]
fn the_guarantees_name_tests_that_exist() {
    let text = fs::read_to_string(root().join("docs/guarantees.md")).expect("the guarantees");
    let mut files = Vec::new();
    collect(&root().join("tests"), &mut files);
    collect(&root().join("orm-cli/tests"), &mut files);
    let files: Vec<(String, String)> = files
        .into_iter()
        .map(|file| {
            let code = fs::read_to_string(&file).expect("a readable file");
            (file.with_extension("").to_string_lossy().into_owned(), code)
        })
        .collect();
    let named = text.split('`').skip(1).step_by(2);
    let named = named.filter_map(|name| name.rsplit_once("::"));
    let named: Vec<(&str, &str)> = named.filter(|(place, _)| *place != "orm").collect();
    assert!(named.len() > 50, "cells name their tests");
    for (place, test) in named {
        let module = place.rsplit("::").next().unwrap_or(place);
        // A list of calls makes a test of each.
        let (function, listed) = (format!("fn {test}("), format!(" {test}: "));
        let is_there = files.iter().any(|(file, code)| {
            file.split('/').any(|part| part == module)
                && (code.contains(&function) || code.contains(&listed))
        });
        assert!(is_there, "no test is called {place}::{test}");
    }
}
