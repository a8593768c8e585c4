//! Conditions on associated rows: semi-joins that choose parents and nothing else.

use orm::prelude::*;
use orm::query::Filter;

use crate::database::{NONE, Place, Test, shop};
use crate::shop::{Category, Order, OrderItem, Product, Profile, Role, Tag, User};

async fn users(shop: &Place, filter: Filter<User>) -> Test<Vec<i32>> {
    let users = User::query()
        .filter(filter)
        .order_by(User::id)
        .all(&shop.db)
        .await?;
    Ok(users.iter().map(|user| user.id).collect())
}

async fn orders(shop: &Place, filter: Filter<Order>) -> Test<Vec<i32>> {
    let orders = Order::query()
        .filter(filter)
        .order_by(Order::id)
        .all(&shop.db)
        .await?;
    Ok(orders.iter().map(|order| order.id).collect())
}

#[tokio::test]
async fn has_many_any_none_all_exists_is_empty() -> Test {
    let shop = &shop().await?;
    let big = || Order::total_in_cents.gt(30_000);
    assert_eq!(users(shop, User::orders.any(big())).await?, [1, 3]);
    assert_eq!(users(shop, User::orders.none(big())).await?, [2, 4]);
    assert_eq!(users(shop, User::orders.all(big())).await?, [3, 4]);
    assert_eq!(users(shop, User::orders.exists()).await?, [1, 2, 3]);
    assert_eq!(users(shop, User::orders.is_empty()).await?, [4]);
    Ok(())
}

#[tokio::test]
async fn all_does_not_pass_where_a_row_is_unknown() -> Test {
    let shop = &shop().await?;
    // Orders 1, 3 and 4 have no note: whether theirs is a gift is unknown.
    assert_eq!(
        users(shop, User::orders.all(Order::note.eq("gift"))).await?,
        [4]
    );
    assert_eq!(
        users(shop, User::orders.all(Order::note.is_null())).await?,
        [2, 3, 4]
    );
    Ok(())
}

#[tokio::test]
async fn belongs_to_and_has_one() -> Test {
    let shop = &shop().await?;
    assert_eq!(
        orders(shop, Order::customer.is(User::full_name.eq("Bob"))).await?,
        [3]
    );
    assert_eq!(orders(shop, Order::handler.exists()).await?, [1, 3, 4]);
    assert_eq!(orders(shop, Order::handler.is_empty()).await?, [2, 5]);
    assert_eq!(
        orders(shop, Order::handler.is(User::full_name.eq("Dee"))).await?,
        [1, 3]
    );
    assert_eq!(users(shop, User::profile.exists()).await?, [1, 3]);
    assert_eq!(
        users(shop, User::profile.is(Profile::bio.is_not_null())).await?,
        [1]
    );
    Ok(())
}

#[tokio::test]
async fn many_to_many_through_a_model_and_a_plain_table() -> Test {
    let shop = &shop().await?;
    assert_eq!(
        users(shop, User::roles.any(Role::name.eq("editor"))).await?,
        [1, 2]
    );
    assert_eq!(users(shop, User::roles.is_empty()).await?, [3, 4]);
    assert_eq!(
        users(shop, User::roles.all(Role::name.eq("editor"))).await?,
        [2, 3, 4]
    );
    assert_eq!(users(shop, User::tags.any(Tag::name.eq("new"))).await?, [2]);
    assert_eq!(users(shop, User::tags.count().eq(2)).await?, [2]);
    let with_mouse = orders(shop, Order::products.any(Product::name.eq("Mouse"))).await?;
    assert_eq!(with_mouse, [2, 4]);
    Ok(())
}

#[tokio::test]
async fn conditions_nest_and_combine() -> Test {
    let shop = &shop().await?;
    let bought = |name| {
        User::orders.any(Order::line_items.any(OrderItem::product.is(Product::name.eq(name))))
    };
    assert_eq!(users(shop, bought("Mouse")).await?, [1, 3]);
    assert_eq!(
        users(shop, bought("Mouse").and(bought("Pro Laptop 15"))).await?,
        [1]
    );
    assert_eq!(users(shop, bought("Mouse").not()).await?, [2, 4]);
    assert_eq!(
        users(shop, bought("Mouse").or(User::id.eq(4))).await?,
        [1, 3, 4]
    );
    // The other way up and down again: customers of whoever ordered the same.
    let sibling = Order::customer.is(User::orders.any(Order::status.eq("processing")));
    assert_eq!(orders(shop, sibling).await?, [1, 2, 5]);
    Ok(())
}

#[tokio::test]
async fn counts_compare_sort_and_select() -> Test {
    let shop = &shop().await?;
    assert_eq!(users(shop, User::orders.count().ge(1)).await?, [1, 2, 3]);
    assert_eq!(
        users(
            shop,
            User::orders.count_where(Order::status.eq("pending")).eq(1)
        )
        .await?,
        [1, 3]
    );
    assert_eq!(
        users(shop, User::orders.count().gt(User::roles.count())).await?,
        [1, 3]
    );
    let busiest = User::query().order_by((User::orders.count().desc(), User::id.desc()));
    let busiest: Vec<i32> = busiest
        .all(&shop.db)
        .await?
        .iter()
        .map(|user| user.id)
        .collect();
    assert_eq!(busiest, [1, 3, 2, 4]);
    let counts = User::query().order_by(User::id).values((
        User::id,
        User::orders.count(),
        User::roles.count(),
    ));
    assert_eq!(
        counts.all(&shop.db).await?,
        [(1, 3, 2), (2, 1, 1), (3, 1, 0), (4, 0, 0)]
    );
    Ok(())
}

