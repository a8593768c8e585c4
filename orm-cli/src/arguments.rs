//! What may be written after `orm`.

mod from_models;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub(crate) use self::from_models::{Compared, FromModels};

/// Migrations, databases, schemas and seeds, for PostgreSQL and SQLite.
///
/// The database is the one of `--url`, else of the environment: `DATABASE_URL`,
/// or `DB_NAME`, `DB_USER`, `DB_PASS`, `DB_HOST` and `DB_PORT`. Where these lead to
/// a pooler in transaction mode, `DIRECT_URL` names the server itself. If the
/// environment says none of these, `.env` does, of this folder or of one above it in
/// the repository.
///
/// Exit codes: 0 if it was done, 1 if it failed, 2 if the arguments make no
/// sense, 130 if it was told to stop (Ctrl-C cancels on the server and rolls back; `studio`
/// is ended so, with 0). `migrate status --exit-code` ends with 3 if migrations are pending,
/// with 4 if one was edited, is missing or stopped half-way; `db pull` ends with 3 if a file
/// has conflicts. The spellings of sequelize-cli (`db:migrate`, `db:migrate:undo`, ..) work
/// too.
#[derive(Debug, Parser)]
#[command(name = "orm", version, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Args)]
pub(crate) struct Global {
    /// The database: postgres://user:password@host:port/name, or sqlite:file.db
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// Where the migrations are
    #[arg(
        long,
        global = true,
        value_name = "FOLDER",
        default_value = "migrations"
    )]
    pub(crate) migrations_path: PathBuf,
    /// Where the seeds are
    #[arg(long, global = true, value_name = "FOLDER", default_value = "seeders")]
    pub(crate) seeders_path: PathBuf,
    /// The schema of the history table, if not the first of the search path; SQLite has none
    #[arg(long, global = true, value_name = "SCHEMA")]
    pub(crate) history_schema: Option<String>,
    /// The table of the history, if not `orm_migrations`
    #[arg(long, global = true, value_name = "TABLE")]
    pub(crate) history_table: Option<String>,
    /// Print JSON, for machines: one document
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Apply migrations, or what else is named
    #[command(args_conflicts_with_subcommands = true)]
    Migrate {
        #[command(flatten)]
        up: Up,
        #[command(subcommand)]
        action: Option<Migrate>,
    },
    /// Make, fill or drop the database
    #[command(subcommand)]
    Db(Database),
    /// Look at the schema
    #[command(subcommand)]
    Schema(Schema),
    /// Fill the database with rows to start from
    #[command(subcommand)]
    Seed(Seed),
    /// Write what the models of this program read and write, to keep with its release:
    /// `migrate check --manifest` tells which migration breaks it
    Manifest {
        /// Write it to a file
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Make the folders for migrations and seeds
    Init,
    /// Look at tables, rows, plans and migrations in a browser; changes nothing
    ///
    /// The pages come from this machine and are for it alone: the address that is printed lets
    /// one browser in, once. The database's sessions refuse writes, and each statement has five
    /// seconds. Columns whose names say that a secret is in them are not shown.
    #[cfg(feature = "studio")]
    Studio(Studio),
}

