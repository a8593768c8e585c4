//! Shapes of several levels.

use orm::prelude::*;
use serde::Serialize;

use super::database::{NOW, Storefront};
use super::models::{Badge, Order, OrderItem, OrderStatus, Product, Shelf, Tag, User, Warehouse};

#[derive(Projection, Serialize, Debug, Clone, PartialEq)]
#[projection(model = User)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserHistory {
    pub(crate) id: i32,
    pub(crate) full_name: String,
    pub(crate) email: String,
    pub(crate) orders: Vec<OrderHistory>,
}

#[derive(Projection, Serialize, Debug, Clone, PartialEq)]
#[projection(model = Order)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderHistory {
    pub(crate) id: i32,
    pub(crate) status: OrderStatus,
    pub(crate) total_in_cents: i32,
    pub(crate) line_items: Vec<LineItem>,
}

#[derive(Projection, Serialize, Debug, Clone, PartialEq)]
#[projection(model = OrderItem)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LineItem {
    pub(crate) quantity: i32,
    pub(crate) unit_price_in_cents: i32,
    pub(crate) product: Option<ProductSummary>,
}

#[derive(Projection, Serialize, Debug, Clone, PartialEq)]
#[projection(model = Product)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProductSummary {
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

on_a_server! {
#[test]
fn each_level_fetches_its_columns_and_the_keys_between_levels() {
    let sql = User::find(1).select::<UserHistory>().to_sql();
    let expected = [
        r#"WITH "orm level 0" AS MATERIALIZED (SELECT "id", "full_name", "email" FROM "users" WHERE "id" = $1), "#,
        r#""orm level 1" AS MATERIALIZED (SELECT "id", "status", "total_in_cents", "user_id" FROM "orders" "#,
        r#"WHERE "user_id" = ANY(ARRAY(SELECT "id" FROM "orm level 0"))), "#,
        r#""orm level 2" AS MATERIALIZED (SELECT "quantity", "unit_price_in_cents", "order_id", "product_id", "id" "#,
        r#"FROM "order_items" WHERE "order_id" = ANY(ARRAY(SELECT "id" FROM "orm level 1"))), "#,
        r#""orm level 3" AS (SELECT "name", "price_in_cents", "id" FROM "products" "#,
        r#"WHERE "id" = ANY(ARRAY(SELECT "product_id" FROM "orm level 2"))) "#,
        r#"SELECT 0, "id", "full_name", "email", CAST(NULL AS "order_status"), CAST(NULL AS integer), "#,
        r#"CAST(NULL AS integer), CAST(NULL AS integer), CAST(NULL AS integer) FROM "orm level 0" "#,
        r#"UNION ALL SELECT 1, "id", NULL, NULL, "status", "total_in_cents", "user_id", NULL, NULL FROM "orm level 1" "#,
        r#"UNION ALL SELECT 2, "quantity", NULL, NULL, NULL, "unit_price_in_cents", "order_id", "product_id", "id" FROM "orm level 2" "#,
        r#"UNION ALL SELECT 3, "price_in_cents", "name", NULL, NULL, "id", NULL, NULL, NULL FROM "orm level 3""#,
    ];
    assert_eq!(sql, expected.concat());
}
}

