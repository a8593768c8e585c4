//! `orm studio`: tables, rows, plans and migrations in a browser.
//!
//! ```text
//! request -> guard -> page -> asked -> statement -> read -> Html -> answer
//!                       \-> catalog (tables, models), walk (associations), code (Rust)
//! ```
//!
//! It reads and writes nothing: sessions refuse writes, and so do their transactions, which
//! are never committed. Names are looked up in what the database has, and quoted; values are
//! bound; texts get into a page through `Html` alone, which escapes them.

mod answer;
mod asked;
mod catalog;
mod code;
mod guard;
mod hidden;
mod html;
mod kind;
mod page;
mod read;
mod secret;
mod server;
mod statement;
mod url;
mod walk;

use orm_core::ddl::Models;
use orm_core::exec::{Config, Db};
use orm_core::migrate::Migrator;
use orm_core::schema::Backend;

use self::catalog::Catalog;
use self::guard::Guard;
use self::hidden::Hidden;
use crate::arguments::Studio as Arguments;
use crate::context::Context;
use crate::failure::Failure;

/// What pages are made of.
struct Studio {
    guard: Guard,
    db: Db,
    config: Config,
    /// What the database is called.
    database: String,
    models: Option<Models>,
    /// The migrations; none where there is no folder of them.
    migrator: Option<Migrator>,
    /// The folder that they are in, or would be.
    folder: String,
    hidden: Hidden,
}

impl Studio {
    /// What there is to look at, as it is now.
    async fn catalog(&self) -> orm_core::Result<Catalog> {
        Catalog::read(&self.db, self.models, &self.hidden).await
    }
}

/// Answers a browser until it is told to stop.
pub(crate) async fn run(context: &Context, args: &Arguments) -> Result<(), Failure> {
    if context.global.json {
        return Err(Failure::refused(
            "`orm studio` is read by people: leave `--json` out",
        ));
    }
    let config = read::sessions(context.config()?);
    let db = Db::connect(config.clone()).await?;
    let listener = server::listen(args.port).await?;
    let port = listener.local_addr().map(|it| it.port());
    let port = port.map_err(|error| Failure::Io("see the port".to_owned(), error))?;
    let (guard, token) = Guard::new(port)?;
    let name = config.database_name().filter(|it| !it.contains("://"));
    let kind = match config.backend() {
        Backend::Sqlite => "SQLite",
        _ => "PostgreSQL",
    };
    let studio = Studio {
        guard,
        db,
        database: format!("{} · {kind}", name.unwrap_or("database")),
        models: context.models(),
        migrator: context.silent_migrations().ok(),
        folder: context.global.migrations_path.display().to_string(),
        hidden: Hidden {
            more: args.hide.clone(),
            less: args.show.clone(),
        },
        config,
    };
    let catalog = studio.catalog().await?;
    catalog.check(&studio.hidden)?;
    for view in &catalog.broken {
        let left_out = format!("The view `{view}` is left out: SQLite cannot read it.");
        context.output.aside(&left_out);
    }
    context.output.line(&format!(
        "The studio is open, and writes nothing. This address works once, in one browser:\n\n  \
         http://127.0.0.1:{port}/?token={token}\n\nCtrl-C ends it."
    ));
    tokio::select! {
        served = server::serve(listener, studio) => served,
        () = context.signals.are_the_end() => {
            context.output.line("\nThe studio has stopped.");
            Ok(())
        }
    }
}
