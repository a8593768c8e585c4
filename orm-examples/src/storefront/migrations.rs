//! Chapter 4: the schema in git. A migration is a folder of two SQL files,
//! `up.sql` and `down.sql`; the history is in the database.
//!
//! The command does the same: `orm migrate`, `orm migrate undo`, `orm migrate status`.

use std::error::Error;

use orm::exec::{Config, Db};
use orm::migrate::{Event, Migrator, State, Undo};
use orm::raw::raw_sql;
use orm::schema::Backend;

use super::Output;

/// The migration that makes the products, and those before it.
pub const PRODUCTS: &str = "20240311143000-create-products";

/// The migration that makes the orders, and those before it.
pub const ORDERS: &str = "20240312090000-create-orders";

/// The migrations of the folder `migrations`, part of the program. A bad name,
/// a stamp used twice or a missing way back does not compile.
///
/// Each database has its own SQL: those for SQLite are in `migrations/sqlite`, with
/// the same names.
pub fn migrations(backend: Backend) -> Migrator {
    match backend {
        Backend::Sqlite => orm::embed_migrations!("../migrations/sqlite"),
        _ => orm::embed_migrations!("../migrations"),
    }
}

/// Adds the discount code to the orders, takes it back, and adds it again.
///
/// # Errors
/// When a migration fails; the schema is then as before it.
pub async fn run(config: &Config, db: &Db, out: Output<'_>) -> Result<(), Box<dyn Error>> {
    let (send, lines) = std::sync::mpsc::channel();
    let migrations = migrations(db.backend()).on_event(move |event| {
        if !matches!(event, Event::Statement { .. }) {
            // Nobody listens any more only once this function has returned.
            let _ = send.send(event.to_string());
        }
    });

    let applied = migrations.up(config).await?;
    print_lines(&lines, out)?;
    if applied.is_empty() {
        writeln!(
            out,
            "No migrations were executed, database schema was already up to date."
        )?;
    }
    print_status(&migrations, config, out).await?;

    // The way back drops the column with what is in it: not while a code is in use.
    let codes = "SELECT count(*) FROM orders WHERE discount_code IS NOT NULL";
    let in_use: i64 = raw_sql(codes).scalar(db).await?;
    if in_use > 0 {
        writeln!(
            out,
            "\nNot undone, for there are orders with a discount code: {in_use}"
        )?;
        return Ok(());
    }
    writeln!(out, "\nUndone, and done again:")?;
    migrations.undo(config, &Undo::Steps(1)).await?;
    print_lines(&lines, out)?;
    print_status(&migrations, config, out).await?;
    migrations.up(config).await?;
    print_lines(&lines, out)
}

fn print_lines(
    lines: &std::sync::mpsc::Receiver<String>,
    out: Output<'_>,
) -> Result<(), Box<dyn Error>> {
    for line in lines.try_iter() {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// One line for each migration: is it applied?
async fn print_status(
    migrations: &Migrator,
    config: &Config,
    out: Output<'_>,
) -> Result<(), Box<dyn Error>> {
    for migration in migrations.status(config).await? {
        let state = if matches!(migration.state, State::Applied { .. }) {
            "up"
        } else {
            "down"
        };
        writeln!(out, "{state} {}", migration.name)?;
    }
    Ok(())
}
