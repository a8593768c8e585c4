//! Whole databases: made and dropped.

use crate::error::{Error, ErrorKind, Result};
use crate::exec::{Config, Single, connect_single};
use crate::sql::identifier;

/// Makes the configured database, empty.
///
/// # Errors
///
/// Fails if there is one of this name (SQLSTATE `42P04`), or the user may make
/// none.
pub async fn create_database(config: &Config) -> Result<()> {
    let config = config.past_pooler()?;
    let statement = format!("CREATE DATABASE {}", quoted_name(&config)?);
    Ok(maintenance(&config)
        .await?
        .batch_execute(&statement)
        .await?)
}

/// Drops the configured database with everything in it. With `force`, also
/// while others are connected to it.
///
/// # Errors
///
/// Fails if there is none of this name (SQLSTATE `3D000`), others are
/// connected to it, or the user does not own it.
pub async fn drop_database(config: &Config, force: bool) -> Result<()> {
    let config = config.past_pooler()?;
    let force = if force { " WITH (FORCE)" } else { "" };
    let statement = format!("DROP DATABASE {}{force}", quoted_name(&config)?);
    Ok(maintenance(&config)
        .await?
        .batch_execute(&statement)
        .await?)
}

fn quoted_name(config: &Config) -> Result<String> {
    let Some(name) = config.database_name() else {
        return Err(Error::usage("the configuration names no database"));
    };
    let mut out = String::new();
    identifier::quote(&mut out, name);
    Ok(out)
}

/// A connection to a database that every server has: one cannot make or drop
/// the database one is in.
async fn maintenance(config: &Config) -> Result<Single> {
    let connect = |database| {
        let config = config.clone().database(database);
        async move { connect_single(&config, Box::new(|_| {})).await }
    };
    match connect("postgres").await {
        Err(error) if error.kind() == ErrorKind::DatabaseNotFound => connect("template1").await,
        connected => connected,
    }
}
