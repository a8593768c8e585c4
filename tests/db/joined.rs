//! Many-to-many rows with their rows of the join table.

use orm::Joined;
use orm::prelude::*;

use crate::database::{Test, shop};
use crate::shop::{Order, OrderItem, Product, Role, User, UserRole};

type Roles = [Joined<Role, UserRole>];

fn pairs(roles: &Roles) -> Vec<(&str, i32, Option<&str>)> {
    let pair = |role: &'_ Joined<Role, UserRole>| (role.join.user_id, role.join.role_id);
    for role in roles {
        assert_eq!(pair(role).1, role.id, "the join row leads to its row");
    }
    let of = roles.iter();
    of.map(|it| (&*it.name, it.join.user_id, it.join.note.as_deref()))
        .collect()
}

#[tokio::test]
async fn each_row_comes_with_its_join_row_in_one_statement() -> Test {
    let shop = shop().await?;
    let users = User::query()
        .include(User::roles.with_join_row())
        .all(&shop.db)
        .await?;
    shop.log.assert_count(1);
    let roles: Vec<_> = users.iter().map(|user| pairs(&user.roles)).collect();
    assert_eq!(
        roles,
        [
            vec![("admin", 1, Some("founder")), ("editor", 1, None)],
            vec![("editor", 2, Some("since May"))],
            vec![],
            vec![],
        ]
    );
    Ok(())
}

#[tokio::test]
async fn a_pair_that_occurs_twice_has_two_join_rows() -> Test {
    let shop = shop().await?;
    shop.run("INSERT INTO order_items (id, order_id, product_id, quantity, unit_price_in_cents) VALUES (9, 1, 1, 7, 5)")
        .await?;
    let order = Order::find(1)
        .include(Order::products.with_join_row())
        .one(&shop.db)
        .await?;
    let mut bought: Vec<(i32, i32)> = order
        .products
        .iter()
        .map(|product| (product.row.id, product.join.quantity))
        .collect();
    bought.sort_unstable();
    assert_eq!(bought, [(1, 1), (1, 7)]);
    Ok(())
}

#[tokio::test]
async fn filters_orders_and_limits_are_the_rows() -> Test {
    let shop = shop().await?;
    let users = User::query()
        .include(
            User::roles
                .order_by(Role::name.desc())
                .limit(1)
                .with_join_row(),
        )
        .order_by(User::id.desc())
        .all(&shop.db)
        .await?;
    shop.log.assert_count(1);
    let roles: Vec<_> = users.iter().map(|user| pairs(&user.roles)).collect();
    assert_eq!(
        roles,
        [
            vec![],
            vec![],
            vec![("editor", 2, Some("since May"))],
            vec![("editor", 1, None)],
        ]
    );
    let admins = User::roles.filter(Role::name.eq("admin")).with_join_row();
    let users = User::query().include(admins).all(&shop.db).await?;
    let counts: Vec<usize> = users.iter().map(|user| user.roles.len()).collect();
    assert_eq!(counts, [1, 0, 0, 0]);
    Ok(())
}

#[tokio::test]
async fn rows_are_loaded_further_below_and_above() -> Test {
    let shop = shop().await?;
    let orders = Order::query()
        .include(
            Order::customer.include(
                User::roles
                    .with_join_row()
                    .include(Role::users.with_join_row()),
            ),
        )
        .all(&shop.db)
        .await?;
    shop.log.assert_count(1);
    let editor = &orders[0].customer.roles[1];
    let members: Vec<(&str, Option<&str>)> = editor
        .users
        .iter()
        .map(|user| (&*user.full_name, user.join.note.as_deref()))
        .collect();
    assert_eq!(members, [("Ann", None), ("Bob", Some("since May"))]);
    assert_eq!(editor.join.role_id, 2);
    Ok(())
}

#[tokio::test]
async fn a_statement_of_its_own_and_rows_fetched_before() -> Test {
    let shop = shop().await?;
    let users = User::query()
        .include(User::roles.separate().with_join_row())
        .all(&shop.db)
        .await?;
    shop.log.assert_count(2);
    let again = User::roles
        .with_join_row()
        .load_for(users.iter().map(|user| &**user), &shop.db)
        .await?;
    shop.log.assert_count(3);
    let loaded: Vec<_> = users.iter().map(|user| user.roles.clone()).collect();
    assert_eq!(loaded, again);
    assert_eq!(pairs(&again[0])[0], ("admin", 1, Some("founder")));
    Ok(())
}

#[tokio::test]
async fn it_is_the_naive_answer() -> Test {
    let shop = shop().await?;
    let orders = Order::query()
        .include(Order::products.with_join_row())
        .all(&shop.db)
        .await?;
    for order in &orders {
        let items = OrderItem::query()
            .filter(OrderItem::order_id.eq(order.id))
            .filter(OrderItem::product_id.is_not_null())
            .order_by(OrderItem::product_id.asc())
            .all(&shop.db)
            .await?;
        let joins: Vec<&OrderItem> = order.products.iter().map(|it| &it.join).collect();
        assert_eq!(joins, items.iter().collect::<Vec<_>>());
        for product in &order.products {
            let alone = Product::find(product.id).one(&shop.db).await?;
            assert_eq!(product.row, alone);
        }
    }
    Ok(())
}

#[test]
fn the_join_row_is_serialized_behind_the_row() {
    let joined = Joined {
        row: serde_json::json!({"name": "admin"}),
        join: serde_json::json!({"note": "founder"}),
    };
    assert_eq!(
        serde_json::to_string(&joined).unwrap_or_default(),
        r#"{"name":"admin","join":{"note":"founder"}}"#
    );
}
