//! Chapter 2, second half: a named shape. Exactly these columns are selected,
//! so a password hash can leak neither through the SQL nor through the type.

use std::error::Error;

use orm::prelude::*;

use super::Output;
use crate::models::{Order, OrderItem, User};

/// Loads a customer with orders, line items and products, in one statement.
///
/// # Errors
/// `User 12345 not found` where there is no such customer.
pub async fn print_with_associations(
    db: &Db,
    id: i32,
    out: Output<'_>,
) -> Result<(), Box<dyn Error>> {
    let user = User::find(id)
        .include(User::orders.include(Order::line_items.include(OrderItem::product)))
        .one(db)
        .await?;
    writeln!(
        out,
        "\n{} has {} order(s)",
        user.full_name,
        user.orders.len()
    )?;
    for item in user.orders.iter().flat_map(|order| &order.line_items) {
        let product = item
            .product
            .as_ref()
            .map_or("a product no longer sold", |product| &product.name);
        writeln!(out, "  {} x {product}", item.quantity)?;
    }
    Ok(())
}
