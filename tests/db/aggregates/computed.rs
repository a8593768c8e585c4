//! Aggregates as values, conditions, orders and groups.

use std::collections::BTreeMap;

use orm::prelude::*;
use orm::query::{Expr, count};
use orm::types::ColumnType;
use rust_decimal::Decimal;

use super::{Customer, Item, Label, Order, OrderLabel, Product, World, filled, once};
use crate::database::{Place, Test};

/// What is computed of each customer is what is expected of it.
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

fn sum_of(values: impl Iterator<Item = i64>) -> Option<i64> {
    values.reduce(|sum, value| sum + value)
}

fn mean(values: impl Iterator<Item = Decimal>) -> Option<Decimal> {
    let values: Vec<Decimal> = values.collect();
    let sum: Decimal = values.iter().copied().sum();
    (!values.is_empty()).then(|| (sum / Decimal::from(values.len())).round_dp(6))
}

#[tokio::test]
async fn of_one_association() -> Test {
    let (place, world) = filled().await?;
    let of = |id| world.orders_of(id).into_iter();
    same(&place, Customer::orders.count(), |id| of(id).count() as i64).await?;
    let sum = |id| sum_of(of(id).map(|it| it.total.into()));
    same(&place, Customer::orders.sum(Order::total), sum).await?;
    // Beyond an `i64`.
    let sum = |id| {
        of(id)
            .map(|it| Decimal::from(it.points))
            .reduce(|a, b| a + b)
    };
    same(&place, Customer::orders.sum(Order::points), sum).await?;
    let least = |id| of(id).map(|it| it.total).min();
    same(&place, Customer::orders.min(Order::total), least).await?;
    let most = |id| of(id).map(|it| it.points).max();
    same(&place, Customer::orders.max(Order::points), most).await?;
    let last = |id| of(id).filter_map(|it| it.note.clone()).max();
    same(&place, Customer::orders.max(Order::note), last).await?;
    let notes = |id| once_sorted(of(id).filter_map(|it| it.note.clone())) as i64;
    same(&place, Customer::orders.count_distinct(Order::note), notes).await?;
    let rounded = Customer::query().values((Customer::id, Customer::orders.avg(Order::total)));
    for (id, found) in rounded.all(&place.db).await? {
        let naive = mean(of(id).map(|it| it.total.into()));
        assert_eq!(found.map(|it| it.round_dp(6)), naive, "of customer {id}");
    }
    // Of the one row that it refers to.
    let ours = Order::query().values((Order::buyer.count(), Order::buyer.max(Customer::city)));
    let ours = ours
        .order_by((Order::shop, Order::number))
        .all(&place.db)
        .await?;
    let mut orders: Vec<&Order> = world.orders.iter().collect();
    orders.retain(|it| it.deleted_at.is_none());
    orders.sort_by_key(|it| (it.shop, it.number));
    let naive = orders.into_iter().map(|order| {
        let mut customers = world.customers.iter();
        let buyer = customers.find(|it| Some(it.id) == order.customer);
        (buyer.is_some().into(), buyer.and_then(|it| it.city.clone()))
    });
    assert_eq!(ours, naive.collect::<Vec<(i64, _)>>());
    Ok(())
}

fn once_sorted(values: impl Iterator<Item = String>) -> usize {
    let mut values: Vec<String> = values.collect();
    values.sort();
    values.dedup();
    values.len()
}

#[tokio::test]
async fn of_rows_that_pass_a_condition() -> Test {
    let (place, world) = filled().await?;
    let paid = Customer::orders.only(Order::paid.eq(true));
    let of = |id| world.orders_of(id).into_iter().filter(|it| it.paid);
    let sum = |id| sum_of(of(id).map(|it| it.total.into()));
    same(&place, paid.clone().sum(Order::total), sum).await?;
    // Several conditions hold in one row, NULL is none of them.
    let noted = paid.only(Order::note.ne("a").or(Order::total.lt(5)));
    let naive = |id| {
        let passes = |it: &&Order| it.note.as_ref().is_some_and(|it| it != "a") || it.total < 5;
        of(id).filter(passes).count() as i64
    };
    same(&place, noted.count(), naive).await?;
    // What is asked may be of rows that hang below.
    let full = Customer::orders.only(Order::items.count().ge(4)).count();
    let naive = |id| {
        let orders = world.orders_of(id).into_iter();
        orders.filter(|it| world.items_of(it).len() >= 4).count() as i64
    };
    same(&place, full, naive).await?;
    let worth = Customer::orders.sum(Order::items.sum(Item::price).coalesce(0_i64));
    let naive = |id| {
        let of = |order: &Order| {
            sum_of(
                world
                    .items_of(order)
                    .iter()
                    .filter_map(|it| it.price)
                    .map(i64::from),
            )
        };
        let orders = world.orders_of(id).into_iter();
        orders
            .map(|it| Decimal::from(of(it).unwrap_or(0)))
            .reduce(|a, b| a + b)
    };
    same(&place, worth, naive).await
}

