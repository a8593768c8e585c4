//! Chapter 1: one model. Creating, validating, finding, updating.

use std::error::Error;

use orm::prelude::*;

use super::Output;
use crate::models::Product;

/// Creates the laptop, shows what is refused, and asks a few questions.
///
/// # Errors
/// When a statement that should succeed fails.
pub async fn run(db: &Db, out: Output<'_>) -> Result<Product, Box<dyn Error>> {
    let laptop = create_laptop(db, out).await?;
    show_validation(db, out).await?;
    show_queries(db, out).await?;
    sell_one(db, &laptop, out).await
}

/// A new row. Leave out `name` or `price_in_cents` and this does not compile.
async fn create_laptop(db: &Db, out: Output<'_>) -> Result<Product, Box<dyn Error>> {
    let laptop = Product::create()
        .name("Pro Laptop 15")
        .description("15-inch display, 32 GB of memory")
        .price_in_cents(149_999)
        .stock_quantity(25)
        .save(db)
        .await?;
    writeln!(out, "Created product: {}", laptop.name)?;
    writeln!(out, "Formatted price: {}", laptop.formatted_price())?;
    writeln!(out, "In stock? {}", laptop.is_in_stock())?;
    writeln!(
        out,
        "Created at: {}",
        laptop.created_at.format("%Y-%m-%dT%H:%M:%S%.3fZ")
    )?;
    Ok(laptop)
}

/// Values are judged before any SQL is sent, and every fault is reported.
async fn show_validation(db: &Db, out: Output<'_>) -> Result<(), Box<dyn Error>> {
    let refused = Product::create().name("").price_in_cents(-1).save(db).await;
    if let Err(error) = refused {
        writeln!(
            out,
            "\nA product without a name, at a negative price:\n{error}"
        )?;
    }
    Ok(())
}

/// Filters are values; they compose.
async fn show_queries(db: &Db, out: Output<'_>) -> Result<(), Box<dyn Error>> {
    let affordable = Product::price_in_cents.lt(200_000);
    let available = Product::is_active.eq(true) & Product::stock_quantity.gt(0);
    let products = Product::query()
        .filter(affordable & available)
        .order_by(Product::price_in_cents.desc())
        .limit(3)
        .all(db)
        .await?;
    writeln!(out, "\nAffordable and in stock:")?;
    for product in products {
        writeln!(out, "  {} at {}", product.name, product.formatted_price())?;
    }
    let laptops = Product::query()
        .filter(Product::name.icontains("laptop"))
        .exists(db)
        .await?;
    writeln!(out, "Do we sell laptops? {laptops}")?;
    Ok(())
}

/// `stock = stock - 1`, computed by the database: two customers cannot both
/// buy the last one.
async fn sell_one(db: &Db, laptop: &Product, out: Output<'_>) -> Result<Product, Box<dyn Error>> {
    let sold = laptop
        .update()
        .set(Product::stock_quantity, Product::stock_quantity - 1)
        .save(db)
        .await?;
    writeln!(out, "Left after a sale: {}", sold.stock_quantity)?;
    let impossible = sold
        .update()
        .set(Product::stock_quantity, Product::stock_quantity - 1_000)
        .save(db)
        .await;
    if let Err(error) = impossible {
        writeln!(out, "Selling a thousand more: {error}")?;
    }
    Ok(sold)
}
