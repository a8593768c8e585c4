//! Migrations written in Rust, among others in SQL.

use orm_core::Result;
use orm_core::exec::Params;
use orm_core::migrate::{
    Column, Index, IrreversibleMigration, Migration, MigrationProblem, Migrator, SchemaEditor, Undo,
};
use orm_core::schema::SqlType;
use orm_core::types::Param;

use crate::support::{ask, database, listening, migrator};

const USERS: (&str, &str, &str) = (
    "20240101000000-users",
    "CREATE TABLE users (full_name text); INSERT INTO users VALUES ('Sarah Mitchell'), ('Cher');",
    "DROP TABLE users;",
);

/// Logic that SQL alone would make hard to read: names are split.
struct SplitNames;

impl Migration for SplitNames {
    fn name(&self) -> &str {
        "20240102000000-split-names"
    }

    async fn up(&self, schema: &SchemaEditor<'_>) -> Result<()> {
        schema
            .add_column("users", Column::new("last_name", SqlType::Text).nullable())
            .await?;
        let rows = schema
            .query_raw("SELECT full_name FROM users", Params::none())
            .await?;
        for row in rows {
            let name: String = row.get(0)?;
            if let Some((_, last)) = name.split_once(' ') {
                let sql = "UPDATE users SET last_name = $1 WHERE full_name = $2";
                schema
                    .execute_raw_with(sql, Params::from(&[Param::from(last), Param::from(name)]))
                    .await?;
            }
        }
        Ok(())
    }

    async fn down(&self, schema: &SchemaEditor<'_>) -> Result<()> {
        schema.drop_column("users", "last_name").await
    }
}

#[tokio::test]
async fn code_and_sql_are_run_in_one_order() {
    let (database, config) = database().await;
    let after = (
        "20240103000000-after",
        "ALTER TABLE users RENAME last_name TO surname;",
        "",
    );
    let (migrator, lines) = listening(migrator(&[USERS, after]).with(SplitNames));
    let done = migrator.up(&config).await.unwrap();
    let names: Vec<&str> = done.iter().map(|run| run.name.as_str()).collect();
    assert_eq!(names, [USERS.0, "20240102000000-split-names", after.0]);
    assert!(
        lines
            .lock()
            .unwrap()
            .iter()
            .any(|line| line.contains("split-names: migrated"))
    );
    let client = database.connect().await.unwrap();
    let surnames = "SELECT string_agg(coalesce(surname, '-'), ',' ORDER BY full_name) FROM users";
    assert_eq!(ask(&client, surnames).await.as_deref(), Some("-,Mitchell"));
}

#[tokio::test]
async fn code_is_undone_by_its_own_way_back() {
    let (database, config) = database().await;
    let migrator = migrator(&[USERS]).with(SplitNames);
    migrator.up(&config).await.unwrap();
    migrator.undo(&config, &Undo::Steps(1)).await.unwrap();
    let client = database.connect().await.unwrap();
    let column = "SELECT count(*)::text FROM pg_attribute WHERE attrelid = 'users'::regclass \
         AND attname = 'last_name' AND NOT attisdropped";
    assert_eq!(ask(&client, column).await.as_deref(), Some("0"));
}

struct Failing;

impl IrreversibleMigration for Failing {
    fn name(&self) -> &str {
        "20240104000000-failing"
    }

    fn reason(&self) -> &str {
        "it is only for trying out"
    }

    async fn up(&self, schema: &SchemaEditor<'_>) -> Result<()> {
        schema.execute_raw("CREATE TABLE half ()").await?;
        schema.drop_table("nope").await
    }
}

#[tokio::test]
async fn a_failure_in_code_rolls_back_and_names_the_statement() {
    let (database, config) = database().await;
    let error = Migrator::new()
        .with_irreversible(Failing)
        .up(&config)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "20240104000000-failing failed at statement 2: table \"nope\" does not exist \
         (SQLSTATE 42P01)\n  DROP TABLE \"nope\"\n\
         It was rolled back: schema and history are as before."
    );
    let client = database.connect().await.unwrap();
    assert_eq!(ask(&client, "SELECT to_regclass('half')::text").await, None);
}

struct Truncated;

impl IrreversibleMigration for Truncated {
    fn name(&self) -> &str {
        "20240105000000-truncated"
    }

    fn reason(&self) -> &str {
        "the rows are gone"
    }

    async fn up(&self, schema: &SchemaEditor<'_>) -> Result<()> {
        schema.execute_raw("CREATE TABLE t ()").await
    }
}

#[tokio::test]
async fn what_is_irreversible_in_code_says_why() {
    let (_database, config) = database().await;
    let migrator = Migrator::new().with_irreversible(Truncated);
    migrator.up(&config).await.unwrap();
    let error = migrator.undo(&config, &Undo::All).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "20240105000000-truncated cannot be undone: the rows are gone"
    );
}

struct Concurrent;

impl Migration for Concurrent {
    fn name(&self) -> &str {
        "20240106000000-concurrent"
    }

    fn in_transaction(&self) -> bool {
        false
    }

    async fn up(&self, schema: &SchemaEditor<'_>) -> Result<()> {
        let index = Index::on("users", ["full_name"])
            .name("users_name_idx")
            .concurrently();
        schema.add_index(index).await
    }

    async fn down(&self, schema: &SchemaEditor<'_>) -> Result<()> {
        schema.drop_index_concurrently("users_name_idx").await
    }
}

#[tokio::test]
async fn code_can_be_outside_of_a_transaction() {
    let (database, config) = database().await;
    let set = migrator(&[USERS]).with(Concurrent);
    let client = database.connect().await.unwrap();
    set.up(&config).await.unwrap();
    let index = "SELECT to_regclass('users_name_idx')::text";
    assert!(ask(&client, index).await.is_some());
    set.redo(&config, 1).await.unwrap();
    assert!(ask(&client, index).await.is_some());
    set.undo(&config, &Undo::Steps(1)).await.unwrap();
    assert_eq!(ask(&client, index).await, None);

    // Fails for want of the table, is kept as unfinished, and begins anew.
    client
        .batch_execute("ALTER TABLE users RENAME TO people")
        .await
        .unwrap();
    let error = set.up(&config).await.unwrap_err();
    assert!(
        error.to_string().ends_with("the next run begins it anew."),
        "{error}"
    );
    client
        .batch_execute("ALTER TABLE people RENAME TO users")
        .await
        .unwrap();
    assert_eq!(set.up(&config).await.unwrap().len(), 1);
    assert!(ask(&client, index).await.is_some());
}

#[tokio::test]
async fn names_are_checked_before_anything_else() {
    let (_database, config) = database().await;
    let twice = migrator(&[USERS]).with(SplitNames).with(SplitNames);
    let error = twice.up(&config).await.unwrap_err();
    assert!(
        matches!(error.migration(), Some(MigrationProblem::Unreadable { .. })),
        "{error}"
    );
}
