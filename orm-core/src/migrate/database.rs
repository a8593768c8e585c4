//! Whole databases: made and dropped.

#[cfg(not(all(feature = "postgres", feature = "sqlite")))]
use crate::error::Error;
use crate::error::Result;
use crate::exec::Config;
use crate::schema::Backend;

/// Makes the configured database, empty; of SQLite its file.
///
/// # Errors
///
/// Fails if there is one of this name (SQLSTATE `42P04`), or the user may make
/// none.
pub async fn create_database(config: &Config) -> Result<()> {
    match config.backend() {
        #[cfg(feature = "sqlite")]
        Backend::Sqlite => sqlite::create(config).await,
        #[cfg(feature = "postgres")]
        Backend::Postgres => server::create(&config.past_pooler()?).await,
        #[cfg(not(all(feature = "postgres", feature = "sqlite")))]
        _ => Err(Error::usage("the program was built without this database")),
    }
}

/// Drops the configured database with everything in it. With `force`, also
/// while others are connected to it, which nobody knows of SQLite's files.
///
/// # Errors
///
/// Fails if there is none of this name (SQLSTATE `3D000`), others are
/// connected to it, or the user does not own it.
#[cfg_attr(not(feature = "postgres"), allow(unused_variables))]
pub async fn drop_database(config: &Config, force: bool) -> Result<()> {
    match config.backend() {
        #[cfg(feature = "sqlite")]
        Backend::Sqlite => sqlite::drop(config),
        #[cfg(feature = "postgres")]
        Backend::Postgres => server::drop(&config.past_pooler()?, force).await,
        #[cfg(not(all(feature = "postgres", feature = "sqlite")))]
        _ => Err(Error::usage("the program was built without this database")),
    }
}

#[cfg(feature = "postgres")]
mod server {
    //! A database of a server that has others.

    use crate::error::{Error, ErrorKind, Result};
    use crate::exec::{Config, Single, connect_single};
    use crate::sql::identifier;

    pub(super) async fn create(config: &Config) -> Result<()> {
        let statement = format!("CREATE DATABASE {}", quoted_name(config)?);
        let connection = maintenance(config).await?;
        Ok(connection.batch_execute(&statement).await?)
    }

    pub(super) async fn drop(config: &Config, force: bool) -> Result<()> {
        let force = if force { " WITH (FORCE)" } else { "" };
        let statement = format!("DROP DATABASE {}{force}", quoted_name(config)?);
        let connection = maintenance(config).await?;
        Ok(connection.batch_execute(&statement).await?)
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
            async move { connect_single(&config, Box::new(|_, _| {})).await }
        };
        match connect("postgres").await {
            Err(error) if error.kind() == ErrorKind::DatabaseNotFound => connect("template1").await,
            connected => connected,
        }
    }
}

#[cfg(feature = "sqlite")]
mod sqlite {
    //! A database is a file, with others beside it while it is open.

    use std::fs;
    use std::io::ErrorKind;

    use crate::error::{Error, Result};
    use crate::exec::{Config, SqliteSingle};

    pub(super) async fn create(config: &Config) -> Result<()> {
        if fs::exists(file(config)?).unwrap_or(false) {
            return Err(Error::file_exists());
        }
        // What is read makes no file.
        let connection = SqliteSingle::connect(config).await?;
        connection.batch("PRAGMA user_version = 0").await
    }

    pub(super) fn drop(config: &Config) -> Result<()> {
        let file = file(config)?;
        match fs::remove_file(file) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(Error::file_missing());
            }
            Err(_) => {
                return Err(Error::usage("the file of the database cannot be removed"));
            }
        }
        for beside in ["-wal", "-shm", "-journal"] {
            // They are gone where everybody has closed it.
            let _ = fs::remove_file(format!("{file}{beside}"));
        }
        Ok(())
    }

    fn file(config: &Config) -> Result<&str> {
        match config.database_name() {
            Some(":memory:") | None => Err(Error::usage("the database is in no file")),
            Some(name) => Ok(name),
        }
    }
}
