//! `orm manifest`

use std::fs;
use std::path::Path;

use orm_core::ddl::Models;
use orm_core::schema::Backend;
use serde_json::{Value, json};

use crate::context::Context;
use crate::failure::Failure;
use crate::lint::counted;
use crate::manifest::describe;

/// Writes what the program's models read and write; asks no database.
pub(super) fn run(context: &Context, file: Option<&Path>) -> Result<(), Failure> {
    let Some(models) = context.models() else {
        return Err(Failure::refused(
            "`orm manifest` needs your models: run it in a program of your own, whose main is \
             `orm_cli::Application::new().models(models![..]).run()`",
        ));
    };
    let migrations = match context.silent_migrations() {
        Ok(migrator) => migrator.names().map(str::to_owned).collect(),
        // Models may be all there is.
        Err(_) => Vec::new(),
    };
    let manifest = describe(kind(context, models), models, migrations)?;
    let value = serde_json::to_value(&manifest)
        .map_err(|error| Failure::Io("write the manifest".to_owned(), error.into()))?;
    let Some(file) = file else {
        context.output.line(&format!("{value:#}"));
        context.output.result(&value);
        return Ok(());
    };
    write(file, &value)?;
    let file = file.display().to_string();
    let tables = counted(manifest.tables.len(), "table", "tables");
    context
        .output
        .line(&format!("What is used of {tables} is in {file}."));
    context.output.result(&json!({ "written": file }));
    Ok(())
}

/// The database that is configured, else the only one that the models live in, else
/// PostgreSQL.
fn kind(context: &Context, models: Models) -> Backend {
    let mut said = models.tables().iter().map(|it| it.backends);
    let only = said.find_map(|backends| match backends {
        [only] => Some(*only),
        _ => None,
    });
    let configured = context.config().map(|config| config.backend());
    configured.unwrap_or(only.unwrap_or(Backend::Postgres))
}

fn write(file: &Path, value: &Value) -> Result<(), Failure> {
    let done = fs::write(file, format!("{value:#}\n"));
    done.map_err(|error| Failure::Io(format!("write `{}`", file.display()), error))
}
