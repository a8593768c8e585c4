//! Runs the storefront from start to end, chapter by chapter.

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use orm::prelude::*;
use orm_examples::database::Database;
use orm_examples::storefront::migrations::{self, ORDERS, PRODUCTS};
use orm_examples::storefront::{associations, connecting, history, n_plus_one, products};

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
    let out = &mut std::io::stdout();
    let database = Database::find(out).await?;
    let config = connecting::config(database.config());

    let db = connecting::run(&config, out).await?;

    // Each chapter's tables, from the migrations that chapter 4 explains.
    let migrations = migrations::migrations(db.backend());
    migrations.up_to(&config, PRODUCTS).await?;
    writeln!(out, "\n# The Product model\n")?;
    let laptop = products::run(&db, out).await?;

    migrations.up_to(&config, ORDERS).await?;
    writeln!(out, "\n# Associations\n")?;
    let sarah = associations::run(&db, &laptop, out).await?;
    history::run(&db, &sarah, out).await?;

    writeln!(out, "\n# Migrations\n")?;
    migrations::run(&config, &db, out).await?;

    writeln!(out, "\n# Lazy or eager, over a slow link\n")?;
    let link = database.far_away(Duration::from_millis(5))?;
    // Where a certificate must name the host, nothing can stand in between.
    let far = match &link {
        Some(link) => Db::connect(link.through(config)).await.ok(),
        None => None,
    };
    let far = far.unwrap_or_else(|| db.clone());
    n_plus_one::run(&far, out).await?;

    far.close().await;
    db.close().await;
    database.close().await
}
