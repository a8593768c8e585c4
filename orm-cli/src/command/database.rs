//! `orm db ..`

use std::path::Path;

use orm_core::diff::unmanaged;
use orm_core::exec::Db;
use orm_core::migrate::{create_database, drop_database};
use serde_json::json;

use crate::arguments::Database;
use crate::confirm::confirm;
use crate::context::Context;
use crate::failure::Failure;
use crate::pull::models;

/// The server's code for a database that is there already.
const DUPLICATE_DATABASE: &str = "42P04";

pub(super) async fn run(context: &Context, action: Database) -> Result<(), Failure> {
    let config = context.config()?;
    let name = context.database()?;
    match action {
        Database::Create { if_missing } => match create_database(&config).await {
            Ok(()) => context.output.line(&format!("Database {name} created.")),
            Err(error) if if_missing && error.sqlstate() == Some(DUPLICATE_DATABASE) => {
                context
                    .output
                    .line(&format!("Database {name} already exists."));
            }
            Err(error) => return Err(error.into()),
        },
        Database::Drop {
            force,
            confirmation,
        } => {
            confirm(context, &confirmation, "drops everything in")?;
            drop_database(&config, force).await?;
            context.output.line(&format!("Database {name} dropped."));
        }
        Database::Pull { folder, schema } => return pull(context, &folder, &schema).await,
        Database::Url => context.output.line(&config.to_string()),
    }
    context
        .output
        .result(&json!({ "database": name, "target": config.to_string() }));
    Ok(())
}

/// Models for the tables of the database, written into a new folder.
async fn pull(context: &Context, folder: &Path, schemas: &[String]) -> Result<(), Failure> {
    let config = context.config()?;
    let blueprint = super::blueprint(&config, schemas).await?;
    let db = Db::connect(config).await?;
    let unmanaged = unmanaged(&db).await;
    db.close().await;
    let pulled = models(&blueprint).map_err(|error| Failure::refused(error.to_string()))?;
    pulled
        .write_to(folder)
        .map_err(|error| Failure::refused(error.to_string()))?;
    let names: Vec<&str> = pulled.files.iter().map(|file| file.name.as_str()).collect();
    context.output.line(&format!(
        "{} files were written to {} .",
        names.len(),
        folder.display()
    ));
    for notice in &pulled.notices {
        context.output.line(&notice.to_string());
    }
    for thing in unmanaged? {
        context
            .output
            .line(&format!("models do not speak of the {thing}"));
    }
    context
        .output
        .result(&json!({ "folder": folder, "files": names }));
    Ok(())
}
