//! Models from a database that has everything, and means no good.

// In a test a panic is the answer.
#![allow(clippy::unwrap_used)]

#[path = "pull/crate_of.rs"]
mod crate_of;

use orm_cli::pull::{self, FolderError};
use orm_core::exec::{Config, Db};
use orm_testkit::TestDatabase;

const SCHEMAS: [&str; 2] = ["sales", "Strange \" schema"];

async fn database(script: &str) -> (TestDatabase, Db) {
    let database = TestDatabase::create().await.unwrap();
    let client = database.connect().await.unwrap();
    client.batch_execute(script).await.unwrap();
    let config = Config::from_url(&database.url()).unwrap();
    (database, Db::connect(config).await.unwrap())
}

// The proof: what is written compiles, without a warning, and the models
// compared with the database they came from differ in nothing that no notice
// tells.
#[tokio::test]
async fn the_models_compile_and_are_the_database() {
    let (database, db) = database(include_str!("pull/hostile.sql")).await;
    let blueprint = db.blueprint(&SCHEMAS).await.unwrap();
    let pulled = pull::models(&blueprint).unwrap();
    let names: Vec<&str> = pulled.files.iter().map(|file| &*file.name).collect();
    let strict = |name: &&str| {
        let stem = name.strip_suffix(".rs").unwrap_or("/");
        stem.chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    assert!(names.iter().all(strict), "{names:?}");
    assert_eq!(crate_of::report(&pulled, &database.url()), "");
}

// Also what is no longer the same is told, thing by thing.
#[tokio::test]
async fn what_models_cannot_say_is_told() {
    let (_database, db) = database(include_str!("pull/unsayable.sql")).await;
    let pulled = pull::models(&db.blueprint(&[]).await.unwrap()).unwrap();
    let told: Vec<String> = pulled.notices.iter().map(ToString::to_string).collect();
    assert_eq!(
        told.join("\n"),
        include_str!("pull/unsayable.txt").trim_end()
    );
}

#[tokio::test]
async fn the_same_database_gives_the_same_code() {
    let (_database, db) = database(include_str!("pull/hostile.sql")).await;
    let mut pulled = Vec::new();
    for _ in 0..2 {
        let blueprint = db.blueprint(&SCHEMAS).await.unwrap();
        pulled.push(pull::models(&blueprint).unwrap().files);
    }
    assert_eq!(pulled[0], pulled[1]);
}

#[tokio::test]
async fn nothing_is_written_over() {
    let folder = std::env::temp_dir().join(format!("orm-pull-{}", std::process::id()));
    let pulled = pull::models(&orm_core::ddl::Blueprint::default()).unwrap();
    pulled.write_to(&folder.join("models")).unwrap();
    let again = pulled.write_to(&folder.join("models"));
    assert!(matches!(again, Err(FolderError::Exists(_))), "{again:?}");
    std::fs::remove_dir_all(folder).unwrap();
}
