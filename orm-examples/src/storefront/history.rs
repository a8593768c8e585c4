//! Chapter 3, second half: named shapes. Exactly these columns are selected,
//! so a password hash can leak neither through the SQL nor through the type.

use std::error::Error;

use orm::prelude::*;
use serde::Serialize;

use super::Output;
use crate::models::{Order, OrderItem, OrderStatus, Product, User};

/// A customer's history, as the storefront's page shows it.
#[derive(Projection, Serialize, Debug, Clone, PartialEq)]
#[projection(model = User)]
#[serde(rename_all = "camelCase")]
pub struct UserHistory {
    id: i32,
    full_name: String,
    email: String,
    orders: Vec<OrderHistory>,
}

/// An order in a customer's history.
#[derive(Projection, Serialize, Debug, Clone, PartialEq)]
#[projection(model = Order)]
#[serde(rename_all = "camelCase")]
pub struct OrderHistory {
    id: i32,
    status: OrderStatus,
    total_in_cents: i32,
    line_items: Vec<LineItem>,
}

/// A line of an order: what it cost on the day, and what the product costs today.
#[derive(Projection, Serialize, Debug, Clone, PartialEq)]
#[projection(model = OrderItem)]
#[serde(rename_all = "camelCase")]
pub struct LineItem {
    quantity: i32,
    unit_price_in_cents: i32,
    product: Option<ProductSummary>,
}

/// As much of a product as a history needs.
#[derive(Projection, Serialize, Debug, Clone, PartialEq)]
#[projection(model = Product)]
#[serde(rename_all = "camelCase")]
pub struct ProductSummary {
    name: String,
    price_in_cents: i32,
}

/// A customer with orders, line items and products, in one statement.
///
/// # Errors
/// `User 12345 not found` where there is no such customer.
pub async fn user_order_history(db: &Db, id: i32) -> orm::Result<UserHistory> {
    User::find(id).select::<UserHistory>().one(db).await
}

/// Prints a customer's history, and what comes of asking for nobody's.
///
/// # Errors
/// Where there is no such customer.
pub async fn run(db: &Db, user: &User, out: Output<'_>) -> Result<(), Box<dyn Error>> {
    let history = user_order_history(db, user.id).await?;
    writeln!(out, "{}", serde_json::to_string_pretty(&history)?)?;
    print_with_associations(db, user.id, out).await?;
    if let Err(error) = user_order_history(db, 12_345).await {
        writeln!(out, "\n{error}")?;
    }
    Ok(())
}

/// The same rows with every column, as associations of the model itself.
async fn print_with_associations(db: &Db, id: i32, out: Output<'_>) -> Result<(), Box<dyn Error>> {
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
