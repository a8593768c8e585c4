//! The storefront at work.

pub mod history;
pub mod orders;
pub mod products;

use std::io::Write;

use orm::prelude::*;

use crate::models::{Order, OrderItem, Product, User};

/// Where the chapters print to.
pub type Output<'a> = &'a mut (dyn Write + Send);

/// Creates the tables that are missing; existing ones stay as they are.
///
/// # Errors
/// When the server refuses a statement.
pub async fn create_tables(db: &Db, out: Output<'_>) -> Result<(), Box<dyn std::error::Error>> {
    db.create_missing(orm::models![User, Product, Order, OrderItem])
        .await?;
    writeln!(out, "All tables synced.")?;
    Ok(())
}
