//! Models inside transactions: locks, savepoints, what is undone.

use orm::error::ErrorKind;
use orm::exec::PoolOptions;
use orm::prelude::*;

use crate::database::{Test, shop};
use crate::shop::{Order, Product, User};

#[tokio::test]
async fn an_error_rolls_everything_back() -> Test {
    let shop = shop().await?;
    let failed: orm::Result<()> = shop
        .db
        .transaction(async |tx| {
            Product::create()
                .name("Chair")
                .price_in_cents(1)
                .save(tx)
                .await?;
            User::find(1)
                .one(tx)
                .await?
                .update()
                .set(User::age, 99)
                .save(tx)
                .await?;
            Order::create()
                .user_id(999)
                .total_in_cents(1)
                .save(tx)
                .await?;
            Ok(())
        })
        .await;
    assert!(failed.unwrap_err().is_foreign_key_violation());
    assert_eq!(Product::query().count(&shop.db).await?, 4);
    assert_eq!(User::find(1).one(&shop.db).await?.age, Some(30));
    Ok(())
}

#[tokio::test]
async fn a_transaction_sees_its_own_writes_and_others_do_not() -> Test {
    let shop = shop().await?;
    let tx = shop.db.begin().await?;
    let chair = Product::create()
        .name("Chair")
        .price_in_cents(1)
        .save(&tx)
        .await?;
    assert_eq!(
        Product::find(chair.id)
            .include(Product::orders)
            .one(&tx)
            .await?
            .name,
        "Chair"
    );
    assert!(
        Product::find(chair.id)
            .one_or_none(&shop.db)
            .await?
            .is_none()
    );
    tx.commit().await?;
    assert!(
        Product::find(chair.id)
            .one_or_none(&shop.db)
            .await?
            .is_some()
    );
    Ok(())
}

#[tokio::test]
async fn a_savepoint_undoes_only_its_own_part() -> Test {
    let shop = shop().await?;
    shop.db
        .transaction(async |tx| {
            Product::create()
                .name("kept")
                .price_in_cents(1)
                .save(tx)
                .await?;
            let inner = tx.begin().await?;
            Product::create()
                .name("undone")
                .price_in_cents(1)
                .save(&inner)
                .await?;
            inner.rollback().await?;
            let inner = tx.begin().await?;
            Product::create()
                .name("also kept")
                .price_in_cents(1)
                .save(&inner)
                .await?;
            inner.commit().await
        })
        .await?;
    let names = Product::query()
        .filter(Product::id.ge(100))
        .order_by(Product::id)
        .values(Product::name);
    assert_eq!(names.all(&shop.db).await?, ["kept", "also kept"]);
    Ok(())
}

#[tokio::test]
async fn two_workers_take_different_rows_with_skip_locked() -> Test {
    only_on_a_server!();
    let shop = shop().await?;
    let next = || {
        Order::query()
            .filter(Order::status.eq("pending"))
            .order_by(Order::id)
            .limit(1)
            .for_update()
            .skip_locked()
    };
    let (one, two, three) = (
        shop.db.begin().await?,
        shop.db.begin().await?,
        shop.db.begin().await?,
    );
    assert_eq!(next().one(&one).await?.id, 2);
    assert_eq!(next().one(&two).await?.id, 4);
    assert_eq!(next().one_or_none(&three).await?, None);
    one.rollback().await?;
    assert_eq!(next().first(&three).await?.map(|order| order.id), Some(2));
    Ok(())
}

#[tokio::test]
async fn nowait_is_a_typed_error_and_shared_locks_are_shared() -> Test {
    only_on_a_server!();
    let shop = shop().await?;
    let (one, two) = (shop.db.begin().await?, shop.db.begin().await?);
    Order::find(1).for_share().one(&one).await?;
    Order::find(1).for_share().nowait().one(&two).await?;
    let error = Order::find(1)
        .for_update()
        .nowait()
        .one(&two)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::LockNotAvailable);
    assert!(error.is_timeout());
    let error = Order::find(1).one(&two).await.unwrap_err();
    assert!(error.is_transaction_aborted());
    Ok(())
}

#[tokio::test]
async fn a_lock_with_a_condition_on_an_association_locks_only_the_rows_asked_for() -> Test {
    only_on_a_server!();
    let shop = shop().await?;
    let (one, two) = (shop.db.begin().await?, shop.db.begin().await?);
    let of_ann = Order::query()
        .filter(Order::customer.is(User::full_name.eq("Ann")))
        .for_no_key_update();
    assert_eq!(of_ann.all(&one).await?.len(), 3);
    User::find(1).for_update().nowait().one(&two).await?;
    assert!(
        Order::find(5)
            .for_update()
            .nowait()
            .one(&two)
            .await
            .is_err()
    );
    Ok(())
}

