//! What an include makes of a row: lists, options, values, shared and nested.

use orm::prelude::*;

use super::ids;
use crate::database::{NONE, Test, shop};
use crate::shop::{Category, Order, OrderItem, Product, Profile, Role, Tag, User};

#[tokio::test]
async fn a_tree_of_three_levels_is_one_statement() -> Test {
    let shop = shop().await?;
    let users = User::query()
        .include(User::orders.include(Order::line_items.include(OrderItem::product)))
        .all(&shop.db)
        .await?;
    shop.log.assert_count(1);
    let tree: Vec<Vec<Vec<Option<&str>>>> = users
        .iter()
        .map(|user| {
            let items = user.orders.iter().map(|order| &order.line_items);
            items
                .map(|items| {
                    items
                        .iter()
                        .map(|item| item.product.as_ref().map(|it| &*it.name))
                        .collect()
                })
                .collect()
        })
        .collect();
    let expected: Vec<Vec<Vec<Option<&str>>>> = vec![
        vec![
            vec![Some("Pro Laptop 15")],
            vec![Some("Mouse"), None],
            vec![Some("Desk")],
        ],
        vec![vec![]],
        vec![vec![Some("Desk"), Some("Mouse")]],
        vec![],
    ];
    assert_eq!(tree, expected);
    Ok(())
}

#[tokio::test]
async fn a_required_parent_is_a_value_and_an_optional_one_an_option() -> Test {
    let shop = shop().await?;
    let orders = Order::query()
        .include(Order::customer)
        .include(Order::handler)
        .all(&shop.db)
        .await?;
    assert_eq!(ids(&orders, |order| order.customer.id), [1, 1, 2, 3, 1]);
    let handlers: Vec<Option<i32>> = orders
        .iter()
        .map(|it| it.handler.as_ref().map(|it| it.id))
        .collect();
    assert_eq!(handlers, [Some(4), None, Some(4), Some(1), None]);
    shop.log.assert_count(1);
    Ok(())
}

#[tokio::test]
async fn has_one_is_an_option() -> Test {
    let shop = shop().await?;
    let users = User::query().include(User::profile).all(&shop.db).await?;
    let bios: Vec<Option<Option<&str>>> = users
        .iter()
        .map(|user| user.profile.as_ref().map(|it| it.bio.as_deref()))
        .collect();
    assert_eq!(bios, [Some(Some("painter")), None, Some(None), None]);
    Ok(())
}

#[tokio::test]
async fn has_one_with_an_order_takes_the_first_of_several() -> Test {
    let shop = shop().await?;
    shop.run(
        "INSERT INTO profiles (id, user_id, bio) VALUES (7, 1, 'b'), (8, 1, 'z'), (9, 1, 'a')",
    )
    .await?;
    let bio = async |order| -> Test<Option<String>> {
        let user = User::find(1)
            .include(User::profile.order_by(order))
            .one(&shop.db)
            .await?;
        Ok(user.profile.clone().and_then(|profile| profile.bio))
    };
    assert_eq!(bio(Profile::bio.desc()).await?.as_deref(), Some("z"));
    assert_eq!(bio(Profile::bio.asc()).await?.as_deref(), Some("a"));
    shop.run("UPDATE profiles SET bio = 'first' WHERE id = 1")
        .await?;
    let user = User::find(1).include(User::profile).one(&shop.db).await?;
    assert_eq!(
        user.profile.as_ref().map(|it| it.id),
        Some(1),
        "by primary key unless told otherwise"
    );
    Ok(())
}

#[tokio::test]
async fn many_to_many_both_ways_and_both_kinds_of_join_table() -> Test {
    let shop = shop().await?;
    let users = User::query()
        .include(User::roles)
        .include(User::tags)
        .all(&shop.db)
        .await?;
    let roles: Vec<Vec<i32>> = users
        .iter()
        .map(|user| ids(&user.roles, |role| role.id))
        .collect();
    let tags: Vec<Vec<i32>> = users
        .iter()
        .map(|user| ids(&user.tags, |tag| tag.id))
        .collect();
    assert_eq!(roles, [vec![1, 2], vec![2], vec![], vec![]]);
    assert_eq!(tags, [vec![1], vec![1, 2], vec![], vec![]]);
    let roles = Role::query()
        .include(Role::users.include(User::tags))
        .all(&shop.db)
        .await?;
    let users: Vec<Vec<(i32, usize)>> = roles
        .iter()
        .map(|role| role.users.iter().map(|it| (it.id, it.tags.len())).collect())
        .collect();
    assert_eq!(users, [vec![(1, 1)], vec![(1, 1), (2, 2)], vec![]]);
    let orders = Order::query()
        .include(Order::products)
        .all(&shop.db)
        .await?;
    let products: Vec<Vec<i32>> = orders
        .iter()
        .map(|it| ids(&it.products, |it| it.id))
        .collect();
    assert_eq!(products, [vec![1], vec![2], vec![], vec![2, 3], vec![3]]);
    shop.log.assert_count(3);
    Ok(())
}

