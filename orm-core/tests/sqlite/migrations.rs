//! Migrations of a file: each in one transaction, one at a time, once.

use std::fs;

use orm_core::Result;
use orm_core::exec::{Db, Executor as _, Params};
use orm_core::migrate::{
    Column, Migration, MigrationProblem, Migrator, SchemaEditor, State, Table, Undo,
};
use orm_core::schema::SqlType;

use crate::support::{Folder, run, value};

const PEOPLE: &str = "20240101000000-people";
const PETS: &str = "20240102000000-pets";

fn write(folder: &Folder, name: &str, up: &str, down: &str) {
    let place = folder.file("migrations").join(name);
    fs::create_dir_all(&place).unwrap();
    fs::write(place.join("up.sql"), up).unwrap();
    fs::write(place.join("down.sql"), down).unwrap();
}

/// Two tables, the second with a key of the first and a trigger.
fn two(folder: &Folder) -> Migrator {
    write(
        folder,
        PEOPLE,
        "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;\n\
         INSERT INTO people (name) VALUES ('Ann; and Bob');",
        "DROP TABLE people;",
    );
    write(
        folder,
        PETS,
        "CREATE TABLE pets (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL \
         REFERENCES people ON DELETE CASCADE, age INTEGER) STRICT;\n\
         CREATE TRIGGER born AFTER INSERT ON pets BEGIN\n  \
         UPDATE pets SET age = CASE WHEN new.age IS NULL THEN 0 ELSE new.age END WHERE id = new.id;\n  \
         UPDATE people SET name = name || '!' WHERE id = new.owner;\nEND;\n\
         INSERT INTO pets (owner) VALUES (1);",
        "DROP TABLE pets;",
    );
    migrator(folder)
}

fn migrator(folder: &Folder) -> Migrator {
    Migrator::from_folder(folder.file("migrations"))
}

fn names(runs: &[orm_core::migrate::Run]) -> Vec<&str> {
    runs.iter().map(|run| run.name.as_str()).collect()
}

async fn db(folder: &Folder) -> Db {
    Db::connect(folder.config()).await.unwrap()
}

#[tokio::test]
async fn up_and_down_and_what_is_known_of_it() {
    let folder = Folder::new();
    let (migrator, config) = (two(&folder), folder.config());
    assert_eq!(migrator.plan_up(&config, None).await.unwrap().len(), 2);
    assert_eq!(names(&migrator.up(&config).await.unwrap()), [PEOPLE, PETS]);
    assert_eq!(names(&migrator.up(&config).await.unwrap()), [] as [&str; 0]);
    let db = db(&folder).await;
    let name: String = value(&db, "SELECT name FROM people").await.unwrap();
    assert_eq!(name, "Ann; and Bob!");
    let standings = migrator.status(&config).await.unwrap();
    for standing in &standings {
        let State::Applied { at, .. } = &standing.state else {
            panic!("{standing}");
        };
        assert!(at.ends_with('Z') && at.len() == 24, "{at}");
        assert!(!standing.edited && !standing.missing);
    }
    let undone = migrator.undo(&config, &Undo::Steps(1)).await.unwrap();
    assert_eq!(names(&undone), [PETS]);
    assert_eq!(
        names(&migrator.redo(&config, 1).await.unwrap()),
        [PEOPLE, PEOPLE]
    );
    assert_eq!(names(&migrator.up(&config).await.unwrap()), [PETS]);
    migrator.undo(&config, &Undo::All).await.unwrap();
    let left: i64 = value(
        &db,
        "SELECT count(*) FROM sqlite_schema WHERE name = 'people'",
    )
    .await
    .unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_migration_that_fails_leaves_nothing() {
    let folder = Folder::new();
    two(&folder);
    write(
        &folder,
        "20240103000000-wrong",
        "CREATE TABLE more (id INTEGER) STRICT;\nINSERT INTO people (name)\nVALUES (NULL);",
        "DROP TABLE more;",
    );
    let (migrator, config) = (migrator(&folder), folder.config());
    let error = migrator.up(&config).await.unwrap_err();
    let Some(MigrationProblem::Failed(failure)) = error.migration() else {
        panic!("{error}");
    };
    assert_eq!(failure.name, "20240103000000-wrong");
    assert_eq!(failure.statement, Some((2, 2)));
    assert!(error.to_string().contains("people"), "{error}");
    let db = db(&folder).await;
    let more: i64 = value(
        &db,
        "SELECT count(*) FROM sqlite_schema WHERE name = 'more'",
    )
    .await
    .unwrap();
    let applied: i64 = value(&db, "SELECT count(*) FROM orm_migrations")
        .await
        .unwrap();
    assert_eq!((more, applied), (0, 2));
}

#[tokio::test]
async fn an_edited_migration_is_refused_until_it_is_repaired() {
    let folder = Folder::new();
    let config = folder.config();
    two(&folder).up(&config).await.unwrap();
    write(
        &folder,
        PETS,
        "CREATE TABLE pets (id INTEGER) STRICT;",
        "DROP TABLE pets;",
    );
    write(
        &folder,
        "20240103000000-more",
        "CREATE TABLE m (id INTEGER) STRICT;",
        "DROP TABLE m;",
    );
    let migrator = migrator(&folder);
    let error = migrator.up(&config).await.unwrap_err();
    assert!(matches!(
        error.migration(),
        Some(MigrationProblem::Inconsistent(_))
    ));
    let repaired = migrator
        .repair(&config, &orm_core::migrate::Repair::Checksums)
        .await
        .unwrap();
    assert_eq!(repaired, [PETS]);
    assert_eq!(migrator.up(&config).await.unwrap().len(), 1);
}

// Six runners with connections of their own: each migration is applied once.
#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_apply_each_once() {
    let folder = Folder::new();
    let migrator = two(&folder);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let (migrator, config) = (migrator.clone(), folder.config());
        tasks.spawn(async move { migrator.up(&config).await.unwrap().len() });
    }
    let runs: usize = tasks.join_all().await.into_iter().sum();
    assert_eq!(runs, 2);
    let pets: i64 = value(&db(&folder).await, "SELECT count(*) FROM pets")
        .await
        .unwrap();
    assert_eq!(pets, 1);
}

