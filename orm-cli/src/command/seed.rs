//! `orm seed ..`: rows to start from, kept and tracked like migrations.

use orm_core::migrate::Undo;

use super::migrate::{repair, report, show_status};
use super::{dry_run, generate};
use crate::arguments::Seed;
use crate::confirm::confirm;
use crate::context::Context;
use crate::failure::Failure;

pub(super) async fn run(context: &Context, action: Seed) -> Result<(), Failure> {
    match action {
        Seed::Run { dry_run: true } => {
            let planned = context.seeds()?.plan_up(&context.config()?, None).await?;
            dry_run::show(context, &planned, NOTHING_TO_DO);
        }
        Seed::Run { dry_run: false } => {
            let runs = context.seeds()?.up(&context.config()?).await?;
            report(context, &runs, NOTHING_TO_DO);
        }
        Seed::Undo { undo, confirmation } => {
            let (seeds, config) = (context.seeds()?, context.config()?);
            if undo.all {
                confirm(context, &confirmation, "undoes every seed of")?;
            }
            let runs = seeds.undo(&config, &Undo::from(undo)).await?;
            report(context, &runs, "No executed seeders found.");
        }
        Seed::Status => {
            let standings = context.seeds()?.status(&context.config()?).await?;
            show_status(context, &standings, "No seeders found.");
        }
        Seed::Repair(truth) => repair(context, &context.seeds()?, truth).await?,
        Seed::Generate(name) => {
            generate::run(context, &context.global.seeders_path, &name, "seed")?;
        }
    }
    Ok(())
}

const NOTHING_TO_DO: &str = "No seeders were executed, database was already seeded.";
