//! Chapter 3: the schema in git. Migrations run when the program starts, and
//! again only where there is something new.

use std::error::Error;

use orm::exec::{Config, Db};
use orm::migrate::{Event, Migrator, State};

use super::Output;
use crate::models::{Order, OrderItem, Product, User};

/// The migrations of the folder `migrations`, part of the program. A bad name,
/// a stamp used twice or a missing way back does not compile.
pub fn migrations() -> Migrator {
    orm::embed_migrations!("../migrations")
}

/// Applies what is pending, says what it does, and holds the result against
/// the models.
///
/// # Errors
/// When a migration fails; the schema is then as before it.
pub async fn migrate(config: &Config, db: &Db, out: Output<'_>) -> Result<(), Box<dyn Error>> {
    let (send, lines) = std::sync::mpsc::channel();
    let migrations = migrations().on_event(move |event| {
        if !matches!(event, Event::Statement { .. }) {
            // Nobody listens any more only once this function has returned.
            let _ = send.send(event.to_string());
        }
    });
    let applied = migrations.up(config).await?;
    for line in lines.try_iter() {
        writeln!(out, "{line}")?;
    }
    if applied.is_empty() {
        writeln!(
            out,
            "No migrations were executed, database schema was already up to date."
        )?;
    }
    for migration in migrations.status(config).await? {
        let state = if matches!(migration.state, State::Applied { .. }) {
            "up"
        } else {
            "down"
        };
        writeln!(out, "{state} {}", migration.name)?;
    }
    let report = db
        .create_missing(orm::models![User, Product, Order, OrderItem])
        .await?;
    writeln!(out, "All tables synced.")?;
    for difference in &report.differences {
        writeln!(out, "  kept as it is: {difference}")?;
    }
    Ok(())
}
