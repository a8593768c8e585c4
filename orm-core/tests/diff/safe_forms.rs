//! The forms that let others go on, and what the files say.

use std::path::Path;

use orm_core::diff::{Destructive, Options};

use crate::declare::{check, column, goal, index, key, nullable, table, unique};
use crate::place::Place;

#[tokio::test]
async fn a_table_that_exists_gets_everything_in_safe_forms() {
    let place = Place::at(goal([table("things", [nullable("a", "integer")])])).await;
    let it = table("things", [column("a", "integer")]);
    let it = check(it, "things_check", "a > 0");
    let it = unique(it, "things_a_key", &["a"]);
    let it = index(it, "things_idx", &["a", "id"]);
    let drafts = place
        .there_and_back(goal([key(it, "a", "things", "id")]), &Options::new())
        .await;
    assert_eq!(drafts.len(), 1);
    for (file, text) in [("up.sql", &drafts[0].up), ("down.sql", &drafts[0].down)] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/diff/safe_forms")
            .join(file);
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, text).unwrap();
        }
        assert_eq!(*text, std::fs::read_to_string(&path).unwrap());
    }
}

#[tokio::test]
async fn a_new_table_is_one_migration_in_one_transaction() {
    let place = Place::new().await;
    let it = index(
        table("things", [column("a", "integer")]),
        "things_idx",
        &["a", "id"],
    );
    let drafts = place
        .there_and_back(goal([key(it, "a", "things", "id")]), &Options::new())
        .await;
    assert_eq!(drafts.len(), 1);
    assert!(!drafts[0].up.contains("orm:no-transaction"));
    assert!(!drafts[0].up.contains("CONCURRENTLY"));
}

#[tokio::test]
async fn the_same_database_gives_the_same_files() {
    let place = Place::at(goal([table("things", [nullable("a", "integer")])])).await;
    let there = || {
        let it = index(
            table("things", [nullable("b", "text")]),
            "things_idx",
            &["b"],
        );
        goal([it, table("others", [])])
    };
    let first = place.diff(there(), &Options::new()).await;
    let second = place.diff(there(), &Options::new()).await;
    let texts = |diff: orm_core::diff::Diff| diff.migrations("x", Destructive::Allowed).unwrap();
    assert_eq!(texts(first), texts(second));
}

#[tokio::test]
async fn what_a_crash_left_is_put_right() {
    let place = Place::at(goal([table("things", [nullable("a", "integer")])])).await;
    place.run("INSERT INTO things (a) VALUES (1), (1)").await;
    // A check that was never validated, and an index that was never finished.
    place
        .run("ALTER TABLE things ADD CONSTRAINT things_check CHECK (a > 0) NOT VALID")
        .await;
    let failed = "CREATE UNIQUE INDEX CONCURRENTLY things_idx ON things (a)";
    let client = place.db.clone();
    assert!(
        orm_core::exec::Executor::executor(&client)
            .batch(failed)
            .await
            .is_err()
    );
    place.run("DELETE FROM things").await;
    let it = check(
        table("things", [nullable("a", "integer")]),
        "things_check",
        "a > 0",
    );
    let mut it = index(it, "things_idx", &["a"]);
    it.indexes[0].unique = true;
    place.go(goal([it]), &Options::new()).await;
}
