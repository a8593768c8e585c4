//! Shapes of several levels.

use orm::prelude::*;
use serde::Serialize;

use super::database::Storefront;
use super::models::{Badge, Order, OrderItem, OrderStatus, Product, Shelf, User, Warehouse};

#[derive(Projection, Serialize, Debug, Clone, PartialEq)]
#[projection(model = User)]
#[serde(rename_all = "camelCase")]
struct UserHistory {
    id: i32,
    full_name: String,
    email: String,
    orders: Vec<OrderHistory>,
}

#[derive(Projection, Serialize, Debug, Clone, PartialEq)]
#[projection(model = Order)]
#[serde(rename_all = "camelCase")]
struct OrderHistory {
    id: i32,
    status: OrderStatus,
    total_in_cents: i32,
    line_items: Vec<LineItem>,
}

#[derive(Projection, Serialize, Debug, Clone, PartialEq)]
#[projection(model = OrderItem)]
#[serde(rename_all = "camelCase")]
struct LineItem {
    quantity: i32,
    unit_price_in_cents: i32,
    product: Option<ProductSummary>,
}

#[derive(Projection, Serialize, Debug, Clone, PartialEq)]
#[projection(model = Product)]
#[serde(rename_all = "camelCase")]
struct ProductSummary {
    name: String,
    price_in_cents: i32,
}

const HISTORY: &str = r#"{
  "id": 1,
  "fullName": "Sarah Mitchell",
  "email": "sarah@example.com",
  "orders": [
    {
      "id": 7,
      "status": "delivered",
      "totalInCents": 149999,
      "lineItems": [
        {
          "quantity": 1,
          "unitPriceInCents": 149999,
          "product": {
            "name": "Pro Laptop 15",
            "priceInCents": 149999
          }
        }
      ]
    }
  ]
}"#;

#[tokio::test]
async fn an_order_history_is_one_statement_and_exactly_this_json() {
    let shop = Storefront::seeded().await;
    let history: UserHistory = User::find(1)
        .select::<UserHistory>()
        .one(&shop.db)
        .await
        .unwrap();
    assert_eq!(serde_json::to_string_pretty(&history).unwrap(), HISTORY);
    shop.log.assert_count(1);
    let sql = &shop.log.statements()[0];
    for unnamed in ["password_hash", "created_at", "updated_at", "description"] {
        assert!(!sql.contains(unnamed), "{sql}");
    }
}

#[test]
fn each_level_fetches_its_columns_and_the_keys_between_levels() {
    let sql = User::find(1).select::<UserHistory>().to_sql();
    assert_eq!(sql, "");
}
