//! Chapter 2, first half: associations. Customers, their orders, and what it
//! costs to load them.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use orm::exec::NPlusOne;
use orm::prelude::*;

use super::Output;
use crate::models::{Order, OrderItem, OrderStatus, Product, User};

/// The customer whose history the next page prints.
const SARAH: &str = "sarah@example.com";

/// The customers, once: Sarah with one delivered order, two others with six
/// and forty-three.
///
/// # Errors
/// When a statement fails.
pub async fn seed(db: &Db, laptop: &Product) -> Result<User, Box<dyn Error>> {
    if let Some(sarah) = User::find_by(User::email, SARAH).one_or_none(db).await? {
        return Ok(sarah);
    }
    let sarah = db
        .transaction(async |tx| {
            let sarah = User::create()
                .full_name("Sarah Mitchell")
                .email(SARAH)
                .password_hash("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA")
                .save(tx)
                .await?;
            // A whole graph: the customer, six orders, a line in each.
            User::create()
                .full_name("Tom Baker")
                .email("tom@example.com")
                .password_hash("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaQ")
                .with(User::orders, |order| {
                    (1..=6).map(move |quantity| {
                        order()
                            .total_in_cents(quantity * 2_999)
                            .with(Order::line_items, |item| {
                                [item().quantity(quantity).unit_price_in_cents(2_999)]
                            })
                    })
                })
                .save(tx)
                .await?;
            // The key of the customer is filled in by the association.
            let order = sarah
                .related(User::orders)
                .create()
                .status(OrderStatus::Delivered)
                .total_in_cents(laptop.price_in_cents)
                .save(tx)
                .await?;
            order
                .related(Order::line_items)
                .create()
                .product_id(laptop.id)
                .quantity(1)
                .unit_price_in_cents(laptop.price_in_cents)
                .save(tx)
                .await?;
            // A regular: forty-three orders more.
            User::create()
                .full_name("Ada Regular")
                .email("ada@example.com")
                .password_hash("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzag")
                .with(User::orders, |order| {
                    (1..=43).map(move |_| {
                        order()
                            .total_in_cents(2_999)
                            .with(Order::line_items, |item| {
                                [item().quantity(1).unit_price_in_cents(2_999)]
                            })
                    })
                })
                .save(tx)
                .await?;
            Ok::<User, orm::Error>(sarah)
        })
        .await?;
    Ok(sarah)
}

/// A second account with Sarah's address is refused by the database, and the
/// error can be matched without comparing texts.
///
/// # Errors
/// When the refusal is not the one expected.
pub async fn show_unique_violation(db: &Db, out: Output<'_>) -> Result<(), Box<dyn Error>> {
    let twice = User::create()
        .full_name("Not Sarah")
        .email(SARAH)
        .password_hash("-")
        .save(db)
        .await;
    match twice {
        Err(error) if error.is_unique_violation() => {
            writeln!(out, "\nA second account: {error}")?;
            writeln!(
                out,
                "The field to complain about: {}",
                error.fields().join(", ")
            )?;
            Ok(())
        }
        Err(error) => Err(error.into()),
        Ok(_) => Err("the database let two accounts have one address".into()),
    }
}

/// The same orders and line items, one query per order and then all at once.
///
/// # Errors
/// When a statement fails.
pub async fn show_n_plus_one(db: &Db, out: Output<'_>) -> Result<(), Box<dyn Error>> {
    let statements = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&statements);
    let watch = NPlusOne::new();
    let db = db.watched_by(&watch).with_logger(move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
    });

    let mut lines = 0;
    let orders = Order::query().all(&db).await?;
    for order in &orders {
        lines += order.related(Order::line_items).all(&db).await?.len();
    }
    let lazily = statements.swap(0, Ordering::Relaxed);

    let loaded = Order::query()
        .include(Order::line_items.include(OrderItem::product))
        .all(&db)
        .await?;
    let loaded_lines: usize = loaded.iter().map(|order| order.line_items.len()).sum();
    let eagerly = statements.swap(0, Ordering::Relaxed);

    writeln!(
        out,
        "\n{} orders, {lines} line items, one query per order: {lazily} statements",
        orders.len()
    )?;
    writeln!(
        out,
        "{} orders, {loaded_lines} line items, eagerly: {eagerly} statement",
        loaded.len()
    )?;
    writeln!(out, "The watch says: {}", watch.repeated(2))?;
    Ok(())
}
