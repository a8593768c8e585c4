//! Tables from models, and from databases to models, as programs do it.

use orm_core::ddl::DestroyDatabase;
use orm_core::diff::{Destructive, Options, replayed};
use orm_core::exec::Db;
use orm_core::migrate::Migrator;

use crate::storefront::{ALL, SHUFFLED};
use crate::support::{Folder, run, value};

/// A user with one order.
const SHOPPING: [&str; 2] = [
    "INSERT INTO users (full_name, email, password_hash, created_at, updated_at) \
     VALUES ('Ann', 'ann@example.com', 'x', '2024-01-01 00:00:00.000000+00:00', \
     '2024-01-01 00:00:00.000000+00:00')",
    "INSERT INTO orders (user_id, total_in_cents, created_at, updated_at) \
     VALUES (1, 5, '2024-01-01 00:00:00.000000+00:00', '2024-01-01 00:00:00.000000+00:00')",
];

async fn shop(folder: &Folder) -> Db {
    let db = Db::connect(folder.config()).await.unwrap();
    let report = db.create_missing(ALL).await.unwrap();
    assert_eq!(report.differences, []);
    for text in SHOPPING {
        run(&db, text).await.unwrap();
    }
    db
}

#[tokio::test]
async fn what_is_missing_is_created_once() {
    let folder = Folder::new();
    let db = shop(&folder).await;
    for models in [ALL, SHUFFLED] {
        let report = db.create_missing(models).await.unwrap();
        assert!(report.is_in_step(), "{report}");
        let diff = db.diff(models, &Options::new()).await.unwrap();
        assert!(diff.is_empty(), "{diff}");
    }
    let users: i64 = value(&db, "SELECT count(*) FROM users").await.unwrap();
    assert_eq!(users, 1);
}

#[tokio::test]
async fn tables_are_dropped_with_the_permission_for_the_file() {
    let folder = Folder::new();
    let db = shop(&folder).await;
    let refused = db.drop_tables(ALL, &DestroyDatabase::named("shop")).await;
    assert!(refused.unwrap_err().to_string().contains("`test.db`"));
    let permission = DestroyDatabase::named("test.db");
    db.recreate(ALL, &permission).await.unwrap();
    let users: i64 = value(&db, "SELECT count(*) FROM users").await.unwrap();
    assert_eq!(users, 0);
    run(
        &db,
        "CREATE TABLE mine (id INTEGER REFERENCES users) STRICT",
    )
    .await
    .unwrap();
    let refused = db.drop_tables(ALL, &permission).await.unwrap_err();
    let expected = "no table was dropped: `mine` refers to `users`";
    assert!(refused.to_string().contains(expected), "{refused}");
    run(&db, "DROP TABLE mine").await.unwrap();
    db.drop_tables(ALL, &permission).await.unwrap();
    let left: i64 = value(
        &db,
        "SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'",
    )
    .await
    .unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_difference_becomes_a_migration_that_keeps_the_rows() {
    let folder = Folder::new();
    let db = shop(&folder).await;
    crate::support::batch(
        &db,
        "PRAGMA foreign_keys = OFF; DROP INDEX users_email_key; \
         ALTER TABLE users ADD COLUMN extra TEXT",
    )
    .await;
    let diff = db.diff(ALL, &Options::new()).await.unwrap();
    let losses: Vec<String> = diff.losses().map(ToString::to_string).collect();
    assert_eq!(
        losses,
        ["drops the column `users.extra`, which holds a value in 0 rows"]
    );
    let drafts = diff.migrations("drop-extra", Destructive::Allowed).unwrap();
    let migrations = folder.file("migrations");
    for draft in &drafts {
        let name = format!("20240101000000-{}", draft.words);
        let place = migrations.join(name);
        std::fs::create_dir_all(&place).unwrap();
        std::fs::write(place.join("up.sql"), &draft.up).unwrap();
        std::fs::write(place.join("down.sql"), &draft.down).unwrap();
    }
    let migrator = Migrator::from_folder(&migrations);
    migrator.up(&folder.config()).await.unwrap();
    let rest = db.diff(ALL, &Options::new()).await.unwrap();
    assert!(rest.is_empty(), "{rest}");
    let orders: i64 = value(
        &db,
        "SELECT count(*) FROM orders JOIN users ON users.id = user_id",
    )
    .await
    .unwrap();
    assert_eq!(orders, 1);
}

#[tokio::test]
async fn migrations_are_held_against_the_models_in_a_file_of_their_own() {
    let folder = Folder::new();
    let db = Db::connect(folder.config()).await.unwrap();
    let diff = db.diff(ALL, &Options::new()).await.unwrap();
    let drafts = diff.migrations("create", Destructive::Refused).unwrap();
    let place = folder.file("migrations").join("20240101000000-create");
    std::fs::create_dir_all(&place).unwrap();
    std::fs::write(place.join("up.sql"), &drafts[0].up).unwrap();
    std::fs::write(place.join("down.sql"), &drafts[0].down).unwrap();
    let migrator = Migrator::from_folder(folder.file("migrations"));
    let found = replayed(&folder.config(), ALL, &migrator, &Options::new()).await;
    match found.unwrap() {
        orm_core::diff::Replayed::Compared(diff) => assert!(diff.is_empty(), "{diff}"),
        other => panic!("{other:?}"),
    }
    let tables: i64 = value(&db, "SELECT count(*) FROM sqlite_schema")
        .await
        .unwrap();
    assert_eq!(tables, 0);
}
