//! `orm migrate check` on migrations written by hand.

use crate::support::Project;

const CREATE: (&str, &str, &str) = (
    "20240101000000-create-users",
    "CREATE TABLE users (id int PRIMARY KEY, name varchar(20), email text);
     INSERT INTO users SELECT n, 'name', 'mail' FROM generate_series(1, 1500) AS n;",
    "DROP TABLE users;",
);

#[tokio::test]
async fn what_is_pending_is_judged_and_what_is_applied_is_not() {
    let project = Project::with(&[CREATE]).await;
    let out = project.orm("migrate check").ok();
    assert!(
        out.contains("Nothing dangerous in 1 pending migration."),
        "{out}"
    );
    project.orm("migrate").ok();
    let client = project.client().await;
    client.batch_execute("ANALYZE users").await.unwrap();
    project.write(
        "20240102000000-index-users",
        "-- which users do we have?\nCREATE INDEX users_name\n  ON users (name);",
        "",
    );
    let done = project.orm("migrate check");
    let out = done.out.clone();
    assert_eq!(
        out,
        "20240102000000-index-users/up.sql:2: index-not-concurrent: building the index keeps \
         everyone from writing until it is done\n  \
         table: users, about 1,500 rows\n  \
         lock: SHARE: nobody writes\n  \
         write instead:\n    \
         -- orm:no-transaction\n    \
         CREATE INDEX CONCURRENTLY users_name\n      ON users (name);\n  \
         or, where it is meant: -- orm:allow index-not-concurrent: why\n\
         1 danger in 1 pending migration.\n\
         Models: not compared, only your own program knows them (see `orm_cli::Application`).\n"
    );
    let failed = done.failed();
    assert!(failed.contains("dangerous for programs in use"), "{failed}");

    project.write(
        "20240102000000-index-users",
        "-- orm:allow index-not-concurrent: nobody writes at night\n\
         CREATE INDEX users_name ON users (name);",
        "",
    );
    project.orm("migrate check").ok();
    project.orm("migrate").ok();
    let out = project.orm("migrate check").ok();
    assert!(
        out.contains("Nothing dangerous in 0 pending migrations."),
        "{out}"
    );
}

#[tokio::test]
async fn the_database_knows_which_change_of_type_is_free() {
    let project = Project::with(&[CREATE]).await;
    project.orm("migrate").ok();
    project.write(
        "20240102000000-longer-name",
        "ALTER TABLE public.users ALTER COLUMN name TYPE varchar(80);",
        "",
    );
    project.orm("migrate check").ok();
    project.write(
        "20240102000000-longer-name",
        "ALTER TABLE public.users ALTER COLUMN name TYPE varchar(8);",
        "",
    );
    let done = project.orm("migrate check");
    assert!(done.out.contains("column-type"), "{done:?}");
    done.failed();
}

#[tokio::test]
async fn without_a_database_the_files_are_judged_alone() {
    let project = Project::with(&[
        CREATE,
        (
            "20240102000000-drop-email",
            "ALTER TABLE users DROP COLUMN email;",
            "",
        ),
    ])
    .await;
    let run =
        |args: &str| crate::support::Done::from(project.without_database(args).output().unwrap());
    // Nobody uses a table that is made in the same go.
    let out = run("migrate check --offline").ok();
    assert!(
        out.contains("Nothing dangerous in 2 pending migrations."),
        "{out}"
    );
    let done = run("migrate check --offline --since 20240101000000-create-users");
    assert!(done.out.contains("drop-column"), "{done:?}");
    done.failed();
    let failed = run("migrate check --offline --since 2024").failed();
    assert!(failed.contains("there is no migration `2024`"), "{failed}");
    let failed = run("migrate check").failed();
    assert!(failed.contains("no database is configured"), "{failed}");
}

#[tokio::test]
async fn machines_get_every_part_of_a_finding() {
    let project = Project::with(&[CREATE]).await;
    project.orm("migrate").ok();
    project.write("20240102000000-clean", "TRUNCATE users;", "");
    let done = project.orm("migrate check --json");
    assert_eq!(done.code, Some(1));
    for part in [
        "\"dangerous\": true",
        "\"file\": \"20240102000000-clean/up.sql\"",
        "\"level\": \"danger\"",
        "\"line\": 1",
        "\"lock\": \"ACCESS EXCLUSIVE: nobody reads or writes\"",
        "\"rewrite\": \"-- orm:allow truncate: ",
        "\"rule\": \"truncate\"",
        "\"table\": \"users\"",
    ] {
        assert!(done.out.contains(part), "{part} in {done:?}");
    }
}

#[tokio::test]
async fn a_rule_is_explained_by_its_name() {
    let project = Project::new().await;
    let out = project.orm("migrate check --explain set-not-null").ok();
    assert!(out.contains("ALTER COLUMN email SET NOT NULL;"), "{out}");
    assert!(
        out.contains("VALIDATE CONSTRAINT users_email_not_null;"),
        "{out}"
    );
    let failed = project.orm("migrate check --explain set-notnull").failed();
    assert!(failed.contains("did you mean `set-not-null`?"), "{failed}");
    let out = project.orm("migrate check --rules").ok();
    assert!(out.lines().count() > 30, "{out}");
}

#[tokio::test]
async fn the_storefronts_migrations_pass() {
    let project = Project::storefront().await;
    project.orm("migrate check --offline").ok();
    project.orm("migrate check").ok();
}
