//! `orm db ..`

use orm_core::migrate::{create_database, drop_database};
use serde_json::json;

use crate::arguments::Database;
use crate::confirm::confirm;
use crate::context::Context;
use crate::failure::Failure;

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
        Database::Url => context.output.line(&config.to_string()),
    }
    context
        .output
        .result(&json!({ "database": name, "target": config.to_string() }));
    Ok(())
}
