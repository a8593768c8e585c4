//! The first rows that an association leads to, and what is computed of them.

use orm::prelude::*;
use orm::query::Expr;
use orm::types::ColumnType;

use super::{Customer, Item, Label, Order, OrderLabel, World, filled};
use crate::database::{Place, Test};

async fn same<T>(place: &Place, ours: Expr<Customer, T>, naive: impl Fn(i32) -> T) -> Test
where
    T: ColumnType + PartialEq + std::fmt::Debug,
{
    let rows = Customer::query().values((Customer::id, ours));
    let rows = rows.order_by(Customer::id).all(&place.db).await?;
    assert_eq!(rows.len(), 60);
    for (id, value) in rows {
        assert_eq!(value, naive(id), "of customer {id}");
    }
    Ok(())
}

/// By total, biggest first; many are equal, and then the key decides.
fn biggest(world: &World, customer: i32) -> Vec<&Order> {
    let mut orders = world.orders_of(customer);
    orders.sort_by_key(|it| (std::cmp::Reverse(it.total), it.shop, it.number));
    orders
}

#[tokio::test]
async fn of_one_association() -> Test {
    let (place, world) = filled().await?;
    let three = || Customer::orders.first(3, Order::total.desc());
    let naive = |id| biggest(&world, id).into_iter().take(3);
    same(&place, three().count(), |id| naive(id).count() as i64).await?;
    same(&place, three().sum(Order::total), |id| {
        naive(id).map(|it| i64::from(it.total)).reduce(|a, b| a + b)
    })
    .await?;
    same(&place, three().count_distinct(Order::total), |id| {
        let mut totals: Vec<i32> = naive(id).map(|it| it.total).collect();
        totals.dedup();
        totals.len() as i64
    })
    .await?;
    // What is asked behind it is asked of the three.
    let paid = three().only(Order::paid.eq(true));
    same(&place, paid.clone().count(), |id| {
        naive(id).filter(|it| it.paid).count() as i64
    })
    .await?;
    let first_paid = paid.value(Order::total);
    same(&place, first_paid, |id| {
        naive(id).find(|it| it.paid).map(|it| it.total)
    })
    .await?;
    // What is asked before it says of which rows they are the first.
    let paid = Customer::orders.only(Order::paid.eq(true));
    let value = paid.first(1, Order::total.desc()).value(Order::number);
    same(&place, value, |id| {
        let mut orders = biggest(&world, id).into_iter();
        orders.find(|it| it.paid).map(|it| it.number)
    })
    .await?;
    same(&place, Customer::orders.first(0, ()).count(), |_| 0).await?;
    let none = Customer::orders.first(0, ()).value(Order::total);
    same(&place, none, |_| None).await?;
    let all = Customer::orders.first(u32::MAX, ()).count();
    same(&place, all, |id| world.orders_of(id).len() as i64).await?;
    let gone = Customer::orders.rows().with_deleted();
    let gone = gone.first(4, (Order::number.desc(), Order::shop));
    same(&place, gone.min(Order::number), |id| {
        let mut orders = world.with_gone_orders_of(id);
        orders.sort_by_key(|it| (std::cmp::Reverse(it.number), it.shop));
        orders.into_iter().take(4).map(|it| it.number).min()
    })
    .await
}

#[tokio::test]
async fn conditions_and_orders() -> Test {
    let (place, world) = filled().await?;
    let two = || Customer::orders.first(2, Order::total.desc());
    let naive = |id| biggest(&world, id).into_iter().take(2);
    let ids = async |filter| {
        let rows = Customer::query().filter(filter).values(Customer::id);
        rows.order_by(Customer::id).all(&place.db).await
    };
    let expected =
        |passes: &dyn Fn(i32) -> bool| -> Vec<i32> { (0..60).filter(|&id| passes(id)).collect() };
    let paid = || Order::paid.eq(true);
    let all = expected(&|id| naive(id).all(|it| it.paid));
    assert_eq!(ids(two().all(paid())).await?, all);
    let any = expected(&|id| naive(id).any(|it| it.paid));
    assert_eq!(ids(two().any(paid())).await?, any);
    let none = expected(&|id| !naive(id).any(|it| it.paid));
    assert_eq!(ids(two().none(paid())).await?, none);
    let empty = expected(&|id| naive(id).next().is_none());
    assert_eq!(ids(two().is_empty()).await?, empty);
    assert_ne!(all, any);
    // By a value of the first, which many share.
    let newest = || Customer::orders.first(1, (Order::number.desc(), Order::shop));
    let sorted = Customer::query().order_by((newest().value(Order::number), Customer::id));
    let sorted = sorted.values(Customer::id).all(&place.db).await?;
    let mut ids: Vec<i32> = (0..60).collect();
    ids.sort_by_key(|&id| {
        let numbers = world.orders_of(id).into_iter().map(|it| it.number);
        let newest = numbers.max();
        (newest.is_none(), newest, id)
    });
    assert_eq!(sorted, ids);
    // Beside whole rows and what belongs to them.
    let rows = Customer::query().include(Customer::orders.filter(Order::total.gt(0)));
    let rows = rows
        .annotate(newest().value(Order::number))
        .order_by(Customer::id);
    for row in rows.all(&place.db).await? {
        let numbers = world.orders_of(row.row.id).into_iter().map(|it| it.number);
        assert_eq!(row.values, numbers.max());
    }
    Ok(())
}

