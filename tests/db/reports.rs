//! Computed values in place of rows: groups, aggregates, windows.

use orm::prelude::*;
use orm::query::{case, count, holds, rank, row_number};
use rust_decimal::Decimal;

use crate::database::{Test, empty_shop, shop};
use crate::shop::{Order, OrderItem, Product, User};

#[tokio::test]
async fn groups_with_aggregates() -> Test {
    let shop = shop().await?;
    let report = Order::query()
        .values((
            Order::user_id,
            count(),
            Order::total_in_cents.sum(),
            Order::total_in_cents.max(),
        ))
        .group_by(Order::user_id)
        .order_by(Order::user_id)
        .all(&shop.db)
        .await?;
    let expected = [
        (1, 3, Some(183_996), Some(149_999)),
        (2, 1, Some(0), Some(0)),
        (3, 1, Some(31_998), Some(31_998)),
    ];
    assert_eq!(report, expected);
    shop.log.assert_count(1);
    Ok(())
}

#[tokio::test]
async fn having_keeps_groups() -> Test {
    let shop = shop().await?;
    let busy = Order::query()
        .filter(Order::status.ne("cancelled"))
        .values((Order::user_id, count()))
        .group_by(Order::user_id)
        .having(count().gt(1).and(Order::total_in_cents.min().lt(4_000)))
        .all(&shop.db)
        .await?;
    assert_eq!(busy, [(1, 3)]);
    Ok(())
}

#[tokio::test]
async fn aggregates_of_no_rows() -> Test {
    let shop = empty_shop().await?;
    let none = Order::query()
        .values((
            count(),
            Order::total_in_cents.sum(),
            Order::total_in_cents.avg(),
            Order::created_at.max(),
        ))
        .one(&shop.db)
        .await?;
    assert_eq!(none, (0, None, None, None));
    Ok(())
}

#[tokio::test]
async fn counts_distinct_values_averages_and_filtered_aggregates() -> Test {
    let shop = shop().await?;
    let row = Order::query()
        .values((
            Order::user_id.count_distinct(),
            Order::handler_id.count(),
            Order::total_in_cents.avg(),
            count().filter_where(Order::status.eq("pending")),
        ))
        .one(&shop.db)
        .await?;
    let average = Decimal::new(431_988, 1);
    assert_eq!(row, (3, 3, Some(average), 2));
    Ok(())
}

#[tokio::test]
async fn expressions_and_conditions_as_values() -> Test {
    let shop = shop().await?;
    let rows = Product::query()
        .order_by(Product::id)
        .limit(2)
        .values((
            Product::name.lower(),
            Product::price_in_cents * 2,
            holds(Product::stock_quantity.gt(0)),
            case(Product::is_active.eq(false), Product::name, "on sale"),
            Product::order_items.count(),
        ))
        .all(&shop.db)
        .await?;
    let expected = [
        (
            "pro laptop 15".into(),
            299_998,
            Some(true),
            "on sale".into(),
            1,
        ),
        ("mouse".into(), 3_998, Some(false), "on sale".into(), 2),
    ];
    assert_eq!(rows, expected);
    Ok(())
}

#[tokio::test]
async fn windows_number_and_rank_rows() -> Test {
    let shop = shop().await?;
    let rows = Order::query()
        .values((
            Order::id,
            row_number().over(Order::user_id, Order::id.desc()),
            rank().over(Order::user_id, Order::total_in_cents.desc()),
            Order::total_in_cents.sum().over(Order::user_id, Order::id),
        ))
        .order_by(Order::id)
        .all(&shop.db)
        .await?;
    let expected = [
        (1, 3, 1, Some(149_999)),
        (2, 2, 3, Some(153_997)),
        (3, 1, 1, Some(0)),
        (4, 1, 1, Some(31_998)),
        (5, 1, 2, Some(183_996)),
    ];
    assert_eq!(rows, expected);
    Ok(())
}

#[tokio::test]
async fn a_window_over_all_rows() -> Test {
    let shop = shop().await?;
    let rows = User::query()
        .values((
            User::id,
            row_number().over((), User::full_name.desc()),
            count().over((), ()),
        ))
        .order_by(User::id)
        .all(&shop.db)
        .await?;
    assert_eq!(rows, [(1, 4, 4), (2, 3, 4), (3, 2, 4), (4, 1, 4)]);
    Ok(())
}

#[tokio::test]
async fn distinct_and_limited_values() -> Test {
    let shop = shop().await?;
    let statuses = Order::query()
        .values(Order::status)
        .distinct()
        .order_by(Order::status)
        .limit(2);
    assert_eq!(statuses.all(&shop.db).await?, ["cancelled", "delivered"]);
    let products = OrderItem::query()
        .values(OrderItem::product_id)
        .distinct()
        .order_by(OrderItem::product_id);
    assert_eq!(
        products.all(&shop.db).await?,
        [Some(1), Some(2), Some(3), None]
    );
    Ok(())
}

#[tokio::test]
async fn one_value_or_an_error() -> Test {
    let shop = shop().await?;
    let name = User::find(1).values(User::full_name).one(&shop.db).await?;
    assert_eq!(name, "Ann");
    assert_eq!(
        User::find(9)
            .values(User::age)
            .one_or_none(&shop.db)
            .await?,
        None
    );
    assert!(
        User::find(9)
            .values(User::age)
            .one(&shop.db)
            .await
            .unwrap_err()
            .is_not_found()
    );
    assert!(
        User::query()
            .values(User::age)
            .one(&shop.db)
            .await
            .unwrap_err()
            .is_too_many_rows()
    );
    Ok(())
}
