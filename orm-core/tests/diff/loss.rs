//! What may be lost is said, counted, and refused.

use orm_core::ddl::blueprint::{Column, Table};
use orm_core::diff::{Destructive, Diff, Options};

use crate::declare::{column, goal, nullable, table};
use crate::place::Place;

fn things(columns: impl IntoIterator<Item = Column>) -> Table {
    table("things", columns)
}

async fn place() -> Place {
    let both = [
        things([nullable("a", "text"), nullable("b", "bigint")]),
        table("logs", []),
    ];
    let place = Place::at(goal(both)).await;
    place
        .run("INSERT INTO things (a, b) VALUES ('x', 1), ('y', NULL), (NULL, 3)")
        .await;
    place.run("INSERT INTO logs DEFAULT VALUES").await;
    place
}

fn refusal(diff: &Diff) -> String {
    let refused = diff.migrations("change", Destructive::Refused);
    refused.unwrap_err().to_string()
}

#[tokio::test]
async fn a_dropped_table_is_counted() {
    let place = place().await;
    let rest = goal([things([nullable("a", "text"), nullable("b", "bigint")])]);
    let diff = place.diff(rest, &Options::new()).await;
    assert_eq!(refusal(&diff), "it drops the table `logs` with 1 row");
    let texts = diff.migrations("change", Destructive::Allowed).unwrap();
    assert!(
        texts[0]
            .up
            .contains("-- LOSES DATA: it drops the table `logs` with 1 row")
    );
}

#[tokio::test]
async fn a_dropped_column_is_counted_and_a_rename_is_suggested() {
    let place = place().await;
    let there = goal([
        things([nullable("name", "text"), nullable("b", "bigint")]),
        table("logs", []),
    ]);
    let diff = place.diff(there, &Options::new()).await;
    let text = refusal(&diff);
    assert!(
        text.starts_with("it drops the column `things.a`, which holds a value in 2 rows"),
        "{text}"
    );
    assert!(
        text.contains("`name` (text)") && text.contains("renamed_from = \"a\""),
        "{text}"
    );
}

#[tokio::test]
async fn a_narrower_type_is_counted() {
    let place = place().await;
    let there = goal([
        things([
            nullable("a", "character varying(5)"),
            nullable("b", "integer"),
        ]),
        table("logs", []),
    ]);
    let diff = place.diff(there, &Options::new()).await;
    let text = refusal(&diff);
    assert!(
        text.contains("`things.a` from text to character varying(5) in 2 rows"),
        "{text}"
    );
    assert!(
        text.contains("`things.b` from bigint to integer in 2 rows"),
        "{text}"
    );
}

#[tokio::test]
async fn values_too_long_are_never_cut_off() {
    let place = place().await;
    place
        .run("INSERT INTO things (a) VALUES ('much too long')")
        .await;
    let there = goal([
        things([
            nullable("a", "character varying(5)"),
            nullable("b", "bigint"),
        ]),
        table("logs", []),
    ]);
    let diff = place.diff(there, &Options::new()).await;
    assert!(place.try_apply(&diff).await.is_err());
    let kept = place
        .texts("SELECT a FROM things WHERE b IS NULL AND a LIKE 'm%'")
        .await;
    assert_eq!(kept, ["much too long"]);
}

#[tokio::test]
async fn a_required_column_needs_something_to_fill_it_with() {
    let place = place().await;
    let there = || {
        goal([
            things([
                nullable("a", "text"),
                nullable("b", "bigint"),
                column("c", "text"),
            ]),
            table("logs", []),
        ])
    };
    let diff = place.diff(there(), &Options::new()).await;
    let error = diff.migrations("change", Destructive::Allowed).unwrap_err();
    assert!(error.to_string().contains("`things` has 3 rows"), "{error}");
    let options = Options::new().fill_raw("things", "c", "coalesce(a, 'none')");
    place.there_and_back(there(), &options).await;
    let filled = place.texts("SELECT c FROM things ORDER BY id").await;
    assert_eq!(filled, ["x", "y", "none"]);
}

#[tokio::test]
async fn rows_in_the_way_of_not_null_are_counted() {
    let place = place().await;
    let there = goal([
        things([nullable("a", "text"), column("b", "bigint")]),
        table("logs", []),
    ]);
    let diff = place.diff(there, &Options::new()).await;
    let notes = diff.changes[0].notes.join("\n");
    assert!(
        notes.contains("1 rows hold NULL in things.b now"),
        "{notes}"
    );
}

#[tokio::test]
async fn tables_of_others_are_left_alone() {
    let place = place().await;
    place
        .run(
            "CREATE TABLE audit_log (id int); CREATE TYPE mood AS ENUM ('ok');
             ALTER TABLE audit_log ADD mood mood; CREATE VIEW v AS SELECT 1 AS one;
             CREATE TABLE \"SequelizeMeta\" (name varchar(255) PRIMARY KEY);
             CREATE SCHEMA elsewhere; CREATE TABLE elsewhere.things (id int)",
        )
        .await;
    let there = goal([
        things([nullable("a", "text"), nullable("b", "bigint")]),
        table("logs", []),
    ]);
    let options = Options::new().ignore_table("audit_log");
    let diff = place.diff(there, &options).await;
    assert!(diff.is_empty(), "{diff}");
}

#[tokio::test]
async fn looking_changes_nothing() {
    let place = place().await;
    let before = place.fingerprint().await;
    place
        .diff(goal([table("other", [])]), &Options::new())
        .await;
    assert_eq!(place.fingerprint().await, before);
}
