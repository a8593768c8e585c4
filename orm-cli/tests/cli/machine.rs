//! Output for machines.

use serde_json::{Value, json};

use crate::support::Project;

const FIRST: &str = "20240101000000-first";

fn parsed(out: &str) -> Value {
    serde_json::from_str(out).unwrap()
}

#[tokio::test]
async fn json_is_all_there_is_on_standard_output() {
    let up = "CREATE TABLE t (id int); DO $$ BEGIN RAISE NOTICE 'hello'; END $$;";
    let project = Project::with(&[(FIRST, up, "DROP TABLE t;")]).await;
    let planned = parsed(&project.orm("migrate --dry-run --json").ok());
    assert_eq!(
        planned["planned"][0]["statements"][0],
        "CREATE TABLE t (id int)"
    );

    let done = parsed(&project.orm("migrate --json").ok());
    assert_eq!(done["executed"][0]["name"], FIRST);
    assert_eq!(done["executed"][0]["direction"], "up");
    assert!(done["executed"][0]["seconds"].as_f64().unwrap() > 0.0);
    assert_eq!(
        parsed(&project.orm("migrate --json").ok()),
        json!({ "executed": [] })
    );

    let status = parsed(&project.orm("--json migrate status").ok());
    let first = &status["migrations"][0];
    assert_eq!(
        (&first["name"], &first["state"]),
        (&json!(FIRST), &json!("up"))
    );
    assert!(first["finished_at"].as_str().unwrap().ends_with('Z'));
}

#[tokio::test]
async fn a_failure_is_json_too_and_still_code_1() {
    let project = Project::with(&[(FIRST, "SELECT nope;", "SELECT 1;")]).await;
    let done = project.orm("migrate --json");
    assert_eq!(done.code, Some(1));
    let error = &parsed(&done.out)["error"];
    assert_eq!(error["kind"], "Migration");
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("statement 1 of 1")
    );
}

// Colours would be noise in a file, and this is no terminal.
#[tokio::test]
async fn there_are_no_colours_in_a_pipe() {
    let project = Project::with(&[(FIRST, "CREATE TABLE t (id int);", "DROP TABLE t;")]).await;
    let done = project.orm("migrate");
    assert!(
        !done.out.contains('\x1b') && !done.err.contains('\x1b'),
        "{done:?}"
    );
}
