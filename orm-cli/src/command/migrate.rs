//! `orm migrate ..`

use orm_core::migrate::{Direction, Migrator, Repair, Run, Standing, State, Undo};
use serde_json::{Value, json};

use super::{dry_run, generate};
use crate::arguments::{self, Confirmation, NewName, Patience, Truth, Up};
use crate::confirm::confirm;
use crate::context::Context;
use crate::failure::Failure;

pub(crate) async fn up(context: &Context, args: &Up) -> Result<(), Failure> {
    let migrator = args.patience.apply(context.migrations()?);
    let migrator = migrator.allow_out_of_order(args.allow_out_of_order);
    let migrator = migrator.allow_missing(args.allow_missing);
    let (config, to) = (context.config()?, args.to.as_deref());
    if args.dry_run {
        let planned = migrator.plan_up(&config, to).await?;
        dry_run::show(context, &planned, NOTHING_TO_DO);
        return Ok(());
    }
    let runs = match to {
        Some(name) => migrator.up_to(&config, name).await?,
        None => migrator.up(&config).await?,
    };
    report(context, &runs, NOTHING_TO_DO);
    Ok(())
}

const NOTHING_TO_DO: &str = "No migrations were executed, database schema was already up to date.";
const NOTHING_TO_UNDO: &str = "No executed migrations found.";

pub(crate) async fn undo(
    context: &Context,
    args: arguments::HowFar,
    dry: bool,
    patience: &Patience,
    confirmation: &Confirmation,
) -> Result<(), Failure> {
    let migrator = patience.apply(context.migrations()?);
    let (config, all) = (context.config()?, args.all);
    let undo = Undo::from(args);
    if dry {
        let planned = migrator.plan_undo(&config, &undo).await?;
        dry_run::show(context, &planned, NOTHING_TO_UNDO);
        return Ok(());
    }
    if all {
        confirm(context, confirmation, "undoes every migration of")?;
    }
    let runs = migrator.undo(&config, &undo).await?;
    report(context, &runs, NOTHING_TO_UNDO);
    Ok(())
}

impl From<arguments::HowFar> for Undo {
    fn from(args: arguments::HowFar) -> Self {
        match args.to {
            Some(name) => Undo::Through(name),
            None if args.all => Undo::All,
            None => Undo::Steps(args.step.unwrap_or(1)),
        }
    }
}

pub(crate) async fn redo(
    context: &Context,
    step: usize,
    patience: &Patience,
) -> Result<(), Failure> {
    let migrator = patience.apply(context.migrations()?);
    let runs = migrator.redo(&context.config()?, step).await?;
    report(context, &runs, NOTHING_TO_UNDO);
    Ok(())
}

pub(crate) async fn status(context: &Context, exit_code: bool) -> Result<(), Failure> {
    let migrator = context.silent_migrations()?;
    let standings = migrator.status(&context.config()?).await?;
    show_status(context, &standings, "No migrations found.");
    if exit_code {
        return well(&standings);
    }
    Ok(())
}

/// Whether everything is applied, and as it was written.
fn well(standings: &[Standing]) -> Result<(), Failure> {
    let is_pending = |it: &&Standing| matches!(it.state, State::Pending);
    let is_well = |it: &&Standing| {
        let whole = matches!(it.state, State::Applied { .. } | State::Pending);
        whole && !it.edited && !it.missing
    };
    let unwell = standings.iter().filter(|it| !is_well(it)).count();
    let pending = standings.iter().filter(is_pending).count();
    match (unwell, pending) {
        (0, 0) => Ok(()),
        (0, _) => Err(Failure::Unwell(PENDING, format!("{pending} pending"))),
        _ => Err(Failure::Unwell(
            UNWELL,
            format!("{unwell} edited, missing or half-way, {pending} pending"),
        )),
    }
}

/// The exit codes of `status --exit-code`.
const PENDING: u8 = 3;
const UNWELL: u8 = 4;

pub(crate) fn generate(context: &Context, name: &NewName) -> Result<(), Failure> {
    if !context.migrations_are_files() {
        return Err(Failure::refused(
            "this program has its migrations inside: write a new one beside the others",
        ));
    }
    generate::run(context, &context.global.migrations_path, name, "migration")
}

pub(crate) async fn baseline(context: &Context, to: Option<&str>) -> Result<(), Failure> {
    let names = context
        .migrations()?
        .baseline(&context.config()?, to)
        .await?;
    marked(
        context,
        &names,
        "counted as applied",
        "There are no migrations.",
    );
    Ok(())
}

pub(crate) async fn repair(
    context: &Context,
    migrator: &Migrator,
    truth: Truth,
) -> Result<(), Failure> {
    let (repair, deed) = match (truth.applied, truth.pending) {
        (Some(name), _) => (Repair::Applied(name), "counted as applied"),
        (None, Some(name)) => (Repair::Pending(name), "counted as not applied"),
        (None, None) => (Repair::Checksums, "taken as it is now"),
    };
    let names = migrator.repair(&context.config()?, &repair).await?;
    marked(context, &names, deed, "There was nothing to repair.");
    Ok(())
}

pub(crate) async fn adopt(
    context: &Context,
    from: Option<arguments::Tool>,
    table: Option<&str>,
) -> Result<(), Failure> {
    let names = context
        .migrations()?
        .adopt(&context.config()?, from.map(Into::into), table)
        .await?;
    marked(
        context,
        &names,
        "adopted",
        "Everything was adopted already.",
    );
    Ok(())
}

/// Tells whose row in the history was changed, and how.
fn marked(context: &Context, names: &[String], deed: &str, none: &str) {
    for name in names {
        context.output.line(&format!("== {name}: {deed}"));
    }
    if names.is_empty() {
        context.output.line(none);
    }
    context.output.result(&json!({ "changed": names }));
}

/// Says what was run; people have seen it happen.
pub(super) fn report(context: &Context, runs: &[Run], none: &str) {
    if runs.is_empty() {
        context.output.line(none);
    }
    let runs: Vec<Value> = runs
        .iter()
        .map(|run| {
            let (name, direction) = (&run.name, word(run.direction));
            json!({ "name": name, "direction": direction, "seconds": run.took.as_secs_f64() })
        })
        .collect();
    context.output.result(&json!({ "executed": runs }));
}

pub(super) fn word(direction: Direction) -> &'static str {
    match direction {
        Direction::Up => "up",
        Direction::Down => "down",
    }
}

pub(super) fn show_status(context: &Context, standings: &[Standing], none: &str) {
    for standing in standings {
        context.output.line(&standing.to_string());
    }
    if standings.is_empty() {
        context.output.line(none);
    }
    let standings: Vec<Value> = standings.iter().map(as_json).collect();
    context.output.result(&json!({ "migrations": standings }));
}

fn as_json(standing: &Standing) -> Value {
    let mut value = json!({
        "name": standing.name,
        "edited": standing.edited,
        "missing": standing.missing,
    });
    let state = match &standing.state {
        State::Applied { at, duration_ms } => {
            json!({ "state": "up", "finished_at": at, "duration_ms": duration_ms })
        }
        State::Interrupted {
            direction,
            done,
            rows,
            error,
        } => {
            let direction = word(*direction);
            json!({
                "state": "half", "direction": direction, "done": done, "rows": rows, "error": error
            })
        }
        _ => json!({ "state": "down" }),
    };
    if let (Value::Object(value), Value::Object(state)) = (&mut value, state) {
        value.extend(state);
    }
    value
}
