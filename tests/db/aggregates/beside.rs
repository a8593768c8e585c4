//! Values beside whole rows and what they include.

use orm::Annotated;
use orm::prelude::*;
use orm::query::row_number;
use serde_json::json;

use super::{Customer, Item, Label, Order, Product, filled, once};
use crate::database::Test;

#[tokio::test]
async fn rows_keep_their_includes_and_get_values() -> Test {
    let (place, world) = filled().await?;
    let spent = Customer::orders.sum(Order::total);
    let items = Customer::orders.then(Order::items).count();
    let newest = Customer::orders.filter(Order::paid.eq(true));
    let newest = newest
        .order_by((Order::shop.desc(), Order::number))
        .limit(2);
    let newest = newest.include(Order::items.order_by(Item::id));
    let query = Customer::query().order_by(Customer::id);
    let before = query
        .clone()
        .annotate((spent.clone(), items.clone()))
        .include(newest.clone());
    let before = before.all(&place.db).await?;
    let after = query
        .include(newest)
        .annotate((spent, items))
        .all(&place.db)
        .await?;
    assert_eq!((before.len(), after.len()), (60, 60));
    for (before, after) in before.iter().zip(&after) {
        let orders = world.orders_of(after.id);
        let sum = orders
            .iter()
            .map(|it| i64::from(it.total))
            .reduce(|a, b| a + b);
        let items = orders
            .iter()
            .map(|it| world.items_of(it).len() as i64)
            .sum();
        assert_eq!(after.values, (sum, items));
        assert_eq!(before.values, after.values);
        assert_eq!(after.city, world.customers[after.id as usize].city);
        let mut paid: Vec<&Order> = orders.into_iter().filter(|it| it.paid).collect();
        paid.sort_by_key(|it| (-it.shop, it.number));
        paid.truncate(2);
        assert_eq!(after.orders.len(), paid.len());
        for (ours, naive) in after.orders.iter().zip(paid) {
            assert_eq!((ours.shop, ours.number), (naive.shop, naive.number));
            let items: Vec<Item> = world.items_of(naive).into_iter().cloned().collect();
            assert_eq!(ours.items, items);
        }
        assert_eq!(before.orders.len(), after.orders.len());
    }
    Ok(())
}

#[tokio::test]
async fn rows_below_have_values_of_their_own() -> Test {
    let (place, world) = filled().await?;
    let of_order = (Order::items.max(Item::price), Order::labels.count());
    let labels = Order::labels
        .annotate((Label::orders.count(),))
        .order_by(Label::id);
    let orders = Customer::orders.annotate(of_order).include(labels);
    let query = Customer::query()
        .include(orders)
        .annotate(Customer::orders.count());
    let customers = query.order_by(Customer::id).all(&place.db).await?;
    let mut seen = 0;
    for customer in &customers {
        assert_eq!(customer.values, customer.orders.len() as i64);
        for order in &customer.orders {
            let row: &Order = order;
            let highest = world.items_of(row).iter().filter_map(|it| it.price).max();
            let labels = world.labels_of(row);
            assert_eq!(order.values, (highest, labels.len() as i64));
            let ids: Vec<i32> = order.labels.iter().map(|it| it.id).collect();
            assert_eq!(ids, labels.iter().map(|it| it.id).collect::<Vec<_>>());
            for label in &order.labels {
                let orders = world.orders.iter().filter(|it| it.deleted_at.is_none());
                let has = |it: &&Order| world.labels_of(it).iter().any(|of| of.id == label.id);
                assert_eq!(label.values, (orders.filter(has).count() as i64,));
                seen += 1;
                if seen > 40 {
                    return Ok(());
                }
            }
        }
    }
    Err("labels".into())
}

#[tokio::test]
async fn alone_one_first_streamed_in_batches_loaded_for_and_serialized() -> Test {
    let (place, world) = filled().await?;
    let db = &place.db;
    let number = |id| world.orders_of(id).len() as i64;
    let query = || Customer::query().annotate((Customer::orders.count(), Customer::city));
    let row: Annotated<Customer, (i64, Option<String>)> =
        query().filter(Customer::id.eq(3)).one(db).await?;
    assert_eq!((row.id, row.values.0), (3, number(3)));
    assert_eq!(row.values.1, row.city);
    assert_eq!(
        serde_json::to_value(query().filter(Customer::id.eq(59)).one(db).await?)?,
        json!({"id": 59, "city": "Köln 3", "values": [0, "Köln 3"]})
    );
    assert_eq!(query().count(db).await?, 60);
    assert!(query().first(db).await?.is_some_and(|it| it.id == 0));
    let mut rows = query().order_by(Customer::id).stream(db);
    let mut expected = 0;
    while let Some(row) = rows.next().await {
        let row = row?;
        assert_eq!((row.id, row.values.0), (expected, number(expected)));
        expected += 1;
    }
    drop(rows);
    let mut rows = query().include(Customer::orders).stream(db);
    while let Some(row) = rows.next().await {
        let row = row?;
        assert_eq!(row.values.0, row.orders.len() as i64);
    }
    drop(rows);
    let mut batches = query().in_batches(7).stream(db);
    let mut seen = 0;
    while let Some(batch) = batches.next().await {
        for row in batch? {
            assert_eq!(row.values.0, number(row.id));
            seen += 1;
        }
    }
    drop(batches);
    assert_eq!((expected, seen), (60, 60));
    let customers = Customer::query().order_by(Customer::id).all(db).await?;
    let below = Customer::orders
        .annotate(Order::items.count())
        .load_for(&customers, db)
        .await?;
    for (customer, orders) in customers.iter().zip(below) {
        assert_eq!(orders.len() as i64, number(customer.id));
        for order in orders {
            assert_eq!(order.values, world.items_of(&order).len() as i64);
        }
    }
    Ok(())
}

#[tokio::test]
async fn windows_and_values_of_parents_stand_beside_rows_too() -> Test {
    let (place, world) = filled().await?;
    let place_in_shop = row_number().over(Order::shop, Order::number);
    let query = Order::query().annotate((place_in_shop, Order::buyer.value(Customer::city)));
    let orders = query
        .include(Order::buyer)
        .order_by((Order::shop, Order::number));
    let mut numbers = std::collections::HashMap::<i32, i64>::new();
    for order in orders.all(&place.db).await? {
        let number = numbers.entry(order.shop).or_default();
        *number += 1;
        let city = order.buyer.as_ref().and_then(|it| it.city.clone());
        assert_eq!(order.values, (*number, city));
    }
    // A product that is in several orders counts once, also beside its customer.
    let products = Customer::orders.then(Order::items).then(Item::product);
    let query = Customer::query().annotate(products.sum(Product::weight));
    for customer in query.all(&place.db).await? {
        let orders = world.orders_of(customer.id).into_iter();
        let items = orders.flat_map(|it| world.items_of(it));
        let products = items.filter_map(|it| world.product_of(it)).collect();
        let products = once(products, |it: &Product| it.id);
        let weight = products.iter().map(|it| it.weight).reduce(|a, b| a + b);
        assert_eq!(customer.values, weight);
    }
    Ok(())
}
