//! `orm migrate check`

use std::collections::{BTreeSet, HashMap};

use orm_core::diff::{Agreement, Replayed, agree, column_types, estimated_rows, missing_tables};
use orm_core::exec::Db;
use orm_core::migrate::{Migrator, SqlMigration, State};
use orm_core::schema::Backend;
use serde_json::{Value, json};

use super::branch::added_since;
use crate::arguments::Check;
use crate::context::Context;
use crate::failure::Failure;
use crate::lint::{
    Known, Release, Report, counted, explain, lint, overview, perhaps_made, retyped,
};
use crate::manifest;

/// Tells what pending migrations would do to programs in use, and whether
/// models, migrations and database agree; fails if either is not well.
pub(super) async fn run(context: &Context, args: &Check) -> Result<(), Failure> {
    if args.rules {
        context.output.line(&overview());
        context
            .output
            .result(&json!({ "rules": overview().lines().collect::<Vec<_>>() }));
        return Ok(());
    }
    if let Some(rule) = &args.explain {
        let text = explain(rule).map_err(Failure::refused)?;
        context.output.line(text.trim_end());
        context.output.result(&json!({ "explanation": text }));
        return Ok(());
    }
    let migrator = context.silent_migrations()?;
    let of = match args.offline {
        true => context.kind(),
        false => context.config()?.backend(),
    };
    let release = match &args.manifest {
        Some(file) => Some(Release::new(manifest::read(file, of)?)),
        None => None,
    };
    if let (Some(file), Some(release)) = (&args.manifest, &release) {
        let (file, tables) = (file.display(), release.manifest.tables.len());
        let tables = counted(tables, "table", "tables");
        context.output.line(&format!(
            "The release that runs uses {tables}, as `{file}` says."
        ));
    }
    let report = report(context, &migrator, args, of, release).await?;
    context.output.line(&report.to_string());
    let agreement = agreement(context, &migrator, args).await?;
    match &agreement {
        Some(agreement) => context.output.line(agreement.to_string().trim_end()),
        None => context.output.line(if args.offline {
            "Models and database: not compared, as `--offline` says."
        } else {
            "Models: not compared, only your own program knows them (see `orm_cli::Application`)."
        }),
    }
    context.output.result(&json(&report, agreement.as_ref()));
    match (report.is_dangerous(), agreement) {
        (true, _) => Err(Failure::refused(
            "pending migrations are dangerous for programs in use",
        )),
        (false, Some(agreement)) if !agreement.is_complete() => Err(Failure::refused(
            "models, migrations and database do not agree",
        )),
        _ => Ok(()),
    }
}

/// Judges the pending migrations, with the rows that their tables have.
async fn report(
    context: &Context,
    migrator: &Migrator,
    args: &Check,
    of: Backend,
    release: Option<Release>,
) -> Result<Report, Failure> {
    if let Some(since) = &args.since
        && !migrator.names().any(|name| name == since)
    {
        return Err(Failure::refused(format!("there is no migration `{since}`")));
    }
    let added = match &args.base {
        Some(base) => Some(added_since(base, &context.global.migrations_path)?),
        None => None,
    };
    let mut migrations: Vec<SqlMigration<'_>> = migrator
        .sql(of)?
        .into_iter()
        .filter(|it| args.since.as_deref().is_none_or(|since| it.name > since))
        .filter(|it| added.as_ref().is_none_or(|added| added.contains(it.name)))
        .collect();
    if !args.offline {
        let standings = migrator.status(&context.config()?).await?;
        let applied = |name: &str| {
            let mut applied = standings.iter();
            applied.any(|it| it.name == name && matches!(it.state, State::Applied { .. }))
        };
        migrations.retain(|it| !applied(it.name));
    }
    if of == Backend::Sqlite {
        context.output.line(
            "Most rules speak of PostgreSQL: of SQLite's migrations only what they take from \
             programs is judged.",
        );
    }
    if args.offline {
        // Of files alone it is not known which were applied: those before one may all
        // have been, unless it is said where the new ones begin.
        let known = Known {
            apart: args.since.is_none() && args.base.is_none(),
            release,
            ..Known::default()
        };
        return Ok(Report {
            findings: lint(&migrations, of, known),
            migrations: migrations.len(),
            rows: HashMap::new(),
        });
    }
    let db = Db::connect(context.config()?).await?;
    let report = informed(&db, &migrations, release).await;
    db.close().await;
    report
}

/// Judges migrations by what the database says of the tables they are about.
pub(crate) async fn informed(
    db: &Db,
    migrations: &[SqlMigration<'_>],
    mut release: Option<Release>,
) -> Result<Report, Failure> {
    let of = db.backend();
    if let Some(release) = &mut release
        && of == Backend::Postgres
    {
        let schemas: BTreeSet<&str> = release.schemas().collect();
        let schemas: Vec<&str> = schemas.into_iter().collect();
        release.catalog = Some(db.blueprint(&schemas).await?);
    }
    let mut known = Known {
        missing: missing_tables(db, &perhaps_made(migrations, of)).await?,
        release,
        ..Known::default()
    };
    if of == Backend::Postgres {
        let columns = retyped(migrations);
        let types = column_types(db, &columns).await?;
        let types = columns.into_iter().zip(types);
        known.types = types
            .filter_map(|(column, kind)| Some((column, kind?)))
            .collect();
    }
    let mut report = Report {
        findings: lint(migrations, of, known),
        migrations: migrations.len(),
        rows: HashMap::new(),
    };
    let tables: Vec<String> = report.tables().map(ToString::to_string).collect();
    if !tables.is_empty() {
        report.rows = estimated_rows(db, &tables).await?.into_iter().collect();
    }
    Ok(report)
}

async fn agreement(
    context: &Context,
    migrator: &Migrator,
    args: &Check,
) -> Result<Option<Agreement>, Failure> {
    match context.models() {
        Some(models) if !args.offline => {
            let (config, options) = (context.config()?, args.compared.options());
            Ok(Some(agree(&config, models, migrator, &options).await?))
        }
        _ => Ok(None),
    }
}

fn json(report: &Report, agreement: Option<&Agreement>) -> Value {
    let mut value = json!({
        "dangerous": report.is_dangerous(),
        "findings": report.to_json(),
    });
    if let Some(agreement) = agreement {
        let migrations = match &agreement.migrations {
            Replayed::Compared(diff) => json!(lines(diff)),
            Replayed::Failed(reason) => json!({ "failed": reason }),
            _ => Value::Null,
        };
        let left = agreement
            .database
            .left_alone
            .iter()
            .map(ToString::to_string);
        let unmanaged = agreement.unmanaged.iter().map(ToString::to_string);
        let unmanaged = left.chain(unmanaged);
        value["agree"] = json!(agreement.is_complete());
        value["database"] = json!(lines(&agreement.database));
        value["migrations"] = migrations;
        value["pending"] = json!(agreement.pending);
        value["unmanaged"] = unmanaged.collect();
    }
    value
}

fn lines(diff: &orm_core::diff::Diff) -> Vec<String> {
    diff.to_string().lines().map(Into::into).collect()
}
