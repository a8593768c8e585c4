//! `orm migrate check --manifest`, with a manifest written by hand.

use std::fs;

use serde_json::Value;

use crate::support::{Done, Project};

const CREATE: (&str, &str, &str) = (
    "20240101000000-create-users",
    "CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, email text UNIQUE);",
    "DROP TABLE users;",
);

const MANIFEST: &str = r#"{
  "manifest": 1,
  "database": "postgres",
  "migrations": ["20240101000000-create-users"],
  "tables": [
    {
      "name": "users",
      "kind": "table",
      "columns": [
        { "name": "id", "type": "integer", "nullable": false, "write": "always" },
        { "name": "name", "type": "text", "nullable": false, "write": "always" }
      ],
      "keys": [{ "name": "users_pkey", "columns": ["id"] }]
    }
  ]
}"#;

async fn project(change: &str) -> Project {
    let project = Project::with(&[CREATE]).await;
    fs::write(project.folder.join("old.json"), MANIFEST).unwrap();
    project.orm("migrate").ok();
    project.write("20240102000000-change", change, "");
    project
}

#[tokio::test]
async fn what_breaks_the_release_is_said_and_what_does_not_is_not() {
    let project = project(
        "-- nobody reads it\nALTER TABLE users DROP COLUMN email;\n\n\
         ALTER TABLE users\n  RENAME COLUMN name TO full_name;",
    )
    .await;
    let done = project.orm("migrate check --manifest old.json");
    assert_eq!(
        done.out,
        "The release that runs uses 1 table, as `old.json` says.\n\
         20240102000000-change/up.sql:5: release-column: `users.name`, which the running release \
         reads and writes, is called `full_name` from here on\n  \
         by: ALTER TABLE users\n  \
         write instead:\n    \
         ALTER TABLE users ADD COLUMN full_name text;\n    \
         -- write both in the next release, fill it, read the new one, and drop `name` when no \
         older release runs\n  \
         or, where it is meant: -- orm:allow release-column: why\n\
         1 danger in 1 pending migration.\n\
         Models: not compared, only your own program knows them (see `orm_cli::Application`).\n"
    );
    done.failed();
    // Without it, it is guessed.
    let done = project.orm("migrate check");
    for rule in [":2: drop-column: ", ":5: rename-column: "] {
        assert!(done.out.contains(rule), "{done:?}");
    }

    project.write(
        "20240102000000-change",
        "-- orm:allow release-column: it is stopped meanwhile\n\
         ALTER TABLE users RENAME COLUMN name TO full_name;",
        "",
    );
    project.orm("migrate check --manifest old.json").ok();
    // Who does not ask is not told that the exception is for nothing.
    let done = project.orm("migrate check");
    assert!(!done.out.contains("remove the exception"), "{done:?}");
}

#[tokio::test]
async fn machines_get_what_is_used() {
    let project = project("ALTER TABLE users DROP COLUMN name;").await;
    let done = project.orm("migrate check --manifest old.json --json");
    assert_eq!(done.code, Some(1));
    let document: Value = serde_json::from_str(&done.out).unwrap();
    let finding = &document["findings"][0];
    for (part, value) in [
        ("rule", "release-column"),
        ("level", "danger"),
        ("file", "20240102000000-change/up.sql"),
        ("statement", "ALTER TABLE users DROP COLUMN name"),
    ] {
        assert_eq!(finding[part], value, "{document:#}");
    }
    assert_eq!(finding["uses"], serde_json::json!(["users.name"]));
    assert_eq!(document["findings"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn files_alone_are_judged_from_where_the_release_was_made() {
    let project = project("ALTER TABLE users ALTER COLUMN name TYPE int USING 1;").await;
    let run = |args: &str| Done::from(project.without_database(args).output().unwrap());
    let done = run("migrate check --offline --manifest old.json");
    assert!(
        done.out.contains("change/up.sql:1: release-type: "),
        "{done:?}"
    );
    assert!(!done.out.contains("users/up.sql"), "{done:?}");
    done.failed();
}

#[tokio::test]
async fn a_file_that_is_no_manifest_is_refused_in_one_sentence() {
    let project = project("SELECT 1;").await;
    let refusals = [
        (None, "cannot read the manifest `other.json`: "),
        (Some("{"), "`other.json` is no manifest (EOF while parsing"),
        (
            Some("{}"),
            "`other.json` is no manifest: write it with `orm manifest --output FILE`",
        ),
        (
            Some(r#"{ "manifest": 7 }"#),
            "`other.json` is a manifest of version 7, and this `orm` reads version 1: check with",
        ),
        (
            Some(r#"{ "manifest": 1, "database": "postgres", "tables": [{}] }"#),
            "`other.json` is a broken manifest (missing field `name`): write it with",
        ),
        (
            Some(r#"{ "manifest": 1, "database": "sqlite", "tables": [] }"#),
            "`other.json` is a manifest of SQLite, and the migrations are PostgreSQL's: name",
        ),
    ];
    for (text, words) in refusals {
        if let Some(text) = text {
            fs::write(project.folder.join("other.json"), text).unwrap();
        }
        let failed = project.orm("migrate check --manifest other.json").failed();
        assert!(failed.contains(words), "{failed}");
        assert_eq!(failed.trim().lines().count(), 1, "{failed}");
    }
    let done = project.orm("migrate check --manifest other.json --json");
    let document: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(document["error"]["kind"], "Usage");
}

#[tokio::test]
async fn a_manifest_needs_models() {
    let project = Project::new().await;
    let failed = project.orm("manifest").failed();
    assert!(
        failed.contains("`orm_cli::Application::new().models(models![..]).run()`"),
        "{failed}"
    );
}

#[test]
fn sqlite_is_judged_as_far_as_its_words_say() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = folder.join(format!("manifest-{}", std::process::id()));
    let migration = folder.join("migrations/20240102000000-change");
    fs::create_dir_all(&migration).unwrap();
    let manifest = MANIFEST.replace("\"postgres\"", "\"sqlite\"");
    fs::write(folder.join("old.json"), manifest).unwrap();
    let check = |up: &str| {
        fs::write(migration.join("up.sql"), up).unwrap();
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_orm"))
            .args(["migrate", "check", "--offline", "--manifest", "old.json"])
            .args(["--url", "sqlite:shop.db"])
            .env_remove("DATABASE_URL")
            .current_dir(&folder)
            .output();
        Done::from(output.unwrap())
    };
    let done = check("ALTER TABLE users DROP COLUMN name;");
    assert!(
        done.out.contains("release-column: `users.name`"),
        "{done:?}"
    );
    done.failed();
    check("ALTER TABLE users DROP COLUMN email;").ok();
    fs::remove_dir_all(&folder).unwrap();
}