#[tokio::test]
async fn of_paths_and_pairs() -> Test {
    let (place, world) = filled().await?;
    // The dearest items of all orders of a customer, not of each order.
    let dearest = Customer::orders.then(Order::items.only(Item::price.is_not_null()));
    let dearest = dearest.first(3, Item::price.desc());
    let naive = |id| {
        let orders = world.orders_of(id).into_iter();
        let mut items: Vec<&Item> = orders.flat_map(|it| world.items_of(it)).collect();
        items.retain(|it| it.price.is_some());
        items.sort_by_key(|it| (std::cmp::Reverse(it.price), it.id));
        items.into_iter().take(3)
    };
    same(&place, dearest.clone().sum(Item::price), |id| {
        let prices = naive(id).filter_map(|it| it.price);
        prices.map(i64::from).reduce(|a, b| a + b)
    })
    .await?;
    same(&place, dearest.value(Item::id), |id| {
        naive(id).next().map(|it| it.id)
    })
    .await?;
    // A label that two pairs lead to is one of the first once.
    let labels = || Order::labels.first(2, Label::rank.desc());
    let orders = Order::query().values((
        (Order::shop, Order::number),
        labels().count(),
        labels().sum(Label::rank),
        labels().value(Label::id),
    ));
    let naive = |order: &Order| -> Vec<(i32, i32)> {
        let mut labels = world.labels_of(order);
        labels.sort_by_key(|it| (std::cmp::Reverse(it.rank), it.id));
        labels.iter().take(2).map(|it| (it.id, it.rank)).collect()
    };
    let found = orders.all(&place.db).await?;
    assert!(found.len() > 500);
    for ((shop, number), count, sum, first) in found {
        let mut orders = world.orders.iter();
        let order = orders.find(|it| (it.shop, it.number) == (shop, number));
        let labels = order.map(naive).unwrap_or_default();
        assert_eq!(count, labels.len() as i64);
        let ranks = labels.iter().map(|it| i64::from(it.1));
        assert_eq!(sum, ranks.reduce(|a, b| a + b));
        assert_eq!(first, labels.first().map(|it| it.0));
    }
    // Which join row leads to it is said before; here the pairs of some weight.
    let heavy = Order::labels.only_join_rows(OrderLabel::weight.gt(5));
    let counted = Order::query().values(((Order::shop, Order::number), heavy.first(1, ()).count()));
    for ((shop, number), count) in counted.all(&place.db).await? {
        let mut pairs = world.pairs.iter().filter(|it| it.deleted_at.is_none());
        let heavy = pairs.any(|it| {
            let there = |label: &&Label| label.id == it.label_id && label.deleted_at.is_none();
            let there = world.labels.iter().any(|label| there(&label));
            (it.shop, it.number) == (shop, number) && it.weight > Some(5) && there
        });
        assert_eq!(count, i64::from(heavy), "{shop} {number}");
    }
    Ok(())
}

#[tokio::test]
async fn each_way_and_below_one_another() -> Test {
    let (place, world) = filled().await?;
    // Of its three first labels, as often as orders lead to them.
    let labels = Customer::orders.then(Order::labels).each_way();
    let ours = labels.first(3, Label::id).count();
    same(&place, ours, |id| {
        let orders = world.orders_of(id).into_iter();
        let mut ids: Vec<i32> = orders
            .flat_map(|it| world.labels_of(it))
            .map(|it| it.id)
            .collect();
        ids.sort_unstable();
        let mut first = ids.clone();
        first.dedup();
        first.truncate(3);
        ids.iter().filter(|id| first.contains(id)).count() as i64
    })
    .await?;
    // And of those, what hangs below: still once for each way.
    let twice = Customer::orders.then(Order::labels).each_way();
    let back = twice.then(Label::orders).count();
    same(&place, back, |id| {
        let orders = world.orders_of(id).into_iter();
        let live = world.orders.iter().filter(|it| it.deleted_at.is_none());
        let theirs: Vec<&Label> = live.flat_map(|it| world.labels_of(it)).collect();
        let ways = |label: &Label| theirs.iter().filter(|it| it.id == label.id).count();
        let labels = orders.flat_map(|it| world.labels_of(it));
        labels.map(ways).sum::<usize>() as i64
    })
    .await?;
    // The items of the first order: an expression over rows of an order.
    let items = Customer::orders.first(1, (Order::number, Order::shop));
    same(&place, items.value(Order::items.sum(Item::price)), |id| {
        let mut orders = world.orders_of(id);
        orders.sort_by_key(|it| (it.number, it.shop));
        let prices = world.items_of(orders.first()?).into_iter();
        let prices = prices.filter_map(|it| it.price);
        prices.map(i64::from).reduce(|a, b| a + b)
    })
    .await?;
    // Sorted by what belongs to them, with one parameter in both places.
    let by_items = Order::items.only(Item::price.gt(500)).count();
    let busiest = Customer::orders.first(1, by_items.desc());
    same(&place, busiest.value(Order::number), |id| {
        let mut orders = world.orders_of(id);
        orders.sort_by_key(|it| {
            let items = world.items_of(it).into_iter();
            let dear = items.filter(|it| it.price > Some(500)).count();
            (std::cmp::Reverse(dear), it.shop, it.number)
        });
        orders.first().map(|it| it.number)
    })
    .await
}

/// An order is written once, or each would hold the one within it twice.
#[tokio::test]
async fn by_the_first_of_each_other() -> Test {
    let (place, world) = filled().await?;
    let nested = |levels: u32| {
        let one = Customer::orders.first(3, ()).value(Order::total);
        (0..levels).fold(one, |it, _| {
            let of_buyer = Order::buyer.value(it);
            Customer::orders.first(2, of_buyer).value(Order::total)
        })
    };
    let text = |levels| Customer::query().values(nested(levels)).to_sql().len();
    assert!(text(10) < 6 * text(2));
    same(&place, nested(2), |id| {
        let orders = world.orders_of(id).into_iter();
        let first = orders.min_by_key(|it| (it.shop, it.number));
        first.map(|it| it.total)
    })
    .await
}
