//! Ctrl-C in the middle of a migration.

use std::fs;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::support::{Done, Project, until};

const FIRST: &str = "20240101000000-first";
const SECOND: &str = "20240102000000-second";
const SLEEPS: &str = "SELECT EXISTS (SELECT FROM pg_stat_activity \
     WHERE query LIKE '%pg_sleep(600)%' AND state = 'active' AND datname = current_database() AND pid <> pg_backend_pid())";
const RESTS: &str = "SELECT NOT EXISTS (SELECT FROM pg_stat_activity \
     WHERE query LIKE '%pg_sleep(600)%' AND state = 'active' AND datname = current_database() AND pid <> pg_backend_pid())";

fn tell(child: &Child, signal: &str) {
    let told = Command::new("kill")
        .args([signal, &child.id().to_string()])
        .status();
    assert!(told.unwrap().success());
}

// Not only the process ends: the server stops, too, and what was done is told.
#[tokio::test]
async fn what_runs_is_cancelled_on_the_server() {
    let up = "CREATE TABLE u (id int);\nSELECT pg_sleep(600);";
    let project = Project::with(&[
        (FIRST, "CREATE TABLE t (id int);", "DROP TABLE t;"),
        (SECOND, up, "DROP TABLE u;"),
    ])
    .await;
    let client = project.client().await;
    let child = project.spawn("migrate --json");
    until(&client, SLEEPS).await;
    tell(&child, "-INT");
    let done = Done::from(child.wait_with_output().unwrap());
    assert_eq!(done.code, Some(130), "{done:?}");
    until(&client, RESTS).await;
    let document: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(document["error"]["done_before"], serde_json::json!([FIRST]));
    let message = document["error"]["message"].as_str().unwrap();
    assert!(
        message.contains(&format!("{SECOND} was stopped at statement 2 of 2"))
            && message.contains("rolled back")
            && !message.contains("57014"),
        "{message}"
    );
    assert!(project.has_table("t").await && !project.has_table("u").await);
    let status = project.orm("migrate status").ok();
    assert_eq!(status, format!("up {FIRST}\ndown {SECOND}\n"));
}

#[tokio::test]
async fn outside_of_a_transaction_it_is_told_how_far_it_came() {
    let up = "-- orm:no-transaction\nCREATE TABLE u (id int);\nSELECT pg_sleep(600);";
    let project = Project::with(&[(FIRST, up, "DROP TABLE u;")]).await;
    let client = project.client().await;
    let child = project.spawn("migrate");
    until(&client, SLEEPS).await;
    tell(&child, "-TERM");
    let done = Done::from(child.wait_with_output().unwrap());
    assert_eq!(done.code, Some(130), "{done:?}");
    assert!(
        done.err.contains("1 of its statements are applied"),
        "{done:?}"
    );
    until(&client, RESTS).await;
    let code = project.orm("migrate status --exit-code").code;
    assert_eq!(code, Some(4));
    let text = up.replace("SELECT pg_sleep(600);", "SELECT 1;");
    project.write(FIRST, &text, "DROP TABLE u;");
    project.orm("migrate").ok();
}

// Whoever waits for another process has begun nothing.
#[tokio::test]
async fn who_waits_leaves() {
    let project = Project::with(&[(FIRST, "SELECT pg_sleep(600);", "")]).await;
    let client = project.client().await;
    let mut first = project.spawn("migrate");
    until(&client, SLEEPS).await;
    let mut command = project.command("migrate");
    let second = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let waits = "SELECT count(*) > 2 FROM pg_stat_activity WHERE datname = current_database()";
    until(&client, waits).await;
    tell(&second, "-INT");
    let done = Done::from(second.wait_with_output().unwrap());
    assert_eq!(done.code, Some(130), "{done:?}");
    tell(&first, "-INT");
    assert_eq!(first.wait().unwrap().code(), Some(130));
}

#[test]
fn sqlite_is_interrupted_too() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = folder.join(format!("stop-{}", std::process::id()));
    let migration = folder.join("migrations").join(FIRST);
    fs::create_dir_all(&migration).unwrap();
    let endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) \
                   INSERT INTO t SELECT i FROM n WHERE i < 0;";
    let up = format!("CREATE TABLE t (id INTEGER);\n{endless}");
    fs::write(migration.join("up.sql"), up).unwrap();
    let child = Command::new(env!("CARGO_BIN_EXE_orm"))
        .args(["migrate", "--url", "sqlite:a.db"])
        .current_dir(&folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // By then it is at the statement that has no end.
    std::thread::sleep(std::time::Duration::from_secs(1));
    tell(&child, "-INT");
    let done = Done::from(child.wait_with_output().unwrap());
    assert_eq!(done.code, Some(130), "{done:?}");
    assert!(
        done.err.contains("was stopped at statement 2 of 2") && done.err.contains("rolled back"),
        "{done:?}"
    );
    fs::remove_dir_all(&folder).unwrap();
}
