//! A database per test, with the log of the statements that the ORM sent to it.

use std::error::Error;
use std::net::SocketAddr;

use orm::ddl::Models;
use orm::prelude::*;
use orm::schema::TableDef;
use orm_testkit::{StatementLog, Template, TestDatabase};

use crate::shop::{Category, Order, OrderItem, Product, Profile, Role, Tag, User, UserRole};

/// The models of the shop.
pub(crate) const SHOP: Models = orm::models![
    User, Profile, Role, UserRole, Tag, Product, Order, OrderItem, Category
];

/// What a test returns.
pub(crate) type Test<T = ()> = Result<T, Box<dyn Error>>;

/// No keys.
pub(crate) const NONE: [i32; 0] = [];

/// So many values a statement takes, and some more.
pub(crate) const MOST_VALUES: i32 = 60_000;

/// Whether it takes every expression that is not refused before.
pub(crate) const TAKES_THE_DEEPEST: bool = true;

/// A database of a test's own and the way into it.
pub(crate) struct Place {
    /// Where the test sends its queries.
    pub(crate) db: Db,
    /// The statements sent through `db`.
    pub(crate) log: StatementLog,
    database: TestDatabase,
}

impl Place {
    /// Runs statements beside `db`: they are not in the log.
    pub(crate) async fn run(&self, sql: &str) -> Test {
        Ok(self.database.connect().await?.batch_execute(sql).await?)
    }

    /// Gives the next rows of these tables the numbers 100, 101, ..
    pub(crate) async fn number_from_100(&self, tables: &[&str]) -> Test {
        for table in tables {
            self.run(&format!(
                "ALTER TABLE {table} ALTER COLUMN id RESTART WITH 100"
            ))
            .await?;
        }
        Ok(())
    }

    /// The database's URL.
    pub(crate) fn url(&self) -> String {
        self.database.url()
    }

    /// The database's name.
    pub(crate) fn database_name(&self) -> &str {
        self.database.name()
    }

    /// The same through a proxy.
    pub(crate) fn config_via(&self, proxy: SocketAddr) -> Test<Config> {
        Ok(Config::from_url(&self.database.url_via(proxy))?)
    }

    /// A configuration for another pool to the same database.
    pub(crate) fn config(&self) -> Test<Config> {
        Ok(Config::from_url(&self.url())?)
    }
}

/// An empty shop: tables without rows.
pub(crate) async fn empty_shop() -> Test<Place> {
    static TEMPLATE: Template = Template::new();
    copy_of(&TEMPLATE, "").await
}

/// The shop with the rows of `fixture.sql`.
pub(crate) async fn shop() -> Test<Place> {
    static TEMPLATE: Template = Template::new();
    copy_of(&TEMPLATE, include_str!("fixture.sql")).await
}

/// A database with the tables of these models.
pub(crate) async fn with_models(models: Models) -> Test<Place> {
    let place = open(TestDatabase::create().await?).await?;
    place.db.create_missing(models).await?;
    place.log.clear();
    Ok(place)
}

/// A database with these tables.
pub(crate) async fn with_tables(sql: &str) -> Test<Place> {
    let place = open(TestDatabase::create().await?).await?;
    place.run(sql).await?;
    Ok(place)
}

async fn copy_of(template: &Template, rows: &'static str) -> Test<Place> {
    let prepare = async |url: String| -> Result<(), Box<dyn Error + Send + Sync>> {
        let db = Db::connect(Config::from_url(&url)?).await?;
        db.create_missing(SHOP).await?;
        for statement in rows.split_inclusive(';').filter(|it| it.contains(';')) {
            orm::raw::raw_sql(statement).execute(&db).await?;
        }
        db.close().await;
        Ok(())
    };
    open(template.database(prepare).await?).await
}

async fn open(database: TestDatabase) -> Test<Place> {
    let log = StatementLog::new();
    let record = log.clone();
    let config = Config::from_url(&database.url())?.logger(move |event| record.record(event.sql()));
    Ok(Place {
        db: Db::connect(config).await?,
        log,
        database,
    })
}

/// The row of the table `t` as a document.
pub(crate) fn row_as_json(_: &TableDef) -> String {
    "to_jsonb(t)".to_owned()
}
