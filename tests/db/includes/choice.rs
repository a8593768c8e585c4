//! Which rows an include loads, in which order, and which parents stay.

use orm::prelude::*;

use super::ids;
use crate::database::{Test, shop};
use crate::shop::{Order, OrderItem, Product, Role, User};

#[tokio::test]
async fn a_condition_on_children_keeps_the_parents() -> Test {
    let shop = shop().await?;
    let users = User::query()
        .include(User::orders.filter(Order::status.eq("pending")))
        .all(&shop.db)
        .await?;
    let orders: Vec<Vec<i32>> = users
        .iter()
        .map(|user| ids(&user.orders, |it| it.id))
        .collect();
    assert_eq!(orders, [vec![2], vec![], vec![4], vec![]]);
    Ok(())
}

#[tokio::test]
async fn a_condition_on_parents_keeps_the_children() -> Test {
    let shop = shop().await?;
    let users = User::query()
        .filter(User::orders.any(Order::status.eq("processing")))
        .include(User::orders)
        .all(&shop.db)
        .await?;
    assert_eq!(ids(&users, |user| user.id), [1]);
    assert_eq!(ids(&users[0].orders, |it| it.id), [1, 2, 5]);
    Ok(())
}

#[tokio::test]
async fn a_condition_on_a_required_parent_makes_it_an_option() -> Test {
    let shop = shop().await?;
    let orders = Order::query()
        .include(Order::customer.filter(User::age.ge(25)))
        .all(&shop.db)
        .await?;
    let customers: Vec<Option<i32>> = orders
        .iter()
        .map(|it| it.customer.as_ref().map(|it| it.id))
        .collect();
    assert_eq!(customers, [Some(1), Some(1), None, None, Some(1)]);
    Ok(())
}

#[tokio::test]
async fn required_leaves_out_parents_without_children() -> Test {
    let shop = shop().await?;
    let users = User::query()
        .include(User::orders.required())
        .all(&shop.db)
        .await?;
    assert_eq!(ids(&users, |user| user.id), [1, 2, 3]);
    let pending = User::orders.filter(Order::status.eq("pending")).required();
    let users = User::query().include(pending.clone()).all(&shop.db).await?;
    assert_eq!(ids(&users, |user| user.id), [1, 3]);
    assert_eq!(User::query().include(pending).count(&shop.db).await?, 2);
    let with_lines = User::orders.include(Order::line_items.required());
    let users = User::query()
        .include(with_lines.clone())
        .all(&shop.db)
        .await?;
    let orders: Vec<usize> = users.iter().map(|user| user.orders.len()).collect();
    assert_eq!(
        orders,
        [3, 0, 1, 0],
        "required below an optional include keeps the parent"
    );
    let users = User::query()
        .include(with_lines.required())
        .all(&shop.db)
        .await?;
    assert_eq!(ids(&users, |user| user.id), [1, 3]);
    Ok(())
}

// A limit takes away from what is loaded, not from what is there.
#[tokio::test]
async fn required_asks_for_a_row_before_limit_and_offset() -> Test {
    let shop = shop().await?;
    let later = User::orders.order_by(Order::id).offset(1).required();
    let users = User::query().include(later).order_by(User::id);
    let users = users.all(&shop.db).await?;
    let loaded: Vec<_> = users.iter().map(|it| (it.id, it.orders.len())).collect();
    assert_eq!(loaded, [(1, 2), (2, 0), (3, 0)]);
    let none = User::orders.limit(0).required();
    let users = User::query().include(none).all(&shop.db).await?;
    assert!(users.len() == 3 && users.iter().all(|it| it.orders.is_empty()));
    Ok(())
}

#[tokio::test]
async fn required_below_a_parent_that_must_be_there_leaves_out_the_child() -> Test {
    let shop = shop().await?;
    let orders = Order::query()
        .include(Order::customer.include(User::profile.required()))
        .all(&shop.db)
        .await?;
    assert_eq!(ids(&orders, |it| it.id), [1, 2, 4, 5]);
    // At most one row that is required is the row itself.
    let mut customers = orders.iter().map(|order| &order.customer);
    assert!(customers.all(|customer| customer.profile.user_id == customer.id));
    let items = OrderItem::query()
        .include(OrderItem::order.include(Order::customer.include(User::roles.required())))
        .all(&shop.db)
        .await?;
    assert_eq!(ids(&items, |it| it.id), [1, 2, 3, 6]);
    Ok(())
}

