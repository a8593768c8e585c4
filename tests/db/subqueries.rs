//! Queries as operands: values that are looked in, one value, whether there is a row.

use orm::Error;
use orm::error::ErrorKind;
use orm::prelude::*;
use orm::query::{count, exists, not_exists, outer};
use orm::raw::raw_expr;

use crate::database::{NONE, Test, shop};
use crate::shop::{Category, Order, OrderItem, Product, Profile, User};

#[tokio::test]
async fn a_value_among_those_of_a_query() -> Test {
    let shop = shop().await?;
    let waiting = Order::query().filter(Order::status.eq("pending"));
    let users = User::query()
        .filter(User::id.in_subquery(waiting.clone().values(Order::user_id)))
        .order_by(User::id)
        .values(User::id)
        .all(&shop.db)
        .await?;
    assert_eq!(users, [1, 3]);
    shop.log.assert_count(1);
    let others = User::query()
        .filter(User::id.not_in_subquery(waiting.values(Order::user_id)))
        .order_by(User::id)
        .values(User::id)
        .all(&shop.db)
        .await?;
    assert_eq!(others, [2, 4]);
    Ok(())
}

// The NULL of those that handle no order would hide every row of a plain NOT IN.
#[tokio::test]
async fn null_is_no_value_of_a_query() -> Test {
    let shop = shop().await?;
    let handlers = || Order::query().values(Order::handler_id);
    let idle = User::query()
        .filter(User::id.not_in_subquery(handlers()))
        .order_by(User::id)
        .values(User::id)
        .all(&shop.db)
        .await?;
    assert_eq!(idle, [2, 3]);
    // Nor is it one that is looked for, in whatever there is.
    let named = Order::query()
        .filter(Order::handler_id.not_in_subquery(Profile::query().values(Profile::user_id)))
        .order_by(Order::id)
        .values(Order::id)
        .all(&shop.db)
        .await?;
    assert_eq!(named, [1, 3]);
    let nobody = User::query().filter(User::id.gt(1_000)).values(User::id);
    let named = Order::query()
        .filter(Order::handler_id.not_in_subquery(nobody))
        .order_by(Order::id)
        .values(Order::id)
        .all(&shop.db)
        .await?;
    assert_eq!(named, [1, 3, 4]);
    Ok(())
}

#[tokio::test]
async fn the_one_value_of_a_query() -> Test {
    let shop = shop().await?;
    let dearest = Product::query()
        .filter(
            Product::price_in_cents.eq(Product::query()
                .values(Product::price_in_cents.max())
                .subquery()),
        )
        .values(Product::name)
        .all(&shop.db)
        .await?;
    assert_eq!(dearest, ["Pro Laptop 15"]);
    // Of each row around: its latest order.
    let latest = Order::query()
        .filter(Order::user_id.eq(outer(User::id)))
        .order_by(Order::created_at.desc())
        .limit(1)
        .values(Order::id)
        .subquery();
    let users = User::query()
        .order_by(User::id)
        .values((User::id, latest))
        .all(&shop.db)
        .await?;
    assert_eq!(users, [(1, Some(5)), (2, Some(3)), (3, Some(4)), (4, None)]);
    Ok(())
}

#[tokio::test]
async fn of_one_model_the_rows_around_are_meant() -> Test {
    let shop = shop().await?;
    // More than the buyer's other orders on average.
    let others = Order::query()
        .filter(Order::user_id.eq(outer(Order::user_id)))
        .filter(Order::id.ne(outer(Order::id)));
    let average = others.values(Order::total_in_cents.max()).subquery();
    let above = Order::query()
        .filter(Order::total_in_cents.gt(average))
        .values(Order::id)
        .all(&shop.db)
        .await?;
    assert_eq!(above, [1]);
    let leaves = Category::query()
        .filter(not_exists(
            Category::query().filter(Category::parent_id.eq(outer(Category::id))),
        ))
        .order_by(Category::id)
        .values(Category::id)
        .all(&shop.db)
        .await?;
    assert_eq!(leaves, [3, 4, 5]);
    Ok(())
}

#[tokio::test]
async fn whether_a_query_has_a_row() -> Test {
    let shop = shop().await?;
    let of_user = Order::query().filter(Order::user_id.eq(outer(User::id)));
    let buyers = User::query()
        .filter(exists(of_user.clone()))
        .order_by(User::id)
        .values(User::id)
        .all(&shop.db)
        .await?;
    assert_eq!(buyers, [1, 2, 3]);
    // A third one, and groups.
    let third = of_user.clone().order_by(Order::id).offset(2);
    let busy = User::query()
        .filter(exists(third))
        .values(User::id)
        .all(&shop.db)
        .await?;
    assert_eq!(busy, [1]);
    let often = of_user
        .values(count())
        .group_by(Order::status)
        .having(count().gt(1));
    let often = User::query().filter(exists(often)).count(&shop.db).await?;
    assert_eq!(often, 0);
    Ok(())
}

