//! What the history keeps.

use orm_core::migrate::{MigrationProblem, Repair, State, Undo};

use crate::support::{Texts, ask, database, listening, migrator};

const FIRST: Texts = (
    "20240101000000-a",
    "CREATE TABLE t (id int);",
    "DROP TABLE t;",
);
const SECOND: Texts = (
    "20240102000000-b",
    "CREATE TABLE u (id int);",
    "DROP TABLE u;",
);

#[tokio::test]
async fn a_row_says_what_was_applied_when_by_what() {
    let (database, config) = database().await;
    migrator(&[FIRST]).up(&config).await.unwrap();
    let client = database.connect().await.unwrap();
    let row = "SELECT concat_ws('|', name, length(checksum), checksum_algorithm, direction, origin, \
         finished_at >= started_at, duration_ms >= 0, error, tool_version) FROM orm_migrations";
    let expected = concat!(
        "20240101000000-a|64|sha256-lf|up|run|t|t|orm ",
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(ask(&client, row).await.as_deref(), Some(expected));
}

// A schema that does not exist yet is made; the rest of the program need not
// see the table.
#[tokio::test]
async fn the_table_can_be_elsewhere() {
    let (database, config) = database().await;
    let set = migrator(&[FIRST])
        .history_schema("infra \"x\"")
        .history_table("Done");
    set.up(&config).await.unwrap();
    assert!(set.up(&config).await.unwrap().is_empty());
    let client = database.connect().await.unwrap();
    let count = "SELECT count(*)::text FROM \"infra \"\"x\"\"\".\"Done\"";
    assert_eq!(ask(&client, count).await.as_deref(), Some("1"));
    assert_eq!(
        ask(&client, "SELECT to_regclass('orm_migrations')::text").await,
        None
    );
}

#[tokio::test]
async fn nothing_to_do_writes_nothing() {
    let (database, config) = database().await;
    assert!(migrator(&[]).up(&config).await.unwrap().is_empty());
    assert!(
        migrator(&[FIRST])
            .undo(&config, &Undo::All)
            .await
            .unwrap()
            .is_empty()
    );
    let client = database.connect().await.unwrap();
    assert_eq!(
        ask(&client, "SELECT to_regclass('orm_migrations')::text").await,
        None
    );
}

#[tokio::test]
async fn every_disagreement_is_named_at_once() {
    let (_database, config) = database().await;
    migrator(&[FIRST, SECOND]).up(&config).await.unwrap();
    let edited = ("20240102000000-b", "CREATE TABLE u (id bigint);", "");
    let late = ("20240101120000-late", "CREATE TABLE v ();", "");
    let error = migrator(&[edited, late]).up(&config).await.unwrap_err();
    let Some(MigrationProblem::Inconsistent(found)) = error.migration() else {
        panic!("an inconsistency: {error}");
    };
    assert_eq!(found.divergent, ["20240102000000-b"]);
    assert_eq!(found.missing, ["20240101000000-a"]);
    assert_eq!(found.out_of_order, ["20240101120000-late"]);
}

#[tokio::test]
async fn repair_says_how_it_stands() {
    let (database, config) = database().await;
    let half = (
        "20240101000000-a",
        "-- orm:no-transaction\nCREATE TABLE t (id int);\nSELECT nope;",
        "DROP TABLE t;",
    );
    let set = migrator(&[half]);
    set.up(&config).await.unwrap_err();
    let standing = &set.status(&config).await.unwrap()[0];
    assert!(
        matches!(
            &standing.state,
            State::Interrupted {
                done: 1,
                error: Some(_),
                ..
            }
        ),
        "{standing}"
    );

    let name = half.0.to_owned();
    set.repair(&config, &Repair::Applied(name.clone()))
        .await
        .unwrap();
    assert!(set.up(&config).await.unwrap().is_empty());
    set.undo(&config, &Undo::All).await.unwrap();
    let client = database.connect().await.unwrap();
    assert_eq!(ask(&client, "SELECT to_regclass('t')::text").await, None);
    let error = set
        .repair(&config, &Repair::Pending(name))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("not in the history"), "{error}");
}

// The lines between are the migration's own; what we do ourselves raises none.
#[tokio::test]
async fn only_notices_of_migrations_are_heard() {
    let (_database, config) = database().await;
    let loud = (
        "20240101000000-a",
        "DO $$ BEGIN RAISE NOTICE 'one'; RAISE WARNING 'two'; END $$; DROP TABLE IF EXISTS nope;",
        "",
    );
    let (set, lines) = listening(migrator(&[loud]));
    set.up(&config).await.unwrap();
    let lines = lines.lock().unwrap();
    assert_eq!(
        lines[..lines.len() - 1],
        [
            "== 20240101000000-a: migrating =======",
            "statement 1 of 2",
            "one",
            "WARNING: two",
            "statement 2 of 2",
            "table \"nope\" does not exist, skipping",
        ]
    );
}
