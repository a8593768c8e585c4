//! The first rows of each group of a query, beside a naive evaluation.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::Hash;

use orm::prelude::*;
use orm::query::{Filter, Query, count, exists, outer};

use super::{Customer, Item, Order, World, filled};
use crate::database::{Test, takes_the_deepest};

type Key = (i32, i32);

fn key(order: &Order) -> Key {
    (order.shop, order.number)
}

/// The first rows of each group by an order, their keys sorted.
fn first_of<G: Hash + Eq, O: Ord>(
    world: &World,
    rows: usize,
    asked: impl Fn(&Order) -> bool,
    group: impl Fn(&Order) -> G,
    order: impl Fn(&Order) -> O,
) -> Vec<Key> {
    let mut orders: Vec<&Order> = world.orders.iter().filter(|it| asked(it)).collect();
    orders.sort_by_key(|it| (order(it), key(it)));
    let mut seen: HashMap<G, usize> = HashMap::new();
    orders.retain(|it| {
        let seen = seen.entry(group(it)).or_default();
        *seen += 1;
        *seen <= rows
    });
    let mut keys: Vec<Key> = orders.into_iter().map(key).collect();
    keys.sort_unstable();
    keys
}

fn there(order: &Order) -> bool {
    order.deleted_at.is_none()
}

async fn keys<S: Send>(query: Query<Order, Order, S>, db: &Db) -> orm::Result<Vec<Key>> {
    let rows = query.order_by((Order::shop, Order::number)).all(db).await?;
    Ok(rows.iter().map(key).collect())
}

#[tokio::test]
async fn by_one_column_and_by_several() -> Test {
    let (place, world) = filled().await?;
    let db = &place.db;
    // NULL is a group; of equal totals the key decides.
    let biggest = |rows| Order::query().first_of_each(rows, Order::customer, Order::total.desc());
    for rows in [0, 1, 3, u32::MAX] {
        let naive = first_of(
            &world,
            rows as usize,
            there,
            |it| it.customer,
            |it| Reverse(it.total),
        );
        assert_eq!(keys(biggest(rows), db).await?, naive, "{rows}");
    }
    let by_two = Order::query().first_of_each(1, (Order::shop, Order::paid), Order::points);
    let naive = first_of(&world, 1, there, |it| (it.shop, it.paid), |it| it.points);
    assert_eq!(naive.len(), 10);
    assert_eq!(keys(by_two, db).await?, naive);
    // No group is one group, and no order that of the key.
    let naive = first_of(&world, 7, there, |_| (), |_| ());
    assert_eq!(
        keys(Order::query().first_of_each(7, (), ()), db).await?,
        naive
    );
    // By what is computed, with a parameter, and by what belongs to a row.
    let city = Order::buyer.value(Customer::city).coalesce("nowhere");
    let items = Order::items.only(Item::price.gt(500)).count();
    let ours = Order::query().first_of_each(2, city, items.desc());
    let naive = first_of(
        &world,
        2,
        there,
        |it| {
            let customer = it.customer.map(|id| &world.customers[id as usize]);
            let city = customer.and_then(|it| it.city.clone());
            city.unwrap_or_else(|| "nowhere".to_owned())
        },
        |it| {
            let items = world.items_of(it).into_iter();
            Reverse(items.filter(|it| it.price > Some(500)).count())
        },
    );
    assert_eq!(keys(ours, db).await?, naive);
    Ok(())
}

#[tokio::test]
async fn conditions_before_choose_and_those_behind_are_asked_of_the_chosen() -> Test {
    let (place, world) = filled().await?;
    let db = &place.db;
    let newest = |query: Query<Order, Order, _>| {
        query.first_of_each(1, Order::customer, (Order::number.desc(), Order::shop))
    };
    let paid = || Order::paid.eq(true);
    let order = |it: &Order| Reverse(it.number);
    let group = |it: &Order| it.customer;
    let chosen = first_of(&world, 1, |it| there(it) && it.paid, group, order);
    assert_eq!(
        keys(newest(Order::query().filter(paid())), db).await?,
        chosen
    );
    let of = |key: &Key| world.orders.iter().find(|it| (it.shop, it.number) == *key);
    let mut kept = first_of(&world, 1, there, group, order);
    kept.retain(|key| of(key).is_some_and(|it| it.paid));
    let newest_paid = newest(Order::query().filter(Order::shop.ge(0))).filter(paid());
    assert_eq!(keys(newest_paid.clone(), db).await?, kept);
    assert_ne!(chosen, kept);
    assert_eq!(newest_paid.clone().count(db).await?, kept.len() as i64);
    // Marked rows are chosen where they were asked for before.
    let with_gone = newest(Order::query().filter(Order::shop.ge(0)).with_deleted());
    assert_eq!(
        keys(with_gone, db).await?,
        first_of(&world, 1, |_| true, group, order)
    );
    // Of the chosen, the first again: the newest of each customer, and the biggest of each shop.
    let again = newest_paid.first_of_each(1, Order::shop, Order::total.desc());
    let naive = first_of(
        &world,
        1,
        |it| kept.contains(&key(it)),
        |it| it.shop,
        |it| Reverse(it.total),
    );
    assert_eq!(keys(again, db).await?, naive);
    Ok(())
}

