//! `status` changes nothing, and neither does a dry run.

use crate::support::Project;

const FIRST: &str = "20240101000000-first";

#[tokio::test]
async fn status_makes_no_table() {
    let project = Project::with(&[(FIRST, "CREATE TABLE t (id int);", "DROP TABLE t;")]).await;
    let before = project.dump();
    assert_eq!(
        project.orm("migrate status").ok(),
        format!("down {FIRST}\n")
    );
    assert_eq!(project.dump(), before);
    assert!(!project.has_table("orm_migrations").await);
}

// Whoever may only read may look.
#[tokio::test]
async fn status_works_in_a_read_only_session_and_while_others_migrate() {
    let project = Project::with(&[(FIRST, "CREATE TABLE t (id int);", "DROP TABLE t;")]).await;
    project.orm("migrate").ok();
    let client = project.client().await;
    let read_only = format!(
        "ALTER DATABASE {} SET default_transaction_read_only = on; \
         BEGIN; SELECT pg_advisory_lock(42)",
        project.database.name()
    );
    client.batch_execute(&read_only).await.unwrap();
    assert_eq!(project.orm("migrate status").ok(), format!("up {FIRST}\n"));
}

// What a walk in batches has behind it is part of how the migration stands, and of one that
// stopped elsewhere it is nothing.
#[tokio::test]
async fn status_tells_the_rows_that_batches_have_behind_them() {
    let first = "CREATE TABLE t (id int PRIMARY KEY, n int DEFAULT 0 CHECK (id < 7 OR n < 1));\n\
         INSERT INTO t SELECT generate_series(1, 9);";
    let second = "-- orm:no-transaction\nCREATE INDEX ON t (n);\n\
         -- orm:batches t (id), 2 rows, pause 0 ms\n\
         UPDATE t SET n = n + 1 WHERE id BETWEEN $1 AND $2;";
    let project = Project::with(&[
        (FIRST, first, "DROP TABLE t;"),
        ("20240102000000-second", second, "SELECT 1;"),
    ])
    .await;
    let client = project.client().await;
    let said = project.orm("migrate").failed();
    assert!(said.contains("6 rows"), "{said}");
    let before = project.dump();
    let status = project.orm("migrate status").ok();
    assert!(
        status.contains("after 1 statements and 6 rows of the next"),
        "{status}"
    );
    let told = project.orm("migrate status --json").ok();
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["migrations"][1]["rows"], 6);
    assert_eq!(told["migrations"][1]["done"], 1);
    assert_eq!(project.dump(), before);
    // A history of before there were batches has no column for them.
    client
        .batch_execute("ALTER TABLE orm_migrations DROP COLUMN batch")
        .await
        .unwrap();
    let status = project.orm("migrate status").ok();
    assert!(status.contains("after 1 statements: "), "{status}");
    let told = project.orm("migrate status --json").ok();
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert!(told["migrations"][1]["rows"].is_null());
}

#[tokio::test]
async fn a_dry_run_prints_the_sql_and_runs_nothing() {
    let up = "CREATE TABLE t (id int);\n-- why\nCREATE INDEX ON t (id);";
    let project = Project::with(&[(FIRST, up, "DROP TABLE t;")]).await;
    let out = project.orm("migrate --dry-run").ok();
    assert_eq!(
        out,
        format!(
            "-- {FIRST}: up\nBEGIN;\nCREATE TABLE t (id int);\nCREATE INDEX ON t (id);\nCOMMIT;\n\n"
        )
    );
    assert!(!project.has_table("t").await && !project.has_table("orm_migrations").await);
    project.orm("migrate").ok();
    let out = project.orm("migrate undo --dry-run").ok();
    assert_eq!(
        out,
        format!("-- {FIRST}: down\nBEGIN;\nDROP TABLE t;\nCOMMIT;\n\n")
    );
    assert!(project.has_table("t").await);
}

