//! What a program that logs its statements sees of its migrations.

use std::sync::{Arc, Mutex};

use orm_core::exec::LogEvent;
use orm_core::migrate::{Migration, SchemaEditor};

use crate::support::{database, migrator};

struct Fill;

impl Migration for Fill {
    fn name(&self) -> &str {
        "20240102000000-fill-users"
    }

    async fn up(&self, editor: &SchemaEditor<'_>) -> orm_core::Result<()> {
        let values = [orm_core::types::Param::from("Ada")];
        let values = orm_core::exec::Params::from(&values);
        let sql = "INSERT INTO users VALUES (1, $1)";
        editor.execute_raw_with(sql, values).await?;
        let none = orm_core::exec::Params::none();
        editor.query_raw("SELECT id FROM users", none).await?;
        Ok(())
    }

    async fn down(&self, editor: &SchemaEditor<'_>) -> orm_core::Result<()> {
        editor.execute_raw("DELETE FROM users").await
    }
}

#[tokio::test]
async fn the_statements_of_migrations_reach_the_logger() {
    let (_database, config) = database().await;
    let lines = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&lines);
    let config = config.logger(move |event: &LogEvent<'_>| {
        let (rows, failed) = (event.rows(), event.error().is_some());
        let line = format!("{}: {} {rows:?} {failed}", event.connection(), event.sql());
        heard.lock().unwrap().push(line);
    });
    let create = "CREATE TABLE users (id int PRIMARY KEY, name text);";
    let name = "20240101000000-create-users";
    let done = migrator(&[(name, create, "")]).with(Fill);
    done.up(&config).await.unwrap();
    let broken = migrator(&[("20240103000000-broken", "SELECT nothing;", "")]);
    let broken = broken.allow_missing(true);
    broken.up(&config).await.unwrap_err();
    let lines = lines.lock().unwrap();
    for expected in [
        "migrations: CREATE TABLE users (id int PRIMARY KEY, name text) None false",
        "migrations: INSERT INTO users VALUES (1, $1) Some(1) false",
        "migrations: SELECT id FROM users Some(1) false",
        "migrations: SELECT nothing None true",
    ] {
        let count = lines.iter().filter(|line| *line == expected).count();
        assert_eq!(count, 1, "{expected} in {lines:#?}");
    }
    assert!(!lines.iter().any(|line| line.contains("Ada")), "{lines:#?}");
}
