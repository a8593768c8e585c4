//! Chapter 1: connecting. Where the database is comes from the environment; the
//! pool and the log are set here; one question shows that it all works.

use std::error::Error;
use std::io::Write;
use std::time::Duration;

use orm::exec::PoolOptions;
use orm::prelude::*;

use super::Output;

/// The settings of the storefront.
///
/// `found` is `Config::from_env()?`: `DATABASE_URL`, or `DB_NAME`, `DB_USER`,
/// `DB_PASS`, `DB_HOST` and `DB_PORT`.
pub fn config(found: Config) -> Config {
    let pool = PoolOptions::new()
        .max(10)
        .min(2)
        .acquire(Duration::from_secs(30))
        .idle(Duration::from_secs(10));
    let config = found.application_name("storefront").pool(pool);
    // The article asks `NODE_ENV`. That name is Node's, so we ask `APP_ENV`.
    if std::env::var("APP_ENV").is_ok_and(|env| env == "development") {
        return config.logger(|event| {
            let _ = writeln!(std::io::stdout(), "[SQL] {}", event.sql());
        });
    }
    config
}

/// Connects, once for the whole program: a `Db` is cheap to clone, and its
/// clones share the pool.
///
/// # Errors
/// `Unable to connect to the database: ..`, without the password.
pub async fn run(config: &Config, out: Output<'_>) -> Result<Db, Box<dyn Error>> {
    let db = connect(config)
        .await
        .map_err(|error| format!("Unable to connect to the database: {error}"))?;
    writeln!(out, "Database connection established successfully.")?;
    Ok(db)
}

async fn connect(config: &Config) -> orm::Result<Db> {
    let db = Db::connect(config.clone()).await?;
    db.authenticate().await?;
    Ok(db)
}
