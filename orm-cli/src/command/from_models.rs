//! `orm migrate generate NAME --from-models`

use std::fs;
use std::path::PathBuf;

use chrono::{NaiveDateTime, TimeDelta};
use orm_core::ddl::Models;
use orm_core::diff::{Destructive, Diff, Draft, Options, PossibleRename, Replayed, replayed};
use orm_core::exec::Db;
use orm_core::migrate::State;
use serde_json::json;

use super::ask;
use super::generate::{existing, failed, kebab, now_after, write};
use crate::arguments::NewMigration;
use crate::context::Context;
use crate::failure::Failure;

/// Writes what has to change, as migrations to review.
pub(super) async fn run(context: &Context, args: &NewMigration) -> Result<(), Failure> {
    let models = models(context)?;
    let folder = &context.global.migrations_path;
    let words = kebab(&args.name)?;
    let existing = existing(folder)?;
    if !args.from_models.replay {
        refuse_pending(context).await?;
    }
    let options = args.from_models.options()?;
    let mut diff = compare(context, models, args, &options).await?;
    if let Some(options) = ask::renames(context, &diff.possible_renames, options)? {
        diff = compare(context, models, args, &options).await?;
    }
    let destructive = if args.from_models.allow_destructive {
        Destructive::Allowed
    } else {
        Destructive::Refused
    };
    let drafts = diff
        .migrations(&words, destructive)
        .map_err(|error| refused(&error, &diff.possible_renames))?;
    if args.from_models.dry_run {
        return show(context, &drafts);
    }
    let first = now_after(&existing);
    let mut paths = Vec::new();
    for (draft, second) in drafts.iter().zip(0..) {
        paths.push(save(context, draft, first + TimeDelta::seconds(second))?);
    }
    say(context, &diff, &paths);
    Ok(())
}

/// The program's models.
pub(super) fn models(context: &Context) -> Result<Models, Failure> {
    context.models().ok_or_else(|| {
        Failure::refused(
            "only your own program knows its models: give it a command with \
             `orm_cli::Application::new().models(models![..]).run()`, and run that",
        )
    })
}

/// What the models have otherwise than the database, or than the migrations.
async fn compare(
    context: &Context,
    models: Models,
    args: &NewMigration,
    options: &Options,
) -> Result<Diff, Failure> {
    if args.from_models.replay {
        return replay(context, models, options).await;
    }
    let db = Db::connect(context.config()?).await?;
    let diff = db.diff(models, options).await;
    db.close().await;
    Ok(diff?)
}

async fn replay(context: &Context, models: Models, options: &Options) -> Result<Diff, Failure> {
    let migrator = context.silent_migrations()?;
    match replayed(&context.config()?, models, &migrator, options).await? {
        Replayed::Compared(diff) => Ok(diff),
        Replayed::Failed(reason) => Err(Failure::refused(format!(
            "the migrations fail in an empty database: {reason}"
        ))),
        _ => Err(Failure::refused(
            "this user may make no database to run the migrations in: leave `--replay` out",
        )),
    }
}

/// What is pending would be generated once more.
async fn refuse_pending(context: &Context) -> Result<(), Failure> {
    if context.migrations_are_files() && !context.global.migrations_path.is_dir() {
        return Ok(());
    }
    let standings = context
        .silent_migrations()?
        .status(&context.config()?)
        .await?;
    let mut pending = standings
        .iter()
        .filter(|it| !matches!(it.state, State::Applied { .. }));
    match pending.next() {
        None => Ok(()),
        Some(first) => Err(Failure::refused(format!(
            "the database has not seen every migration yet (`{}`): apply them first, or compare \
             with the migrations instead, by `--replay`",
            first.name
        ))),
    }
}

fn refused(error: &orm_core::Error, renames: &[PossibleRename]) -> Failure {
    let mut message = format!(
        "nothing was written:\n{error}\nWhat is lost or dropped on purpose needs `--allow-destructive`."
    );
    for rename in renames {
        message.push('\n');
        message.push_str(&ask::hint(rename));
    }
    Failure::refused(message)
}

fn show(context: &Context, drafts: &[Draft]) -> Result<(), Failure> {
    for draft in drafts {
        context.output.line(&format!(
            "-- {0}/up.sql\n{1}-- {0}/down.sql\n{2}",
            draft.words, draft.up, draft.down
        ));
    }
    let texts: Vec<_> = drafts
        .iter()
        .map(|it| json!({ "name": it.words, "up": it.up, "down": it.down }))
        .collect();
    context.output.result(&json!({ "would_create": texts }));
    Ok(())
}

fn save(context: &Context, draft: &Draft, at: NaiveDateTime) -> Result<PathBuf, Failure> {
    let name = format!("{}-{}", at.format("%Y%m%d%H%M%S"), draft.words);
    let path = context.global.migrations_path.join(name);
    fs::create_dir_all(&path).map_err(|error| failed(&path, error))?;
    write(&path.join("up.sql"), &draft.up)?;
    write(&path.join("down.sql"), &draft.down)?;
    Ok(path)
}

fn say(context: &Context, diff: &Diff, paths: &[PathBuf]) {
    if paths.is_empty() && diff.views.is_empty() {
        context
            .output
            .line("No migration was created, the database is as the models say.");
    }
    for change in &diff.changes {
        context.output.line(&format!("  {change}"));
    }
    for rename in &diff.possible_renames {
        context.output.line(&ask::hint(rename));
    }
    for loss in diff.losses() {
        let word = if loss.holds_rows() {
            "LOSES DATA"
        } else {
            "DESTROYS"
        };
        context.output.line(&format!("{word}: it {loss}"));
    }
    for view in &diff.views {
        context.output.line(&format!("By hand: {view}"));
    }
    for thing in &diff.left_alone {
        context.output.line(&format!("Left alone: {thing}"));
    }
    for path in paths {
        context.output.line(&format!(
            "New migration was created at {} .",
            path.display()
        ));
    }
    let losses: Vec<_> = diff.losses().map(ToString::to_string).collect();
    let left: Vec<_> = diff.left_alone.iter().map(ToString::to_string).collect();
    context
        .output
        .result(&json!({ "created": paths, "losses": losses, "left_alone": left }));
}