// A key that is looked at at COMMIT fails the migration, and nothing stays open.
#[tokio::test]
async fn a_failed_commit_is_rolled_back() {
    let folder = Folder::new();
    two(&folder);
    write(
        &folder,
        "20240103000000-deferred",
        "PRAGMA defer_foreign_keys = ON;\nINSERT INTO pets (owner) VALUES (99);",
        "DELETE FROM pets WHERE owner = 99;",
    );
    let config = folder.config();
    let error = migrator(&folder).up(&config).await.unwrap_err();
    assert!(error.migration().is_some(), "{error}");
    let db = db(&folder).await;
    let pets: i64 = value(&db, "SELECT count(*) FROM pets").await.unwrap();
    assert_eq!(pets, 1);
    run(&db, "INSERT INTO people (name) VALUES ('Cid')")
        .await
        .unwrap();
}

// Switched off for the migration that asks for it, looked at before it commits,
// and on again for the next.
#[tokio::test]
async fn keys_that_are_off_are_looked_at_at_the_end() {
    let folder = Folder::new();
    two(&folder);
    write(
        &folder,
        "20240103000000-anew",
        "-- orm:foreign-keys-off\n\
         CREATE TABLE other (id INTEGER PRIMARY KEY, name TEXT) STRICT;\n\
         INSERT INTO other SELECT id, name FROM people;\n\
         DROP TABLE people;\nPRAGMA legacy_alter_table = ON;\n\
         ALTER TABLE other RENAME TO people;",
        "-- orm:foreign-keys-off\nSELECT 1;",
    );
    let config = folder.config();
    migrator(&folder).up(&config).await.unwrap();
    let db = db(&folder).await;
    let pets: i64 = value(&db, "SELECT count(*) FROM pets").await.unwrap();
    assert_eq!(pets, 1);
    write(
        &folder,
        "20240104000000-lost",
        "-- orm:foreign-keys-off\nDELETE FROM people;",
        "SELECT 1;",
    );
    let error = migrator(&folder).up(&config).await.unwrap_err();
    let expected = "1 rows of `pets` would refer to rows of `people` that do not exist";
    assert!(error.to_string().contains(expected), "{error}");
    let people: i64 = value(&db, "SELECT count(*) FROM people").await.unwrap();
    assert_eq!(people, 1);
    write(
        &folder,
        "20240104000000-lost",
        "DELETE FROM people;",
        "SELECT 1;",
    );
    migrator(&folder).up(&config).await.unwrap();
    let pets: i64 = value(&db, "SELECT count(*) FROM pets").await.unwrap();
    assert_eq!(pets, 0);
}

