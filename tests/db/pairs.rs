//! A join table that holds a pair twice: a row is related or it is not.

use orm::prelude::*;
use orm::raw::{raw_expr, raw_sql};

use crate::database::{Place, Test, shop};
use crate::shop::{Order, OrderItem, Product, Role, User};

/// The shop, where order 1 has its laptop in two lines, and a mouse.
async fn with_a_pair_twice() -> Test<Place> {
    let shop = shop().await?;
    shop.run(
        "INSERT INTO order_items (id, order_id, product_id, quantity, unit_price_in_cents) \
         VALUES (9, 1, 1, 7, 5), (10, 1, 2, 1, 5)",
    )
    .await?;
    Ok(shop)
}

fn ids(products: &[Product]) -> Vec<i32> {
    products.iter().map(|product| product.id).collect()
}

#[tokio::test]
async fn every_way_of_reading_has_the_row_once() -> Test {
    let shop = with_a_pair_twice().await?;
    let db = &shop.db;
    let order = Order::find(1).include(Order::products).one(db).await?;
    assert_eq!(ids(&order.products), [1, 2]);
    let separate = Order::find(1)
        .include(Order::products.separate())
        .one(db)
        .await?;
    assert_eq!(ids(&separate.products), [1, 2]);
    let loaded = Order::products.load_for([&*order], db).await?;
    assert_eq!(ids(&loaded[0]), [1, 2]);
    let related = order.related(Order::products);
    assert_eq!(related.count(db).await?, 2);
    assert_eq!(related.all(db).await?.len(), 2);
    assert!(related.has_all(&order.products, db).await?);
    let with_two = Order::query()
        .filter(Order::products.count().eq(2))
        .order_by(Order::id)
        .all(db)
        .await?;
    assert_eq!(with_two[0].id, 1);
    let counted = Order::products.count_where(Product::id.eq(1)).eq(1);
    assert_eq!(Order::find(1).filter(counted).count(db).await?, 1);
    Ok(())
}

// A limit counts rows, and so the second row is not the first once more.
#[tokio::test]
async fn a_limit_per_parent_counts_rows() -> Test {
    let shop = with_a_pair_twice().await?;
    let first_two = Order::products.order_by(Product::id).limit(2);
    let order = Order::find(1).include(first_two).one(&shop.db).await?;
    assert_eq!(ids(&order.products), [1, 2]);
    Ok(())
}

#[tokio::test]
async fn rows_are_taken_out_however_often_they_are_there() -> Test {
    let shop = with_a_pair_twice().await?;
    let db = &shop.db;
    let order = Order::find(1).include(Order::products).one(db).await?;
    let desk = Product::find(3).one(db).await?;
    // Two pairs go, and two rows were asked for: but not these two.
    let laptop_and_desk = [&order.products[0], &desk];
    let error = order
        .related(Order::products)
        .remove(laptop_and_desk, db)
        .await;
    assert!(error.unwrap_err().is_not_related());
    assert_eq!(
        OrderItem::query()
            .filter(OrderItem::order_id.eq(1))
            .count(db)
            .await?,
        3
    );
    order
        .related(Order::products)
        .remove([&order.products[0]], db)
        .await?;
    assert_eq!(ids(&order.related(Order::products).all(db).await?), [2]);
    Ok(())
}

// Of a new join table the server knows nothing: it thinks that an owner has one pair, and
// would look through all rows that stay for each of them.
#[tokio::test]
async fn pairs_that_go_are_found_however_many_stay() -> Test {
    only_on_a_server!();
    let shop = with_a_pair_twice().await?;
    let order = Order::find(1).one(&shop.db).await?;
    let laptop = Product::find(1).one(&shop.db).await?;
    shop.log.clear();
    let products = order.related(Order::products);
    products.set([&laptop], &shop.db).await?;
    products.remove([&laptop], &shop.db).await?;
    let mut statements = shop.log.statements();
    statements.retain(|text| text.starts_with("DELETE"));
    for (text, plans) in statements.iter().zip(["hashed SubPlan", "ANY"]) {
        let plan = raw_sql(format!("EXPLAIN {text}")).bind(order.id);
        let plan: Vec<String> = plan.bind(vec![1, 2, 3]).scalars(&shop.db).await?;
        let plan = plan.join("\n");
        assert!(plan.contains(plans) && !plan.contains("Join"), "{plan}");
    }
    assert_eq!(statements.len(), 2);
    Ok(())
}

// The database tells a pair by its number among those that it is given, each once.
#[tokio::test]
async fn a_pair_that_is_refused_is_told_by_what_was_given() -> Test {
    let shop = shop().await?;
    let role = Role::query().order_by(Role::id).first(&shop.db).await?;
    let user = User::query().order_by(User::id).first(&shop.db).await?;
    let (role, user) = (role.expect("a role"), user.expect("a user"));
    let keys = [role.id, role.id, 999];
    let error = user.related(User::roles).add_keys(keys, &shop.db).await;
    let error = error.unwrap_err();
    assert!(error.is_foreign_key_violation(), "{error}");
    assert_eq!(error.row(), Some(2));
    let keys = vec![role.id, 998, 999];
    let error = user.related(User::roles).set_keys(keys, &shop.db).await;
    let error = error.unwrap_err();
    assert!(error.refers_to_nothing(), "{error}");
    assert_eq!(error.row(), Some(1));
    assert!(!error.to_string().contains("998"), "{error}");
    // It is the owner that is not there, and no row that was given.
    let gone = User { id: 999, ..user };
    let error = gone
        .related(User::roles)
        .add_keys([role.id, 1], &shop.db)
        .await;
    let error = error.unwrap_err();
    assert!(error.is_foreign_key_violation(), "{error}");
    if !crate::database::on_a_file() {
        assert_eq!(error.row(), None);
    }
    Ok(())
}

// Both tables have a column `id`; raw text can only mean the row's own.
#[tokio::test]
async fn raw_text_means_the_columns_of_the_other_side() -> Test {
    let shop = with_a_pair_twice().await?;
    let mice = || raw_expr("id = ").bind(2).filter();
    let order = Order::find(1)
        .include(Order::products.filter(mice()))
        .one(&shop.db)
        .await?;
    assert_eq!(ids(&order.products), [2]);
    let limited = Order::products.filter(mice()).limit(1);
    let order = Order::find(1).include(limited).one(&shop.db).await?;
    assert_eq!(ids(&order.products), [2]);
    let with_join_row = Order::products.filter(mice()).with_join_row();
    let order = Order::find(1).include(with_join_row).one(&shop.db).await?;
    assert_eq!(order.products[0].join.id, 10);
    let count = Order::query()
        .filter(Order::products.any(mice()))
        .count(&shop.db)
        .await?;
    assert_eq!(count, 3);
    Ok(())
}
