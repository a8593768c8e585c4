//! A database as the release made it, a folder with one migration, and the command.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use orm::exec::{Config, Db};
use orm_cli::Application;
use orm_testkit::{Template, TestDatabase};
use serde_json::Value;
use tokio_postgres::NoTls;

use crate::old;

const ARGS: &str = "ORM_TEST_ARGS";

/// The program of the release, where the environment asks for it: this test binary once more.
#[test]
fn program() {
    let Ok(args) = std::env::var(ARGS) else {
        return;
    };
    let args = std::iter::once("release").chain(args.split_whitespace());
    let application = Application::new().models(old::MODELS);
    let code = application.run_with(args.map(Into::into));
    std::process::exit(i32::from(code != ExitCode::SUCCESS));
}

static MADE: Template = Template::new();

pub(crate) struct Place {
    folder: PathBuf,
    database: TestDatabase,
}

impl Place {
    pub(crate) async fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let folder = folder.join(format!("release-{}-{number}", std::process::id()));
        fs::create_dir_all(folder.join("migrations")).unwrap();
        let database = TestDatabase::from_template(&MADE, async |url: String| {
            let (client, connection) = tokio_postgres::connect(&url, NoTls).await?;
            tokio::spawn(connection);
            client.batch_execute("CREATE SCHEMA club").await?;
            let db = Db::connect(Config::from_url(&url)?).await?;
            let tables = orm::models![old::Author, old::Book, old::Tag, old::Member];
            db.create_missing(tables).await?;
            old::begin(&db).await?;
            db.close().await;
            client.batch_execute(old::BESIDE).await?;
            Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
        });
        let place = Place {
            folder,
            database: database.await.unwrap(),
        };
        let written = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "place::program", "--nocapture"])
            .env(ARGS, "manifest --output old.json")
            .env_remove("DATABASE_URL")
            .current_dir(&place.folder)
            .output()
            .unwrap();
        assert!(written.status.success(), "{written:?}");
        place
    }

    /// Runs SQL as whoever owns the database.
    pub(crate) async fn run(&self, sql: &str) {
        let client = self.database.connect().await.unwrap();
        client.batch_execute("SET ROLE NONE").await.unwrap();
        for statement in parts(sql) {
            let done = client.batch_execute(statement).await;
            done.unwrap_or_else(|error| panic!("{statement}: {error:?}"));
        }
    }

    /// The role of a release that does not own its tables.
    fn role(&self) -> String {
        format!("{}_app", self.database.name())
    }

    /// The migration, about the role of this place.
    pub(crate) fn named(&self, sql: &str) -> String {
        sql.replace("FROM app", &format!("FROM \"{}\"", self.role()))
    }

    /// From now on, who connects is that role, with the rights that it needs.
    pub(crate) async fn give_rights(&self) {
        let (role, name) = (self.role(), self.database.name());
        let sql = format!(
            "CREATE ROLE \"{role}\"; GRANT USAGE ON SCHEMA public, club TO \"{role}\"; \
             GRANT ALL ON ALL TABLES IN SCHEMA public, club TO \"{role}\";"
        );
        self.run(&sql).await;
        self.run(&format!("ALTER DATABASE \"{name}\" SET role TO \"{role}\""))
            .await;
    }

    /// A role is of the whole server, and goes with its place.
    pub(crate) async fn take_rights(&self) {
        let (role, name) = (self.role(), self.database.name());
        let sql = format!(
            "ALTER DATABASE \"{name}\" RESET role; DROP OWNED BY \"{role}\"; \
             DROP ROLE \"{role}\";"
        );
        self.run(&sql).await;
    }

    /// Does what the release does.
    pub(crate) async fn release(&self) -> Result<(), String> {
        let config = Config::from_url(&self.database.url()).unwrap();
        let db = Db::connect(config).await.unwrap();
        let done = old::does_all(&db).await;
        db.close().await;
        done
    }

    /// What is said to break the release.
    pub(crate) fn judged(&self, sql: &str) -> Vec<String> {
        dangers(&self.check(sql, &["--url", &self.database.url()]))
    }

    /// The same, of files alone.
    pub(crate) fn judged_offline(&self, sql: &str) -> Vec<String> {
        dangers(&self.check(sql, &["--offline"]))
    }

    fn check(&self, sql: &str, more: &[&str]) -> Output {
        let migration = self.folder.join("migrations/20240101000000-change");
        fs::create_dir_all(&migration).unwrap();
        fs::write(migration.join("up.sql"), sql).unwrap();
        Command::new(env!("CARGO_BIN_EXE_orm"))
            .args(["migrate", "check", "--json", "--manifest", "old.json"])
            .args(more)
            .env_remove("DATABASE_URL")
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Statements that run by themselves, or all of them in one go.
fn parts(sql: &str) -> Vec<&str> {
    match sql.starts_with("-- orm:no-transaction") {
        true => sql.split_inclusive(';').collect(),
        false => vec![sql],
    }
}

fn dangers(output: &Output) -> Vec<String> {
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = document["findings"].as_array().unwrap().iter();
    let findings = findings.filter(|it| it["level"] == "danger");
    let rules = findings.map(|it| it["rule"].as_str().unwrap().to_owned());
    rules.filter(|rule| rule.starts_with("release-")).collect()
}