#[tokio::test]
async fn over_several_steps_each_row_once() -> Test {
    let (place, world) = filled().await?;
    let items = |id| {
        let orders = world.orders_of(id).into_iter();
        orders.flat_map(|it| world.items_of(it)).collect::<Vec<_>>()
    };
    let products = |id| {
        let found = items(id).into_iter().filter_map(|it| world.product_of(it));
        found.collect::<Vec<&Product>>()
    };
    let to_items = Customer::orders.then(Order::items);
    same(&place, to_items.clone().count(), |id| {
        items(id).len() as i64
    })
    .await?;
    let sum = |id| sum_of(items(id).iter().filter_map(|it| it.price).map(i64::from));
    same(&place, to_items.clone().sum(Item::price), sum).await?;
    let to_products = to_items.then(Item::product);
    let each = |id| once(products(id), |it| it.id);
    same(&place, to_products.clone().count(), |id| {
        each(id).len() as i64
    })
    .await?;
    let weight = |id| each(id).iter().map(|it| it.weight).reduce(|a, b| a + b);
    same(&place, to_products.clone().sum(Product::weight), weight).await?;
    let ways = |id| products(id).len() as i64;
    same(&place, to_products.clone().each_way().count(), ways).await?;
    let cost = |id| products(id).iter().map(|it| it.cost).reduce(|a, b| a + b);
    same(
        &place,
        to_products.clone().each_way().sum(Product::cost),
        cost,
    )
    .await?;
    // Both ways through a join table that may hold a pair twice.
    let labels = |id| {
        let orders = world.orders_of(id).into_iter();
        orders
            .flat_map(|it| world.labels_of(it))
            .collect::<Vec<&Label>>()
    };
    let to_labels = Customer::orders.then(Order::labels);
    let each = |id| once(labels(id), |it| it.id);
    same(&place, to_labels.clone().count(), |id| {
        each(id).len() as i64
    })
    .await?;
    let ranks = |id| sum_of(each(id).iter().map(|it| it.rank.into()));
    same(&place, to_labels.clone().sum(Label::rank), ranks).await?;
    let ways = |id| labels(id).len() as i64;
    same(&place, to_labels.clone().each_way().count(), ways).await?;
    let back = |id| {
        let labels = each(id);
        let orders = world.orders.iter().filter(|it| it.deleted_at.is_none());
        let is_reached = |order: &&Order| {
            let of = world.labels_of(order);
            labels
                .iter()
                .any(|label| of.iter().any(|it| it.id == label.id))
        };
        orders.filter(is_reached).count() as i64
    };
    same(&place, to_labels.then(Label::orders).count(), back).await
}

