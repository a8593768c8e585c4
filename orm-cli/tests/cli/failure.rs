//! What goes wrong, and what it leaves behind.

use crate::support::{Done, Project};

const FIRST: &str = "20240101000000-first";
const SECOND: &str = "20240102000000-second";
const THIRD: &str = "20240103000000-third";

#[tokio::test]
async fn a_failing_statement_leaves_everything_as_it_was() {
    let up = "CREATE TABLE half (id int);\n\nALTER TABLE nope\n  ADD COLUMN x int;\nSELECT 1;";
    let project = Project::with(&[
        (FIRST, "CREATE TABLE t (id int);", "DROP TABLE t;"),
        (SECOND, up, "DROP TABLE half;"),
    ])
    .await;
    let error = project.orm("migrate").failed();
    assert_eq!(
        error,
        "\nERROR: 20240102000000-second failed at statement 2 of 3 \
         (20240102000000-second/up.sql, line 3): relation \"nope\" does not exist (SQLSTATE 42P01)\n  \
         ALTER TABLE nope\n\
         It was rolled back: schema and history are as before.\n"
    );
    assert!(!project.has_table("half").await);
    assert_eq!(
        project.orm("migrate status").ok(),
        format!("up {FIRST}\ndown {SECOND}\n")
    );
    // Mended, it is applied.
    project.write(SECOND, &up.replace("nope", "half"), "DROP TABLE half;");
    project.orm("migrate").ok();
}

#[tokio::test]
async fn the_line_of_a_failure_is_where_the_server_points() {
    let up = "SELECT\n  1,\n  nope\nFROM pg_class;";
    let project = Project::with(&[(FIRST, up, "SELECT 1;")]).await;
    let error = project.orm("migrate").failed();
    assert!(
        error.contains("up.sql, line 3): column \"nope\" does not exist"),
        "{error}"
    );
}

// Inside a block of code the server would point into, ours would say nothing.
#[tokio::test]
async fn a_failure_inside_a_block_says_what_is_missing() {
    let up = "DO $$ BEGIN ALTER TABLE nope ADD COLUMN x int; END $$;";
    let project = Project::with(&[(FIRST, up, "SELECT 1;")]).await;
    let error = project.orm("migrate").failed();
    assert!(
        error.contains("relation \"nope\" does not exist (SQLSTATE 42P01)"),
        "{error}"
    );
}

// Rows are nobody's business, even where a migration trips over one.
#[tokio::test]
async fn a_value_from_a_row_is_not_shown() {
    let project = Project::with(&[
        (
            FIRST,
            "CREATE TABLE t (name text); INSERT INTO t VALUES ('canary');",
            "DROP TABLE t;",
        ),
        (
            SECOND,
            "ALTER TABLE t ALTER COLUMN name TYPE int USING name::int;",
            "SELECT 1;",
        ),
    ])
    .await;
    let done = project.orm("migrate");
    assert!(!done.out.contains("canary"), "{done:?}");
    let error = done.failed();
    assert!(
        error.contains("SQLSTATE 22P02") && !error.contains("canary"),
        "{error}"
    );
}

// A program's limit is for its queries.
#[tokio::test]
async fn a_migration_may_take_longer_than_a_query() {
    let project = Project::with(&[(FIRST, "SELECT pg_sleep(0.2);", "SELECT 1;")]).await;
    let url = format!(
        "{}&options=-c%20statement_timeout%3D50",
        project.database.url()
    );
    let migrate = |args: &str| -> Done {
        let mut command = project.without_database(args);
        command.args(["--url", &url]).output().unwrap().into()
    };
    let error = migrate("migrate --statement-timeout 0.05").failed();
    assert!(error.contains("SQLSTATE 57014"), "{error}");
    migrate("migrate").ok();
}

