//! Whether models, migrations and database agree.

use std::fmt;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Diff, Options, Unmanaged, unmanaged};
use crate::ddl::Models;
use crate::error::Result;
use crate::exec::{Config, Db};
use crate::migrate::{Migrator, State, create_database, drop_database};
#[cfg(feature = "postgres")]
use crate::schema::Backend;
use crate::schema::TableName;

/// Whether models, migrations and a database agree.
///
/// `Display` says for each pair what differs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Agreement {
    /// What the database would need to be as the models say.
    pub database: Diff,
    /// The same for an empty database after all migrations.
    pub migrations: Replayed,
    /// The migrations that the database has not seen.
    pub pending: Vec<String>,
    /// What the database holds beside: it is held against nobody.
    pub unmanaged: Vec<Unmanaged>,
}

/// What a database is like after all migrations.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Replayed {
    /// They ran, and this is what the models have otherwise.
    Compared(Diff),
    /// One of them failed, with these words.
    Failed(String),
    /// The user may make no database to run them in.
    NotAllowed,
}

impl Agreement {
    /// Whether nothing differs, and nothing is pending. Migrations that could
    /// not be run for want of a privilege are not held against anybody.
    pub fn is_complete(&self) -> bool {
        let migrations = match &self.migrations {
            Replayed::Compared(diff) => diff.is_empty(),
            Replayed::Failed(_) => false,
            Replayed::NotAllowed => true,
        };
        self.database.is_empty() && migrations && self.pending.is_empty()
    }
}

impl fmt::Display for Agreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        part(f, "Models and database", &self.database)?;
        match &self.migrations {
            Replayed::Compared(diff) => part(f, "Models and migrations", diff)?,
            Replayed::Failed(reason) => {
                writeln!(f, "Migrations fail in an empty database: {reason}")?;
            }
            Replayed::NotAllowed => writeln!(
                f,
                "Models and migrations: not compared, this user may make no database to run them in."
            )?,
        }
        if self.pending.is_empty() {
            writeln!(f, "Migrations and database agree.")?;
        } else {
            writeln!(f, "Migrations that the database has not seen:")?;
            let mut pending = self.pending.iter();
            pending.try_for_each(|name| writeln!(f, "  {name}"))?;
        }
        if !self.unmanaged.is_empty() || !self.database.left_alone.is_empty() {
            writeln!(f, "Not compared, since models do not speak of it:")?;
        }
        let left = self.database.left_alone.iter().map(ToString::to_string);
        let unmanaged = self.unmanaged.iter().map(ToString::to_string);
        left.chain(unmanaged)
            .try_for_each(|thing| writeln!(f, "  {thing}"))
    }
}

fn part(f: &mut fmt::Formatter<'_>, what: &str, diff: &Diff) -> fmt::Result {
    if diff.is_empty() {
        return writeln!(f, "{what} agree.");
    }
    writeln!(f, "{what} differ. It would take:")?;
    diff.to_string()
        .lines()
        .try_for_each(|line| writeln!(f, "  {line}"))
}

/// Compares models, migrations and the configured database. The database is
/// not changed; the migrations are run in one that is made for it and dropped.
///
/// # Errors
///
/// Fails if the models contradict each other, or the database cannot be read.
pub async fn agree(
    config: &Config,
    models: Models,
    migrator: &Migrator,
    options: &Options,
) -> Result<Agreement> {
    let db = Db::connect(config.clone()).await?;
    let database = db.diff(models, options).await?;
    let mut unmanaged = unmanaged(&db).await?;
    unmanaged.retain(|it| !is_read(it, models));
    db.close().await;
    let standings = migrator.status(config).await?;
    let pending = standings
        .into_iter()
        .filter(|it| !matches!(it.state, State::Applied { .. }))
        .map(|it| it.name)
        .collect();
    Ok(Agreement {
        database,
        migrations: replayed(config, models, migrator, options).await?,
        pending,
        unmanaged,
    })
}

/// Whether it is a view that a model speaks of.
fn is_read(thing: &Unmanaged, models: Models) -> bool {
    let mut views = models.tables().iter().filter(|it| !it.kind.is_table());
    let is_named = |name: TableName| match (thing.name.split_once('.'), name.schema) {
        (Some((schema, own)), Some(named)) => schema == named && own == name.name,
        (Some((_, own)), None) => own == name.name,
        (None, _) => thing.name == name.name,
    };
    views.any(|it| thing.kind == it.kind.noun() && is_named(it.name))
}

/// Runs all migrations in a new database and compares it with the models.
///
/// # Errors
///
/// Fails if the models contradict each other, or the server cannot be reached.
pub async fn replayed(
    config: &Config,
    models: Models,
    migrator: &Migrator,
    options: &Options,
) -> Result<Replayed> {
    let scratch = scratch(config)?;
    match create_database(&scratch).await {
        Err(error) if error.sqlstate() == Some("42501") => return Ok(Replayed::NotAllowed),
        created => created?,
    }
    let outcome = replay(&scratch, models, migrator, options).await;
    // What is left of it is told by its name, and the comparison matters more.
    let _ = drop_database(&scratch, true).await;
    outcome
}

async fn replay(
    scratch: &Config,
    models: Models,
    migrator: &Migrator,
    options: &Options,
) -> Result<Replayed> {
    if let Err(error) = migrator.up(scratch).await {
        return Ok(Replayed::Failed(error.to_string()));
    }
    let db = Db::connect(scratch.clone()).await?;
    let diff = db.diff(models, options).await;
    db.close().await;
    Ok(Replayed::Compared(diff?))
}

/// Where the migrations are run: a database beside the configured one, or a file
/// of its own.
fn scratch(config: &Config) -> Result<Config> {
    let name = scratch_name();
    match config.backend() {
        #[cfg(feature = "postgres")]
        Backend::Postgres => Ok(config.clone().database(&name)),
        _ => {
            let file = std::env::temp_dir().join(name + ".db");
            let path = file.to_string_lossy();
            let path = utf8_percent_encode(&path, NON_ALPHANUMERIC);
            Config::from_url(&format!("sqlite:{path}"))
        }
    }
}

/// A name that nobody else has: of this process, at this moment.
fn scratch_name() -> String {
    let moment = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    format!("orm_check_{}_{}", std::process::id(), moment.as_nanos())
}
