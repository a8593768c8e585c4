//! A database of a test's own.

use std::error::Error;

use orm::prelude::*;
use orm::raw::raw_sql;
use orm_testkit::TestDatabase;

use crate::models::MODELS;

/// What a test returns.
pub(crate) type Test<T = ()> = Result<T, Box<dyn Error>>;

/// A database with tables, and what keeps it.
pub(crate) struct Place {
    /// Where queries go.
    pub(crate) db: Db,
    _database: TestDatabase,
}

impl Place {
    /// Runs statements, separated by `;`.
    pub(crate) async fn run(&self, sql: &str) -> Test {
        for statement in sql.split(";\n").filter(|it| !it.trim().is_empty()) {
            raw_sql(statement.to_owned()).execute(&self.db).await?;
        }
        Ok(())
    }
}

/// The tables of the models, without rows.
pub(crate) async fn empty() -> Test<Place> {
    let database = TestDatabase::create().await?;
    let db = Db::connect(Config::from_url(&database.url())?).await?;
    db.create_missing(MODELS).await?;
    Ok(Place {
        db,
        _database: database,
    })
}

/// The tables with a few rows: NULLs, doubles, negative numbers, other alphabets.
pub(crate) async fn filled() -> Test<Place> {
    let place = empty().await?;
    place.run(include_str!("rows.sql")).await?;
    Ok(place)
}