#[tokio::test]
async fn on_the_way_conditions_marks_and_scopes_hold() -> Test {
    let (place, world) = filled().await?;
    let dear = Order::items.only(Item::price.gt(300)).then(Item::product);
    let ours = Customer::orders.only(Order::paid.eq(true)).then(dear);
    let ours = ours.only(Product::weight.lt(8.0));
    let naive = |id, deleted: bool, all: bool| {
        let orders = match deleted {
            true => world.with_gone_orders_of(id),
            false => world.orders_of(id),
        };
        let orders = orders.into_iter().filter(|it| it.paid);
        let items = orders.flat_map(|it| world.items_of(it));
        let dear = items.filter(|it| it.price.is_some_and(|it| it > 300));
        let product = |it: &Item| match all {
            true => world
                .products
                .iter()
                .find(|of| Some(of.id) == it.product_id),
            false => world.product_of(it),
        };
        let found = dear.filter_map(product).filter(|it| it.weight < 8.0);
        once(found.collect(), |it| it.id).len() as i64
    };
    same(&place, ours.clone().count(), |id| naive(id, false, false)).await?;
    let lifted = ours.clone().unscoped(Product::ON_SALE).count();
    same(&place, lifted, |id| naive(id, false, true)).await?;
    let dear = Order::items.only(Item::price.gt(300)).then(Item::product);
    let gone_too = Customer::orders
        .rows()
        .with_deleted()
        .only(Order::paid.eq(true));
    let gone_too = gone_too.then(dear).only(Product::weight.lt(8.0));
    same(&place, gone_too.count(), |id| naive(id, true, false)).await?;
    let gone = Customer::orders.rows().only_deleted().count();
    let naive = |id| {
        let orders = world.with_gone_orders_of(id).into_iter();
        orders.filter(|it| it.deleted_at.is_some()).count() as i64
    };
    same(&place, gone, naive).await?;
    // The same rows as conditions.
    let ids = |filter| {
        let query = Customer::query().filter(filter).order_by(Customer::id);
        query.values(Customer::id).all(&place.db)
    };
    let all = 0..60;
    let some: Vec<i32> = all.clone().filter(|&id| naive_any(&world, id)).collect();
    let others: Vec<i32> = all.filter(|&id| !naive_any(&world, id)).collect();
    let heavy = || Customer::orders.then(Order::items).then(Item::product);
    assert!(!some.is_empty() && !others.is_empty());
    assert_eq!(ids(heavy().any(Product::weight.gt(9.5))).await?, some);
    assert_eq!(
        ids(heavy().only(Product::weight.gt(9.5)).exists()).await?,
        some
    );
    assert_eq!(ids(heavy().none(Product::weight.gt(9.5))).await?, others);
    assert_eq!(
        ids(heavy().only(Product::weight.gt(9.5)).is_empty()).await?,
        others
    );
    assert_eq!(ids(heavy().all(Product::weight.le(9.5))).await?, others);
    assert_eq!(
        ids(heavy().only(Product::weight.gt(9.5)).count().gt(0)).await?,
        some
    );
    Ok(())
}

fn naive_any(world: &World, id: i32) -> bool {
    let orders = world.orders_of(id).into_iter();
    let mut items = orders.flat_map(|it| world.items_of(it));
    items.any(|it| world.product_of(it).is_some_and(|it| it.weight > 9.5))
}