// What cannot be in a transaction is done by itself, and counted.
#[tokio::test]
async fn steps_outside_of_a_transaction() {
    let folder = Folder::new();
    two(&folder);
    write(
        &folder,
        "20240103000000-vacuum",
        "-- orm:no-transaction\nCREATE TABLE more (id INTEGER) STRICT;\nVACUUM;\n\
         INSERT INTO more VALUES (1);",
        "DROP TABLE more;",
    );
    let config = folder.config();
    migrator(&folder).up(&config).await.unwrap();
    let more: i64 = value(&db(&folder).await, "SELECT count(*) FROM more")
        .await
        .unwrap();
    assert_eq!(more, 1);
}

struct AddColours;

impl Migration for AddColours {
    fn name(&self) -> &str {
        "20240103000000-colours"
    }

    async fn up(&self, schema: &SchemaEditor<'_>) -> Result<()> {
        let table = Table::new("colours").column(Column::new("name", SqlType::Text));
        schema.create_table(table).await?;
        let people = schema
            .query_raw("SELECT count(*) FROM people", Params::none())
            .await?;
        let count: i64 = people[0].get(0)?;
        schema
            .execute_raw_with(
                "INSERT INTO colours (name) VALUES (?1)",
                Params::from(&[format!("{count} red").into()]),
            )
            .await?;
        let grey = Column::new("grey", SqlType::Bool).nullable();
        schema.add_column("colours", grey).await
    }

    async fn down(&self, schema: &SchemaEditor<'_>) -> Result<()> {
        schema.drop_table("colours").await
    }
}

#[tokio::test]
async fn migrations_in_rust() {
    let folder = Folder::new();
    let (migrator, config) = (two(&folder).with(AddColours), folder.config());
    assert_eq!(migrator.up(&config).await.unwrap().len(), 3);
    let db = db(&folder).await;
    let name: String = value(&db, "SELECT name FROM colours WHERE grey IS NULL")
        .await
        .unwrap();
    assert_eq!(name, "1 red");
    migrator.undo(&config, &Undo::Steps(1)).await.unwrap();
    assert!(run(&db, "SELECT name FROM colours").await.is_err());
}

#[tokio::test]
async fn a_file_is_created_and_dropped() {
    let folder = Folder::new();
    let config = folder.config();
    orm_core::migrate::create_database(&config).await.unwrap();
    assert!(folder.file("test.db").exists());
    assert!(orm_core::migrate::create_database(&config).await.is_err());
    two(&folder).up(&config).await.unwrap();
    orm_core::migrate::drop_database(&config, false)
        .await
        .unwrap();
    assert_eq!(fs::read_dir(folder.file("")).unwrap().count(), 1);
    assert!(
        orm_core::migrate::drop_database(&config, false)
            .await
            .is_err()
    );
}

