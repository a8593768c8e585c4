//! What is done, one command per file.

mod ask;
mod branch;
mod check;
mod database;
mod dry_run;
mod from_models;
mod generate;
mod import;
mod init;
mod manifest;
mod migrate;
mod schema;
mod seed;
mod squash;

#[cfg(feature = "studio")]
pub(crate) use self::check::informed;

use orm_core::ddl::blueprint::{Blueprint, Name};
use orm_core::exec::{Config, Db};

use crate::arguments::{Command, Migrate};
use crate::context::Context;
use crate::failure::Failure;

pub(crate) async fn run(command: Command, context: &Context) -> Result<(), Failure> {
    match command {
        Command::Migrate { up, action: None } => migrate::up(context, &up).await,
        Command::Migrate {
            action: Some(action),
            ..
        } => migrate(action, context).await,
        Command::Db(action) => database::run(context, action).await,
        Command::Schema(action) => schema::run(context, &action).await,
        Command::Seed(action) => seed::run(context, action).await,
        Command::Manifest { output } => manifest::run(context, output.as_deref()),
        Command::Init => init::run(context),
        #[cfg(feature = "studio")]
        Command::Studio(args) => crate::studio::run(context, &args).await,
    }
}

async fn migrate(action: Migrate, context: &Context) -> Result<(), Failure> {
    match action {
        Migrate::Undo {
            undo,
            dry_run,
            patience,
            confirmation,
        } => migrate::undo(context, undo, dry_run, &patience, &confirmation).await,
        Migrate::Status { exit_code } => migrate::status(context, exit_code).await,
        Migrate::Generate(args) if args.from_models.from_models => {
            from_models::run(context, &args).await
        }
        Migrate::Generate(args) => migrate::generate(context, &args.name),
        Migrate::Check(args) => check::run(context, &args).await,
        Migrate::Redo { step, patience } => migrate::redo(context, step, &patience).await,
        Migrate::Baseline { to } => migrate::baseline(context, to.as_deref()).await,
        Migrate::Repair(truth) => migrate::repair(context, &context.migrations()?, truth).await,
        Migrate::Adopt { from, table } => migrate::adopt(context, from, table.as_deref()).await,
        Migrate::Squash { words, to } => squash::run(context, &words, to.as_deref()),
        Migrate::Import { folder, leave } => import::run(context, &folder, &leave),
    }
}

/// The tables and enum types of the database.
async fn blueprint(config: &Config, schemas: &[String]) -> Result<Blueprint, Failure> {
    blueprint_with(config, schemas, &[]).await
}

/// The same with these partitions, which are left out otherwise.
async fn blueprint_with(
    config: &Config,
    schemas: &[String],
    partitions: &[Name],
) -> Result<Blueprint, Failure> {
    let db = Db::connect(config.clone()).await?;
    let named: Vec<&str> = schemas.iter().map(String::as_str).collect();
    Ok(db.blueprint_with(&named, partitions).await?)
}
