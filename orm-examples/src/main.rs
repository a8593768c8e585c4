//! Runs the storefront from start to end.

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

use orm::prelude::*;
use orm_examples::database::Database;
use orm_examples::storefront::{history, orders, products, schema};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let database = Database::find().await?;
    let out = &mut std::io::stdout();
    let db = connect(&database)
        .await
        .map_err(|error| format!("Unable to connect to the database: {error}"))?;
    writeln!(out, "Database connection established successfully.")?;
    schema::migrate(&database.config(), &db, out).await?;
    writeln!(out)?;

    let laptop = products::run(&db, out).await?;
    let sarah = orders::seed(&db, &laptop).await?;
    orders::show_unique_violation(&db, out).await?;
    writeln!(out)?;
    history::print(&db, sarah.id, out).await?;
    history::print_with_associations(&db, sarah.id, out).await?;
    if let Err(error) = history::user_order_history(&db, 12_345).await {
        writeln!(out, "\n{error}")?;
    }
    orders::show_n_plus_one(&db, out).await?;

    db.close().await;
    database.close().await
}

/// Connects; with `NODE_ENV`'s Rust cousin `APP_ENV=development` every
/// statement is printed.
async fn connect(database: &Database) -> orm::Result<Db> {
    let mut config = database.config();
    if std::env::var("APP_ENV").is_ok_and(|env| env == "development") {
        config = config.logger(|event| {
            let _ = writeln!(std::io::stdout(), "[SQL] {}", event.sql());
        });
    }
    let db = Db::connect(config).await?;
    db.authenticate().await?;
    Ok(db)
}