#[tokio::test]
async fn rows_are_locked_and_read_with_what_belongs_to_them() -> Test {
    only_on_a_server!();
    let shop = shop().await?;
    let (one, two) = (shop.db.begin().await?, shop.db.begin().await?);
    let tree = || {
        User::query()
            .order_by(User::id)
            .include(User::orders.order_by(Order::id).include(Order::line_items))
    };
    let expected = tree().limit(2).all(&shop.db).await?;
    let scope = shop.log.scope();
    let locked = tree().limit(2).for_update().all(&one).await?;
    scope.assert_count(2);
    assert_eq!(locked, expected);
    // The users alone are held.
    let rest = tree().for_update().skip_locked().all(&two).await?;
    assert!(rest.iter().map(|user| user.id).eq([3, 4]));
    Order::query().for_update().nowait().all(&two).await?;
    let held = User::find(2).include(User::orders).for_update().nowait();
    let error = held.one(&two).await.err().ok_or("it is held")?;
    assert_eq!(error.kind(), ErrorKind::LockNotAvailable);
    Ok(())
}

#[tokio::test]
async fn what_changed_before_the_lock_was_had_is_read() -> Test {
    only_on_a_server!();
    let shop = shop().await?;
    let (one, two) = (shop.db.begin().await?, shop.db.begin().await?);
    let user = User::find(4).for_update().one(&one).await?;
    user.update().set(User::full_name, "Dot").save(&one).await?;
    Order::find(1)
        .one(&one)
        .await?
        .update()
        .set(Order::user_id, 4)
        .save(&one)
        .await?;
    let waiting = User::find(4).include(User::orders).for_update().one(&two);
    let (read, committed) = tokio::join!(waiting, one.commit());
    committed?;
    let read = read?;
    assert_eq!((read.full_name.as_str(), read.orders.len()), ("Dot", 1));
    Ok(())
}

#[tokio::test]
async fn of_locked_rows_as_many_as_asked_for() -> Test {
    only_on_a_server!();
    let shop = shop().await?;
    let tx = shop.db.begin().await?;
    let users = || User::query().include(User::orders);
    let of = |id: i32| User::find(id).include(User::orders).for_share();
    let error = of(77).one(&tx).await.err().ok_or("nobody is there")?;
    assert!(
        error.is_not_found() && error.to_string().contains("77"),
        "{error}"
    );
    assert!(of(77).one_or_none(&tx).await?.is_none());
    assert!(
        users()
            .filter(User::id.gt(77))
            .for_share()
            .all(&tx)
            .await?
            .is_empty()
    );
    let several = users().for_share().one(&tx).await.err().ok_or("several")?;
    assert_eq!(several.kind(), ErrorKind::TooManyRows);
    let last = users()
        .order_by(User::id.desc())
        .for_share()
        .first(&tx)
        .await?;
    assert_eq!(last.map(|user| user.id), Some(4));
    // Only those who pass are there, and held.
    let with_profile = User::query().include(User::profile.required()).for_update();
    assert!(with_profile.to_sql().lines().count() == 2);
    let expected = User::query()
        .filter(User::profile.exists())
        .count(&tx)
        .await?;
    assert_eq!(i64::try_from(with_profile.all(&tx).await?.len())?, expected);
    Ok(())
}

#[tokio::test]
async fn a_multi_statement_write_inside_a_transaction_is_part_of_it() -> Test {
    let shop = shop().await?;
    let tx = shop.db.begin().await?;
    let mixed = [
        Product::create().name("aa").price_in_cents(1),
        Product::create().name("bb").price_in_cents(1).id(1),
    ];
    let error = Product::create_many(mixed).save(&tx).await.unwrap_err();
    assert!(error.is_unique_violation());
    // The bulk had a savepoint of its own, so the transaction goes on.
    Product::create()
        .name("after")
        .price_in_cents(1)
        .save(&tx)
        .await?;
    tx.commit().await?;
    let names = Product::query()
        .filter(Product::id.gt(4))
        .values(Product::name)
        .all(&shop.db)
        .await?;
    assert_eq!(names, ["after"]);
    Ok(())
}

#[tokio::test]
async fn a_dropped_future_leaves_no_transaction_and_no_dirty_connection() -> Test {
    let shop = shop().await?;
    let db = Db::connect(shop.config()?.pool(PoolOptions::new().max(1))).await?;
    let (written, row_is_written) = tokio::sync::oneshot::channel();
    let work = db.transaction(async move |tx| -> orm::Result<()> {
        Product::create()
            .name("half")
            .price_in_cents(1)
            .save(tx)
            .await?;
        // The receiver waits below for as long as this future lives.
        let _ = written.send(());
        std::future::pending().await
    });
    tokio::select! {
        ended = work => ended?,
        told = row_is_written => told?,
    }
    assert_eq!(Product::query().count(&db).await?, 4);
    let created = Product::create()
        .name("whole")
        .price_in_cents(1)
        .save(&db)
        .await?;
    assert_eq!(created.name, "whole");
    Ok(())
}
