//! Chapter 3, first half: associations. Customers, their orders, and how to get
//! from one to the other.

use std::error::Error;

use orm::prelude::*;

use super::Output;
use crate::models::{Order, OrderItem, OrderStatus, Product, User};

/// The customer whose history the next page prints.
const SARAH: &str = "sarah@example.com";

/// Makes the customers and walks along their associations.
///
/// # Errors
/// When a statement that should succeed fails.
pub async fn run(db: &Db, laptop: &Product, out: Output<'_>) -> Result<User, Box<dyn Error>> {
    sync(db, out).await?;
    let sarah = seed(db, laptop).await?;
    show_unique_violation(db, out).await?;
    show_associations(db, &sarah, laptop, out).await?;
    Ok(sarah)
}

/// Creates what the models lack in the database, here nothing: the migrations
/// made it. What is there is never altered; what differs is said.
async fn sync(db: &Db, out: Output<'_>) -> Result<(), Box<dyn Error>> {
    let report = db
        .create_missing(orm::models![User, Product, Order, OrderItem])
        .await?;
    writeln!(out, "All tables synced.")?;
    for difference in &report.differences {
        writeln!(out, "  kept as it is: {difference}")?;
    }
    Ok(())
}

/// The customers, once: Sarah with one delivered order, two others with six
/// and forty-three.
async fn seed(db: &Db, laptop: &Product) -> orm::Result<User> {
    if let Some(sarah) = User::find_by(User::email, SARAH).one_or_none(db).await? {
        return Ok(sarah);
    }
    db.transaction(async |tx| {
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
    .await
}

/// A second account with Sarah's address is refused by the database, and the
/// error can be matched without comparing texts.
async fn show_unique_violation(db: &Db, out: Output<'_>) -> Result<(), Box<dyn Error>> {
    let twice = User::create()
        .full_name("Not Sarah")
        .email(SARAH)
        .password_hash("-")
        .save(db)
        .await;
    match twice {
        Err(error) if error.is_unique_violation() => {
            writeln!(out, "A second account: {error}")?;
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

/// What Sequelize calls `getOrders`, `countOrders`, `getCustomer` and `setProduct`.
async fn show_associations(
    db: &Db,
    sarah: &User,
    laptop: &Product,
    out: Output<'_>,
) -> Result<(), Box<dyn Error>> {
    let orders = sarah.related(User::orders);
    writeln!(out, "\nOrders of Sarah: {}", orders.count(db).await?)?;
    for order in orders.order_by(Order::id).all(db).await? {
        let customer = order.related(Order::customer).one(db).await?;
        writeln!(out, "Order {} is by {}", order.id, customer.full_name)?;
        for line in order.related(Order::line_items).all(db).await? {
            // `clear` exists because the key is an `Option`: `order.related(Order::customer)`
            // has `set` alone.
            let line = line.related(OrderItem::product).clear(db).await?;
            writeln!(out, "  without its product: {:?}", line.product_id)?;
            let line = line.related(OrderItem::product).set(laptop, db).await?;
            writeln!(out, "  with it again: {:?}", line.product_id)?;
        }
    }
    writeln!(out)?;
    Ok(())
}