// Two levels up, and inside a condition on an association.
#[tokio::test]
async fn rows_further_around_are_in_reach() -> Test {
    let shop = shop().await?;
    let items = OrderItem::query()
        .filter(OrderItem::order_id.eq(outer(Order::id)))
        .filter(OrderItem::quantity.gt(outer(User::id)));
    let orders = Order::query()
        .filter(Order::user_id.eq(outer(User::id)))
        .filter(exists(items));
    let users = User::query()
        .filter(exists(orders))
        .values(User::id)
        .all(&shop.db)
        .await?;
    assert_eq!(users, [1]);
    let named = User::query()
        .filter(User::orders.any(Order::handler_id.eq(outer(User::referrer_id) + 3)))
        .order_by(User::id)
        .values(User::id)
        .all(&shop.db)
        .await?;
    assert_eq!(named, [2]);
    Ok(())
}

#[tokio::test]
async fn in_every_clause() -> Test {
    let shop = shop().await?;
    let orders = || {
        let own = Order::query().filter(Order::user_id.eq(outer(User::id)));
        own.values(count()).subquery()
    };
    let by_orders = User::query()
        .filter(orders().gt(0))
        .order_by((orders().desc(), User::id.asc()))
        .values((User::id, orders()))
        .all(&shop.db)
        .await?;
    assert_eq!(by_orders, [(1, Some(3)), (2, Some(1)), (3, Some(1))]);
    let grouped = User::query()
        .values((orders(), count()))
        .group_by(orders())
        .having(count().gt(1))
        .order_by(orders())
        .all(&shop.db)
        .await?;
    assert_eq!(grouped, [(Some(1), 2)]);
    let average = Order::query()
        .values(Order::total_in_cents.max())
        .subquery();
    let tree = User::query()
        .include(User::orders.filter(Order::total_in_cents.eq(average)))
        .order_by(User::id)
        .all(&shop.db)
        .await?;
    let dearest: Vec<usize> = tree.iter().map(|user| user.orders.len()).collect();
    assert_eq!(dearest, [1, 0, 0, 0]);
    Ok(())
}

#[tokio::test]
async fn what_is_written_can_depend_on_it() -> Test {
    let shop = shop().await?;
    let sold = || OrderItem::query().filter(OrderItem::product_id.eq(outer(Product::id)));
    let changed = Product::query()
        .filter(exists(sold()))
        .update()
        .set(
            Product::stock_quantity,
            sold()
                .values(OrderItem::quantity.count())
                .subquery()
                .cast::<Option<i32>>()
                .coalesce(0),
        )
        .save(&shop.db)
        .await?;
    assert_eq!(changed, 3);
    let stock = Product::query()
        .order_by(Product::id)
        .values(Product::stock_quantity)
        .all(&shop.db)
        .await?;
    assert_eq!(stock, [1, 2, 2, 7]);
    let gone = Product::query()
        .filter(not_exists(sold()))
        .delete()
        .run(&shop.db)
        .await?;
    assert_eq!(gone, 1);
    Ok(())
}

#[tokio::test]
async fn no_row_passes_an_empty_one() -> Test {
    let shop = shop().await?;
    let none = || Order::query().filter(Order::id.in_(NONE));
    let found = User::query().filter(exists(none())).count(&shop.db).await?;
    assert_eq!(found, 0);
    let found = User::query().filter(User::id.in_subquery(none().values(Order::user_id)));
    assert_eq!(found.count(&shop.db).await?, 0);
    let found = User::query().filter(User::id.not_in_subquery(none().values(Order::user_id)));
    assert_eq!(found.count(&shop.db).await?, 4);
    Ok(())
}

#[tokio::test]
async fn what_has_no_meaning_is_refused_before_anything_is_sent() -> Test {
    let shop = shop().await?;
    let refused = |error: Error, words: &str| {
        assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
        assert_eq!(error.to_string(), words);
    };
    let totals = Order::query().values(Order::total_in_cents).subquery();
    let error = Product::query()
        .filter(Product::price_in_cents.eq(totals))
        .all(&shop.db)
        .await;
    refused(
        error.unwrap_err(),
        "Order: a subquery that is a value has one row: fold its rows with an aggregate such as `.max()`, or \
         take the first with `.limit(1)`",
    );
    let nowhere = "User: `outer(User::id)` is not inside a query of User: `outer` names a column of the rows \
                   around a subquery, or around a condition on an association";
    let error = Order::query()
        .filter(Order::user_id.eq(outer(User::id)))
        .all(&shop.db)
        .await;
    refused(error.unwrap_err(), nowhere);
    let own = User::query().filter(User::id.eq(outer(User::id)));
    refused(own.all(&shop.db).await.unwrap_err(), nowhere);
    let by_hand = raw_expr("")
        .column(Order::user_id)
        .raw(" = ")
        .outer(User::id);
    let error = Order::query().filter(by_hand.filter()).all(&shop.db).await;
    refused(error.unwrap_err(), nowhere);
    let inside = Order::query().filter(Order::user_id.eq(outer(User::id)));
    let error = Product::query()
        .filter(exists(inside))
        .delete()
        .run(&shop.db)
        .await;
    refused(error.unwrap_err(), nowhere);
    let of_total = Product::query()
        .filter(Product::price_in_cents.lt(outer(Order::total_in_cents)))
        .values(count())
        .subquery();
    let error = Order::query()
        .values((Order::user_id, of_total))
        .group_by(Order::user_id)
        .all(&shop.db)
        .await;
    refused(
        error.unwrap_err(),
        "Order: `total_in_cents` has many values in a group; add it to `.group_by(..)`, or fold it with an aggregate such as `.max()`",
    );
    shop.log.assert_count(0);
    Ok(())
}