#[tokio::test]
async fn a_failing_way_back_leaves_everything_as_it_was() {
    let project = Project::with(&[(
        FIRST,
        "CREATE TABLE t (id int);",
        "DROP TABLE t; DROP TABLE u;",
    )])
    .await;
    project.orm("migrate").ok();
    let error = project.orm("migrate undo").failed();
    assert!(error.contains("statement 2 of 2"), "{error}");
    assert!(project.has_table("t").await);
    assert_eq!(project.orm("migrate status").ok(), format!("up {FIRST}\n"));
}

// A check that is put off until the commit is the migration's fault, too.
#[tokio::test]
async fn a_deferred_constraint_fails_the_migration() {
    let up = "CREATE TABLE t (id int UNIQUE DEFERRABLE INITIALLY DEFERRED); \
              INSERT INTO t VALUES (1), (1);";
    let project = Project::with(&[(FIRST, up, "DROP TABLE t;")]).await;
    let error = project.orm("migrate").failed();
    assert!(
        error.contains("t_id_key") && error.contains("rolled back"),
        "{error}"
    );
    assert!(!project.has_table("t").await);
}

#[tokio::test]
async fn a_migration_outside_of_transactions_is_resumed_once_it_is_mended() {
    let up = "-- orm:no-transaction\nCREATE TABLE t (id int);\nINSERT INTO t VALUES (1);\n\
              INSERT INTO nope VALUES (1);\nVACUUM t;";
    let project = Project::with(&[(FIRST, up, "DROP TABLE t;")]).await;
    let error = project.orm("migrate").failed();
    assert!(error.contains("statement 3 of 4"), "{error}");
    assert!(error.contains("2 of its statements are applied"), "{error}");
    let status = project.orm("migrate status").ok();
    assert!(
        status.contains("after 2 statements: relation \"nope\" does not exist"),
        "{status}"
    );

    // What is done cannot be edited, what is not can.
    project.write(
        FIRST,
        &up.replace("VALUES (1);\nINSERT", "VALUES (2);\nINSERT"),
        "DROP TABLE t;",
    );
    let error = project.orm("migrate").failed();
    assert!(error.contains("edited since"), "{error}");
    project.write(FIRST, &up.replace("nope", "t"), "DROP TABLE t;");
    project.orm("migrate").ok();
    assert_eq!(
        project.ask("SELECT count(*)::text FROM t").await.unwrap(),
        "2"
    );
    assert_eq!(project.orm("migrate status").ok(), format!("up {FIRST}\n"));
}

#[tokio::test]
async fn a_unique_index_that_cannot_be_is_built_anew_when_it_can() {
    let project = Project::with(&[(
        FIRST,
        "CREATE TABLE t (id int); INSERT INTO t VALUES (1), (1);",
        "DROP TABLE t;",
    )])
    .await;
    project.orm("migrate").ok();
    let up = "-- orm:no-transaction\nCREATE UNIQUE INDEX CONCURRENTLY t_id_key ON t (id);";
    project.write(SECOND, up, "DROP INDEX t_id_key;");
    let error = project.orm("migrate").failed();
    // Nor does the message hold the value that is there twice.
    assert!(
        error.contains("could not create unique index \"t_id_key\" (SQLSTATE 23505)"),
        "{error}"
    );
    assert!(!error.contains("(1)"), "{error}");
    assert!(
        error.contains("The index `public.t_id_key` is there and cannot be used: the next run")
            && !error.contains("Nothing of it was done"),
        "{error}"
    );
    project
        .client()
        .await
        .batch_execute("DELETE FROM t")
        .await
        .unwrap();
    project.orm("migrate").ok();
    let valid = "SELECT indisvalid::text FROM pg_index WHERE indexrelid = 't_id_key'::regclass";
    assert_eq!(project.ask(valid).await.as_deref(), Some("true"));
}

