//! The storefront's migrations and its models tell the same story.
#![allow(
    clippy::unwrap_used,
    reason = "clippy takes the helper functions of an integration test for library code"
)]

use std::sync::{Arc, Mutex};

use orm::exec::{Config, Db};
use orm::migrate::Event;
use orm::schema::Backend;
use orm_examples::models::{Order, OrderItem, Product, User};
use orm_examples::storefront::migrations::{ORDERS, migrations};
use orm_testkit::{TestDatabase, TestFile};

const BOTH: [Backend; 2] = [Backend::Postgres, Backend::Sqlite];

#[test]
fn all_four_are_part_of_the_program() {
    for backend in BOTH {
        let migrations = migrations(backend);
        migrations.check(backend).unwrap();
        let names: Vec<&str> = migrations.names().collect();
        assert_eq!(
            names,
            [
                "20240310091200-create-users",
                "20240311143000-create-products",
                "20240312090000-create-orders",
                "20240315102344-add-discount-code-to-orders",
            ]
        );
    }
}

#[tokio::test]
async fn they_make_what_the_models_need_and_nothing_else() {
    let (database, file) = (
        TestDatabase::create().await.unwrap(),
        TestFile::create().unwrap(),
    );
    for url in [database.url(), file.url()] {
        let config: Config = url.parse().unwrap();
        let migrations = migrations(config.backend());
        migrations.up_to(&config, ORDERS).await.unwrap();
        let db = Db::connect(config).await.unwrap();
        let models = orm::models![User, Product, Order, OrderItem];
        let report = db.plan_missing(models).await.unwrap();
        assert!(report.is_in_step(), "{report}");
    }
}

// The models do not know the column: what makes missing tables leaves it alone.
#[tokio::test]
async fn the_discount_code_survives_a_program_that_does_not_know_it() {
    let database = TestDatabase::create().await.unwrap();
    let config: Config = database.url().parse().unwrap();
    let lines = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&lines);
    let migrations = migrations(Backend::Postgres).on_event(move |event| {
        if let Event::Notice { message, .. } = event {
            heard.lock().unwrap().push((*message).to_owned());
        }
    });
    migrations.up(&config).await.unwrap();
    assert_eq!(
        *lines.lock().unwrap(),
        ["Migration up: discount_code column added to orders."]
    );
    let db = Db::connect(config).await.unwrap();
    let report = db
        .create_missing(orm::models![User, Product, Order, OrderItem])
        .await
        .unwrap();
    assert!(report.plan.is_empty(), "{report}");
    let client = database.connect().await.unwrap();
    client
        .batch_execute("SELECT discount_code FROM orders")
        .await
        .unwrap();
}
