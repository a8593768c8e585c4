//! Changing and removing rows.

use orm::error::ErrorKind;
use orm::prelude::*;
use orm::query::{Filter, holds};

use crate::database::{NONE, Test, shop};
use crate::shop::{Order, OrderItem, Product, Profile, User, UserRole};

#[tokio::test]
async fn only_what_was_set_is_written_and_updated_at_moves() -> Test {
    only_on_a_server!();
    let shop = shop().await?;
    let before = Product::find(1).one(&shop.db).await?;
    shop.run("UPDATE products SET name = 'renamed meanwhile' WHERE id = 1")
        .await?;
    let scope = shop.log.scope();
    let after = before
        .update()
        .set(Product::stock_quantity, 24)
        .save(&shop.db)
        .await?;
    scope.assert_count(1);
    let sql = &scope.statements()[0];
    assert!(sql.starts_with(r#"UPDATE "products" SET "stock_quantity" = $1, "updated_at" = statement_timestamp() WHERE "id" = $2 RETURNING"#), "{sql}");
    assert_eq!(
        (after.stock_quantity, after.name.as_str()),
        (24, "renamed meanwhile")
    );
    assert!(after.updated_at > before.updated_at);
    assert_eq!(after.created_at, before.created_at);
    Ok(())
}

#[tokio::test]
async fn what_a_request_leaves_out_stays_as_it_is() -> Test {
    let shop = shop().await?;
    let mut product = Product::find(1).one(&shop.db).await?;
    let row = product
        .update()
        .set_if_some(Product::name, Some("Laptop"))
        .set_if_some(Product::description, None::<Option<String>>)
        .save(&shop.db)
        .await?;
    assert_eq!(
        (row.name.as_str(), row.description.as_deref()),
        ("Laptop", Some("A laptop"))
    );
    let row = product
        .update()
        .set_if_some(Product::name, None::<String>)
        .set_if_some(Product::description, Some(None::<String>))
        .save(&shop.db)
        .await?;
    assert_eq!(
        (row.name.as_str(), row.description.as_deref()),
        ("Laptop", None)
    );

    // Nothing is written then, and the row is what the database has.
    product.stock_quantity = 1_000_000;
    let scope = shop.log.scope();
    let unchanged = product.update().set_if_some(Product::name, None::<String>);
    assert_eq!(unchanged.save(&shop.db).await?, row);
    scope.assert_count(1);
    assert!(scope.statements()[0].starts_with("SELECT"));
    row.delete(&shop.db).await?;
    let gone = product.update().set_if_some(Product::name, None::<String>);
    assert!(gone.save(&shop.db).await.unwrap_err().is_not_found());

    let scope = shop.log.scope();
    let all = || Product::query().filter(Product::id.gt(0)).update();
    let none = all().set_if_some(Product::name, None::<String>);
    assert_eq!(none.save(&shop.db).await?, 0);
    let none = all().set_if_some(Product::name, None::<String>);
    assert_eq!(none.returning(&shop.db).await?, []);
    scope.assert_count(0);
    let some = all().set_if_some(Product::stock_quantity, Some(4));
    assert_eq!(some.save(&shop.db).await?, 3);
    Ok(())
}

#[tokio::test]
async fn null_is_set_and_not_left_alone() -> Test {
    let shop = shop().await?;
    let order = Order::find(2).one(&shop.db).await?;
    let order = order
        .update()
        .set(Order::note, None)
        .set(Order::handler_id, 4)
        .save(&shop.db)
        .await?;
    assert_eq!((order.note, order.handler_id), (None, Some(4)));
    Ok(())
}

#[tokio::test]
async fn expressions_are_computed_by_the_server() -> Test {
    let shop = shop().await?;
    let stale = Product::find(1).one(&shop.db).await?;
    shop.run("UPDATE products SET stock_quantity = 10 WHERE id = 1")
        .await?;
    let fresh = stale
        .update()
        .set(Product::stock_quantity, Product::stock_quantity - 1)
        .save(&shop.db)
        .await?;
    assert_eq!(fresh.stock_quantity, 9);
    let fresh = fresh
        .update()
        .set(Product::description, Product::name)
        .set(Product::name, Product::name.upper())
        .save(&shop.db)
        .await?;
    assert_eq!(
        (fresh.description.as_deref(), fresh.name.as_str()),
        (Some("Pro Laptop 15"), "PRO LAPTOP 15")
    );
    Ok(())
}

#[tokio::test]
async fn the_last_value_set_counts_and_updated_at_can_be_set() -> Test {
    let shop = shop().await?;
    let moment: DateTime<Utc> = "1999-12-31T23:59:59Z".parse()?;
    let product = Product::find(1).one(&shop.db).await?;
    let product = product
        .update()
        .set(Product::stock_quantity, 1)
        .set(Product::updated_at, moment)
        .set(Product::stock_quantity, 2)
        .save(&shop.db)
        .await?;
    assert_eq!((product.stock_quantity, product.updated_at), (2, moment));
    Ok(())
}

#[tokio::test]
async fn updating_or_deleting_a_row_that_is_gone_is_not_found() -> Test {
    let shop = shop().await?;
    let profile = Profile::find(1).one(&shop.db).await?;
    shop.run("DELETE FROM profiles").await?;
    let error = profile
        .update()
        .set(Profile::bio, "x")
        .save(&shop.db)
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "Profile 1 not found");
    let error = profile.delete(&shop.db).await.unwrap_err();
    assert!(error.is_not_found());
    Ok(())
}

#[tokio::test]
async fn a_row_with_a_composite_key_is_updated_and_deleted_alone() -> Test {
    let shop = shop().await?;
    let role = UserRole::find((1, 2)).one(&shop.db).await?;
    let role = role
        .update()
        .set(UserRole::note, "promoted")
        .save(&shop.db)
        .await?;
    assert_eq!(role.note.as_deref(), Some("promoted"));
    role.delete(&shop.db).await?;
    assert_eq!(UserRole::query().count(&shop.db).await?, 2);
    let error = role.delete(&shop.db).await.unwrap_err();
    assert_eq!(error.to_string(), "UserRole (1, 2) not found");
    Ok(())
}

#[tokio::test]
async fn a_query_updates_its_rows_and_moves_their_update_time() -> Test {
    let shop = shop().await?;
    let sold_out = Product::query().filter(Product::stock_quantity.eq(0));
    let rows = sold_out
        .update()
        .set(Product::is_active, false)
        .returning(&shop.db)
        .await?;
    assert_eq!(
        rows.iter()
            .map(|row| (row.id, row.is_active))
            .collect::<Vec<_>>(),
        [(2, false)]
    );
    assert!((Utc::now() - rows[0].updated_at).num_seconds() < 60);
    let untouched = Product::find(1).one(&shop.db).await?;
    assert_eq!(
        untouched.updated_at.to_rfc3339(),
        "2024-01-01T00:00:00+00:00"
    );
    let count = Product::query()
        .all_rows()
        .update()
        .set(Product::price_in_cents, Product::price_in_cents * 2);
    assert_eq!(count.save(&shop.db).await?, 4);
    Ok(())
}

#[tokio::test]
async fn a_query_deletes_its_rows() -> Test {
    let shop = shop().await?;
    assert_eq!(
        OrderItem::query()
            .filter(OrderItem::order_id.eq(2))
            .delete()
            .run(&shop.db)
            .await?,
        2
    );
    let gone = OrderItem::query()
        .filter(OrderItem::id.eq(1))
        .delete()
        .returning(&shop.db)
        .await?;
    assert_eq!((gone.len(), gone[0].unit_price_in_cents), (1, 149_999));
    assert_eq!(
        OrderItem::query().all_rows().delete().run(&shop.db).await?,
        3
    );
    assert_eq!(
        OrderItem::query().all_rows().delete().run(&shop.db).await?,
        0
    );
    Ok(())
}

#[tokio::test]
async fn a_filter_that_holds_for_every_row_is_refused() -> Test {
    let shop = shop().await?;
    for filter in [
        Filter::always(),
        Filter::all_of([]),
        Filter::always().and(Filter::always()),
        Product::id.not_in(NONE),
        Product::id.in_(NONE).not(),
        Product::id.in_(NONE).is_not_true(),
        Filter::any_of([]).not(),
        Product::id.gt(5).or(Product::id.not_in(NONE)),
        Product::id
            .not_in(NONE)
            .and(Product::name.in_([""; 0]).not()),
        (Product::id.gt(5) & Product::id.in_(NONE)).not(),
        Product::order_items.none(OrderItem::id.in_(NONE)),
        Product::order_items.all(OrderItem::id.not_in(NONE)),
        holds(Product::id.not_in(NONE)).eq(true),
        holds(Product::id.in_(NONE)).coalesce(true).eq(false),
    ] {
        let query = Product::query().filter(filter);
        let error = query
            .clone()
            .update()
            .set(Product::is_active, false)
            .save(&shop.db)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.to_string().contains("all_rows"), "{error}");
        assert_eq!(
            query.delete().run(&shop.db).await.unwrap_err().kind(),
            ErrorKind::Usage
        );
    }
    shop.log.assert_count(0);
    Ok(())
}

