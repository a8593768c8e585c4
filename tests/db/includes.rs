//! Eager loading: shapes, order, limits, statement counts.

use orm::prelude::*;

use crate::database::{NONE, Test, empty_shop, shop};
use crate::shop::{Category, Order, OrderItem, Product, Profile, Role, Tag, User};

fn ids<T: Clone>(rows: &[T], id: impl Fn(&T) -> i32) -> Vec<i32> {
    rows.iter().map(id).collect()
}

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
        .filter(User::orders.any(Order::status.eq("paid")))
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

#[tokio::test]
async fn required_below_a_parent_that_must_be_there_leaves_out_the_child() -> Test {
    let shop = shop().await?;
    let orders = Order::query()
        .include(Order::customer.include(User::profile.required()))
        .all(&shop.db)
        .await?;
    assert_eq!(ids(&orders, |it| it.id), [1, 2, 4, 5]);
    assert!(orders.iter().all(|order| order.customer.profile.is_some()));
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
async fn a_root_without_rows_has_no_children_to_load() -> Test {
    let shop = empty_shop().await?;
    let tree = || User::orders.include(Order::line_items);
    assert_eq!(User::query().include(tree()).all(&shop.db).await?.len(), 0);
    assert_eq!(
        User::query()
            .include(tree().separate())
            .all(&shop.db)
            .await?
            .len(),
        0
    );
    Ok(())
}

async fn with_users(count: i32) -> Test<crate::database::Place> {
    let shop = empty_shop().await?;
    shop.run(&format!(
        "INSERT INTO users SELECT n, 'user ' || n, n || '@shop.example', '', n, NULL, now(), now() FROM generate_series(1, {count}) n;
         INSERT INTO orders SELECT n, 1 + n % {count}, NULL, 'paid', n, NULL, now(), now() FROM generate_series(1, 3 * {count}) n;
         INSERT INTO order_items SELECT n, 1 + n % (3 * {count}), NULL, 1, n FROM generate_series(1, 6 * {count}) n"
    ))
    .await?;
    Ok(shop)
}

#[tokio::test]
async fn the_number_of_statements_does_not_depend_on_the_number_of_rows() -> Test {
    for count in [1, 50, 500] {
        let shop = with_users(count).await?;
        let scope = shop.log.scope();
        let users = User::query()
            .include(User::orders.include(Order::line_items))
            .all(&shop.db)
            .await?;
        scope.assert_count(1);
        let scope = shop.log.scope();
        let separate = User::query()
            .include(User::orders.separate().include(Order::line_items))
            .all(&shop.db)
            .await?;
        scope.assert_count(2);
        assert_eq!(users.len(), usize::try_from(count)?);
        assert_eq!(users, separate);
        let items: usize = users
            .iter()
            .flat_map(|user| &user.orders)
            .map(|it| it.line_items.len())
            .sum();
        assert_eq!(items, 6 * users.len());
    }
    Ok(())
}

#[tokio::test]
async fn fifty_orders_are_51_statements_lazily_and_one_eagerly() -> Test {
    let shop = with_users(50).await?;
    let scope = shop.log.scope();
    let orders = Order::query()
        .filter(Order::id.le(50))
        .all(&shop.db)
        .await?;
    let mut lazily = Vec::new();
    for order in &orders {
        lazily.push(
            order
                .related(Order::line_items)
                .query()
                .order_by(OrderItem::id)
                .all(&shop.db)
                .await?,
        );
    }
    scope.assert_count(51);
    let scope = shop.log.scope();
    let eagerly = Order::query()
        .filter(Order::id.le(50))
        .include(Order::line_items)
        .all(&shop.db)
        .await?;
    scope.assert_count(1);
    assert_eq!(
        eagerly
            .into_iter()
            .map(|order| order.line_items)
            .collect::<Vec<_>>(),
        lazily
    );
    Ok(())
}

#[tokio::test]
async fn separate_statements_give_the_same_values() -> Test {
    let shop = shop().await?;
    let together = User::query()
        .include(
            User::orders
                .order_by(Order::total_in_cents)
                .limit(2)
                .include(Order::line_items.include(OrderItem::product)),
        )
        .include(User::roles.order_by(Role::name.desc()))
        .include(User::referrer)
        .all(&shop.db)
        .await?;
    let scope = shop.log.scope();
    let lines = Order::line_items
        .separate()
        .include(OrderItem::product.separate());
    let separate = User::query()
        .include(
            User::orders
                .order_by(Order::total_in_cents)
                .limit(2)
                .separate()
                .include(lines),
        )
        .include(User::roles.order_by(Role::name.desc()).separate())
        .include(User::referrer.separate())
        .all(&shop.db)
        .await?;
    scope.assert_count(6);
    assert_eq!(together, separate);
    Ok(())
}

#[tokio::test]
async fn to_sql_shows_every_statement() -> Test {
    let one = User::query()
        .include(User::orders.include(Order::line_items))
        .to_sql();
    assert_eq!(one.lines().count(), 1);
    let three = User::query()
        .include(
            User::orders
                .separate()
                .include(Order::line_items.separate()),
        )
        .to_sql();
    assert_eq!(three.lines().count(), 3);
    Ok(())
}

#[tokio::test]
async fn a_missing_required_row_is_an_error_that_names_the_association() -> Test {
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
            .starts_with("Order.customer: no row of User has the key"),
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
