//! The storefront's migrations lead to its models.
#![allow(
    clippy::unwrap_used,
    reason = "the lint's exception for tests does not reach the functions they share"
)]

use std::path::Path;

use orm::diff::{Options, Replayed, replayed};
use orm::exec::Config;
use orm::migrate::Migrator;
use orm_examples::models::{Order, OrderItem, Product, User};
use orm_testkit::TestDatabase;

/// The article's fourth migration adds a column that its models never get: it
/// is kept, and dropping it would have to be allowed.
#[tokio::test]
async fn the_migrations_lead_to_the_models_and_one_column_more() {
    let database = TestDatabase::create().await.unwrap();
    let config = Config::from_url(&database.url()).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
    let models = orm::models![User, Product, Order, OrderItem];
    let migrator = Migrator::from_folder(folder);
    let replayed = replayed(&config, models, &migrator, &Options::new())
        .await
        .unwrap();
    let Replayed::Compared(diff) = replayed else {
        panic!("{replayed:?}");
    };
    assert_eq!(
        diff.to_string(),
        "drop index orders_discount_code_idx of orders\n\
         drop column orders.discount_code\n"
    );
    assert_eq!(diff.losses().count(), 1);
}
