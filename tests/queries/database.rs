//! A database of a test's own.

use std::error::Error;

use orm::prelude::*;
use orm::raw::raw_sql;

use crate::home::{Home, home};
use crate::models::MODELS;

/// What a test returns.
pub(crate) type Test<T = ()> = Result<T, Box<dyn Error>>;

/// A database with tables, and what keeps it.
pub(crate) struct Place {
    /// Where queries go.
    pub(crate) db: Db,
    _home: Home,
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
    let home = home().await?;
    let db = Db::connect(Config::from_url(&home.url())?).await?;
    db.create_missing(MODELS).await?;
    Ok(Place { db, _home: home })
}

/// The tables with a few rows: NULLs, doubles, negative numbers, other alphabets.
pub(crate) async fn filled() -> Test<Place> {
    let place = empty().await?;
    place.run(include_str!("rows.sql")).await?;
    more(&place).await?;
    Ok(place)
}

on_a_server! {
    /// What the columns hold that a server alone has.
    async fn more(place: &Place) -> Test {
        place.run(include_str!("rows_of_a_server.sql")).await
    }
}

on_a_file! {
    async fn more(_: &Place) -> Test {
        Ok(())
    }
}
