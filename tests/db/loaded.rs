//! `loaded!` is the type that a query returns.

use orm::prelude::*;

use crate::database::{Test, shop};
use crate::shop::{Order, OrderItem, Role, User};

type UserWithHistory = orm::loaded!(User {
    orders: Order {
        line_items: OrderItem { product }
    },
    profile
});

async fn history(id: i32, db: &Db) -> orm::Result<UserWithHistory> {
    User::find(id)
        .include(User::orders.include(Order::line_items.include(OrderItem::product)))
        .include(User::profile)
        .one(db)
        .await
}

fn products(user: &UserWithHistory) -> Vec<&str> {
    let items = user.orders.iter().flat_map(|order| &order.line_items);
    let products = items.filter_map(|item| item.product.as_ref());
    products.map(|product| product.name.as_str()).collect()
}

#[tokio::test]
async fn it_names_the_result_of_a_query() -> Test {
    let shop = shop().await?;
    let ann = history(1, &shop.db).await?;
    assert_eq!(products(&ann), ["Pro Laptop 15", "Mouse", "Desk"]);
    assert!(ann.profile.is_some());
    Ok(())
}

/// The markers are found through the model, wherever it was imported from.
mod elsewhere {
    use crate::shop::User as Person;

    pub(super) type WithProfile = orm::loaded!(Person { profile });
    pub(super) type Bare = orm::loaded!(crate::shop::User {});
}

#[tokio::test]
async fn it_needs_the_model_in_scope_and_nothing_else() -> Test {
    let shop = shop().await?;
    let user: elsewhere::Bare = User::find(3).one(&shop.db).await?;
    let with_profile: elsewhere::WithProfile =
        User::find(3).include(User::profile).one(&shop.db).await?;
    assert_eq!(with_profile.into_inner(), user);
    Ok(())
}

type WithCustomer = orm::loaded!(Order {
    customer: User { roles }
});

fn customer(order: &WithCustomer) -> (&str, usize) {
    (&order.customer.full_name, order.customer.roles.len())
}

type PerhapsWithCustomer = orm::loaded!(Order { customer? { profile } });

fn customer_if(order: &PerhapsWithCustomer) -> Option<&str> {
    order
        .customer
        .as_ref()
        .map(|customer| customer.full_name.as_str())
}

#[tokio::test]
async fn a_condition_makes_the_one_row_an_option() -> Test {
    let shop = shop().await?;
    let order = Order::find(1)
        .include(Order::customer.include(User::roles))
        .one(&shop.db)
        .await?;
    assert_eq!(customer(&order), ("Ann", 2));
    let adults = Order::customer
        .filter(User::age.gt(35))
        .include(User::profile);
    let order = Order::find(1).include(adults).one(&shop.db).await?;
    assert_eq!(customer_if(&order), None);
    Ok(())
}

type Member = orm::loaded!(User {
    // The order of the names and of the includes does not matter.
    roles.with_join_row: Role { users },
    orders
});

fn notes(user: &Member) -> Vec<Option<&str>> {
    let notes = user.roles.iter().map(|role| role.join.note.as_deref());
    notes.collect()
}

#[tokio::test]
async fn rows_with_their_join_rows_have_a_name_too() -> Test {
    let shop = shop().await?;
    let ann: Member = User::find(1)
        .include(User::orders)
        .include(User::roles.include(Role::users).with_join_row())
        .one(&shop.db)
        .await?;
    assert_eq!(notes(&ann), [Some("founder"), None]);
    assert_eq!(ann.roles[1].users.len(), 2);
    Ok(())
}