#[tokio::test]
async fn whatever_else_a_query_does_goes_on() -> Test {
    let (place, world) = filled().await?;
    let db = &place.db;
    let biggest = || Order::query().first_of_each(1, Order::customer, Order::total.desc());
    let naive = first_of(&world, 1, there, |it| it.customer, |it| Reverse(it.total));
    // Includes and limits.
    let rows = biggest().include(Order::items).include(Order::buyer);
    let rows = rows.order_by((Order::shop, Order::number)).limit(20);
    let rows = rows.all(db).await?;
    for (row, key) in rows.iter().zip(&naive) {
        assert_eq!((row.shop, row.number), *key);
        assert_eq!(row.items.len(), world.items_of(row).len());
        assert_eq!(row.buyer.as_ref().map(|it| it.id), row.customer);
    }
    assert_eq!(rows.len(), 20);
    // Pages, there and back.
    let mut walked = Vec::new();
    let mut at = None;
    loop {
        let pages = biggest().order_by((Order::shop, Order::number)).page(7);
        let page = pages.at(at).with_total().fetch(db).await?;
        assert_eq!(page.total, Some(naive.len() as i64));
        walked.extend(page.rows.iter().map(key));
        if page.next.is_none() {
            break;
        }
        at = page.next;
    }
    assert_eq!(walked, naive);
    // Values of the chosen rows, and groups of them.
    let paid = biggest().values((Order::paid, count()));
    let paid = paid
        .group_by(Order::paid)
        .order_by(Order::paid)
        .all(db)
        .await?;
    assert_eq!(paid.iter().map(|it| it.1).sum::<i64>(), naive.len() as i64);
    // As a query in another one: whose biggest order is paid.
    let payers = biggest()
        .filter(Order::paid.eq(true))
        .values(Order::customer);
    let payers = Customer::query().filter(Customer::id.in_subquery(payers));
    let mut expected: Vec<i32> = world
        .orders
        .iter()
        .filter(|it| naive.contains(&key(it)) && it.paid)
        .filter_map(|it| it.customer)
        .collect();
    expected.sort_unstable();
    assert_eq!(
        payers
            .order_by(Customer::id)
            .values(Customer::id)
            .all(db)
            .await?,
        expected
    );
    Ok(())
}

// `outer` means the rows around the query, and never those that it chooses among.
#[tokio::test]
async fn rows_around_are_those_around_the_query() -> Test {
    let (place, world) = filled().await?;
    let same_shop = Order::query().filter(Order::shop.eq(outer(Order::shop)));
    let biggest = same_shop.first_of_each(1, Order::paid, Order::points.desc());
    let other = biggest.filter(Order::number.eq(outer(Order::number)));
    let rows = Order::query().filter(exists(other));
    let naive = first_of(
        &world,
        1,
        there,
        |it| (it.shop, it.paid),
        |it| Reverse(it.points),
    );
    assert_eq!(keys(rows, &place.db).await?, naive);
    // Of the orders of a customer around, by a value of that one.
    let of_customer = Order::query().filter(Order::customer.eq(outer(Customer::id)));
    let first = of_customer.first_of_each(1, (), Order::number.desc());
    let paid: Filter<Customer> = exists(first.filter(Order::paid.eq(true)));
    let ids = Customer::query().filter(paid).values(Customer::id);
    let ids = ids.order_by(Customer::id).all(&place.db).await?;
    let mut naive = Vec::new();
    for id in 0..60 {
        let mut orders = world.orders_of(id);
        orders.sort_by_key(|it| (Reverse(it.number), it.shop));
        naive.extend(orders.first().filter(|it| it.paid).map(|_| id));
    }
    assert_eq!(ids, naive);
    Ok(())
}