#[tokio::test]
async fn undo_goes_as_far_as_it_is_told() {
    let names = [
        "20240101000000-a",
        "20240102000000-b",
        "20240103000000-c",
        "20240104000000-d",
    ];
    let project = Project::with(&[]).await;
    for name in names {
        let table = name.split_once('-').unwrap().1;
        project.write(
            name,
            &format!("CREATE TABLE {table} ();"),
            &format!("DROP TABLE {table};"),
        );
    }
    let standing = |applied: usize| {
        let line = |(i, name): (usize, &&str)| {
            format!("{} {name}\n", if i < applied { "up" } else { "down" })
        };
        names.iter().enumerate().map(line).collect::<String>()
    };
    project.orm("migrate --to 20240103000000-c").ok();
    assert_eq!(project.orm("migrate status").ok(), standing(3));
    project.orm("migrate").ok();
    project.orm("migrate undo --step 2").ok();
    assert_eq!(project.orm("migrate status").ok(), standing(2));
    project.orm("migrate").ok();
    project
        .orm("db:migrate:undo:all --to 20240102000000-b")
        .ok();
    assert_eq!(project.orm("migrate status").ok(), standing(1));
    let error = project.orm("migrate undo --to 20240104000000-d").failed();
    assert!(error.contains("is not an applied migration"), "{error}");
    let error = project.orm("migrate --to 20240105000000-e").failed();
    assert!(error.contains("is not a migration"), "{error}");
}

#[tokio::test]
async fn baseline_is_for_databases_without_a_history() {
    let project = Project::with(&[
        (FIRST, "CREATE TABLE t (id int);", "DROP TABLE t;"),
        (
            "20240102000000-second",
            "CREATE TABLE u (id int);",
            "DROP TABLE u;",
        ),
    ])
    .await;
    project
        .client()
        .await
        .batch_execute("CREATE TABLE t (id int)")
        .await
        .unwrap();
    let out = project.orm(&format!("migrate baseline --to {FIRST}")).ok();
    assert_eq!(out, format!("== {FIRST}: counted as applied\n"));
    project.orm("migrate").ok();
    assert!(project.has_table("u").await);
    let error = project.orm("migrate baseline").failed();
    assert!(error.contains("2 migrations applied"), "{error}");
}

// What CI asks for without reading a text.
#[tokio::test]
async fn the_exit_code_says_whether_all_is_well() {
    let project = Project::with(&[(FIRST, "CREATE TABLE t (id int);", "DROP TABLE t;")]).await;
    let code = || project.orm("migrate status --exit-code").code;
    assert_eq!(code(), Some(3));
    project.orm("migrate status").ok();
    project.orm("migrate").ok();
    assert_eq!(code(), Some(0));
    project.write(FIRST, "CREATE TABLE t (id bigint);", "DROP TABLE t;");
    assert_eq!(code(), Some(4));
    project.write("20240102000000-second", "SELECT 1;", "SELECT 1;");
    let done = project.orm("migrate status --exit-code --json");
    assert_eq!(done.code, Some(4));
    let document: serde_json::Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(document["migrations"][0]["edited"], true);
    assert_eq!(
        document["error"]["message"],
        "1 edited, missing or half-way, 1 pending"
    );
}

// Somebody else's table of this name is not read, written or taken for an old one.
#[tokio::test]
async fn a_table_that_is_none_of_ours_is_left_alone() {
    let project = Project::with(&[(FIRST, "CREATE TABLE t (id int);", "DROP TABLE t;")]).await;
    let client = project.client().await;
    let theirs = "CREATE TABLE orm_migrations (name text); INSERT INTO orm_migrations VALUES ('a')";
    client.batch_execute(theirs).await.unwrap();
    for command in [
        "migrate",
        "migrate status",
        "migrate undo",
        "migrate baseline",
        "migrate repair --pending a",
    ] {
        let error = project.orm(command).failed();
        assert!(
            error.contains("the table public.orm_migrations is there")
                && error.contains("--history-table"),
            "{command}: {error}"
        );
    }
    assert_eq!(
        project
            .ask("SELECT name FROM orm_migrations")
            .await
            .as_deref(),
        Some("a")
    );
    project.orm("migrate --history-table app_migrations").ok();
    assert!(project.has_table("app_migrations").await);
    let out = project
        .orm("migrate status --history-table app_migrations")
        .ok();
    assert_eq!(out, format!("up {FIRST}\n"));
}
