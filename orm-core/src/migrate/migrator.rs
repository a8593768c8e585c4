//! A set of migrations, and what can be done with it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::connection::Connection;
use super::embedded::Embedded;
use super::event::{Direction, Event};
use super::folder::{self, Entry};
use super::foreign;
use super::interrupt::Interrupt;
use super::judge::{self, Task, Undo};
use super::migration::{Irreversible, IrreversibleMigration, Migration, Reversible};
use super::name;
use super::options::{Options, SEED_TABLE};
use super::problem::MigrationProblem;
use super::run;
use super::source::Source;
use super::squashed;
use super::unit::{Content, Kept, Unit, Work};
use crate::error::Result;
use crate::exec::Config;
use crate::schema::Backend;

/// A set of migrations, in SQL and in Rust, in the order of their names.
///
/// ```no_run
/// # async fn example() -> orm_core::Result<()> {
/// use orm_core::exec::Config;
/// use orm_core::migrate::Migrator;
///
/// let done = Migrator::from_folder("migrations")
///     .on_event(|event| println!("{event}"))
///     .up(&Config::from_env()?)
///     .await?;
/// println!("{} migrations applied", done.len());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Migrator {
    kept: Vec<Kept>,
    /// The first thing that is wrong with the set itself.
    flaw: Option<MigrationProblem>,
    pub(super) options: Options,
}

impl fmt::Debug for Migrator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Migrator")
            .field("names", &self.names().collect::<Vec<_>>())
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl Default for Migrator {
    fn default() -> Self {
        Self::new()
    }
}

/// A migration that was run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Run {
    /// Its name.
    pub name: String,
    /// Whether it was applied or undone.
    pub direction: Direction,
    /// How long it took.
    pub took: Duration,
}

/// A migration that would be run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Planned {
    /// Its name.
    pub name: String,
    /// Whether it would be applied or undone.
    pub direction: Direction,
    /// Whether in a transaction.
    pub in_transaction: bool,
    /// Its statements; `None` if it is written in Rust, whose statements are
    /// known only when it runs.
    pub statements: Option<Vec<String>>,
}

impl Migrator {
    /// No migrations.
    pub fn new() -> Self {
        Migrator {
            kept: Vec::new(),
            flaw: None,
            options: Options::default(),
        }
    }

    /// The migrations in a folder, as they are now. What is wrong with them is
    /// reported when they are used.
    pub fn from_folder(folder: impl AsRef<Path>) -> Self {
        let mut migrator = Self::new();
        match folder::entries(folder.as_ref()) {
            Ok(found) => {
                found.into_iter().for_each(|it| migrator.push_entry(it));
            }
            Err(problem) => migrator.flaw = Some(problem),
        }
        migrator
    }

    /// The migrations that `embed_migrations!` put into the program.
    pub fn embedded(migrations: &[Embedded]) -> Self {
        let mut migrator = Self::new();
        for migration in migrations {
            match squashed::entry(PathBuf::new(), migration.name.to_owned(), migration.files()) {
                Ok(entry) => migrator.push_entry(entry),
                Err(problem) => migrator.flaw = migrator.flaw.or(Some(problem)),
            }
        }
        migrator
    }

    /// Adds a migration written in Rust.
    #[must_use]
    pub fn with(mut self, migration: impl Migration) -> Self {
        let name = migration.name().to_owned();
        self.push(name, Content::Code(Arc::new(Reversible(migration))));
        self
    }

    /// Adds a migration written in Rust that nothing can take back.
    #[must_use]
    pub fn with_irreversible(mut self, migration: impl IrreversibleMigration) -> Self {
        let name = migration.name().to_owned();
        self.push(name, Content::Code(Arc::new(Irreversible(migration))));
        self
    }

    fn push_entry(&mut self, entry: Entry) {
        for (name, files) in entry.parts {
            let source = Source::new(&name, entry.squashed.clone(), files);
            self.push(name, Content::Sql(Arc::new(source)));
        }
    }

    fn push(&mut self, name: String, body: Content) {
        let others = self.kept.iter().map(|it| it.name.as_str());
        if let (None, Err(reason)) = (&self.flaw, name::check_beside(&name, others)) {
            self.flaw = Some(MigrationProblem::unreadable(&name, reason));
        }
        let place = self.kept.partition_point(|kept| kept.name < name);
        self.kept.insert(place, Kept { name, body });
    }