#[tokio::test]
async fn empty_lists_and_missing_rows_are_there_as_such() {
    let shop = Storefront::seeded().await;
    shop.order(8, 1, "pending", 5).await;
    shop.run("INSERT INTO order_items (id, order_id, product_id, quantity, unit_price_in_cents) VALUES (2, 8, NULL, 2, 3)")
        .await;
    shop.order(9, 1, "cancelled", 0).await;
    shop.log.clear();
    let all = User::query()
        .order_by(User::id)
        .select::<UserHistory>()
        .all(&shop.db)
        .await
        .unwrap();
    shop.log.assert_count(1);
    let [sarah, bob] = all.as_slice() else {
        panic!("{all:?}");
    };
    assert!(bob.orders.is_empty());
    let [first, second, third] = sarah.orders.as_slice() else {
        panic!("{sarah:?}");
    };
    assert!(first.line_items[0].product.is_some());
    assert_eq!(
        second.line_items,
        [LineItem {
            quantity: 2,
            unit_price_in_cents: 3,
            product: None
        }]
    );
    assert_eq!((third.id, third.line_items.len()), (9, 0));
    let json = serde_json::to_string(second).unwrap();
    assert!(json.contains(r#""product":null"#), "{json}");
}

#[tokio::test]
async fn a_missing_root_is_an_error_that_names_it() {
    let shop = Storefront::seeded().await;
    let error = User::find(12_345)
        .select::<UserHistory>()
        .one(&shop.db)
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "User 12345 not found");
}

#[tokio::test]
async fn filters_order_and_limits_stay() {
    let shop = Storefront::seeded().await;
    for id in 10..15 {
        shop.order(id, 2, "pending", id).await;
    }
    let query = Order::query()
        .filter(Order::user_id.eq(2))
        .order_by(Order::total_in_cents.desc())
        .limit(2);
    let top: Vec<OrderHistory> = query
        .clone()
        .select::<OrderHistory>()
        .all(&shop.db)
        .await
        .unwrap();
    assert_eq!(top.iter().map(|o| o.id).collect::<Vec<_>>(), [14, 13]);
    let count = query
        .select::<OrderHistory>()
        .count(&shop.db)
        .await
        .unwrap();
    assert_eq!(count, 2);
}

/// Neither the key the children hold nor what sorts the rows is named.
#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = User)]
struct Totals {
    orders: Vec<Total>,
}

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = Order)]
pub(crate) struct Total {
    pub(crate) total_in_cents: i32,
}

#[tokio::test]
async fn keys_that_are_not_named_are_fetched_and_not_shown() {
    let shop = Storefront::seeded().await;
    shop.order(3, 1, "pending", 30).await;
    shop.order(5, 2, "pending", 50).await;
    shop.order(1, 2, "pending", 10).await;
    let all = User::query()
        .select::<Totals>()
        .all(&shop.db)
        .await
        .unwrap();
    let cents: Vec<Vec<i32>> = all
        .iter()
        .map(|user| user.orders.iter().map(|o| o.total_in_cents).collect())
        .collect();
    assert_eq!(cents, [vec![30, 149_999], vec![10, 50]]);
    let sql = User::query().select::<Totals>().to_sql();
    assert!(sql.contains(r#"SELECT "id" FROM "users""#), "{sql}");
    assert!(
        sql.contains(r#"SELECT "total_in_cents", "user_id", "id" FROM "orders""#),
        "{sql}"
    );
}

/// The other directions: exactly one parent, at most one child, a whole model.
#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = Order)]
struct Placed {
    id: i32,
    customer: Customer,
    #[projection(association = "line_items")]
    items: Vec<OrderItem>,
}

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = User)]
struct Customer {
    full_name: String,
    badge: Option<Badge>,
}

#[tokio::test]
async fn parents_optional_rows_and_whole_models_are_shapes_too() {
    let shop = Storefront::seeded().await;
    shop.order(8, 2, "pending", 5).await;
    shop.order(9, 1, "pending", 5).await;
    shop.run("INSERT INTO badges VALUES ('gold', 1)").await;
    shop.log.clear();
    let placed = Order::query()
        .order_by(Order::id)
        .select::<Placed>()
        .all(&shop.db)
        .await
        .unwrap();
    shop.log.assert_count(1);
    let badges: Vec<Option<&str>> = placed
        .iter()
        .map(|order| order.customer.badge.as_ref().map(|b| b.code.as_str()))
        .collect();
    assert_eq!(badges, [Some("gold"), None, Some("gold")]);
    assert_eq!(placed[0].customer.full_name, "Sarah Mitchell");
    assert_eq!(placed[0].items.len(), 1);
    assert_eq!(placed[0].items[0].sum_in_cents, 149_999);
}

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = Warehouse)]
struct Stock {
    city: String,
    shelves: Vec<ShelfLabel>,
}

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = Shelf)]
struct ShelfLabel {
    label: String,
    r#type: String,
    warehouse: Place,
}

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = Warehouse)]
struct Place {
    city: String,
}