#[tokio::test]
async fn in_conditions_orders_groups_and_pages() -> Test {
    let (place, world) = filled().await?;
    let spent = || Customer::orders.sum(Order::total).coalesce(0_i64);
    let naive = |id| sum_of(world.orders_of(id).iter().map(|it| it.total.into())).unwrap_or(0);
    let mut expected: Vec<(i64, i32)> = (0..60).map(|id| (naive(id), id)).collect();
    expected.retain(|(spent, _)| *spent > 1_000_000_000);
    expected.sort_by_key(|&(spent, id)| (-spent, id));
    let query = || {
        Customer::query()
            .filter(spent().gt(1_000_000_000_i64))
            .order_by((spent().desc(), Customer::id))
    };
    let found = query()
        .values((spent(), Customer::id))
        .all(&place.db)
        .await?;
    assert_eq!(found, expected);
    let mut cursor = None;
    let mut walked = Vec::new();
    loop {
        let page = query()
            .annotate((spent(),))
            .page(7)
            .at(cursor)
            .fetch(&place.db)
            .await?;
        walked.extend(page.rows.iter().map(|it| (it.values.0, it.id)));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(walked, expected);
    let orders = Customer::orders.count();
    let ours = Customer::query().values((orders.clone(), count(), Customer::orders.count().max()));
    let ours = ours
        .group_by(orders.clone())
        .having(orders.clone().gt(3))
        .order_by(orders);
    let mut groups = BTreeMap::<i64, i64>::new();
    for id in 0..60 {
        *groups.entry(world.orders_of(id).len() as i64).or_default() += 1;
    }
    let groups = groups.into_iter().filter(|(orders, _)| *orders > 3);
    let expected: Vec<_> = groups
        .map(|(orders, count)| (orders, count, Some(orders)))
        .collect();
    assert_eq!(ours.all(&place.db).await?, expected);
    let totals = Customer::query().values((
        spent().sum(),
        Customer::orders.then(Order::items).count().max(),
    ));
    let (sum, most) = totals.one(&place.db).await?;
    let all: i64 = (0..60).map(naive).sum();
    assert_eq!(sum, Some(Decimal::from(all)));
    assert!(most > Some(20));
    // In what is written, too.
    let noted = Order::query().filter(Order::labels.count().ge(3));
    let noted = noted
        .update()
        .set(Order::total, Order::items.max(Item::price).coalesce(-1));
    let written = noted.save(&place.db).await?;
    let many = |it: &&Order| it.deleted_at.is_none() && world.labels_of(it).len() >= 3;
    let orders: Vec<&Order> = world.orders.iter().filter(many).collect();
    assert_eq!(written, orders.len() as u64);
    for order in orders {
        let found = Order::find((order.shop, order.number))
            .one(&place.db)
            .await?;
        let highest = world.items_of(order).iter().filter_map(|it| it.price).max();
        assert_eq!(found.total, highest.unwrap_or(-1));
    }
    Ok(())
}

#[tokio::test]
async fn arrays_of_what_hangs_below() -> Test {
    only_on_a_server!();
    let (place, world) = filled().await?;
    let notes = Customer::orders.array(Order::note, (Order::note, Order::total));
    let naive = |id| {
        let mut notes: Vec<_> = world
            .orders_of(id)
            .iter()
            .map(|it| it.note.clone())
            .collect();
        notes.sort_by_key(|it| (it.is_none(), it.clone()));
        notes
    };
    same(&place, notes, naive).await?;
    let prices = Customer::orders
        .then(Order::items)
        .only(Item::price.is_not_null());
    let prices = prices.array(Item::price, Item::id.desc());
    let naive = |id| {
        let orders = world.orders_of(id).into_iter();
        let mut items: Vec<_> = orders.flat_map(|it| world.items_of(it)).collect();
        items.retain(|it| it.price.is_some());
        items.sort_by_key(|it| -it.id);
        items.iter().map(|it| it.price).collect::<Vec<_>>()
    };
    same(&place, prices, naive).await?;
    let ranks = Customer::orders
        .then(Order::labels)
        .array(Label::rank, Label::id);
    let naive = |id| {
        let orders = world.orders_of(id).into_iter();
        let labels = orders.flat_map(|it| world.labels_of(it)).collect();
        once(labels, |it| it.id)
            .iter()
            .map(|it| it.rank)
            .collect::<Vec<_>>()
    };
    same(&place, ranks, naive).await
}

#[tokio::test]
async fn over_half_a_million_ways_nothing_is_multiplied() -> Test {
    let (place, _) = filled().await?;
    let ours = Order::query().values((
        Order::items.count().sum(),
        Order::labels.count().sum(),
        Order::items.sum(Item::price).sum(),
    ));
    let ours = ours.one(&place.db).await?;
    let by_hand = orm::raw::raw_sql(
        "SELECT (SELECT count(*) FROM items i JOIN \"order\" o ON o.shop = i.shop AND o.number = i.number \
         WHERE o.deleted_at IS NULL), (SELECT count(*) FROM (SELECT DISTINCT p.shop, p.number, p.label_id \
         FROM order_labels p JOIN \"order\" o ON o.shop = p.shop AND o.number = p.number \
         JOIN labels l ON l.id = p.label_id WHERE o.deleted_at IS NULL AND p.deleted_at IS NULL \
         AND l.deleted_at IS NULL) AS pairs), (SELECT sum(i.\"Price\") FROM items i JOIN \"order\" o \
         ON o.shop = i.shop AND o.number = i.number WHERE o.deleted_at IS NULL)",
    );
    let by_hand = by_hand.rows::<(i64, i64, i64)>(&place.db).await?;
    let (items, labels, prices) = by_hand[0];
    let expected = (Some(items.into()), Some(labels.into()), Some(prices.into()));
    assert_eq!(ours, expected);
    Ok(())
}

#[tokio::test]
async fn what_has_no_meaning_is_refused_with_what_to_write() -> Test {
    let (place, _) = filled().await?;
    let nested = Customer::orders.sum(Order::total.max());
    let refused = Customer::query().values(nested).all(&place.db).await;
    let words = refused.map_or_else(|error| error.to_string(), |_| String::new());
    assert!(
        words.contains("an aggregate is computed of rows"),
        "{words}"
    );
    let inside = Customer::orders.only(Order::total.sum().gt(1_i64)).count();
    let refused = Customer::query().values(inside).all(&place.db).await;
    assert!(refused.is_err_and(|it| it.to_string().contains("a filter chooses the rows")));
    assert!(place.log.statements().is_empty());
    let _ = OrderLabel::weight;
    Ok(())
}