#[cfg(feature = "studio")]
#[derive(Debug, Args)]
pub(crate) struct Studio {
    /// The port on 127.0.0.1, if not a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub(crate) port: u16,
    /// Do not show this column either
    #[arg(long, value_name = "TABLE.COLUMN")]
    pub(crate) hide: Vec<String>,
    /// Show this column, whatever its name says
    #[arg(long, value_name = "TABLE.COLUMN")]
    pub(crate) show: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Up {
    /// Go no further than this migration
    #[arg(long, value_name = "NAME")]
    pub(crate) to: Option<String>,
    /// Print the SQL and run nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) patience: Patience,
    /// Apply also what is older than the youngest applied migration
    #[arg(long)]
    pub(crate) allow_out_of_order: bool,
    /// Do not mind applied migrations whose files are gone
    #[arg(long)]
    pub(crate) allow_missing: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Patience {
    /// How long a statement may wait for its locks, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 0.5, value_parser = seconds)]
    pub(crate) lock_timeout: f64,
    /// How long a statement may run, in seconds; 0 is as long as it takes
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0, value_parser = seconds)]
    pub(crate) statement_timeout: f64,
    /// How often to try a migration that cannot have its locks
    #[arg(long, value_name = "TIMES", default_value_t = 10)]
    pub(crate) lock_attempts: u32,
    /// How long to wait for another process that migrates, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 300.0, value_parser = seconds)]
    pub(crate) wait: f64,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Migrate {
    /// Take migrations back, the youngest first
    Undo {
        #[command(flatten)]
        undo: HowFar,
        /// Print the SQL and run nothing
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        patience: Patience,
        #[command(flatten)]
        confirmation: Confirmation,
    },
    /// Tell which migrations are applied; changes nothing
    Status {
        /// Exit with 3 if migrations are pending, with 4 if one was edited, is missing or
        /// stopped half-way
        #[arg(long)]
        exit_code: bool,
    },
    /// Make a new migration
    Generate(NewMigration),
    /// Tell what pending migrations would do to programs in use, and whether
    /// models, migrations and database agree; changes nothing
    Check(Check),
    /// Undo the youngest migrations and apply them again
    Redo {
        /// How many
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = at_least_one)]
        step: usize,
        #[command(flatten)]
        patience: Patience,
    },
    /// Count migrations as applied without running them
    Baseline {
        /// Go no further than this migration
        #[arg(long, value_name = "NAME")]
        to: Option<String>,
    },
    /// Bring the history in line with the truth; the schema is not touched
    Repair(Truth),
    /// Fold old migrations into one file; databases that ran some of them run the rest
    Squash {
        /// What to call it, in a few words
        #[arg(value_name = "WORDS")]
        words: String,
        /// Go no further than this migration
        #[arg(long, value_name = "NAME")]
        to: Option<String>,
    },
    /// Take over the history of another tool: what it has applied counts as applied
    #[command(alias = "adopt-sequelize")]
    Adopt {
        /// The tool, if its table does not say it
        #[arg(long, value_name = "TOOL")]
        from: Option<Tool>,
        /// Its table, if not the usual one
        #[arg(long, value_name = "TABLE")]
        table: Option<String>,
    },
    /// Write the migrations of another tool as ours
    Import {
        /// Where they are
        #[arg(value_name = "FOLDER")]
        folder: PathBuf,
        /// Leave this file out
        #[arg(long, value_name = "FILE")]
        leave: Vec<String>,
    },
}

/// The tools whose histories are known.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum Tool {
    Sequelize,
    Sqlx,
    Diesel,
    Prisma,
    Refinery,
    GolangMigrate,
    Flyway,
}

impl From<Tool> for orm_core::migrate::Tool {
    fn from(tool: Tool) -> Self {
        match tool {
            Tool::Sequelize => Self::Sequelize,
            Tool::Sqlx => Self::Sqlx,
            Tool::Diesel => Self::Diesel,
            Tool::Prisma => Self::Prisma,
            Tool::Refinery => Self::Refinery,
            Tool::GolangMigrate => Self::GolangMigrate,
            Tool::Flyway => Self::Flyway,
        }
    }
}

#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct HowFar {
    /// How many, instead of one
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub(crate) step: Option<usize>,
    /// Everything down to this one, which is undone too
    #[arg(long, value_name = "NAME")]
    pub(crate) to: Option<String>,
    /// Everything; asks before
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
pub(crate) struct NewMigration {
    #[command(flatten)]
    pub(crate) name: NewName,
    #[command(flatten)]
    pub(crate) from_models: FromModels,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Judge the files alone, without a database: each as if those before it were applied,
    /// unless `--since` or `--base` says which are new
    #[arg(long)]
    pub(crate) offline: bool,
    /// Tell about one rule, with an example, and do nothing else
    #[arg(long, value_name = "RULE", conflicts_with = "rules")]
    pub(crate) explain: Option<String>,
    /// List the rules, and do nothing else
    #[arg(long)]
    pub(crate) rules: bool,
    /// Judge only the migrations after this one
    #[arg(long, value_name = "NAME")]
    pub(crate) since: Option<String>,
    /// Judge only the migrations that this branch adds to another one, as git knows them
    #[arg(long, value_name = "BRANCH")]
    pub(crate) base: Option<String>,
    /// Tell also what breaks the release that runs, by what its `orm manifest` wrote
    #[arg(long, value_name = "FILE")]
    pub(crate) manifest: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) compared: Compared,
}

