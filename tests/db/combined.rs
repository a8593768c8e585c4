//! Rows of several queries, put together.

use std::collections::BTreeSet;

use orm::error::ErrorKind;
use orm::prelude::*;
use orm::query::{Rows, count, exists, outer};

use crate::database::{Test, shop};
use crate::shop::{Category, Order, OrderItem, Product, User};

fn buyers() -> Rows<Order, i32> {
    Order::query().values(Order::user_id)
}

fn users() -> Rows<User, i32> {
    User::query().values(User::id)
}

#[tokio::test]
async fn of_two_models_each_way() -> Test {
    let shop = shop().await?;
    let db = &shop.db;
    let (bought, known) = (buyers().all(db).await?, users().all(db).await?);
    let sets = |rows: &[i32]| rows.iter().copied().collect::<BTreeSet<_>>();
    let (a, b) = (sets(&bought), sets(&known));
    shop.log.clear();

    let either = buyers().union(users()).all(db).await?;
    assert_eq!((either.len(), sets(&either)), (4, &a | &b));
    let mut all = buyers().union_all(users()).all(db).await?;
    all.sort_unstable();
    let mut expected = [bought, known].concat();
    expected.sort_unstable();
    assert_eq!(all, expected);
    let both = buyers().intersect(users()).all(db).await?;
    assert_eq!((both.len(), sets(&both)), (3, &a & &b));
    let idle = users().except(buyers()).all(db).await?;
    assert_eq!(sets(&idle), &b - &a);
    shop.log.assert_count(4);
    Ok(())
}

#[tokio::test]
async fn one_step_comes_after_the_other() -> Test {
    let shop = shop().await?;
    let db = &shop.db;
    let one = |id: i32| User::query().filter(User::id.eq(id)).values(User::id);
    let sorted = async |rows: Rows<User, i32, _>| rows.order_by(User::id).all(db).await;
    // To the databases INTERSECT would come first, or would not.
    let rows = one(1).union(one(2)).intersect(one(2));
    assert_eq!(sorted(rows).await?, [2]);
    let rows = one(1).union(one(2).intersect(one(2)));
    assert_eq!(sorted(rows).await?, [1, 2]);
    let rows = users().except(one(1)).except(one(2));
    assert_eq!(sorted(rows).await?, [3, 4]);
    let rows = users().except(users().except(one(2)));
    assert_eq!(sorted(rows).await?, [2]);
    let rows = one(1).union_all(one(1)).union(one(3)).union_all(one(3));
    assert_eq!(sorted(rows).await?, [1, 3, 3]);
    Ok(())
}

#[tokio::test]
async fn all_rows_are_sorted_and_some_of_them_returned() -> Test {
    let shop = shop().await?;
    let db = &shop.db;
    let named = User::query().values((User::full_name.lower(), User::id));
    let products = Product::query().values((Product::name.lower(), Product::id));
    let everything = named.clone().union(products.clone());
    let mut expected = [named.all(db).await?, products.all(db).await?].concat();
    expected.sort();
    expected.dedup();
    let by_name = (User::full_name.lower(), User::id);
    let rows = everything.clone().order_by(by_name).all(db).await?;
    assert_eq!(rows, expected);
    let last = (User::full_name.lower().desc(), User::id.desc());
    let rows = everything.order_by(last).limit(2).offset(1).all(db).await?;
    expected.reverse();
    assert_eq!(rows, expected[1..3]);
    Ok(())
}

// The two newest and the two dearest orders: what each query is limited to stays its own.
#[tokio::test]
async fn each_query_keeps_its_limit() -> Test {
    let shop = shop().await?;
    let db = &shop.db;
    let first =
        |order: orm::query::Order<Order>| Order::query().order_by(order).limit(2).values(Order::id);
    let newest = first(Order::created_at.desc());
    let dearest = first(Order::total_in_cents.desc());
    let expected: BTreeSet<i32> = [
        newest.clone().all(db).await?,
        dearest.clone().all(db).await?,
    ]
    .concat()
    .into_iter()
    .collect();
    let rows = newest.clone().union(dearest.clone()).order_by(Order::id);
    assert!(rows.clone().all(db).await?.into_iter().eq(expected.clone()));
    // Rows, with what belongs to them, of what is put together.
    let ids = newest.union(dearest);
    let orders = Order::query()
        .filter(Order::id.in_subquery(ids.clone()))
        .include(Order::line_items)
        .order_by(Order::id)
        .all(db)
        .await?;
    assert!(orders.iter().map(|it| it.id).eq(expected.clone()));
    let others = Order::query().filter(Order::id.not_in_subquery(ids));
    let all = Order::query().count(db).await?;
    assert_eq!(
        others.count(db).await?,
        all - i64::try_from(expected.len())?
    );
    Ok(())
}