#[tokio::test]
async fn composite_keys_lead_there_and_back() {
    let shop = Storefront::open().await;
    shop.run(
        "INSERT INTO warehouses VALUES ('de', 1, 'Bonn'), ('de', 2, 'Ulm'), ('fr', 1, 'Lyon')",
    )
    .await;
    shop.run("INSERT INTO shelves VALUES ('b', 'de', 1, 'cold'), ('a', 'de', 1, 'dry'), ('c', 'fr', 1, 'dry')")
        .await;
    shop.log.clear();
    let stock = Warehouse::query()
        .select::<Stock>()
        .all(&shop.db)
        .await
        .unwrap();
    shop.log.assert_count(1);
    let seen: Vec<(&str, Vec<(&str, &str)>)> = stock
        .iter()
        .map(|place| {
            let shelves = place.shelves.iter();
            let labels = shelves.map(|s| (s.label.as_str(), s.warehouse.city.as_str()));
            (place.city.as_str(), labels.collect())
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("Bonn", vec![("a", "Bonn"), ("b", "Bonn")]),
            ("Ulm", vec![]),
            ("Lyon", vec![("c", "Lyon")])
        ]
    );
}

#[tokio::test]
async fn the_number_of_statements_does_not_depend_on_the_number_of_rows() {
    let shop = Storefront::seeded().await;
    let numbers = |from: i32, to: i32| {
        format!(
            "WITH RECURSIVE s(n) AS \
             (SELECT {from} UNION ALL SELECT n + 1 FROM s WHERE n < {to})"
        )
    };
    shop.run(format!(
        "INSERT INTO users (id, full_name, email, password_hash, created_at, updated_at) {} \
         SELECT n, 'User ' || n, n || '@example.com', '', {NOW}, {NOW} FROM s",
        numbers(3, 502)
    ))
    .await;
    shop.run(format!(
        "INSERT INTO orders (id, user_id, total_in_cents, created_at, updated_at) {} \
         SELECT 1000 + n, 3 + n % 500, n, {NOW}, {NOW} FROM s",
        numbers(0, 1499)
    ))
    .await;
    shop.log.clear();
    let all = User::query()
        .filter(User::id.ge(3))
        .select::<UserHistory>()
        .all(&shop.db)
        .await
        .unwrap();
    shop.log.assert_count(1);
    assert_eq!(all.len(), 500);
    for (at, user) in all.iter().enumerate() {
        let expected: Vec<i32> = [0, 500, 1000].map(|n| 1000 + n + at as i32).to_vec();
        assert_eq!(user.id, at as i32 + 3);
        assert_eq!(
            user.orders.iter().map(|o| o.id).collect::<Vec<_>>(),
            expected
        );
    }
}

/// Through a join table, and back; no column of the tag itself.
#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = User)]
struct Tagged {
    #[projection(include = User::tags.order_by(Tag::name.desc()))]
    tags: Vec<TagUse>,
}

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = Tag)]
struct TagUse {
    #[projection(value = Tag::name.upper())]
    name: String,
    users: Vec<Tagger>,
}

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = User)]
struct Tagger {
    full_name: String,
}

#[tokio::test]
async fn join_tables_lead_to_shapes() {
    let shop = Storefront::seeded().await;
    shop.run("INSERT INTO tags VALUES ('a', 'loyal'), ('b', 'new'), ('c', 'rare')")
        .await;
    shop.run("INSERT INTO user_tags (user_id, tag_id) VALUES (1, 'a'), (1, 'b'), (2, 'a')")
        .await;
    shop.log.clear();
    let tagged = User::query()
        .select::<Tagged>()
        .all(&shop.db)
        .await
        .unwrap();
    shop.log.assert_count(1);
    let seen: Vec<Vec<(&str, usize)>> = tagged
        .iter()
        .map(|user| {
            let tags = user.tags.iter();
            tags.map(|tag| (tag.name.as_str(), tag.users.len()))
                .collect()
        })
        .collect();
    assert_eq!(seen, [vec![("NEW", 1), ("LOYAL", 2)], vec![("LOYAL", 2)]]);
    let taggers = &tagged[1].tags[0].users;
    assert_eq!(taggers[0].full_name, "Sarah Mitchell");
}
