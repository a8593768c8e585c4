//! The `orm` command, for programs that have migrations of their own.
//!
//! The command itself reads migrations in SQL from a folder. A program whose
//! migrations are embedded, or written in Rust, or that wants its migrations
//! generated from its models, is its own command in one line:
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! use orm_core::ddl::Models;
//!
//! // `models![User, Order]` in a program that has them.
//! const MODELS: Models = Models::new(&[]);
//!
//! fn main() -> ExitCode {
//!     orm_cli::Application::new().models(MODELS).run()
//! }
//! ```
//!
//! # Exit codes
//!
//! | Code | Meaning |
//! |---|---|
//! | 0 | it was done, or there was nothing to do |
//! | 1 | it failed; standard error says why |
//! | 2 | the arguments make no sense |
//! | 3 | `migrate status --exit-code`: migrations are pending; `db pull`: a file has conflicts |
//! | 4 | `migrate status --exit-code`: a migration was edited, is missing, or stopped half-way |
//! | 130 | it was told to stop, by Ctrl-C or SIGTERM; `studio` ends so by itself, with 0 |
//!
//! | Module | What |
//! |---|---|
//! | `application` | the command of a program of its own |
//! | `spelling` | Sequelize's words for our commands |
//! | `arguments` | what may be written |
//! | `env_file` | `.env` |
//! | `signal` | Ctrl-C |
//! | `context` | the database and the migrations that are meant |
//! | `import` | the migrations of other tools, as ours |
//! | `manifest` | what the models of a build use |
//! | `studio` | tables, rows and plans in a browser |
//! | `confirm` | asking before something is destroyed |
//! | `output`, `progress` | lines for people, JSON for machines |
//! | `command` | what is done, one command per file |

mod application;
mod arguments;
mod command;
mod confirm;
mod context;
mod env_file;
pub mod erd;
mod failure;
mod import;
mod lint;
mod manifest;
mod output;
mod progress;
pub mod pull;
mod signal;
mod spelling;
#[cfg(feature = "studio")]
mod studio;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use orm_core::migrate::Migrator;

pub use self::application::Application;
use self::arguments::Arguments;
use self::context::Context;
use self::failure::Failure;
use self::output::Output;
use self::signal::Signals;

/// Runs the command on the program's own migrations, and answers with the
/// code to exit with. To be called from a plain `main`, outside of a runtime.
pub fn run(args: impl IntoIterator<Item = OsString>, migrator: Migrator) -> ExitCode {
    Application::new().migrations(migrator).run_with(args)
}

/// Runs the command on the migrations in a folder, as the `orm` binary does.
pub fn run_on_folder(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    Application::new().run_with(args)
}

fn start(args: impl IntoIterator<Item = OsString>, application: Application) -> ExitCode {
    let arguments = match Arguments::try_parse_from(spelling::translated(args)) {
        Ok(arguments) => arguments,
        Err(answer) => {
            // Help goes to standard output with code 0, mistakes to standard
            // error with code 2. If nobody listens, the code is all there is.
            let _ = answer.print();
            return ExitCode::from(u8::try_from(answer.exit_code()).unwrap_or(2));
        }
    };
    let output = Output::new(arguments.global.json);
    let signals = Signals::default();
    match on_runtime(arguments, application, &output, &signals) {
        Ok(()) => {
            output.end();
            ExitCode::SUCCESS
        }
        Err(failure) => {
            output.failed(&failure);
            match signals.interrupt.is_stopped() {
                true => ExitCode::from(signal::STOPPED),
                false => ExitCode::from(failure.code()),
            }
        }
    }
}

fn on_runtime(
    arguments: Arguments,
    application: Application,
    output: &Output,
    signals: &Signals,
) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| Failure::Io("start".into(), error))?;
    let signals = signals.clone();
    let context = Context::new(arguments.global, application, output.clone(), signals);
    runtime.block_on(async {
        context.signals.watch(output.clone());
        command::run(arguments.command, &context).await
    })
}
