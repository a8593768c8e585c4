//! The storefront's models compile, and their descriptors say what was written.

#![allow(missing_docs)] // a test crate has no readers of its docs

use orm::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "users", timestamps)]
#[association(has_many, as = "orders", model = Order, foreign_key = "user_id")]
pub struct User {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    #[column(varchar(150))]
    pub full_name: String,
    #[column(varchar(255), unique)]
    #[validate(email(message = "Must be a valid email address"))]
    pub email: String,
    #[column(varchar(255))]
    pub password_hash: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "orders", timestamps)]
#[association(belongs_to, as = "customer", model = User, foreign_key = "user_id", on_delete = "restrict")]
#[association(has_many, as = "line_items", model = OrderItem, foreign_key = "order_id")]
pub struct Order {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub user_id: i32,
    #[column(default = "pending")]
    pub status: String,
    pub total_in_cents: i32,
    #[column(varchar(50))]
    pub discount_code: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Model, Debug, Clone)]
#[association(belongs_to, as = order)]
#[association(belongs_to, as = product)]
pub struct OrderItem {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    #[validate(min(1))]
    pub quantity: i32,
    pub unit_price_in_cents: i32,
    pub order_id: i32,
    pub product_id: Option<i32>,
}

#[derive(Model, Debug, Clone)]
#[model(timestamps)]
#[association(has_many, as = "order_items")]
pub struct Product {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    #[column(varchar(200))]
    #[validate(not_empty(message = "Product name cannot be blank"), len(2, 200))]
    pub name: String,
    pub description: Option<String>,
    #[validate(min(0, message = "Price cannot be negative"))]
    pub price_in_cents: i32,
    #[column(default = 0)]
    pub stock_quantity: i32,
    #[column(default = true)]
    pub is_active: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[test]
fn the_tables_are_what_was_written() {
    assert_eq!(User::TABLE.name.name, "users");
    assert_eq!(OrderItem::TABLE.name.name, "order_items");
    assert!(Order::TABLE.associations[0].owner_columns == [1]);
    assert!(Order::TABLE.associations[1].target_columns == [3]);
    assert!(OrderItem::COLUMNS[4].nullable);
}

async fn saves(db: &Db, user: User) -> orm::Result<User> {
    let _ = Product::create()
        .name("x")
        .price_in_cents(3)
        .stock_quantity(2)
        .save(db)
        .await?;
    let o = User::find(1)
        .include(User::orders.include(Order::line_items.include(OrderItem::product)))
        .one(db)
        .await?;
    let _x: &Option<Product> = &o.orders[0].line_items[0].product;
    let _ = o.full_name.len();
    let _ = user;
    User::create()
        .full_name("a")
        .email("b")
        .password_hash("c")
        .save(db)
        .await
}

#[test]
fn futures_are_send() {
    fn send<T: Send>(_: T) {}
    let _ = |db: &'static Db, user| send(saves(db, user));
}

#[cfg(feature = "serde")]
mod json {
    use orm::model::Fill;
    use orm::prelude::*;
    use serde::Serialize;

    #[derive(Model, Clone, Serialize)]
    #[serde(rename_all = "camelCase")]
    #[association(has_many, as = "sent_letters", model = Letter, foreign_key = "sender_id")]
    #[association(belongs_to, as = "best_friend", model = Person, foreign_key = "best_friend_id", one_sided)]
    struct Person {
        #[column(primary_key)]
        id: i32,
        first_name: String,
        #[serde(skip)]
        best_friend_id: Option<i32>,
    }

    #[derive(Model, Clone, Serialize)]
    #[association(belongs_to, as = "sender", model = Person, foreign_key = "sender_id")]
    struct Letter {
        #[column(primary_key)]
        id: i32,
        sender_id: i32,
    }

    fn person() -> Person {
        Person {
            id: 1,
            first_name: "Ada".into(),
            best_friend_id: None,
        }
    }

    #[test]
    fn loaded_associations_follow_the_row_and_its_spelling() {
        let letters = vec![Letter {
            id: 7,
            sender_id: 1,
        }];
        let loaded = Fill::<Person_sent_letters, _>::fill(person(), letters);
        assert_eq!(
            serde_json::to_string(&loaded).unwrap(),
            r#"{"id":1,"firstName":"Ada","sentLetters":[{"id":7,"sender_id":1}]}"#
        );
        let both = Fill::<Person_best_friend, _>::fill(loaded, Some(person()));
        assert!(
            serde_json::to_string(&both)
                .unwrap()
                .ends_with(r#""bestFriend":{"id":1,"firstName":"Ada"}}"#)
        );
        assert_eq!(both.into_inner().first_name, "Ada");
    }
}