// What quotes, comments and bodies are in a script SQLite says: a migration does what
// SQLite does with the same text at once.
#[tokio::test]
async fn a_script_is_read_as_sqlite_reads_it() {
    let script = "\
        CREATE TABLE [it's; odd] (`a;b` TEXT, \"c\"\"d;\" TEXT, 'e;' TEXT); -- it's $$\n\
        /* /* does not nest; */\n\
        INSERT INTO [it's; odd] VALUES ('$$', '\\', '$a$; END');\n\
        CREATE TABLE log (begin INTEGER, end TEXT);\n\
        CREATE TRIGGER IF NOT EXISTS begin AFTER INSERT ON [it's; odd] BEGIN\n  \
          INSERT INTO log VALUES (1, CASE new.`a;b` WHEN '$$' THEN 'yes;' ELSE 'no' END);\n  \
          UPDATE log SET end = log.end || ';', begin = log.begin + 1; -- end;\n  \
          /* ; END; */\n\
        END;\n\
        INSERT INTO [it's; odd] SELECT `a;b`, \"c\"\"d;\", \"e;\" FROM [it's; odd];\n\
        CREATE VIEW v AS SELECT '$$;' AS [$$]; /* never closed ;";
    let (migrated, at_once) = (Folder::new(), Folder::new());
    write(&migrated, PEOPLE, script, "SELECT 1;");
    migrator(&migrated).up(&migrated.config()).await.unwrap();
    let at_once = db(&at_once).await;
    at_once.executor().batch(script).await.unwrap();
    let migrated = db(&migrated).await;
    for question in [
        "SELECT group_concat(sql, '|') FROM (SELECT sql FROM sqlite_schema \
         WHERE tbl_name <> 'orm_migrations' ORDER BY name)",
        "SELECT group_concat(begin || end, '|') FROM log",
        "SELECT group_concat(`a;b` || \"c\"\"d;\" || \"e;\", '|') FROM [it's; odd]",
    ] {
        let expected: String = value(&at_once, question).await.unwrap();
        let found: String = value(&migrated, question).await.unwrap();
        assert_eq!(found, expected, "{question}");
    }
}

// PostgreSQL has other texts: the same file may be no script there.
#[tokio::test]
async fn a_script_is_judged_for_its_database() {
    use orm_core::schema::Backend;
    let folder = Folder::new();
    write(
        &folder,
        PEOPLE,
        "CREATE TABLE a (b TEXT DEFAULT ('$$'));\nSELECT $$;",
        "SELECT 1;",
    );
    migrator(&folder).check(Backend::Sqlite).unwrap();
    let error = migrator(&folder).check(Backend::Postgres).unwrap_err();
    let expected = "up.sql, line 2: the dollar-quoted text that begins here is not closed";
    assert!(error.to_string().contains(expected), "{error}");
    write(
        &folder,
        PEOPLE,
        "PRAGMA foreign_keys = OFF;\nDROP TABLE a;",
        "SELECT 1;",
    );
    let error = migrator(&folder).up(&folder.config()).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("write `-- orm:foreign-keys-off`"),
        "{error}"
    );
}

#[tokio::test]
async fn a_statement_in_batches_goes_on_where_it_stopped() {
    let folder = Folder::new();
    write(
        &folder,
        PEOPLE,
        "CREATE TABLE \"Order\" (part TEXT NOT NULL, no INTEGER NOT NULL, n INTEGER DEFAULT 0 \
         CHECK (part <> 'b' OR no <> 3 OR n < 1), PRIMARY KEY (part, no)) STRICT;\n\
         INSERT INTO \"Order\" (part, no) VALUES ('a', 1), ('a', -9), ('b', 2), ('b', 3), ('é', 1);",
        "DROP TABLE \"Order\";",
    );
    write(
        &folder,
        PETS,
        "-- orm:no-transaction\n-- orm:batches [Order] (part, no), 2 rows, pause 0 ms\n\
         UPDATE \"Order\" SET n = n + 1 WHERE (part, no) BETWEEN (?1, ?2) AND (?3, ?4);",
        "SELECT 1;",
    );
    let (migrator, config) = (migrator(&folder), folder.config());
    let error = migrator.up(&config).await.unwrap_err().to_string();
    assert!(error.contains("this one for 2 rows"), "{error}");
    let standings = migrator.status(&config).await.unwrap();
    let said: Vec<String> = standings.iter().map(ToString::to_string).collect();
    assert!(said[1].contains("and 2 rows of the next"), "{said:?}");
    let db = db(&folder).await;
    let counts = "SELECT group_concat(n, ' ') FROM (SELECT n FROM \"Order\" ORDER BY part, no)";
    let now: String = value(&db, counts).await.unwrap();
    assert_eq!(now, "1 1 0 0 0");
    run(&db, "UPDATE \"Order\" SET no = 4 WHERE no = 3")
        .await
        .unwrap();
    migrator.up(&config).await.unwrap();
    let now: String = value(&db, counts).await.unwrap();
    assert_eq!(now, "1 1 1 1 1");
}
