//! Models from a database that has everything, and means no good.

#[path = "pull/crate_of.rs"]
mod crate_of;

use orm_cli::pull::{self, FolderError};
use orm_core::exec::{Config, Db};
use orm_testkit::TestDatabase;

const SCHEMAS: [&str; 2] = ["sales", "Strange \" schema"];

async fn hostile() -> (TestDatabase, Db) {
    let database = TestDatabase::create().await.unwrap();
    let client = database.connect().await.unwrap();
    client
        .batch_execute(include_str!("pull/hostile.sql"))
        .await
        .unwrap();
    let config = Config::from_url(&database.url()).unwrap();
    (database, Db::connect(config).await.unwrap())
}

// The proof: what is written compiles, without a warning, and the models
// compared with the database they came from differ in nothing that no notice
// tells.
#[tokio::test]
async fn the_models_compile_and_are_the_database() {
    let (database, db) = hostile().await;
    let blueprint = db.blueprint(&SCHEMAS).await.unwrap();
    let pulled = pull::models(&blueprint).unwrap();
    for notice in &pulled.notices {
        println!("{notice}");
    }
    let report = crate_of::report(&pulled, &database.url());
    assert_eq!(report, "", "{:#?}", pulled.notices);
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