#[derive(Debug, Args)]
pub(crate) struct NewName {
    /// What it does, in a few words
    #[arg(value_name = "NAME", required_unless_present = "name_option")]
    pub(crate) name: Option<String>,
    /// The same, as Sequelize spells it
    #[arg(
        long = "name",
        value_name = "NAME",
        conflicts_with = "name",
        hide = true
    )]
    pub(crate) name_option: Option<String>,
    /// One file with both directions instead of a folder
    #[arg(long)]
    pub(crate) single_file: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Confirmation {
    /// Do not ask; with --database
    #[arg(long, requires = "database")]
    pub(crate) yes: bool,
    /// The name of the database that is meant
    #[arg(long, value_name = "NAME")]
    pub(crate) database: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Database {
    /// Make the database
    Create {
        /// Do not mind if there is one
        #[arg(long)]
        if_missing: bool,
    },
    /// Drop the database with everything in it; asks before
    Drop {
        /// Also while others are connected to it
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        confirmation: Confirmation,
    },
    /// Run the seeds that were not run: `orm seed run`
    Seed {
        /// Print the SQL and run nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Tell which database is meant, without its password
    Url,
    /// Write models for the tables of a database, into a folder
    ///
    /// In a folder that was pulled into before, what was changed by hand stays. The exit code is 3
    /// if a file was left as it is because the same lines were changed by hand and in the database.
    Pull(Pull),
}

#[derive(Debug, Args)]
pub(crate) struct Pull {
    /// The folder: a new one, or one that was pulled into before
    #[arg(value_name = "FOLDER", required_unless_present = "stdout")]
    pub(crate) folder: Option<PathBuf>,
    /// Schemas to read beside the one the connection works in
    #[arg(long, value_name = "SCHEMA")]
    pub(crate) schema: Vec<String>,
    /// Only this table, or this partition of one
    #[arg(long, value_name = "NAME")]
    pub(crate) table: Vec<String>,
    /// All but this table
    #[arg(long, value_name = "NAME")]
    pub(crate) exclude: Vec<String>,
    /// Print the code and write nothing
    #[arg(long, conflicts_with = "folder")]
    pub(crate) stdout: bool,
    /// Tell everything that models cannot say, and not how much of it there is
    #[arg(long)]
    pub(crate) verbose: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Schema {
    /// Print the schema as SQL: PostgreSQL's by pg_dump, SQLite's as it is kept
    Dump {
        /// Write it to a file
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Draw the tables and what refers to what
    Erd {
        /// The language of the picture
        #[arg(long, value_enum, default_value_t = Picture::Mermaid)]
        format: Picture,
        /// Schemas to draw beside the one the connection works in
        #[arg(long, value_name = "SCHEMA")]
        schema: Vec<String>,
        /// Write it to a file
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

/// The language of a picture.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum Picture {
    /// A Mermaid entity-relationship diagram
    Mermaid,
    /// A Graphviz graph
    Dot,
    /// A picture that needs nothing else
    Svg,
}

/// What is true of a history; without a name, that all is as it is written now.
#[derive(Debug, Args)]
pub(crate) struct Truth {
    /// Count this one as applied, wholly
    #[arg(long, value_name = "NAME", conflicts_with = "pending")]
    pub(crate) applied: Option<String>,
    /// Count this one as not applied
    #[arg(long, value_name = "NAME")]
    pub(crate) pending: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Seed {
    /// Run the seeds that were not run
    Run {
        /// Print the SQL and run nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Take seeds back, the youngest first
    Undo {
        #[command(flatten)]
        undo: HowFar,
        #[command(flatten)]
        confirmation: Confirmation,
    },
    /// Tell which seeds were run; changes nothing
    Status,
    /// Bring the history of seeds in line with the truth; no row is touched
    Repair(Truth),
    /// Make a new seed
    Generate(NewName),
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("that many is nothing: 1 is the least".to_owned()),
        Ok(number) => Ok(number),
        Err(_) => Err("expected a number".to_owned()),
    }
}

/// A number of seconds that makes sense as a limit.
fn seconds(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(number) if (0.0..=86_400.0).contains(&number) => Ok(number),
        _ => Err("expected a number of seconds, at most a day".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_do_not_contradict_each_other() {
        Arguments::command().debug_assert();
    }
}
