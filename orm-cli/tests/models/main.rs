//! The command of a program that knows its models.
#![allow(
    clippy::unwrap_used,
    reason = "clippy takes the helper functions of an integration test for library code"
)]

mod program;
mod shop;

use std::fs;

use program::{Program, Version};

#[test]
fn from_nothing_to_the_models_and_on() {
    let program = Program::new();
    let out = program
        .run(Version::First, "migrate generate create-shop --from-models")
        .ok();
    assert!(out.contains("create table products"), "{out}");
    assert_eq!(program.migrations(), ["create-shop"]);
    program.run(Version::First, "migrate").ok();
    let out = program.run(Version::First, "migrate check").ok();
    for pair in [
        "Models and database agree.",
        "Models and migrations agree.",
        "Migrations and database agree.",
    ] {
        assert!(out.contains(pair), "{out}");
    }
    let again = program
        .run(Version::First, "migrate generate again --from-models")
        .ok();
    assert!(again.contains("No migration was created"), "{again}");

    // The models move on: the check fails until the database has followed.
    let done = program.run(Version::Second, "migrate check");
    assert_eq!(done.code, Some(1));
    assert!(
        done.out
            .contains("rename column products.cost to price_in_cents"),
        "{done:?}"
    );
    let out = program
        .run(Version::Second, "migrate generate next --from-models")
        .ok();
    assert!(out.contains("create table reviews"), "{out}");
    assert_eq!(
        program.migrations(),
        ["create-shop", "next-labels", "next", "next-online"]
    );
    let done = program.run(Version::Second, "migrate check");
    // What keeps nobody waiting passes, and a longer varchar is the same rows;
    // the rest says what to write instead.
    let stopped: Vec<&str> = done
        .out
        .lines()
        .filter(|it| it.contains("/up.sql:"))
        .collect();
    assert_eq!(stopped.len(), 2, "{done:?}");
    assert!(
        stopped[0].contains("-next/up.sql:6: rename-column: "),
        "{done:?}"
    );
    assert!(
        stopped[1].contains("-next/up.sql:10: column-type: "),
        "{done:?}"
    );
    assert!(done.failed().contains("dangerous for programs in use"));
    program.run(Version::Second, "migrate").ok();
    program.run(Version::Second, "migrate check").ok();
    // Up, down, up.
    program.run(Version::Second, "migrate undo --step 3").ok();
    program
        .run(
            Version::First,
            "migrate generate none --from-models --dry-run",
        )
        .failed();
    program.run(Version::Second, "migrate").ok();
    program.run(Version::Second, "migrate check").ok();
}

// The release before goes on with the old name, and no table is rewritten under a lock.
#[test]
fn a_type_and_a_name_change_by_second_columns() {
    let program = Program::new();
    program
        .run(Version::First, "migrate generate create-shop --from-models")
        .ok();
    program.run(Version::First, "migrate").ok();
    program
        .run(
            Version::Second,
            "migrate generate next --from-models --second-column products.id \
             --second-column products.price_in_cents",
        )
        .ok();
    assert_eq!(
        program.migrations(),
        [
            "create-shop",
            "next-labels",
            "next",
            "next-online",
            "next-swap",
            "next-checks"
        ]
    );
    let up = fs::read_to_string(program.file("next-online", "up.sql")).unwrap();
    assert!(up.contains("-- orm:batches \"products\" (\"id\")"), "{up}");
    let pending = program.run(Version::Second, "migrate check").out;
    assert!(
        pending.contains("Nothing dangerous in 5 pending"),
        "{pending}"
    );
    program.run(Version::Second, "migrate").ok();
    let out = program.run(Version::Second, "migrate check").ok();
    assert!(out.contains("Models and database agree."), "{out}");
    program.run(Version::Second, "migrate undo --step 5").ok();
    program.run(Version::Second, "migrate").ok();
    // When the release before is gone.
    program
        .run(
            Version::Second,
            "migrate generate last --from-models --contract",
        )
        .ok();
    let up = fs::read_to_string(program.file("last", "up.sql")).unwrap();
    assert!(up.contains("DROP COLUMN \"cost\""), "{up}");
    let pending = program.run(Version::Second, "migrate check").out;
    assert!(
        pending.contains("Nothing dangerous in 1 pending"),
        "{pending}"
    );
    program.run(Version::Second, "migrate").ok();
    program.run(Version::Second, "migrate check").ok();
    let failed = program
        .run(
            Version::Second,
            "migrate generate x --from-models --second-column price",
        )
        .failed();
    assert!(failed.contains("`price` is not TABLE.COLUMN"), "{failed}");
}

