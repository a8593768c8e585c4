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
    // Which were applied long ago is not known.
    let done = run("migrate check --offline");
    assert!(
        done.out.contains("drop-column") && done.out.contains("1 danger in 2 pending migrations"),
        "{done:?}"
    );
    done.failed();
    let done = run("migrate check --offline --since 20240101000000-create-users");
    assert!(done.out.contains("drop-column"), "{done:?}");
    done.failed();
    let failed = run("migrate check --offline --since 2024").failed();
    assert!(failed.contains("there is no migration `2024`"), "{failed}");
    let failed = run("migrate check").failed();
    assert!(failed.contains("no database is configured"), "{failed}");
}

// What a branch adds is deployed in one go, whatever was there before.
#[tokio::test]
async fn what_a_branch_adds_is_judged_alone() {
    let project = Project::with(&[
        CREATE,
        (
            "20240102000000-drop-email",
            "ALTER TABLE users DROP COLUMN email;",
            "",
        ),
    ])
    .await;
    let git = |args: &str| {
        let done = std::process::Command::new("git")
            .args(["-c", "user.name=a", "-c", "user.email=a@b"])
            .args(args.split(' '))
            .current_dir(&project.folder)
            .output()
            .unwrap();
        assert!(done.status.success(), "{done:?}");
    };
    git("init -q -b main");
    git("add .");
    git("commit -q -m first");
    git("checkout -q -b work");
    let run =
        |args: &str| crate::support::Done::from(project.without_database(args).output().unwrap());
    let out = run("migrate check --offline --base main").ok();
    assert!(out.contains("Nothing dangerous in 0 pending"), "{out}");
    // One is committed, the other not yet.
    project.write("20240103000000-notes", "CREATE TABLE notes (id int);", "");
    git("add .");
    git("commit -q -m second");
    project.write(
        "20240104000000-index",
        "CREATE INDEX notes_id ON notes (id); CREATE INDEX users_id ON users (id);",
        "",
    );
    let done = run("migrate check --offline --base main");
    assert!(
        done.out.contains("index-not-concurrent") && done.out.contains("1 danger in 2 pending"),
        "{done:?}"
    );
    done.failed();
    let failed = run("migrate check --offline --base nowhere").failed();
    assert!(failed.contains("git says: "), "{failed}");
}

#[tokio::test]
async fn a_table_that_may_be_there_is_looked_for() {
    let up = "CREATE TABLE IF NOT EXISTS users (id int); CREATE INDEX users_id ON users (id);";
    let project = Project::with(&[("20240101000000-users", up, "")]).await;
    project.orm("migrate check").ok();
    let client = project.client().await;
    client
        .batch_execute("CREATE TABLE users (id int)")
        .await
        .unwrap();
    let done = project.orm("migrate check");
    assert!(done.out.contains("index-not-concurrent"), "{done:?}");
    done.failed();
}

#[tokio::test]
async fn machines_get_every_part_of_a_finding() {
    let project = Project::with(&[CREATE]).await;
    project.orm("migrate").ok();
    project.write("20240102000000-clean", "TRUNCATE users;", "");
    let done = project.orm("migrate check --json");
    assert_eq!(done.code, Some(1));
    // What was found and that it failed for it are one document.
    let document: serde_json::Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(document["error"]["kind"], "Usage");
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
    project.orm("migrate check").ok();
    // Of files alone it is not known that nobody uses the orders yet.
    let done = project.orm("migrate check --offline");
    assert!(
        done.out.contains("orders_discount_code_idx") && done.out.contains("1 danger in 4 pending"),
        "{done:?}"
    );
    done.failed();
}