#[tokio::test]
async fn values_of_a_to_one_association_sort_and_filter() -> Test {
    let shop = &shop().await?;
    let by_customer =
        Order::query().order_by((Order::customer.value(User::full_name).desc(), Order::id));
    let ids: Vec<i32> = by_customer
        .all(&shop.db)
        .await?
        .iter()
        .map(|order| order.id)
        .collect();
    assert_eq!(ids, [4, 3, 1, 2, 5]);
    let by_handler = Order::query().order_by((
        Order::handler.value(User::full_name).asc().nulls_first(),
        Order::id,
    ));
    let ids: Vec<i32> = by_handler
        .all(&shop.db)
        .await?
        .iter()
        .map(|order| order.id)
        .collect();
    assert_eq!(ids, [2, 5, 4, 1, 3]);
    assert_eq!(
        orders(shop, Order::customer.value(User::age).ge(20)).await?,
        [1, 2, 4, 5]
    );
    let names = Order::query()
        .order_by(Order::id)
        .values(Order::handler.value(User::full_name));
    let names = names.all(&shop.db).await?;
    assert_eq!(names[..2], [Some("Dee".to_owned()), None]);
    Ok(())
}

#[tokio::test]
async fn an_association_of_a_model_to_itself() -> Test {
    let shop = &shop().await?;
    assert_eq!(users(shop, User::referred.exists()).await?, [1]);
    assert_eq!(
        users(shop, User::referrer.is(User::full_name.eq("Ann"))).await?,
        [2, 3]
    );
    assert_eq!(
        users(shop, User::referrer.is(User::referred.count().eq(2))).await?,
        [2, 3]
    );
    let filter = Category::parent.is(Category::parent.is(Category::name.eq("all")));
    let kitchen = Category::query().filter(filter).one(&shop.db).await?;
    assert_eq!(kitchen.name, "kitchen");
    Ok(())
}

#[tokio::test]
async fn two_associations_to_one_model_are_told_apart() -> Test {
    let shop = &shop().await?;
    assert_eq!(users(shop, User::handled_orders.exists()).await?, [1, 4]);
    assert_eq!(
        users(shop, User::handled_orders.count().gt(User::orders.count())).await?,
        [4]
    );
    let own = Order::customer
        .is(User::id.eq(3))
        .and(Order::handler.is(User::id.eq(1)));
    assert_eq!(orders(shop, own).await?, [4]);
    Ok(())
}

#[tokio::test]
async fn conditions_work_in_counts_updates_and_deletes() -> Test {
    let shop = &shop().await?;
    assert_eq!(
        User::query()
            .filter(User::orders.is_empty())
            .count(&shop.db)
            .await?,
        1
    );
    assert!(
        User::query()
            .filter(User::orders.exists())
            .exists(&shop.db)
            .await?
    );
    let aged = User::query()
        .filter(User::orders.exists())
        .update()
        .set(User::age, User::id + 50);
    assert_eq!(aged.save(&shop.db).await?, 3);
    assert_eq!(users(shop, User::age.eq(52)).await?, [2]);
    let set = Product::query().filter(Product::id.gt(0)).update();
    set.set(
        Product::description,
        Product::order_items.count().cast::<Option<String>>(),
    )
    .save(&shop.db)
    .await?;
    assert_eq!(
        Product::find(2).one(&shop.db).await?.description.as_deref(),
        Some("2")
    );
    let gone = OrderItem::query()
        .filter(OrderItem::product.is_empty())
        .delete()
        .returning(&shop.db)
        .await?;
    assert_eq!(gone.iter().map(|item| item.id).collect::<Vec<_>>(), [3]);
    let unused = Tag::query()
        .filter(Tag::users.any(User::id.gt(1)))
        .delete()
        .run(&shop.db)
        .await?;
    assert_eq!(unused, 2);
    Ok(())
}

#[tokio::test]
async fn related_rows_of_every_kind() -> Test {
    let shop = &shop().await?;
    let ann = User::find(1).one(&shop.db).await?;
    let orders = ann
        .related(User::orders)
        .query()
        .filter(Order::status.ne("processing"))
        .order_by(Order::id.desc());
    let orders: Vec<i32> = orders
        .all(&shop.db)
        .await?
        .iter()
        .map(|order| order.id)
        .collect();
    assert_eq!(orders, [2, 1]);
    assert_eq!(ann.related(User::roles).query().count(&shop.db).await?, 2);
    assert_eq!(
        ann.related(User::tags).query().one(&shop.db).await?.name,
        "vip"
    );
    assert_eq!(
        ann.related(User::profile)
            .query()
            .one(&shop.db)
            .await?
            .bio
            .as_deref(),
        Some("painter")
    );
    let scope = shop.log.scope();
    assert_eq!(
        ann.related(User::referrer)
            .query()
            .one_or_none(&shop.db)
            .await?,
        None
    );
    assert!(scope.statements().len() <= 1);
    let bob = User::find(2).one(&shop.db).await?;
    assert_eq!(
        bob.related(User::referrer).query().one(&shop.db).await?.id,
        1
    );
    assert_eq!(
        bob.related(User::referrer)
            .query()
            .include(User::orders)
            .one(&shop.db)
            .await?
            .orders
            .len(),
        3
    );
    let none: Vec<i32> = bob
        .related(User::referred)
        .query()
        .all(&shop.db)
        .await?
        .iter()
        .map(|it| it.id)
        .collect();
    assert_eq!(none, NONE);
    Ok(())
}
