//! A file per test, in place of the database of a server.

use std::error::Error;

use orm::ddl::Models;
use orm::prelude::*;
use orm::schema::{SqlType, TableDef};
use orm_testkit::TestFile;

use crate::home::Log;
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
pub(crate) const MOST_VALUES: i32 = 32_000;

/// Whether it takes every expression that is not refused before.
pub(crate) const TAKES_THE_DEEPEST: bool = false;

/// A database of a test's own and the way into it.
pub(crate) struct Place {
    /// Where the test sends its queries.
    pub(crate) db: Db,
    /// The statements sent through `db`.
    pub(crate) log: Log,
    file: TestFile,
}

impl Place {
    /// Runs statements beside `db`: they are not in the log.
    pub(crate) async fn run(&self, sql: &str) -> Test {
        let other = Db::connect(self.config()?).await?;
        other.executor().batch(sql).await?;
        other.close().await;
        Ok(())
    }

    /// Gives the next rows of these tables the numbers 100, 101, ..
    pub(crate) async fn number_from_100(&self, tables: &[&str]) -> Test {
        for table in tables {
            let set = format!("UPDATE sqlite_sequence SET seq = 99 WHERE name = '{table}'");
            self.run(&set).await?;
        }
        Ok(())
    }

    /// The database's URL.
    pub(crate) fn url(&self) -> String {
        self.file.url()
    }

    /// A configuration for another pool to the same database.
    pub(crate) fn config(&self) -> Test<Config> {
        Ok(Config::from_url(&self.url())?)
    }
}

/// An empty shop: tables without rows.
pub(crate) async fn empty_shop() -> Test<Place> {
    with_models(SHOP).await
}

/// The shop with the rows of `fixture.sql`.
pub(crate) async fn shop() -> Test<Place> {
    let place = with_models(SHOP).await?;
    let mut rows = String::new();
    for statement in include_str!("../db/fixture.sql").split_inclusive(';') {
        match statement.trim().strip_prefix("ALTER TABLE ") {
            None => rows.push_str(&moments(statement)),
            // `users ALTER COLUMN id RESTART WITH 100`
            Some(rest) => {
                let table = rest.split(' ').next().unwrap_or_default();
                rows += &format!("UPDATE sqlite_sequence SET seq = 99 WHERE name = '{table}';");
            }
        }
    }
    place.run(&rows).await?;
    Ok(place)
}

/// A day where an instant is meant, as SQLite has it stored.
fn moments(statement: &str) -> String {
    let mut out = String::new();
    let mut rest = statement;
    while let Some(at) = rest.find("'2024-") {
        let (before, from) = rest.split_at(at);
        let (day, after) = from.split_at("'2024-01-01".len());
        out += before;
        out += day;
        out += " 00:00:00.000000+00:00";
        rest = after;
    }
    out + rest
}

/// A database with the tables of these models.
pub(crate) async fn with_models(models: Models) -> Test<Place> {
    let place = open(TestFile::create()?).await?;
    place.db.create_missing(models).await?;
    place.log.clear();
    Ok(place)
}

/// A database with these tables.
pub(crate) async fn with_tables(sql: &str) -> Test<Place> {
    let place = open(TestFile::create()?).await?;
    place.run(sql).await?;
    Ok(place)
}

async fn open(file: TestFile) -> Test<Place> {
    let log = Log::new();
    let record = log.clone();
    let config = Config::from_url(&file.url())?.logger(move |event| record.record(event.sql()));
    Ok(Place {
        db: Db::connect(config).await?,
        log,
        file,
    })
}

/// The row of the table `t` as a document.
pub(crate) fn row_as_json(table: &TableDef) -> String {
    let columns = table.columns.iter().map(|column| {
        let name = column.name;
        match column.sql_type {
            SqlType::Bool => format!("'{name}', json(iif(t.{name}, 'true', 'false'))"),
            _ => format!("'{name}', t.{name}"),
        }
    });
    format!("json_object({})", columns.collect::<Vec<_>>().join(", "))
}
