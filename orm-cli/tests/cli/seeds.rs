//! Seeds: tracked, so that running them twice is safe.

use orm_core::exec::{Config, Params};
use orm_core::migrate::{Migration, Migrator, SchemaEditor};
use orm_core::types::Param;
use orm_testkit::TestFile;

use crate::support::{Project, timeless};

/// A seed in Rust.
struct Ann;

impl Migration for Ann {
    fn name(&self) -> &str {
        "20240101000000-ann"
    }

    async fn up(&self, db: &SchemaEditor<'_>) -> orm_core::Result<()> {
        let name = [Param::Text("Ann".into())];
        let insert = "INSERT INTO users VALUES ($1)";
        let written = db.execute_raw_with(insert, Params::from(&name));
        written.await.map(drop)
    }

    async fn down(&self, db: &SchemaEditor<'_>) -> orm_core::Result<()> {
        db.execute_raw("DELETE FROM users").await
    }
}

/// A table without a key: a seed that is run twice would be seen.
struct Users;

impl Migration for Users {
    fn name(&self) -> &str {
        "20240101000000-users"
    }

    async fn up(&self, db: &SchemaEditor<'_>) -> orm_core::Result<()> {
        db.execute_raw("CREATE TABLE users (name text)").await
    }

    async fn down(&self, db: &SchemaEditor<'_>) -> orm_core::Result<()> {
        db.execute_raw("DROP TABLE users").await
    }
}

async fn seeds_of_a_program(config: &Config) {
    // Of one name's moment, in a history of their own.
    let migrated = Migrator::new().with(Users).up(config).await;
    assert_eq!(migrated.unwrap().len(), 1);
    let seeds = Migrator::new().with(Ann).as_seeds();
    assert_eq!(seeds.up(config).await.unwrap().len(), 1);
    assert_eq!(seeds.up(config).await.unwrap().len(), 0);
    let undo = orm_core::migrate::Undo::All;
    assert_eq!(seeds.undo(config, &undo).await.unwrap().len(), 1);
    assert_eq!(seeds.up(config).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_program_has_seeds_of_its_own() {
    let project = Project::with(&[]).await;
    seeds_of_a_program(&Config::from_url(&project.database.url()).unwrap()).await;
    let count = project.ask("SELECT count(*)::text FROM users").await;
    assert_eq!(count.unwrap(), "1");
    let file = TestFile::create().unwrap();
    seeds_of_a_program(&Config::from_url(&file.url()).unwrap()).await;
}

#[tokio::test]
async fn seeds_are_run_once_and_can_be_taken_back() {
    let project = Project::with(&[]).await;
    project
        .client()
        .await
        .batch_execute("CREATE TABLE users (name text)")
        .await
        .unwrap();
    let name = "20240101000000-demo-user";
    let up = "INSERT INTO users VALUES ('Sarah');";
    project.write_in(
        "seeders",
        name,
        up,
        "DELETE FROM users WHERE name = 'Sarah';",
    );
    let out = project.orm("db:seed:all").ok();
    assert_eq!(
        timeless(&out),
        format!("== {name}: migrating =======\n== {name}: migrated (_)\n")
    );
    for again in ["seed run", "db seed", "db seed --dry-run"] {
        assert_eq!(
            project.orm(again).ok(),
            "No seeders were executed, database was already seeded.\n"
        );
    }
    let count = "SELECT count(*)::text FROM users";
    assert_eq!(project.ask(count).await.unwrap(), "1");
    assert_eq!(project.orm("seed status").ok(), format!("up {name}\n"));
    // They are no migrations.
    assert_eq!(project.orm("migrate status").ok(), "No migrations found.\n");

    project.orm("db:seed:undo").ok();
    assert_eq!(project.ask(count).await.unwrap(), "0");
    assert_eq!(
        project.orm("seed undo").ok(),
        "No executed seeders found.\n"
    );
    project.orm("seed generate more-users").ok();
}

// They do not build upon each other: one that is gone is not missed. One that was edited is
// refused until somebody says that the edit is meant.
#[tokio::test]
async fn seeds_may_go_and_their_edits_be_accepted() {
    let project = Project::with(&[]).await;
    let client = project.client().await;
    let users = "CREATE TABLE users (name text)";
    client.batch_execute(users).await.unwrap();
    let (gone, kept) = ("20240101000000-gone", "20240102000000-kept");
    for name in [gone, kept] {
        let up = format!("INSERT INTO users VALUES ('{name}');");
        project.write_in("seeders", name, &up, "DELETE FROM users;");
    }
    project.orm("db seed").ok();
    std::fs::remove_dir_all(project.folder.join("seeders").join(gone)).unwrap();
    let again = project.orm("db seed").ok();
    assert!(again.contains("already seeded"), "{again}");

    let edited = "INSERT INTO users VALUES ('edited');";
    project.write_in("seeders", kept, edited, "DELETE FROM users;");
    let refused = project.orm("db seed").failed();
    assert!(
        refused.contains("accept the edit with `repair`"),
        "{refused}"
    );
    let repaired = project.orm("seed repair").ok();
    assert!(repaired.contains(kept), "{repaired}");
    let again = project.orm("db seed").ok();
    assert!(again.contains("already seeded"), "{again}");
    project.orm(&format!("seed repair --pending {kept}")).ok();
    project.orm("db seed").ok();
    let count = "SELECT count(*)::text FROM users WHERE name = 'edited'";
    assert_eq!(project.ask(count).await.unwrap(), "1");
}
