//! The migrations lead to the models, and back.

use orm::diff::{Options, Replayed, replayed};
use orm::exec::Config;
use orm::migrate::Undo;
use orm_helpdesk::{migrations, models};
use orm_testkit::{TestDatabase, TestFile};

async fn lead_to_the_models(url: &str) {
    let config = Config::from_url(url).unwrap();
    let migrator = migrations(config.backend());
    let replayed = replayed(&config, models::ALL, &migrator, &Options::new())
        .await
        .unwrap();
    let Replayed::Compared(diff) = replayed else {
        panic!("{replayed:?}");
    };
    assert_eq!(diff.to_string(), "");
    migrator.up(&config).await.unwrap();
    migrator.undo(&config, &Undo::All).await.unwrap();
    migrator.up(&config).await.unwrap();
}

#[tokio::test]
async fn on_postgres() {
    let database = TestDatabase::create().await.unwrap();
    lead_to_the_models(&database.url()).await;
}

#[tokio::test]
async fn on_sqlite() {
    let file = TestFile::create().unwrap();
    lead_to_the_models(&file.url()).await;
}
