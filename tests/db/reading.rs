//! The ends of a query, order, limits.

use orm::prelude::*;
use orm::query::Filter;

use crate::database::{NONE, Test, empty_shop, shop};
use crate::shop::{Order, Product, Profile, Role, User, UserRole};

#[tokio::test]
async fn find_reads_one_row_in_one_statement() -> Test {
    let shop = shop().await?;
    let user = User::find(1).one(&shop.db).await?;
    assert_eq!((user.id, user.full_name.as_str()), (1, "Ann"));
    shop.log.assert_count(1);
    Ok(())
}

#[tokio::test]
async fn a_missing_row_is_named_by_its_key() -> Test {
    let shop = shop().await?;
    let error = User::find(12345).one(&shop.db).await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.to_string(), "User 12345 not found");
    assert_eq!(error.model(), Some("User"));
    let error = User::find(12345)
        .include(User::orders)
        .one(&shop.db)
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "User 12345 not found");
    Ok(())
}

#[tokio::test]
async fn a_missing_row_with_a_composite_key_is_named_by_it() -> Test {
    let shop = shop().await?;
    let found = UserRole::find((1, 2)).one(&shop.db).await?;
    assert_eq!((found.user_id, found.role_id, found.note), (1, 2, None));
    let error = UserRole::find((9, 8)).one(&shop.db).await.unwrap_err();
    assert_eq!(error.to_string(), "UserRole (9, 8) not found");
    Ok(())
}

// The key is said where the query asks for one key and nothing else.
#[tokio::test]
async fn what_is_no_key_is_not_said_to_be_missing() -> Test {
    let shop = shop().await?;
    let db = &shop.db;
    for error in [
        Order::query().filter(Order::user_id.eq(77)).one(db).await,
        Order::find(1).filter(Order::user_id.eq(77)).one(db).await,
        Order::find(1).filter(Order::id.eq(77)).one(db).await,
    ] {
        assert_eq!(error.unwrap_err().to_string(), "Order not found");
    }
    let links = |filter| UserRole::query().filter(filter);
    for error in [
        links(UserRole::user_id.eq(77)).one(db).await,
        // In another order than the key's, of one column twice, and of three values.
        links(UserRole::role_id.eq(7).and(UserRole::user_id.eq(9)))
            .one(db)
            .await,
        links(UserRole::user_id.eq(7).and(UserRole::user_id.eq(9)))
            .one(db)
            .await,
        UserRole::find((9, 8))
            .filter(UserRole::user_id.eq(7))
            .one(db)
            .await,
    ] {
        assert_eq!(error.unwrap_err().to_string(), "UserRole not found");
    }
    Ok(())
}

#[tokio::test]
async fn find_by_asks_a_unique_column_and_keeps_its_value_secret() -> Test {
    let shop = shop().await?;
    let email = String::from("bob@shop.example");
    assert_eq!(
        User::find_by(User::email, &email).one(&shop.db).await?.id,
        2
    );
    assert_eq!(
        Role::find_by(Role::name, "editor").one(&shop.db).await?.id,
        2
    );
    let error = User::find_by(User::email, "nobody@shop.example")
        .one(&shop.db)
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "User not found");
    Ok(())
}

#[tokio::test]
async fn one_and_one_or_none_refuse_several_rows() -> Test {
    let shop = shop().await?;
    let pending = || Order::query().filter(Order::status.eq("pending"));
    let error = pending().one(&shop.db).await.unwrap_err();
    assert!(error.is_too_many_rows());
    assert_eq!(error.model(), Some("Order"));
    assert!(
        pending()
            .one_or_none(&shop.db)
            .await
            .unwrap_err()
            .is_too_many_rows()
    );
    assert!(pending().limit(1).one_or_none(&shop.db).await?.is_some());
    let none = pending()
        .filter(Order::id.eq(1))
        .one_or_none(&shop.db)
        .await?;
    assert_eq!(none, None);
    Ok(())
}

#[tokio::test]
async fn first_is_by_primary_key_unless_told_otherwise() -> Test {
    let shop = shop().await?;
    let first = User::query().first(&shop.db).await?;
    assert_eq!(first.map(|user| user.id), Some(1));
    let first = User::query()
        .order_by(User::full_name.desc())
        .first(&shop.db)
        .await?;
    assert_eq!(first.map(|user| user.id), Some(4));
    let first = User::query()
        .order_by(User::id.desc())
        .include(User::orders)
        .first(&shop.db)
        .await?;
    assert_eq!(first.map(|user| (user.id, user.orders.len())), Some((4, 0)));
    let none = User::query()
        .filter(User::id.gt(100))
        .first(&shop.db)
        .await?;
    assert_eq!(none, None);
    Ok(())
}

