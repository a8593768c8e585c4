//! Databases and folders of other tools, as each of them leaves them.

use std::fs;

use crate::support::{Done, Project};

const SQLX: &str = "CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, \
     description text NOT NULL, installed_on timestamptz NOT NULL DEFAULT now(), \
     success boolean NOT NULL, checksum bytea NOT NULL, execution_time bigint NOT NULL)";
const DIESEL: &str = "CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY, \
     run_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP)";
const PRISMA: &str = "CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, \
     checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL, \
     logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), \
     applied_steps_count integer NOT NULL DEFAULT 0)";
const REFINERY: &str = "CREATE TABLE refinery_schema_history (version int4 PRIMARY KEY, \
     name varchar(255), applied_on varchar(255), checksum varchar(255))";
const GOLANG: &str = "CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, \
     dirty boolean NOT NULL)";
const FLYWAY: &str = "CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY, \
     version varchar(50), description varchar(200) NOT NULL, type varchar(20) NOT NULL, \
     script varchar(1000) NOT NULL, checksum int, installed_by varchar(100) NOT NULL, \
     installed_on timestamp NOT NULL DEFAULT now(), execution_time int NOT NULL, \
     success boolean NOT NULL)";

/// A project whose `theirs` folder has these files, brought over.
async fn brought_over(files: &[(&str, &str)]) -> Project {
    let project = Project::new().await;
    for (name, text) in files {
        let path = project.folder.join("theirs").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    project.orm("migrate import theirs").ok();
    project
}

async fn run(project: &Project, sql: &[&str]) {
    let client = project.client().await;
    for sql in sql {
        client.batch_execute(sql).await.unwrap();
    }
}

/// What is adopted, pending and run after that.
fn adopted(project: &Project) -> Vec<String> {
    let refused = project.orm("migrate").failed();
    assert!(refused.contains("orm migrate adopt"), "{refused}");
    project.orm("migrate adopt").ok();
    let status = project.orm("migrate status").ok();
    project.orm("migrate").ok();
    assert_eq!(project.orm("migrate status --exit-code").code, Some(0));
    status.lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn sqlx() {
    let project = brought_over(&[
        (
            "20240101000000_users.up.sql",
            "CREATE TABLE users (id int);",
        ),
        ("20240101000000_users.down.sql", "DROP TABLE users;"),
        (
            "20240102000000_index.sql",
            "-- no-transaction\nCREATE INDEX CONCURRENTLY users_id ON users (id);",
        ),
    ])
    .await;
    let row = "INSERT INTO _sqlx_migrations VALUES (20240101000000, 'users', now(), true, '', 1)";
    run(&project, &[SQLX, row, "CREATE TABLE users (id int)"]).await;
    assert_eq!(
        adopted(&project),
        ["up 20240101000000-users", "down 20240102000000-index"]
    );
}

#[tokio::test]
async fn diesel() {
    let project = brought_over(&[
        ("00000000000000_diesel_initial_setup/up.sql", "SELECT 1;"),
        (
            "2024-01-01-000000_users/up.sql",
            "CREATE TABLE users (id int);",
        ),
        ("2024-01-01-000000_users/down.sql", "DROP TABLE users;"),
    ])
    .await;
    let row = "INSERT INTO __diesel_schema_migrations VALUES ('00000000000000')";
    run(&project, &[DIESEL, row]).await;
    assert_eq!(
        adopted(&project),
        [
            "up 20000101000001-diesel-initial-setup",
            "down 20240101000000-users"
        ]
    );
    project.orm("migrate undo").ok();
    assert!(!project.has_table("users").await);
}

// Of one that was tried again the row that was rolled back says nothing.
#[tokio::test]
async fn prisma() {
    let project = brought_over(&[
        (
            "20240101000000_init/migration.sql",
            "CREATE TABLE users (id int);",
        ),
        (
            "20240102000000_more/migration.sql",
            "CREATE TABLE more (id int);",
        ),
        (
            "20240103000000_gone/migration.sql",
            "CREATE TABLE gone (id int);",
        ),
        ("migration_lock.toml", "provider = \"postgresql\""),
    ])
    .await;
    let rows = "INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, rolled_back_at) \
         VALUES ('1', '', '20240101000000_init', NULL, now()), \
         ('2', '', '20240101000000_init', now(), NULL), \
         ('3', '', '20240103000000_gone', NULL, now())";
    run(&project, &[PRISMA, rows, "CREATE TABLE users (id int)"]).await;
    assert_eq!(
        adopted(&project),
        [
            "up 20240101000000-init",
            "down 20240102000000-more",
            "down 20240103000000-gone"
        ]
    );
}

#[tokio::test]
async fn refinery() {
    let project = brought_over(&[
        ("V1__initial.sql", "CREATE TABLE users (id int);"),
        ("V2__more.sql", "CREATE TABLE more (id int);"),
        ("U3__late.sql", "CREATE TABLE late (id int);"),
    ])
    .await;
    let rows =
        "INSERT INTO refinery_schema_history VALUES (1, 'initial', '', ''), (3, 'late', '', '')";
    run(
        &project,
        &[
            REFINERY,
            rows,
            "CREATE TABLE users (id int); CREATE TABLE late (id int)",
        ],
    )
    .await;
    project.orm("migrate adopt").ok();
    let status = project.orm("migrate status").ok();
    assert_eq!(
        status,
        "up 20000101000001-initial\nup 20000101000003-late\ndown 20000101000002-more\n"
    );
    project.orm("migrate --allow-out-of-order").ok();
}

// It keeps the youngest version alone, and Rails has a table of that name.
#[tokio::test]
async fn golang_migrate() {
    let files = [
        (
            "000001_users.up.sql",
            "BEGIN;\nCREATE TABLE users (id int);\nCOMMIT;",
        ),
        ("000001_users.down.sql", "DROP TABLE users;"),
        ("000002_more.up.sql", "CREATE TABLE more (id int);"),
        ("000003_last.up.sql", "CREATE TABLE last (id int);"),
    ];
    let project = brought_over(&files).await;
    let made = "CREATE TABLE users (id int); CREATE TABLE more (id int)";
    run(
        &project,
        &[
            GOLANG,
            "INSERT INTO schema_migrations VALUES (2, false)",
            made,
        ],
    )
    .await;
    assert_eq!(
        adopted(&project),
        [
            "up 20000101000001-users",
            "up 20000101000002-more",
            "down 20000101000003-last"
        ]
    );
    let rails = brought_over(&files).await;
    let table = "CREATE TABLE schema_migrations (version varchar PRIMARY KEY); \
                 INSERT INTO schema_migrations VALUES ('20240101000000')";
    run(&rails, &[table]).await;
    let error = rails.orm("migrate adopt").failed();
    assert!(error.contains("no history of another tool"), "{error}");
    rails.orm("migrate").ok();
}

#[tokio::test]
async fn flyway() {
    let project = brought_over(&[
        ("V1__base.sql", "CREATE TABLE base (id int);"),
        ("V1.1__more.sql", "CREATE TABLE more (id int);"),
        ("V2__undone.sql", "CREATE TABLE undone (id int);"),
        ("U2__undone.sql", "DROP TABLE undone;"),
        ("V2.1__last.sql", "CREATE TABLE last (id int);"),
    ])
    .await;
    let row = |rank: u8, version: &str, kind: &str, script: &str| {
        format!(
            "INSERT INTO flyway_schema_history VALUES ({rank}, {version}, 'x', '{kind}', \
             '{script}', 1, 'me', now(), 1, true)"
        )
    };
    let rows = [
        row(1, "'1'", "BASELINE", "<< Flyway Baseline >>"),
        row(2, "'1.1'", "SQL", "V1.1__more.sql"),
        row(3, "'2'", "SQL", "V2__undone.sql"),
        row(4, "'2'", "UNDO_SQL", "U2__undone.sql"),
        row(5, "NULL", "SQL", "R__views.sql"),
    ]
    .join("; ");
    let made = "CREATE TABLE base (id int); CREATE TABLE more (id int)";
    run(&project, &[FLYWAY, &rows, made]).await;
    assert_eq!(
        adopted(&project),
        [
            "up 20000101000001-base",
            "up 20000101000002-more",
            "down 20000101000003-undone",
            "down 20000101000004-last"
        ]
    );
}

// What stopped half-way is mended where it began.
#[tokio::test]
async fn what_failed_there_is_adopted_by_nobody() {
    let files = [
        ("1_users.up.sql", "CREATE TABLE users (id int);"),
        ("2_more.up.sql", "CREATE TABLE more (id int);"),
    ];
    for (table, row, name) in [
        (
            SQLX,
            "INSERT INTO _sqlx_migrations VALUES (1, 'users', now(), false, '', 1)",
            "sqlx says of 1",
        ),
        (
            GOLANG,
            "INSERT INTO schema_migrations VALUES (2, true)",
            "golang-migrate says of 2",
        ),
    ] {
        let project = brought_over(&files).await;
        run(&project, &[table, row]).await;
        let error = project.orm("migrate adopt").failed();
        assert!(
            error.contains("nothing was adopted") && error.contains(name),
            "{error}"
        );
        let status = project.orm("migrate status").ok();
        assert!(status.lines().all(|it| it.starts_with("down ")), "{status}");
    }
    let project = brought_over(&files).await;
    let rows = "INSERT INTO _sqlx_migrations VALUES (1, '', now(), true, '', 1), (9, '', now(), true, '', 1)";
    run(&project, &[SQLX, rows]).await;
    let error = project.orm("migrate adopt").failed();
    assert!(error.contains("no migration is called 9"), "{error}");
    let error = project.orm("migrate adopt --from flyway").failed();
    assert!(error.contains("no history of Flyway"), "{error}");
    let error = project.orm("migrate adopt --from diesel --table _sqlx_migrations");
    assert!(error.failed().contains("is no history of diesel"));
    // A table of another name is known by its columns.
    run(
        &project,
        &[
            "DELETE FROM _sqlx_migrations WHERE version = 9",
            "ALTER TABLE _sqlx_migrations RENAME TO history",
        ],
    )
    .await;
    let out = project.orm("migrate adopt --table history").ok();
    assert_eq!(out, "== 20000101000001-users: adopted\n");
}

#[tokio::test]
async fn nothing_is_written_where_something_is_refused() {
    let project = Project::with(&[("20240101000000-a", "SELECT 1;", "")]).await;
    let theirs = project.folder.join("theirs");
    fs::create_dir_all(&theirs).unwrap();
    let write = |name: &str| fs::write(theirs.join(name), "SELECT 1;").unwrap();
    write("V1__a.sql");
    write("R__views.sql");
    let before = || {
        fs::read_dir(project.folder.join("migrations"))
            .unwrap()
            .count()
    };
    let error = project.orm("migrate import theirs").failed();
    assert!(error.contains("R__views.sql") && before() == 1, "{error}");
    project
        .orm("migrate import theirs --leave R__views.sql")
        .ok();
    assert_eq!(before(), 2);
    let error = project
        .orm("migrate import theirs --leave R__views.sql")
        .failed();
    assert!(
        error.contains("there is a migration of the moment"),
        "{error}"
    );
    let error = project.orm("migrate import migrations").failed();
    assert!(error.contains("is where ours are kept"), "{error}");
}

#[test]
fn sqlite_has_such_histories_too() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = folder.join(format!("foreign-{}", std::process::id()));
    fs::create_dir_all(folder.join("theirs")).unwrap();
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    let orm = |args: &str| {
        let run = std::process::Command::new(env!("CARGO_BIN_EXE_orm"))
            .args(args.split(' '))
            .args(["--url", "sqlite:a.db"])
            .current_dir(&folder)
            .output();
        Done::from(run.unwrap())
    };
    // What sqlx would have left, made by a migration that is then forgotten.
    let theirs = "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, \
         installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, \
         checksum BLOB NOT NULL, execution_time BIGINT NOT NULL); \
         INSERT INTO _sqlx_migrations VALUES (1, 'users', 'now', 1, x'00', 1); \
         CREATE TABLE users (id INTEGER);";
    fs::create_dir_all(folder.join("before/20240101000000-sqlx")).unwrap();
    write("before/20240101000000-sqlx/up.sql", theirs);
    orm("migrate --migrations-path before --history-table before").ok();
    write("theirs/1_users.sql", "CREATE TABLE users (id INTEGER);");
    write("theirs/2_more.sql", "CREATE TABLE more (id INTEGER);");
    orm("migrate import theirs").ok();
    let refused = orm("migrate").failed();
    assert!(refused.contains("sqlx has a history of 1"), "{refused}");
    assert_eq!(
        orm("migrate adopt").ok(),
        "== 20000101000001-users: adopted\n"
    );
    orm("migrate").ok();
    assert_eq!(orm("migrate status --exit-code").code, Some(0));
    fs::remove_dir_all(&folder).unwrap();
}