#[tokio::test]
async fn an_edited_migration_stops_everything_before_it_begins() {
    let project = Project::with(&[(FIRST, "CREATE TABLE t (id int);", "DROP TABLE t;")]).await;
    project.orm("migrate").ok();
    project.write(FIRST, "CREATE TABLE t (id bigint);", "DROP TABLE t;");
    project.write(SECOND, "CREATE TABLE u (id int);", "DROP TABLE u;");
    let error = project.orm("migrate").failed();
    assert!(
        error.contains(&format!("{FIRST}: edited after it was applied")),
        "{error}"
    );
    assert!(!project.has_table("u").await);
    let status = project.orm("migrate status").ok();
    assert_eq!(
        status,
        format!("up {FIRST} (edited since it was applied)\ndown {SECOND}\n")
    );

    let out = project.orm("migrate repair").ok();
    assert_eq!(out, format!("== {FIRST}: taken as it is now\n"));
    project.orm("migrate").ok();
}

// Another check-out changes line endings; that is no edit.
#[tokio::test]
async fn line_endings_are_no_edit() {
    let project = Project::with(&[(FIRST, "CREATE TABLE t\n(id int);\n", "DROP TABLE t;\n")]).await;
    project.orm("migrate").ok();
    project.write(
        FIRST,
        "CREATE TABLE t\r\n(id int);\r\n",
        "DROP TABLE t;\r\n",
    );
    project.orm("migrate").ok();
    assert_eq!(project.orm("migrate status").ok(), format!("up {FIRST}\n"));
}

#[tokio::test]
async fn missing_and_late_migrations_are_reported_and_can_be_allowed() {
    let project = Project::with(&[
        (FIRST, "CREATE TABLE t (id int);", "DROP TABLE t;"),
        (THIRD, "CREATE TABLE v (id int);", "DROP TABLE v;"),
    ])
    .await;
    project.orm("migrate").ok();
    std::fs::remove_dir_all(project.folder.join("migrations").join(FIRST)).unwrap();
    project.write(SECOND, "CREATE TABLE u (id int);", "DROP TABLE u;");
    let error = project.orm("migrate").failed();
    assert!(
        error.contains(&format!("{FIRST}: applied, but there is no such migration")),
        "{error}"
    );
    assert!(
        error.contains(&format!("{SECOND}: older than others")),
        "{error}"
    );
    let status = project.orm("migrate status").ok();
    assert!(
        status.contains(&format!("up {FIRST} (there is no such migration)")),
        "{status}"
    );
    project.orm("migrate --allow-missing").failed();
    project
        .orm("migrate --allow-missing --allow-out-of-order")
        .ok();
    assert!(project.has_table("u").await);
}

#[tokio::test]
async fn what_cannot_be_undone_says_why() {
    let up = "-- orm:irreversible \"the old values are gone\"\nCREATE TABLE t (id int);";
    let project = Project::with(&[(FIRST, up, ""), (SECOND, "CREATE TABLE u (id int);", "")]).await;
    project.orm("migrate").ok();
    let error = project.orm("migrate undo").failed();
    assert!(
        error.contains(&format!("{SECOND} cannot be undone: it has no `down`")),
        "{error}"
    );
    let error = project.orm("migrate undo --step 2").failed();
    assert!(error.contains("cannot be undone"), "{error}");
    project
        .orm(&format!("migrate repair --pending {SECOND}"))
        .ok();
    let error = project.orm("migrate undo").failed();
    assert!(
        error.contains("cannot be undone: the old values are gone"),
        "{error}"
    );
}

#[tokio::test]
async fn without_a_configuration_or_a_server_it_says_what_to_do() {
    let project = Project::with(&[]).await;
    let done = project.without_database("migrate").output().unwrap().into();
    let error = Done::failed(done);
    assert!(
        error.contains("no database is configured") && error.contains("DATABASE_URL"),
        "{error}"
    );

    let url = "postgres://u:canary@127.0.0.1:1/d";
    let done = project
        .without_database("migrate --url")
        .arg(url)
        .output()
        .unwrap()
        .into();
    let error = Done::failed(done);
    assert!(
        error.contains("no server listens at 127.0.0.1:1"),
        "{error}"
    );
    assert!(!error.contains("canary"), "{error}");

    let mut command = project.without_database("migrate");
    command.env("DATABASE_URL", project.database.url());
    assert!(command.output().unwrap().status.success());
}

