//! `generate` and `init`.

use std::fs;

use crate::support::Project;

#[tokio::test]
async fn a_new_migration_has_a_place_for_each_direction() {
    let project = Project::new().await;
    let out = project
        .orm("migration:generate --name add-discount-code-to-orders")
        .ok();
    let name = fs::read_dir(project.folder.join("migrations"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let name = name.file_name().into_string().unwrap();
    assert_eq!(
        out,
        format!("New migration was created at migrations/{name} .\n")
    );
    let (stamp, words) = name.split_once('-').unwrap();
    assert_eq!((stamp.len(), words), (14, "add-discount-code-to-orders"));
    for file in ["up.sql", "down.sql"] {
        assert!(
            project
                .folder
                .join("migrations")
                .join(&name)
                .join(file)
                .is_file()
        );
    }
    // It is not run before something is written into it.
    let error = project.orm("migrate").failed();
    assert!(
        error.contains("up.sql: there is no statement in it yet"),
        "{error}"
    );
}

#[tokio::test]
async fn a_name_is_used_once_and_moments_are_not_shared() {
    let project = Project::new().await;
    project.orm("migrate generate AddUsers").ok();
    let error = project.orm("migrate generate add_users").failed();
    assert!(
        error.contains("there is a migration of this name"),
        "{error}"
    );
    project
        .orm("migrate generate add-orders --single-file")
        .ok();
    project.orm("migrate generate add-items").ok();
    let status = project.orm("migrate status").ok();
    let stamps: Vec<&str> = status.lines().filter_map(|it| it.get(5..19)).collect();
    assert_eq!(stamps.len(), 3, "{status}");
    assert!(stamps.windows(2).all(|pair| pair[0] < pair[1]), "{status}");
    let error = project.orm("migrate generate ...").failed();
    assert!(error.contains("letters or digits"), "{error}");
}

#[tokio::test]
async fn a_migration_of_one_file_is_run_like_any_other() {
    let project = Project::with(&[]).await;
    let text = "-- orm:up\nCREATE TABLE t (id int);\n-- orm:down\nDROP TABLE t;\n";
    fs::write(
        project.folder.join("migrations/20240101000000-one.sql"),
        text,
    )
    .unwrap();
    project.orm("migrate").ok();
    assert!(project.has_table("t").await);
    project.orm("migrate undo").ok();
    assert!(!project.has_table("t").await);
}

#[tokio::test]
async fn init_makes_the_folders_once() {
    let project = Project::new().await;
    let out = project.orm("init").ok();
    assert_eq!(
        out,
        "Successfully created migrations folder at \"migrations\".\n\
         Successfully created seeders folder at \"seeders\".\n"
    );
    let out = project.orm("init").ok();
    assert!(
        out.starts_with("migrations folder at \"migrations\" already exists."),
        "{out}"
    );
    assert_eq!(project.orm("migrate status").ok(), "No migrations found.\n");
}

#[tokio::test]
async fn names_and_files_that_make_no_sense_are_refused() {
    for (file, text, expected) in [
        (
            "20240101000000_a.sql",
            "",
            "expected `YYYYMMDDHHMMSS-words-in-kebab-case`",
        ),
        ("20241301000000-a.sql", "", "is not a moment"),
        (
            "20240101000000-a.sql",
            "SELECT 1;",
            "line 1: no `-- orm:up` section",
        ),
        (
            "20240101000000-a.sql",
            "-- orm:up\n\nSELECT 'x;",
            "line 3: the text that begins here",
        ),
        (
            "20240101000000-a/down.sql",
            "SELECT 1;",
            "up.sql: the file is missing",
        ),
        (
            "20240101000000-a/up.sql",
            "BEGIN;",
            "must not begin or end transactions: it runs in one of its own",
        ),
        (
            "20240101000000-a/up.sql",
            "-- orm:no-transaction\nBEGIN;",
            "each statement is run by itself",
        ),
    ] {
        let project = Project::with(&[]).await;
        let path = project.folder.join("migrations").join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        let error = project.orm("migrate").failed();
        assert!(error.contains(expected), "{file}: {error}");
    }
    let project = Project::with(&[
        ("20240101000000-a", "SELECT 1;", "SELECT 1;"),
        ("20240101000000-b", "SELECT 1;", "SELECT 1;"),
    ])
    .await;
    let error = project.orm("migrate status").failed();
    assert!(error.contains("the same moment"), "{error}");
}