#[test]
fn what_loses_data_is_refused_and_written_when_it_is_allowed() {
    let program = Program::new();
    program
        .run(
            Version::Second,
            "migrate generate create-shop --from-models",
        )
        .ok();
    program.run(Version::Second, "migrate").ok();
    let failed = program
        .run(Version::First, "migrate generate back --from-models")
        .failed();
    assert!(
        failed.contains("drops the column `products.weight`"),
        "{failed}"
    );
    assert!(failed.contains("--allow-destructive"), "{failed}");
    // It may be a rename, and nobody is there to be asked.
    let hint = "or `--rename-column products.price_in_cents=cost`";
    assert!(failed.contains(hint), "{failed}");
    let out = program
        .run(
            Version::First,
            "migrate generate back --from-models --allow-destructive --dry-run \
             --rename-column products.price_in_cents=cost",
        )
        .ok();
    assert!(
        out.contains(r#"RENAME COLUMN "price_in_cents" TO "cost""#),
        "{out}"
    );
    assert_eq!(program.migrations(), ["create-shop"]);
    let out = program
        .run(
            Version::First,
            "migrate generate back --from-models --allow-destructive",
        )
        .ok();
    assert!(out.contains("LOSES DATA"), "{out}");
    let up = fs::read_to_string(program.file("back", "up.sql")).unwrap();
    assert!(
        up.contains("-- LOSES DATA: it drops the column `products.weight`"),
        "{up}"
    );
}

#[test]
fn what_is_pending_is_not_generated_twice() {
    let program = Program::new();
    program
        .run(Version::First, "migrate generate create-shop --from-models")
        .ok();
    let failed = program
        .run(Version::First, "migrate generate twice --from-models")
        .failed();
    assert!(failed.contains("apply them first"), "{failed}");
    let out = program
        .run(
            Version::First,
            "migrate generate twice --from-models --replay",
        )
        .ok();
    assert!(out.contains("No migration was created"), "{out}");
    let out = program
        .run(
            Version::Second,
            "migrate generate next --from-models --replay --dry-run",
        )
        .ok();
    assert!(out.contains("-- next-labels/up.sql"), "{out}");
    assert_eq!(program.migrations(), ["create-shop"]);
}

#[test]
fn machines_get_json() {
    let program = Program::new();
    let out = program
        .run(
            Version::First,
            "migrate generate create-shop --from-models --json",
        )
        .ok();
    assert!(out.contains("\"created\": ["), "{out}");
    let done = program.run(Version::First, "migrate check --json");
    assert_eq!(done.code, Some(1));
    assert!(done.out.contains("\"agree\": false"), "{done:?}");
    assert!(done.out.contains("-create-shop\""), "{done:?}");
}

#[test]
fn a_command_without_models_says_where_they_are() {
    let program = Program::new();
    let failed = program.run(Version::None, "migrate generate x --from-models");
    let failed = failed.failed();
    assert!(failed.contains("orm_cli::Application"), "{failed}");
    // Migrations can be judged without them.
    program.run(Version::None, "init").ok();
    let out = program.run(Version::None, "migrate check").ok();
    assert!(out.contains("orm_cli::Application"), "{out}");
}

#[test]
fn what_the_models_use_is_one_document() {
    let program = Program::new();
    program.run(Version::None, "init").ok();
    let text = program.run(Version::First, "manifest").ok();
    let document = from_line(&text, "{");
    assert_eq!(
        document,
        serde_json::json!({
            "manifest": 1,
            "database": "postgres",
            "migrations": [],
            "extensions": [],
            "enums": [{ "name": "state", "labels": ["new", "sold"] }],
            "tables": [{
                "name": "products",
                "kind": "table",
                "models": ["Product"],
                "columns": [
                    { "name": "id", "type": "integer", "nullable": false, "write": "or_default" },
                    {
                        "name": "name",
                        "type": "character varying(50)",
                        "nullable": false,
                        "write": "always",
                    },
                    { "name": "cost", "type": "integer", "nullable": false, "write": "always" },
                    { "name": "state", "type": "state", "nullable": false, "write": "always" },
                ],
                "keys": [{ "name": "products_pkey", "columns": ["id"] }],
            }],
        })
    );
    let json = program.run(Version::First, "manifest --json").ok();
    assert_eq!(from_line(&json, "{"), document);
    // Again, and after more models, it is the same text where nothing has changed.
    assert_eq!(text, program.run(Version::First, "manifest").ok());
    let failed = program.run(Version::None, "manifest").failed();
    assert!(failed.contains("orm_cli::Application"), "{failed}");
    let failed = program
        .run(Version::First, "manifest --output no/folder.json")
        .failed();
    assert!(failed.contains("cannot write `no/folder.json`"), "{failed}");
}

// What a CI does: the document of the release before, and the migrations of the next.
#[test]
fn the_next_release_is_checked_against_the_one_that_runs() {
    let program = Program::new();
    program
        .run(Version::First, "migrate generate create-shop --from-models")
        .ok();
    program.run(Version::First, "migrate").ok();
    program
        .run(Version::First, "manifest --output old.json")
        .ok();
    program
        .run(Version::Second, "migrate generate next --from-models")
        .ok();
    let done = program.run(Version::Second, "migrate check --manifest old.json --json");
    let document = from_line(&done.out, "{");
    let findings = document["findings"].as_array().unwrap().iter();
    let said = findings.filter(|it| it["rule"].as_str().unwrap().starts_with("release-"));
    let said: Vec<String> = said
        .map(|it| format!("{} {}", it["rule"], it["uses"]).replace('"', ""))
        .collect();
    assert_eq!(
        said,
        [
            "release-new-label [products.state]",
            "release-column [products.cost]",
            "release-type [products.id]",
            "release-refusal [products]",
            "release-refusal [products]",
        ]
    );
    // The release that comes finds what it knows.
    program
        .run(Version::Second, "manifest --output new.json")
        .ok();
    program.run(Version::Second, "migrate").ok();
    program
        .run(Version::Second, "migrate check --manifest new.json")
        .ok();
}

/// What begins with these words, behind what a test binary says.
fn from_line(out: &str, start: &str) -> serde_json::Value {
    let at = out.find(start).unwrap();
    let end = out.rfind('}').unwrap();
    serde_json::from_str(&out[at..=end]).unwrap()
}
