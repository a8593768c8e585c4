//! Runs the help desk: finds or starts a database, makes its tables, listens.

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

use orm::prelude::*;
use orm_examples::database::Database;
use orm_helpdesk::{http, migrations, seed};

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
    let config = database.config();
    migrations(config.backend()).up(&config).await?;
    let db = Db::connect(config.application_name("helpdesk")).await?;
    if seed::is_needed(&db).await? {
        seed::organisation("acme", &db).await?;
    }

    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    let here = listener.local_addr()?;
    writeln!(
        out,
        "The help desk listens at http://{here}; Ctrl-C ends it. Try:\n"
    )?;
    writeln!(
        out,
        "curl -i http://{here}/tickets -H 'authorization: Bearer acme-ann' \\\n     \
         -H 'content-type: application/json' -d '{{\"title\": \"It is slow\"}}'"
    )?;
    axum::serve(listener, http::router(db.clone()))
        .with_graceful_shutdown(async {
            // Without a way to be told to stop it runs until it is killed.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        })
        .await?;
    db.close().await;
    database.close().await
}
