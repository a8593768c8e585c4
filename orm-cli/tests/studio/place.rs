//! Databases with tables in them, and the commands that look at them.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use orm::prelude::*;
use orm_cli::Application;
use orm_examples::models::{Order, OrderItem, OrderStatus, Product, User};
use orm_testkit::{TestDatabase, TestFile};

use crate::visitor::Studio;

const ARGS: &str = "ORM_STUDIO_TEST_ARGS";
const BLOG: &str = "ORM_STUDIO_TEST_BLOG";
const MODELS: orm::ddl::Models = orm::models![User, Product, Order, OrderItem];

/// A program that knows the storefront's models: this test binary once more, where the
/// environment asks for it.
#[test]
fn program() {
    let Ok(args) = std::env::var(ARGS) else {
        return;
    };
    let args = std::iter::once("shop").chain(args.split_whitespace());
    let models = match std::env::var(BLOG) {
        Ok(_) => crate::blog::MODELS,
        Err(_) => MODELS,
    };
    let code = Application::new()
        .models(models)
        .run_with(args.map(Into::into));
    std::process::exit(i32::from(code != ExitCode::SUCCESS));
}

/// A database for one test.
pub(crate) enum Place {
    Postgres(Box<TestDatabase>),
    Sqlite(TestFile),
}

impl Place {
    /// One of each kind, both empty.
    pub(crate) async fn both() -> [Place; 2] {
        [Self::postgres().await, Self::sqlite()]
    }

    pub(crate) async fn postgres() -> Self {
        Place::Postgres(Box::new(TestDatabase::create().await.unwrap()))
    }

    pub(crate) fn sqlite() -> Self {
        Place::Sqlite(TestFile::create().unwrap())
    }

    /// One of each kind with the storefront's tables and some rows.
    pub(crate) async fn shops() -> [Place; 2] {
        let places = Self::both().await;
        for place in &places {
            place.fill().await;
        }
        places
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self, Place::Sqlite(_))
    }

    pub(crate) fn url(&self) -> String {
        match self {
            Place::Postgres(it) => it.url(),
            Place::Sqlite(it) => it.url(),
        }
    }

    pub(crate) async fn db(&self) -> Db {
        let config = Config::from_url(&self.url()).unwrap();
        Db::connect(config).await.unwrap()
    }

    /// Runs statements that both databases know.
    pub(crate) async fn run(&self, sql: &str) {
        let db = self.db().await;
        db.executor().batch(sql).await.unwrap();
        db.close().await;
    }

    /// The tables of the storefront, and what its models do not say.
    pub(crate) async fn fill(&self) {
        let db = self.db().await;
        db.create_missing(MODELS).await.unwrap();
        let ann = User::create()
            .full_name("Ann O'Hara")
            .email("ann@example.com")
            .password_hash("canary-of-ann");
        let ann = ann.save(&db).await.unwrap();
        let bob = User::create()
            .full_name("Bob")
            .email("bob@example.com")
            .password_hash("canary-of-bob");
        bob.save(&db).await.unwrap();
        for (total, status) in [(1990, OrderStatus::Pending), (500, OrderStatus::Delivered)] {
            let order = Order::create().user_id(ann.id).total_in_cents(total);
            order.status(status).save(&db).await.unwrap();
        }
        db.close().await;
    }

    /// The studio of the plain command.
    pub(crate) fn studio(&self) -> Studio {
        self.studio_with("")
    }

    pub(crate) fn studio_with(&self, args: &str) -> Studio {
        Studio::open(self.command(args))
    }

    /// The studio of a program that knows the models.
    pub(crate) fn studio_of_models(&self) -> Studio {
        Studio::open(self.command_of_models())
    }

    /// The studio of a program that knows the models of a blog.
    pub(crate) fn studio_of_blog(&self) -> Studio {
        let mut command = self.command_of_models();
        command.env(BLOG, "");
        Studio::open(command)
    }

    pub(crate) fn command_of_models(&self) -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "place::program", "--nocapture"])
            .env(ARGS, format!("studio {}", self.migrations()));
        self.placed(command)
    }

    pub(crate) fn command(&self, args: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_orm"));
        let all = format!("studio {} {args}", self.migrations());
        command.args(all.split_whitespace());
        self.placed(command)
    }

    /// Where the migrations for such a database are.
    fn migrations(&self) -> &'static str {
        match self.is_sqlite() {
            true => "--migrations-path migrations/sqlite",
            false => "",
        }
    }

    /// Runs another command to its end.
    pub(crate) fn orm(&self, args: &str) -> std::process::Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_orm"));
        let all = format!("{args} {}", self.migrations());
        command.args(all.split_whitespace());
        self.placed(command).output().unwrap()
    }

    fn placed(&self, mut command: Command) -> Command {
        command
            .env("DATABASE_URL", self.url())
            .env_remove("DIRECT_URL")
            .current_dir(root())
            .stdin(Stdio::null());
        command
    }
}

/// Where the folder of the storefront's migrations is.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