// The tables hold them in another order.
#[tokio::test]
async fn the_first_row_is_the_one_with_the_first_key() -> Test {
    let shop = empty_shop().await?;
    let db = &shop.db;
    for id in [7, 3, 5] {
        Role::create()
            .id(id)
            .name(format!("{}", 9 - id))
            .save(db)
            .await?;
    }
    let first = Role::query().first(db).await?;
    assert_eq!(first.map(|role| role.id), Some(3));
    let first = Role::query().include(Role::users).first(db).await?;
    assert_eq!(first.map(|role| role.id), Some(3));
    // What it is sorted by is asked for, and nothing else.
    shop.log.clear();
    let first = Role::query().order_by(Role::name).first(db).await?;
    assert_eq!(first.map(|role| role.id), Some(7));
    let sql = shop.log.statements().concat();
    assert!(sql.contains(r#" ORDER BY "name" LIMIT "#), "{sql}");
    Ok(())
}

#[tokio::test]
async fn count_and_exists_ask_the_server_for_one_value() -> Test {
    let shop = shop().await?;
    assert_eq!(User::query().count(&shop.db).await?, 4);
    assert_eq!(
        User::query()
            .order_by(User::full_name)
            .limit(3)
            .count(&shop.db)
            .await?,
        3
    );
    assert_eq!(User::query().offset(3).count(&shop.db).await?, 1);
    assert_eq!(User::query().distinct().count(&shop.db).await?, 4);
    assert_eq!(
        User::query()
            .filter(Filter::never())
            .count(&shop.db)
            .await?,
        0
    );
    assert!(User::query().exists(&shop.db).await?);
    assert!(
        !User::query()
            .filter(User::id.eq(99))
            .exists(&shop.db)
            .await?
    );
    assert!(!User::query().offset(4).exists(&shop.db).await?);
    shop.log.assert_count(8);
    Ok(())
}

#[tokio::test]
async fn order_says_where_nulls_go() -> Test {
    let shop = shop().await?;
    let ids = async |order| -> Test<Vec<i32>> {
        let users = User::query()
            .order_by(order)
            .order_by(User::id)
            .all(&shop.db)
            .await?;
        Ok(users.iter().map(|user| user.id).collect())
    };
    assert_eq!(ids(User::age.asc()).await?, [3, 1, 4, 2]);
    assert_eq!(ids(User::age.desc()).await?, [2, 4, 1, 3]);
    assert_eq!(ids(User::age.asc().nulls_first()).await?, [2, 3, 1, 4]);
    assert_eq!(ids(User::age.desc().nulls_last()).await?, [4, 1, 3, 2]);
    assert_eq!(ids(User::full_name.lower().desc()).await?, [4, 3, 2, 1]);
    Ok(())
}

#[tokio::test]
async fn order_by_takes_tuples_and_lists() -> Test {
    let shop = shop().await?;
    let ids = |orders: Vec<Order>| orders.iter().map(|order| order.id).collect::<Vec<_>>();
    let by_tuple = Order::query()
        .order_by((Order::status, Order::id.desc()))
        .all(&shop.db)
        .await?;
    assert_eq!(ids(by_tuple), [3, 1, 4, 2, 5]);
    let by_list = Order::query().order_by(vec![Order::user_id.desc(), Order::id.asc()]);
    assert_eq!(ids(by_list.all(&shop.db).await?), [4, 3, 1, 2, 5]);
    Ok(())
}

#[tokio::test]
async fn limit_and_offset_cut_the_ordered_rows() -> Test {
    let shop = shop().await?;
    let ids = async |limit: u32, offset: u64| -> Test<Vec<i32>> {
        let page = User::query().order_by(User::id).limit(limit).offset(offset);
        Ok(page
            .all(&shop.db)
            .await?
            .iter()
            .map(|user| user.id)
            .collect())
    };
    assert_eq!(ids(2, 0).await?, [1, 2]);
    assert_eq!(ids(2, 3).await?, [4]);
    assert_eq!(ids(0, 0).await?, NONE);
    assert_eq!(ids(u32::MAX, u64::MAX).await?, NONE);
    Ok(())
}

#[tokio::test]
async fn maybe_adds_a_filter_only_when_there_is_one() -> Test {
    let shop = shop().await?;
    let search = async |name: Option<&str>, min_age: Option<i32>| -> Test<Vec<i32>> {
        let query = User::query()
            .maybe(name.map(|name| User::full_name.starts_with(name)))
            .maybe(min_age.map(|age| User::age.ge(age)))
            .order_by(User::id);
        Ok(query
            .all(&shop.db)
            .await?
            .iter()
            .map(|user| user.id)
            .collect())
    };
    assert_eq!(search(None, None).await?, [1, 2, 3, 4]);
    assert_eq!(search(Some("D"), None).await?, [4]);
    assert_eq!(search(None, Some(30)).await?, [1, 4]);
    assert_eq!(search(Some("A"), Some(31)).await?, NONE);
    let nothing = User::query().maybe(None);
    assert!(!nothing.to_sql().contains("WHERE"));
    Ok(())
}

#[tokio::test]
async fn refresh_reads_the_row_again() -> Test {
    let shop = shop().await?;
    let product = Product::find(2).one(&shop.db).await?;
    shop.run("UPDATE products SET stock_quantity = 12 WHERE id = 2")
        .await?;
    assert_eq!(product.refresh(&shop.db).await?.stock_quantity, 12);
    let profile = Profile::find(2).one(&shop.db).await?;
    shop.run("DELETE FROM profiles").await?;
    let error = profile.refresh(&shop.db).await.unwrap_err();
    assert_eq!(error.to_string(), "Profile 2 not found");
    Ok(())
}

#[tokio::test]
async fn a_query_can_be_stored_and_asked_twice() -> Test {
    let shop = shop().await?;
    let adults = User::query().filter(User::age.ge(18)).include(User::orders);
    assert_eq!(adults.clone().count(&shop.db).await?, 3);
    assert_eq!(adults.clone().all(&shop.db).await?.len(), 3);
    let plan = adults.explain(&shop.db).await?;
    assert!(plan.to_string().contains("users"), "{plan}");
    Ok(())
}