    /// Counts these as seeds: rows to start from, each written once. They have a history of
    /// their own, `orm_seeds`, which `orm seed status` shows too; they do not build upon each
    /// other, so an older one may come later, and one that is gone is not missed; and no
    /// other tool knows of them.
    ///
    /// ```no_run
    /// use orm_core::Result;
    /// use orm_core::exec::{Config, Params};
    /// use orm_core::migrate::{Migration, Migrator, SchemaEditor};
    /// use orm_core::types::Param;
    ///
    /// struct DemoUser;
    ///
    /// impl Migration for DemoUser {
    ///     fn name(&self) -> &str {
    ///         "20240101000000-demo-user"
    ///     }
    ///
    ///     async fn up(&self, db: &SchemaEditor<'_>) -> Result<()> {
    ///         let insert = "INSERT INTO users (name) VALUES ($1)";
    ///         let name = [Param::Text("Sarah".into())];
    ///         db.execute_raw_with(insert, Params::from(&name)).await.map(drop)
    ///     }
    ///
    ///     async fn down(&self, db: &SchemaEditor<'_>) -> Result<()> {
    ///         db.execute_raw("DELETE FROM users WHERE name = 'Sarah'").await
    ///     }
    /// }
    ///
    /// # async fn example() -> Result<()> {
    /// let seeds = Migrator::from_folder("seeders").with(DemoUser).as_seeds();
    /// seeds.up(&Config::from_env()?).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn as_seeds(self) -> Self {
        self.history_table(SEED_TABLE)
            .ignore_other_tools()
            .allow_out_of_order(true)
            .allow_missing(true)
    }

    /// Does not look for histories of other tools, as for a set that they know nothing of.
    #[must_use]
    pub fn ignore_other_tools(mut self) -> Self {
        self.options.adopts = false;
        self
    }

    /// The table of the history. Default `orm_migrations`.
    #[must_use]
    pub fn history_table(mut self, table: &str) -> Self {
        table.clone_into(&mut self.options.table);
        self
    }

    /// The schema of the history. Default: where the table is found, else the
    /// first of the `search_path`.
    #[must_use]
    pub fn history_schema(mut self, schema: &str) -> Self {
        self.options.schema = Some(schema.to_owned());
        self
    }

    /// How long to wait for another process that migrates. Default 5 minutes.
    #[must_use]
    pub fn patience(mut self, limit: Duration) -> Self {
        self.options.patience = limit;
        self
    }

    /// How long a statement may wait for its locks. Default half a second. While it
    /// waits, everyone behind it waits too; and a server looks for a deadlock after
    /// a second (`deadlock_timeout`) and ends whoever it comes upon, which is a program
    /// as likely as the migration.
    #[must_use]
    pub fn lock_timeout(mut self, limit: Duration) -> Self {
        self.options.lock_timeout = limit;
        self
    }

    /// How long a statement may run. Default: as long as it takes, whatever
    /// the configuration says, which is about queries.
    #[must_use]
    pub fn statement_timeout(mut self, limit: Duration) -> Self {
        self.options.statement_timeout = limit;
        self
    }

    /// How often a migration is tried that cannot have its locks. Default 10,
    /// within two minutes.
    #[must_use]
    pub fn lock_attempts(mut self, attempts: u32) -> Self {
        self.options.lock_attempts = attempts.max(1);
        self
    }

    /// Applies also migrations that are older than the youngest applied one.
    #[must_use]
    pub fn allow_out_of_order(mut self, allow: bool) -> Self {
        self.options.allow_out_of_order = allow;
        self
    }

    /// Does not mind applied migrations that are not in this set, as when an
    /// older program starts on a newer database.
    #[must_use]
    pub fn allow_missing(mut self, allow: bool) -> Self {
        self.options.allow_missing = allow;
        self
    }

    /// Calls `hook` for everything that happens. Silent by default.
    #[must_use]
    pub fn on_event(mut self, hook: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        self.options.observer = Arc::new(hook);
        self
    }

    /// Stops when it is told to: the migration that runs is cancelled and rolled back, or
    /// counted as far as it came if it is not in a transaction.
    #[must_use]
    pub fn interrupted_by(mut self, interrupt: &Interrupt) -> Self {
        self.options.interrupt = interrupt.clone();
        self
    }

    /// The names of the migrations, oldest first.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.kept.iter().map(|kept| kept.name.as_str())
    }

    /// Whether names and files are as they should be for this kind of database, which
    /// every other method checks first.
    ///
    /// # Errors
    ///
    /// Fails with the first thing that is wrong.
    pub fn check(&self, of: Backend) -> Result<()> {
        self.read(of).map(drop)
    }

    /// The migrations as this database reads them.
    pub(super) fn read(&self, of: Backend) -> Result<Vec<Unit<'_>>> {
        if let Some(problem) = &self.flaw {
            return Err(problem.clone().into());
        }
        let units: Result<_, MigrationProblem> = self.kept.iter().map(|it| it.read(of)).collect();
        Ok(units?)
    }

    /// Applies every migration that is not applied, each in a transaction,
    /// oldest first. Nothing is done if there is none.
    ///
    /// Processes that do this at the same time wait for each other, and each
    /// migration is applied once.
    ///
    /// # Errors
    ///
    /// Fails before anything is run if files and history do not fit together;
    /// fails at the first migration that fails, which is rolled back. Those
    /// before it stay applied.
    pub async fn up(&self, config: &Config) -> Result<Vec<Run>> {
        self.apply(config, None).await
    }

    /// [`up`](Self::up), but no further than the migration of this name.
    ///
    /// # Errors
    ///
    /// As [`up`](Self::up), and if there is no such migration.
    pub async fn up_to(&self, config: &Config, name: &str) -> Result<Vec<Run>> {
        self.apply(config, Some(name)).await
    }

    async fn apply(&self, config: &Config, to: Option<&str>) -> Result<Vec<Run>> {
        let units = self.read(config.backend())?;
        let connection = self.open_locked(config).await?;
        let tasks = self.pending(&units, &connection, to).await?;
        let runs = self.run_all(&connection, &tasks).await?;
        connection.unlock().await;
        Ok(runs)
    }

    /// Takes migrations back, youngest first.
    ///
    /// # Errors
    ///
    /// Fails before anything is run if one of them cannot be undone; fails at
    /// the first that fails, which is rolled back.
    pub async fn undo(&self, config: &Config, undo: &Undo) -> Result<Vec<Run>> {
        let units = self.read(config.backend())?;
        let connection = self.open_locked(config).await?;
        let records = connection.history.read(&connection.session).await?;
        let tasks = judge::undone(&units, &records, undo)?;
        let runs = self.run_all(&connection, &tasks).await?;
        connection.unlock().await;
        Ok(runs)
    }

    /// Undoes the youngest `steps` migrations and applies them again: for
    /// trying out whether there is a way back.
    ///
    /// # Errors
    ///
    /// As [`undo`](Self::undo) and [`up`](Self::up).
    pub async fn redo(&self, config: &Config, steps: usize) -> Result<Vec<Run>> {
        let units = self.read(config.backend())?;
        let connection = self.open_locked(config).await?;
        let records = connection.history.read(&connection.session).await?;
        let down = judge::undone(&units, &records, &Undo::Steps(steps))?;
        let up: Result<Vec<_>, MigrationProblem> = down.iter().rev().map(again).collect();
        let up = up?;
        let mut runs = self.run_all(&connection, &down).await?;
        runs.extend(self.run_all(&connection, &up).await?);
        connection.unlock().await;
        Ok(runs)
    }

    /// What [`up`](Self::up) would run; nothing is changed.
    ///
    /// # Errors
    ///
    /// As [`up`](Self::up), before anything is run.
    pub async fn plan_up(&self, config: &Config, to: Option<&str>) -> Result<Vec<Planned>> {
        let units = self.read(config.backend())?;
        let connection = self.open(config).await?;
        let tasks = self.pending(&units, &connection, to).await?;
        Ok(tasks.iter().map(planned).collect())
    }

    /// What [`undo`](Self::undo) would run; nothing is changed.
    ///
    /// # Errors
    ///
    /// As [`undo`](Self::undo), before anything is run.
    pub async fn plan_undo(&self, config: &Config, undo: &Undo) -> Result<Vec<Planned>> {
        let units = self.read(config.backend())?;
        let connection = self.open(config).await?;
        let records = connection.history.read(&connection.session).await?;
        let tasks = judge::undone(&units, &records, undo)?;
        Ok(tasks.iter().map(planned).collect())
    }

    async fn run_all(&self, connection: &Connection, tasks: &[Task<'_>]) -> Result<Vec<Run>> {
        let mut runs = Vec::with_capacity(tasks.len());
        if !tasks.is_empty() {
            connection.history.ensure(&connection.session).await?;
        }
        for task in tasks {
            connection.unless_stopped()?;
            let done = run::run(connection, &self.options, task).await?;
            runs.extend(done.map(|took| Run {
                name: task.unit.name.to_owned(),
                direction: task.direction,
                took,
            }));
        }
        Ok(runs)
    }

    pub(super) async fn open(&self, config: &Config) -> Result<Connection> {
        Connection::open(config, &self.options).await
    }

    pub(super) async fn open_locked(&self, config: &Config) -> Result<Connection> {
        let connection = self.open(config).await?;
        connection.lock(self.options.patience).await?;
        Ok(connection)
    }

    async fn pending<'m>(
        &self,
        units: &[Unit<'m>],
        connection: &Connection,
        to: Option<&str>,
    ) -> Result<Vec<Task<'m>>> {
        let records = connection.history.read(&connection.session).await?;
        // The history of another tool must not be passed over: its migrations would be run
        // a second time.
        if records.is_empty()
            && self.options.adopts
            && let Some((tool, count)) = foreign::found(&connection.session).await?
        {
            return Err(MigrationProblem::ForeignHistory { tool, count }.into());
        }
        Ok(judge::pending(units, &records, &self.options, to)?)
    }
}

/// A migration that is undone first.
fn again<'m>(task: &Task<'m>) -> Result<Task<'m>, MigrationProblem> {
    Ok(Task {
        unit: task.unit,
        direction: Direction::Up,
        work: task.unit.work(Direction::Up)?,
        resume: None,
    })
}

fn planned(task: &Task<'_>) -> Planned {
    let statements = match task.work {
        Work::Sql(section) => {
            let rest = section
                .statements
                .iter()
                .skip(task.resume.map_or(0, |it| it.done));
            Some(rest.map(|it| it.text().to_owned()).collect())
        }
        Work::Code(_) => None,
    };
    Planned {
        name: task.unit.name.to_owned(),
        direction: task.direction,
        in_transaction: task.work.in_transaction(),
        statements,
    }
}