#[tokio::test]
async fn an_empty_list_beside_another_condition_is_no_list_at_all() -> Test {
    let shop = shop().await?;
    let but = |keys: &[i32]| Product::id.not_in(keys.iter().copied());
    let update = |filter| Product::query().filter(filter).update();
    let old = update(Product::id.lt(3).and(but(&[])));
    assert_eq!(old.set(Product::is_active, false).save(&shop.db).await?, 2);
    let none = update(Product::id.in_(NONE)).set(Product::is_active, true);
    assert_eq!(none.save(&shop.db).await?, 0);
    let most = update(but(&[1])).set(Product::is_active, true);
    assert_eq!(most.save(&shop.db).await?, 3);
    let all = Product::query().filter(but(&[])).all_rows();
    assert_eq!(
        all.update()
            .set(Product::is_active, true)
            .save(&shop.db)
            .await?,
        4
    );
    let all = Product::query().all_rows().filter(but(&[]));
    assert_eq!(
        all.update()
            .set(Product::is_active, true)
            .save(&shop.db)
            .await?,
        4
    );
    Ok(())
}

#[tokio::test]
async fn all_rows_means_all_rows_that_the_query_has() -> Test {
    let shop = shop().await?;
    let always = Product::query().filter(Filter::always()).all_rows();
    assert_eq!(
        always
            .update()
            .set(Product::is_active, true)
            .save(&shop.db)
            .await?,
        4
    );
    let some = Product::query().filter(Product::id.gt(2)).all_rows();
    assert_eq!(
        some.update()
            .set(Product::is_active, true)
            .save(&shop.db)
            .await?,
        2
    );
    Ok(())
}

