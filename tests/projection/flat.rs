//! Shapes of one level.

use orm::prelude::*;

use super::database::Storefront;
use super::models::{Order, OrderItem, OrderStatus, Shelf, User};

/// Not `Clone`: only shapes inside others are copied.
#[derive(Projection, Debug, PartialEq)]
#[projection(model = User)]
struct Contact {
    full_name: String,
    #[projection(column = "email")]
    address: String,
}

#[test]
fn exactly_the_named_columns_are_selected() {
    let sql = User::find(1).select::<Contact>().to_sql();
    assert_eq!(
        sql,
        r#"SELECT "full_name", "email" FROM "users" WHERE "id" = $1"#
    );
}

#[tokio::test]
async fn rows_come_back_in_every_way_a_query_ends() {
    let shop = Storefront::seeded().await;
    let contacts = || User::query().order_by(User::id.desc()).select::<Contact>();
    let sarah = || Contact {
        full_name: "Sarah Mitchell".to_owned(),
        address: "sarah@example.com".to_owned(),
    };
    let all = contacts().all(&shop.db).await.unwrap();
    assert_eq!((all.len(), &all[1]), (2, &sarah()));
    let first = contacts().first(&shop.db).await.unwrap();
    assert_eq!(first.map(|c| c.full_name).as_deref(), Some("Bob Young"));
    let one = User::find_by(User::email, "sarah@example.com").select::<Contact>();
    assert_eq!(one.one(&shop.db).await.unwrap(), sarah());
    let none = User::find(3).select::<Contact>();
    assert_eq!(none.one_or_none(&shop.db).await.unwrap(), None);
    assert_eq!(contacts().count(&shop.db).await.unwrap(), 2);
    assert!(contacts().exists(&shop.db).await.unwrap());
    let limited = contacts().filter(User::id.gt(0)).offset(1).limit(5);
    assert_eq!(limited.all(&shop.db).await.unwrap(), [sarah()]);
}

/// A generated column, a raw name, and a column shown twice.
#[derive(Projection, Debug, PartialEq)]
#[projection(model = OrderItem)]
struct Sum {
    sum_in_cents: i32,
    #[projection(column = sum_in_cents)]
    again: i32,
}

#[derive(Projection, Debug, PartialEq)]
#[projection(model = Shelf)]
struct Kind {
    r#type: String,
}

#[tokio::test]
async fn any_column_can_be_shown() {
    let shop = Storefront::seeded().await;
    let sum = OrderItem::query().select::<Sum>().one(&shop.db).await;
    assert_eq!(
        sum.unwrap(),
        Sum {
            sum_in_cents: 149_999,
            again: 149_999
        }
    );
    assert_eq!(
        Shelf::query().select::<Kind>().to_sql(),
        r#"SELECT "type" FROM "shelves""#
    );
}

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = Order)]
struct Status {
    status: OrderStatus,
}

#[tokio::test]
async fn distinct_shapes_appear_once() {
    let shop = Storefront::seeded().await;
    shop.order(8, 1, "delivered", 5).await;
    let statuses = Order::query().distinct().select::<Status>();
    assert_eq!(
        statuses.to_sql(),
        r#"SELECT DISTINCT "status" FROM "orders""#
    );
    assert_eq!(
        statuses.all(&shop.db).await.unwrap(),
        [Status {
            status: OrderStatus::Delivered
        }]
    );
}

#[derive(Projection, Debug, PartialEq)]
#[projection(model = User)]
struct Ordering {
    full_name: String,
    orders: Vec<Status>,
}

#[derive(Projection, Debug, PartialEq)]
#[projection(model = User)]
struct Numbered {
    id: i32,
    orders: Vec<Status>,
}

#[tokio::test]
async fn distinct_shapes_with_associations_show_their_key() {
    let shop = Storefront::seeded().await;
    let users = || User::query().distinct();
    let error = users().select::<Ordering>().all(&shop.db).await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("show the key too"), "{error}");
    let numbered = users().select::<Numbered>().all(&shop.db).await.unwrap();
    assert_eq!(
        numbered.len(),
        User::query().all(&shop.db).await.unwrap().len()
    );
}

#[tokio::test]
async fn a_model_is_a_shape_of_itself() {
    let shop = Storefront::seeded().await;
    let shown = User::find(1).select::<User>().one(&shop.db).await.unwrap();
    assert_eq!(shown, User::find(1).one(&shop.db).await.unwrap());
}

/// A shape written by a macro, of a model in another module.
mod generated {
    macro_rules! shape {
        ($name:ident of $model:path { $($field:ident: $ty:ty),* }) => {
            #[derive(orm::Projection, Debug)]
            #[projection(model = $model)]
            pub(super) struct $name {
                $(pub(super) $field: $ty,)*
            }
        };
    }

    shape!(Login of super::super::models::User { id: i32, email: String });
}

#[tokio::test]
async fn a_macro_can_write_a_shape() {
    let shop = Storefront::seeded().await;
    let login = User::find(2).select::<generated::Login>();
    let login = login.one(&shop.db).await.unwrap();
    assert_eq!((login.id, login.email.as_str()), (2, "bob@example.com"));
}
