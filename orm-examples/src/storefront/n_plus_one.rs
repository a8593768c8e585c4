//! Chapter 5: what it costs to load lazily, and eagerly, from far away.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use orm::exec::NPlusOne;
use orm::prelude::*;

use super::Output;
use crate::models::{Order, OrderItem};

/// Fifty orders with their line items: one query per order, then all at once.
/// `far` is the same database at the other end of a slow link.
///
/// # Errors
/// When a statement fails.
pub async fn run(far: &Db, out: Output<'_>) -> Result<(), Box<dyn Error>> {
    let statements = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&statements);
    let watch = NPlusOne::new();
    let db = far.watched_by(&watch).with_logger(move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
    });
    let fifty = Order::query().order_by(Order::id).limit(50);

    let start = Instant::now();
    let mut lines = 0;
    let orders = fifty.clone().all(&db).await?;
    for order in &orders {
        lines += order.related(Order::line_items).all(&db).await?.len();
    }
    writeln!(
        out,
        "{} orders, {lines} line items, one query per order: {} statements, {} ms",
        orders.len(),
        statements.swap(0, Ordering::Relaxed),
        start.elapsed().as_millis()
    )?;

    let start = Instant::now();
    let orders = fifty
        .include(Order::line_items.include(OrderItem::product))
        .all(&db)
        .await?;
    let lines: usize = orders.iter().map(|order| order.line_items.len()).sum();
    writeln!(
        out,
        "{} orders, {lines} line items, eagerly: {} statement, {} ms",
        orders.len(),
        statements.swap(0, Ordering::Relaxed),
        start.elapsed().as_millis()
    )?;

    // A test would assert that this is empty.
    writeln!(out, "The watch says: {}", watch.repeated(2))?;
    Ok(())
}
