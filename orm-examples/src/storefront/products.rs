//! Chapter 2: one model. Creating, validating, finding, changing.

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
    show_validation(db, &laptop, out).await?;
    show_queries(db, out).await?;
    show_changes(db, &laptop, out).await?;
    Ok(laptop)
}

/// A new row. Leave out `name` or `price_in_cents` and this does not compile.
async fn create_laptop(db: &Db, out: Output<'_>) -> Result<Product, Box<dyn Error>> {
    let there = Product::query()
        .filter(Product::name.eq("Pro Laptop 15"))
        .first(db)
        .await?;
    if let Some(laptop) = there {
        writeln!(out, "On sale since an earlier run: {}", laptop.name)?;
        return Ok(laptop);
    }
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
async fn show_validation(db: &Db, laptop: &Product, out: Output<'_>) -> Result<(), Box<dyn Error>> {
    let refused = Product::create().name("").price_in_cents(-1).save(db).await;
    if let Err(error) = refused {
        writeln!(
            out,
            "\nA product without a name, at a negative price:\n{error}"
        )?;
    }
    // The same rules for a row at hand, such as a form that was filled in. No
    // database is asked.
    let form = Product {
        stock_quantity: -5,
        ..laptop.clone()
    };
    if let Err(error) = form.validate() {
        writeln!(out, "\nA form, judged without a database:\n{error}")?;
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

/// Two sales in one transaction: what refuses the second takes back the first.
async fn show_changes(db: &Db, laptop: &Product, out: Output<'_>) -> Result<(), Box<dyn Error>> {
    let sales: Result<Product, Box<dyn Error>> = db
        .try_transaction(async |tx| {
            let sold = sell(laptop, 1, tx).await?;
            writeln!(out, "Left after a sale: {}", sold.stock_quantity)?;
            Ok(sell(laptop, 1_000, tx).await?)
        })
        .await;
    if let Err(error) = sales {
        writeln!(out, "Selling a thousand more: {error}")?;
    }
    let left = Product::find(laptop.id).one(db).await?;
    writeln!(out, "Left after all: {}", left.stock_quantity)?;
    Ok(())
}

/// `stock = stock - count`, computed by the database: two customers cannot both
/// buy the last one.
async fn sell(product: &Product, count: i32, tx: &Tx) -> orm::Result<Product> {
    product
        .update()
        .set(Product::stock_quantity, Product::stock_quantity - count)
        .save(tx)
        .await
}