#[tokio::test]
async fn children_are_ordered_by_primary_key_unless_told_otherwise() -> Test {
    let shop = shop().await?;
    // An update moves the row to the end of the table.
    shop.run("UPDATE orders SET note = note WHERE id = 1")
        .await?;
    let ann = User::find(1).include(User::orders).one(&shop.db).await?;
    assert_eq!(ids(&ann.orders, |it| it.id), [1, 2, 5]);
    let by_total = User::orders.order_by(Order::total_in_cents.desc());
    let ann = User::find(1).include(by_total).one(&shop.db).await?;
    assert_eq!(ids(&ann.orders, |it| it.id), [1, 5, 2]);
    let by_item_count = User::orders.order_by((
        Order::line_items.count().desc(),
        Order::note.asc().nulls_first(),
    ));
    let ann = User::find(1).include(by_item_count).one(&shop.db).await?;
    assert_eq!(ids(&ann.orders, |it| it.id), [2, 1, 5]);
    let users = User::query()
        .order_by(User::age.desc().nulls_last())
        .include(User::orders)
        .all(&shop.db)
        .await?;
    assert_eq!(ids(&users, |it| it.id), [4, 1, 3, 2]);
    Ok(())
}

#[tokio::test]
async fn limits_count_per_parent() -> Test {
    let shop = shop().await?;
    let latest = User::orders
        .order_by(Order::id.desc())
        .limit(2)
        .include(Order::line_items.limit(1));
    let users = User::query().include(latest).all(&shop.db).await?;
    let orders: Vec<Vec<i32>> = users
        .iter()
        .map(|user| ids(&user.orders, |it| it.id))
        .collect();
    assert_eq!(orders, [vec![5, 2], vec![3], vec![4], vec![]]);
    assert_eq!(ids(&users[0].orders[1].line_items, |it| it.id), [2]);
    let users = User::query()
        .include(User::orders.offset(1))
        .all(&shop.db)
        .await?;
    let orders: Vec<Vec<i32>> = users
        .iter()
        .map(|user| ids(&user.orders, |it| it.id))
        .collect();
    assert_eq!(orders, [vec![2, 5], vec![], vec![], vec![]]);
    let users = User::query()
        .include(User::orders.limit(1).offset(1))
        .all(&shop.db)
        .await?;
    assert_eq!(ids(&users[0].orders, |it| it.id), [2]);
    let users = User::query()
        .include(User::orders.limit(0))
        .all(&shop.db)
        .await?;
    assert!(users.iter().all(|user| user.orders.is_empty()));
    let users = User::query()
        .include(User::roles.order_by(Role::name.desc()).limit(1))
        .all(&shop.db)
        .await?;
    let roles: Vec<Vec<i32>> = users
        .iter()
        .map(|user| ids(&user.roles, |it| it.id))
        .collect();
    assert_eq!(roles, [vec![2], vec![2], vec![], vec![]]);
    shop.log.assert_count(5);
    Ok(())
}

#[tokio::test]
async fn limit_and_count_on_the_root_count_roots() -> Test {
    let shop = shop().await?;
    let page = User::query()
        .order_by(User::id)
        .limit(2)
        .offset(1)
        .include(User::orders.include(Order::line_items));
    assert_eq!(page.clone().count(&shop.db).await?, 2);
    let users = page.all(&shop.db).await?;
    assert_eq!(ids(&users, |user| user.id), [2, 3]);
    assert_eq!(ids(&users[1].orders[0].line_items, |it| it.id), [4, 5]);
    let last = User::query()
        .include(User::orders)
        .limit(1)
        .offset(3)
        .all(&shop.db)
        .await?;
    assert_eq!(ids(&last, |user| user.id), [4]);
    Ok(())
}

#[tokio::test]
async fn filters_on_associations_inside_includes() -> Test {
    let shop = shop().await?;
    let with_products = Order::line_items.any(OrderItem::product.is(Product::is_active.eq(false)));
    let users = User::query()
        .filter(User::roles.is_empty())
        .include(
            User::orders
                .filter(with_products)
                .include(Order::products.filter(Product::orders.count().eq(2))),
        )
        .all(&shop.db)
        .await?;
    assert_eq!(ids(&users, |it| it.id), [3, 4]);
    assert_eq!(ids(&users[0].orders[0].products, |it| it.id), [2, 3]);
    Ok(())
}
