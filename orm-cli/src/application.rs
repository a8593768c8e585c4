//! The command of a program that has models and migrations of its own.

use std::ffi::OsString;
use std::process::ExitCode;

use orm_core::ddl::Models;
use orm_core::migrate::Migrator;

/// The `orm` command as a part of a program, which knows its own models:
/// `migrate generate NAME --from-models`, `migrate check` and `manifest` need them.
///
/// ```no_run
/// use orm_core::ddl::Models;
/// use orm_core::migrate::Migrator;
///
/// # const MODELS: Models = Models::new(&[]);
/// fn main() -> std::process::ExitCode {
///     orm_cli::Application::new()
///         .models(MODELS)
///         .migrations(Migrator::from_folder("migrations"))
///         .run()
/// }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Application {
    pub(crate) migrator: Option<Migrator>,
    pub(crate) seeds: Option<Migrator>,
    pub(crate) models: Option<Models>,
}

impl Application {
    /// Migrations from the folder of `--migrations-path`, and no models.
    pub fn new() -> Self {
        Self::default()
    }

    /// The program's models.
    #[must_use]
    pub fn models(mut self, models: Models) -> Self {
        self.models = Some(models);
        self
    }

    /// The program's own migrations, instead of those in the folder.
    #[must_use]
    pub fn migrations(mut self, migrator: Migrator) -> Self {
        self.migrator = Some(migrator);
        self
    }

    /// The program's own seeds, instead of those in the folder: `orm db seed` runs those
    /// that were not run, as [`Migrator::as_seeds`] does.
    ///
    /// ```no_run
    /// use orm_core::migrate::Migrator;
    ///
    /// fn main() -> std::process::ExitCode {
    ///     // `.with(..)` adds one that is written in Rust.
    ///     let seeds = Migrator::from_folder("seeders");
    ///     orm_cli::Application::new().seeds(seeds).run()
    /// }
    /// ```
    #[must_use]
    pub fn seeds(mut self, seeds: Migrator) -> Self {
        self.seeds = Some(seeds);
        self
    }

    /// Does what the program's arguments say, and answers with the code to
    /// exit with. To be called from a plain `main`, outside of a runtime.
    pub fn run(self) -> ExitCode {
        self.run_with(std::env::args_os())
    }

    /// The same for other arguments, the first of which is the program's name.
    pub fn run_with(self, args: impl IntoIterator<Item = OsString>) -> ExitCode {
        crate::start(args, self)
    }
}
