//! The database and the migrations that a command is about.

use std::path::Path;
use std::time::Duration;

use orm_core::ddl::Models;
use orm_core::exec::Config;
use orm_core::migrate::Migrator;
use orm_core::schema::Backend;

use crate::application::Application;
use crate::arguments::{Global, Patience};
use crate::env_file;
use crate::failure::Failure;
use crate::output::Output;
use crate::signal::Signals;

pub(crate) struct Context {
    pub(crate) global: Global,
    /// What the program has of its own.
    application: Application,
    pub(crate) output: Output,
    pub(crate) signals: Signals,
}

/// What says where the database is.
const VARIABLES: [&str; 7] = [
    "DATABASE_URL",
    "DIRECT_URL",
    "DB_NAME",
    "DB_USER",
    "DB_PASS",
    "DB_HOST",
    "DB_PORT",
];

impl Context {
    pub(crate) fn new(
        global: Global,
        application: Application,
        output: Output,
        signals: Signals,
    ) -> Self {
        Context {
            global,
            application,
            output,
            signals,
        }
    }

    /// The configuration of the database that is meant.
    ///
    /// Unlike a program, the command never falls back to defaults: who changes
    /// a schema should have said whose. It goes past a pooler: schemas are changed
    /// under locks of a session.
    pub(crate) fn config(&self) -> Result<Config, Failure> {
        if let Some(url) = &self.global.url {
            return Ok(Config::from_url(url)?.past_pooler()?);
        }
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|it| !it.is_empty());
        // One of each would be a database that nobody meant.
        if VARIABLES.iter().any(|name| is_set(name)) {
            return Ok(Config::from_env()?.past_pooler()?);
        }
        let folder = std::env::current_dir();
        let folder = folder.map_err(|error| Failure::Io("see the folder".into(), error))?;
        let file = env_file::read(&folder)?;
        let is_said = |name: &&str| file.get(*name).is_some_and(|it| !it.is_empty());
        if !VARIABLES.iter().any(is_said) {
            return Err(Failure::refused(
                "no database is configured: pass `--url postgres://user:password@host:port/name` \
                 or `--url sqlite:file.db`, or set DATABASE_URL, or DB_NAME, DB_USER, DB_PASS, DB_HOST and \
                 DB_PORT, in the environment or in `.env`",
            ));
        }
        let config = Config::from_variables(|name| file.get(name).cloned())?;
        Ok(config.past_pooler()?)
    }

    /// The kind of database that is meant, for what asks none: PostgreSQL, unless it is
    /// said otherwise.
    pub(crate) fn kind(&self) -> Backend {
        let config = self.config();
        config.map_or(Backend::Postgres, |config| config.backend())
    }

    /// The name of the database that is meant.
    pub(crate) fn database(&self) -> Result<String, Failure> {
        let config = self.config()?;
        let name = config.database_name();
        match name {
            // It may hold a password, and names are said.
            Some(name) if name.contains("://") => Err(Failure::refused(
                "the configured name of the database is a whole URL: pass it as `--url`, or set \
                 DATABASE_URL",
            )),
            Some(name) => Ok(name.to_owned()),
            None => Err(Failure::refused("the configuration names no database")),
        }
    }

    /// The program's own models.
    pub(crate) fn models(&self) -> Option<Models> {
        self.application.models
    }

    /// Whether migrations are files that can be written here.
    pub(crate) fn migrations_are_files(&self) -> bool {
        self.application.migrator.is_none()
    }

    /// The migrations that are meant, telling the output what happens.
    pub(crate) fn migrations(&self) -> Result<Migrator, Failure> {
        let output = self.output.clone();
        let migrator = self.silent_migrations()?;
        let migrator = migrator.interrupted_by(self.signals.are_heard());
        Ok(migrator.on_event(move |event| output.event(event)))
    }

    /// The same, for what is none of the user's business.
    pub(crate) fn silent_migrations(&self) -> Result<Migrator, Failure> {
        let migrator = match &self.application.migrator {
            Some(migrator) => migrator.clone(),
            None => from_folder(&self.global.migrations_path, "--migrations-path")?,
        };
        let migrator = match &self.global.history_table {
            Some(table) => migrator.history_table(table),
            None => migrator,
        };
        Ok(self.placed(migrator.on_event(|_| ())))
    }

    /// The seeds, which are kept like migrations, with a history of their own.
    pub(crate) fn seeds(&self) -> Result<Migrator, Failure> {
        let seeds = match &self.application.seeds {
            Some(seeds) => seeds.clone(),
            None => from_folder(&self.global.seeders_path, "--seeders-path")?,
        };
        let output = self.output.clone();
        let seeds = seeds.interrupted_by(self.signals.are_heard());
        let seeds = seeds.on_event(move |event| output.event(event));
        Ok(self.placed(seeds.as_seeds()))
    }

    fn placed(&self, migrator: Migrator) -> Migrator {
        match &self.global.history_schema {
            Some(schema) => migrator.history_schema(schema),
            None => migrator,
        }
    }
}

fn from_folder(folder: &Path, option: &str) -> Result<Migrator, Failure> {
    if !folder.is_dir() {
        return Err(Failure::refused(format!(
            "there is no folder `{}`: make it with `orm init`, go to where it is, or name it \
             with `{option}`",
            folder.display()
        )));
    }
    Ok(Migrator::from_folder(folder))
}

impl Patience {
    pub(crate) fn apply(&self, migrator: Migrator) -> Migrator {
        migrator
            .lock_timeout(Duration::from_secs_f64(self.lock_timeout))
            .statement_timeout(Duration::from_secs_f64(self.statement_timeout))
            .lock_attempts(self.lock_attempts)
            .patience(Duration::from_secs_f64(self.wait))
    }
}