#[tokio::test]
async fn a_wrong_command_is_code_2() {
    let project = Project::new().await;
    let done = project.orm("db:frob");
    assert_eq!(done.code, Some(2));
    // Sequelize suggests `db:drop` here.
    assert!(!done.err.contains("drop"), "{done:?}");
    assert_eq!(project.orm("migrate undo --step 1 --all").code, Some(2));
    assert_eq!(project.orm("migrate --lock-timeout -1").code, Some(2));
    for nothing in [
        "migrate undo --step 0",
        "migrate redo --step 0",
        "seed undo --step 0",
    ] {
        let done = project.orm(nothing);
        assert_eq!(done.code, Some(2));
        assert!(done.err.contains("1 is the least"), "{done:?}");
    }
}

// The advice of each message is something that can be typed there.
#[tokio::test]
async fn what_is_gone_is_undone_by_nothing() {
    let project = Project::with(&[
        (FIRST, "CREATE TABLE t (id int);", "DROP TABLE t;"),
        (SECOND, "CREATE TABLE u (id int);", "DROP TABLE u;"),
    ])
    .await;
    project.orm("migrate").ok();
    std::fs::remove_dir_all(project.folder.join("migrations").join(SECOND)).unwrap();
    let error = project.orm("migrate undo").failed();
    let advice = format!("repair --pending {SECOND}");
    assert!(
        error.contains("there is no such migration any more")
            && error.contains(&advice)
            && !error.contains("--allow-missing"),
        "{error}"
    );
    project.orm(&format!("migrate {advice}")).ok();
    project.orm("migrate undo").ok();
    assert!(!project.has_table("t").await);
}

#[tokio::test]
async fn a_missing_folder_is_explained() {
    let project = Project::new().await;
    let error = project.orm("migrate").failed();
    assert!(
        error.contains("there is no folder `migrations`") && error.contains("orm init"),
        "{error}"
    );
}

// What a migration sets for its session must not reach the next one, which may
// be run by another process the next time.
#[tokio::test]
async fn settings_do_not_leak_from_one_migration_to_the_next() {
    let first = "CREATE SCHEMA other; SET search_path = other; SET ROLE pg_monitor; RESET ROLE; \
                 SET search_path = other;";
    let project = Project::with(&[
        (FIRST, first, "DROP SCHEMA other;"),
        (SECOND, "CREATE TABLE t (id int);", "DROP TABLE t;"),
    ])
    .await;
    project.orm("migrate").ok();
    assert_eq!(
        project
            .ask("SELECT to_regclass('public.t')::text")
            .await
            .as_deref(),
        Some("t")
    );
    assert!(project.has_table("public.orm_migrations").await);
}

// What stands there is used where the environment is silent, and only there.
#[tokio::test]
async fn an_env_file_says_which_database() {
    let project = Project::with(&[(FIRST, "CREATE TABLE t (id int);", "DROP TABLE t;")]).await;
    let write = |text: String| std::fs::write(project.folder.join(".env"), text).unwrap();
    write(format!(
        "# ours\nexport DATABASE_URL=\"{}\"\n",
        project.database.url()
    ));
    let status = || project.without_database("migrate status");
    assert!(status().output().unwrap().status.success());
    let mut elsewhere = status();
    elsewhere.env("DB_HOST", "127.0.0.1").env("DB_PORT", "1");
    assert!(!elsewhere.output().unwrap().status.success());
    write("DATABASE_URL=postgres://canary:${PASSWORD}@h/d".to_owned());
    let error = crate::support::Done::from(status().output().unwrap()).failed();
    assert!(
        error.contains(".env, line 1: ") && !error.contains("canary"),
        "{error}"
    );
    write("DB_PASSWORD=x\n".to_owned());
    let error = crate::support::Done::from(status().output().unwrap()).failed();
    assert!(error.contains("no database is configured"), "{error}");
}