// The rows that a step is limited to are those before it, also where the next is of its sort.
#[tokio::test]
async fn a_limit_holds_for_the_steps_before_it() -> Test {
    let shop = shop().await?;
    let db = &shop.db;
    let one = |id: i32| User::query().filter(User::id.eq(id)).values(User::id);
    let three = || one(1).union_all(one(2)).union_all(one(3));
    let rows = three().limit(2).union_all(one(4)).union_all(one(4));
    assert_eq!(rows.all(db).await?.len(), 4);
    let rows = three().offset(2).union_all(one(4)).union_all(one(4));
    assert_eq!(rows.all(db).await?.len(), 3);
    let rows = users().except(one(1)).limit(1).except(one(4));
    assert!(rows.all(db).await?.len() <= 1);
    let rows = three().order_by(User::id.desc()).limit(2).union_all(one(1));
    assert_eq!(rows.order_by(User::id).all(db).await?, [1, 2, 3]);
    Ok(())
}

#[tokio::test]
async fn groups_distinct_rows_and_rows_around() -> Test {
    let shop = shop().await?;
    let db = &shop.db;
    let per_user = Order::query()
        .values((Order::user_id, count()))
        .group_by(Order::user_id);
    let of_items = OrderItem::query()
        .values((OrderItem::order_id, count()))
        .group_by(OrderItem::order_id)
        .having(count().gt(0));
    let expected = per_user.clone().all(db).await?.len() + of_items.clone().all(db).await?.len();
    let rows = per_user.union_all(of_items).order_by(count().desc());
    let rows = rows.all(db).await?;
    assert_eq!(rows.len(), expected);
    assert!(rows.is_sorted_by(|a, b| a.1 >= b.1));
    // Users about whom there is an order, or who handle one.
    let bought = Order::query().filter(Order::user_id.eq(outer(User::id)));
    let handled = Order::query().filter(Order::handler_id.eq(outer(User::id)));
    let involved = bought.values(Order::id).union(handled.values(Order::id));
    let ids = User::query()
        .filter(exists(involved.clone()))
        .order_by(User::id)
        .values((User::id, involved.order_by(Order::id).limit(1).subquery()))
        .all(db)
        .await?;
    assert!(ids.iter().all(|(_, first)| first.is_some()));
    assert_eq!(ids.len(), 4);
    Ok(())
}

#[tokio::test]
async fn two_nulls_are_equal() -> Test {
    let shop = shop().await?;
    let db = &shop.db;
    let parents = || Category::query().values(Category::parent_id);
    let handlers = || Order::query().values(Order::handler_id);
    let roots = parents().intersect(handlers()).all(db).await?;
    assert!(roots.contains(&None), "{roots:?}");
    assert_eq!(parents().except(parents()).all(db).await?, []);
    let all = parents().union(handlers());
    let all = all
        .order_by(Category::parent_id.asc().nulls_first())
        .all(db)
        .await?;
    assert_eq!(all.iter().filter(|it| it.is_none()).count(), 1);
    assert_eq!(all.first(), Some(&None));
    Ok(())
}

#[tokio::test]
async fn what_is_not_shown_sorts_nothing() -> Test {
    let shop = shop().await?;
    let db = &shop.db;
    let refused = |error: orm::Error| (error.kind(), error.to_string());
    let (kind, words) = refused(
        users()
            .union(buyers())
            .order_by(User::full_name)
            .all(db)
            .await
            .err()
            .ok_or("it ran")?,
    );
    assert_eq!(kind, ErrorKind::Usage);
    assert!(words.contains("what the first query shows"), "{words}");
    shop.log.assert_count(0);
    Ok(())
}

#[tokio::test]
async fn streamed_handed_over_and_explained() -> Test {
    use futures_util::TryStreamExt;
    let shop = shop().await?;
    let db = &shop.db;
    let rows = || buyers().union(users()).order_by(Order::user_id);
    let all = rows().all(db).await?;
    assert_eq!(all, [1, 2, 3, 4]);
    assert_eq!(rows().stream(db).try_collect::<Vec<_>>().await?, all);
    let (batched, first) = db.batch((rows(), rows().limit(1))).await?;
    assert_eq!((batched, first), (all, vec![1]));
    rows().explain(db).await?;
    assert!(rows().limit(1).one(db).await? == 1);
    Ok(())
}