#[tokio::test]
async fn siblings_never_multiply_each_other() -> Test {
    let shop = shop().await?;
    let ann = User::find(1)
        .include(User::orders.include(Order::line_items))
        .include(User::handled_orders)
        .include(User::roles)
        .include(User::tags)
        .include(User::referred)
        .include(User::profile)
        .include(User::referrer)
        .one(&shop.db)
        .await?;
    assert_eq!(ids(&ann.orders, |order| order.id), [1, 2, 5]);
    assert_eq!(ids(&ann.orders[1].line_items, |item| item.id), [2, 3]);
    assert_eq!(ids(&ann.handled_orders, |order| order.id), [4]);
    assert_eq!(
        (ann.roles.len(), ann.tags.len(), ann.referred.len()),
        (2, 1, 2)
    );
    assert!(ann.profile.is_some() && ann.referrer.is_none());
    shop.log.assert_count(1);
    Ok(())
}

#[tokio::test]
async fn the_same_table_on_every_level() -> Test {
    let shop = shop().await?;
    let tree = Category::query()
        .filter(Category::parent_id.is_null())
        .include(Category::children.include(Category::children.include(Category::parent)))
        .all(&shop.db)
        .await?;
    assert_eq!(ids(&tree, |it| it.id), [1, 5]);
    assert_eq!(ids(&tree[0].children, |it| it.id), [2, 3]);
    assert_eq!(ids(&tree[0].children[0].children, |it| it.id), [4]);
    let parent = tree[0].children[0].children[0].parent.as_ref();
    assert_eq!(parent.map(|it| &*it.name), Some("home"));
    assert_eq!(ids(&tree[1].children, |it| it.id), NONE);
    shop.log.assert_count(1);
    Ok(())
}

#[tokio::test]
async fn shared_parents_are_given_to_each_child() -> Test {
    let shop = shop().await?;
    let items = OrderItem::query()
        .include(OrderItem::order.include(Order::customer.include(User::orders)))
        .include(OrderItem::product)
        .all(&shop.db)
        .await?;
    let customers: Vec<(i32, usize)> = items
        .iter()
        .map(|it| (it.order.customer.id, it.order.customer.orders.len()))
        .collect();
    assert_eq!(customers, [(1, 3), (1, 3), (1, 3), (3, 1), (3, 1), (1, 3)]);
    assert!(items[2].product.is_none());
    assert_eq!(items[1].product, items[4].product);
    Ok(())
}

#[tokio::test]
async fn a_missing_required_row_is_an_error_that_names_the_association() -> Test {
    only_on_a_server!();
    let shop = shop().await?;
    shop.run("ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey; UPDATE orders SET user_id = 77 WHERE id = 3").await?;
    let error = Order::query()
        .include(Order::customer)
        .all(&shop.db)
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("Order.customer: a row has no User, and must have one"),
        "{error}"
    );
    let optional = Order::query()
        .include(Order::customer.filter(User::id.gt(0)))
        .all(&shop.db)
        .await?;
    assert!(optional[2].customer.is_none());
    Ok(())
}

#[tokio::test]
async fn orphans_and_nulls_belong_to_nobody() -> Test {
    only_on_a_server!();
    let shop = shop().await?;
    shop.run("ALTER TABLE order_items DROP CONSTRAINT order_items_order_id_fkey; INSERT INTO order_items VALUES (50, 999, NULL, 1, 1)").await?;
    let orders = Order::query()
        .include(Order::line_items)
        .all(&shop.db)
        .await?;
    assert_eq!(
        orders
            .iter()
            .map(|order| order.line_items.len())
            .sum::<usize>(),
        6
    );
    let products = Product::query()
        .include(Product::order_items)
        .all(&shop.db)
        .await?;
    assert_eq!(
        products
            .iter()
            .map(|it| it.order_items.len())
            .collect::<Vec<_>>(),
        [1, 2, 2, 0]
    );
    let tags = Tag::query()
        .include(Tag::users.filter(User::id.eq(2)))
        .all(&shop.db)
        .await?;
    assert_eq!(
        tags.iter().map(|tag| tag.users.len()).collect::<Vec<_>>(),
        [1, 1]
    );
    Ok(())
}

#[tokio::test]
async fn a_query_of_related_rows_includes_too() -> Test {
    let shop = shop().await?;
    let ann = User::find(1).one(&shop.db).await?;
    let scope = shop.log.scope();
    let roles = ann
        .related(User::roles)
        .query()
        .include(Role::users)
        .all(&shop.db)
        .await?;
    assert_eq!(
        roles
            .iter()
            .map(|role| role.users.len())
            .collect::<Vec<_>>(),
        [1, 2]
    );
    scope.assert_count(1);
    Ok(())
}