#[tokio::test]
async fn limits_cannot_be_kept_by_an_update_or_delete_so_they_are_refused() -> Test {
    let shop = shop().await?;
    let some = || Product::query().filter(Product::id.gt(0));
    let limited = [some().limit(1), some().offset(1), some().distinct()];
    for query in limited {
        let error = query.clone().delete().run(&shop.db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        let error = query
            .update()
            .set(Product::is_active, false)
            .save(&shop.db)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
    }
    shop.log.assert_count(0);
    Ok(())
}

#[tokio::test]
async fn deleting_a_row_that_is_referred_to_is_refused_unless_declared() -> Test {
    let shop = shop().await?;
    let error = User::find(1)
        .one(&shop.db)
        .await?
        .delete(&shop.db)
        .await
        .unwrap_err();
    assert!(error.is_foreign_key_violation());
    Order::find(4).one(&shop.db).await?.delete(&shop.db).await?;
    assert_eq!(
        OrderItem::query()
            .filter(OrderItem::order_id.eq(4))
            .count(&shop.db)
            .await?,
        0,
        "cascade"
    );
    Product::find(3)
        .one(&shop.db)
        .await?
        .delete(&shop.db)
        .await?;
    assert_eq!(
        OrderItem::find(6).one(&shop.db).await?.product_id,
        None,
        "set null"
    );
    Ok(())
}

#[tokio::test]
async fn an_update_of_a_key_column_moves_the_row() -> Test {
    let shop = shop().await?;
    let profile = Profile::find(2).one(&shop.db).await?;
    let moved = profile.update().set(Profile::id, 20).save(&shop.db).await?;
    assert_eq!(moved.id, 20);
    assert!(profile.refresh(&shop.db).await.unwrap_err().is_not_found());
    Ok(())
}