#[tokio::test]
async fn writes_take_the_chosen_rows() -> Test {
    let (place, world) = filled().await?;
    let db = &place.db;
    let biggest = || Order::query().first_of_each(1, Order::customer, Order::total.desc());
    let naive = first_of(&world, 1, there, |it| it.customer, |it| Reverse(it.total));
    let changed = biggest().update().set(Order::note, "first".to_owned());
    assert_eq!(changed.save(db).await?, naive.len() as u64);
    let noted = Order::query().filter(Order::note.eq("first"));
    assert_eq!(keys(noted, db).await?, naive);
    let cheapest = Item::query().filter(Item::price.is_not_null());
    let cheapest = cheapest.first_of_each(1, Item::product_id, Item::price);
    let mut gone = cheapest.delete().returning(db).await?;
    gone.sort_by_key(|it| it.product_id);
    let mut items: Vec<&Item> = world.items.iter().filter(|it| it.price.is_some()).collect();
    items.sort_by_key(|it| (it.product_id, it.price, it.id));
    items.dedup_by_key(|it| it.product_id);
    assert_eq!(gone.iter().collect::<Vec<_>>(), items);
    assert_eq!(
        Item::query().count(db).await?,
        (world.items.len() - items.len()) as i64
    );
    Ok(())
}

#[tokio::test]
async fn locks_take_the_chosen_rows() -> Test {
    only_on_a_server!();
    let (place, world) = filled().await?;
    let db = &place.db;
    let biggest = || Order::query().first_of_each(1, Order::customer, Order::total.desc());
    let naive = first_of(&world, 1, there, |it| it.customer, |it| Reverse(it.total));
    db.transaction(async |tx| {
        let rows = biggest().for_update().all(tx).await?;
        assert_eq!(rows.len(), naive.len());
        Ok::<_, orm::Error>(())
    })
    .await?;
    Ok(())
}

/// Each is chosen among those chosen before it, and what is sent grows with them alone.
#[tokio::test]
async fn many_behind_one_another() -> Test {
    let (place, world) = filled().await?;
    let db = &place.db;
    let chain = |links: u32| {
        let paid = Order::query().filter(Order::paid.eq(true));
        let one = paid.first_of_each(60, Order::shop, Order::total);
        (1..links).fold(one, |it, link| {
            it.first_of_each(60 - link, Order::shop, Order::total)
        })
    };
    let naive = |rows| {
        let asked = |it: &Order| there(it) && it.paid;
        first_of(&world, rows, asked, |it| it.shop, |it| it.total)
    };
    let links = if takes_the_deepest() { 10 } else { 4 };
    let naive_of = naive(61 - links as usize);
    assert_eq!(keys(chain(links), db).await?, naive_of);
    assert!(chain(10).to_sql().len() < 6 * chain(2).to_sql().len());
    // What comes between them is asked of those chosen before, and of no others.
    let between = chain(2).filter(Order::points.lt(0));
    let between = between.first_of_each(2, Order::shop, Order::number);
    let mut kept = naive(59);
    let of = |key: &Key| world.orders.iter().find(|it| (it.shop, it.number) == *key);
    kept.retain(|key| of(key).is_some_and(|it| it.points < 0));
    let asked = |it: &Order| kept.contains(&key(it));
    let expected = first_of(&world, 2, asked, |it| it.shop, |it| it.number);
    assert_eq!(keys(between, db).await?, expected);
    let error = chain(59).all(db).await.unwrap_err().to_string();
    assert!(error.contains("queries stand in each other"), "{error}");
    Ok(())
}

#[tokio::test]
async fn what_is_computed_of_many_is_refused() -> Test {
    let (place, _) = filled().await?;
    place.log.clear();
    let biggest = || Order::total.max();
    for query in [
        Order::query().first_of_each(1, biggest(), ()),
        Order::query().first_of_each(1, Order::shop, (Order::paid, count())),
        Order::query().first_of_each(1, biggest().over((), ()), Order::total),
        Order::query().first_of_each(1, (), biggest().over((), ()).desc()),
        // In a subquery, too.
        Order::query().filter(exists(Order::query().first_of_each(1, biggest(), ()))),
    ] {
        let error = query.all(&place.db).await.unwrap_err().to_string();
        assert!(error.contains("the first rows are found by"), "{error}");
    }
    let first = Customer::orders.first(1, biggest().desc()).count();
    let error = Customer::query().values(first).all(&place.db).await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("the first rows are found by"), "{error}");
    assert!(place.log.statements().is_empty());
    Ok(())
}
