//! One connection that writes, and those that read.

use std::time::Duration;

use orm_core::exec::{Executor, Params, PoolOptions};

use crate::support::{ENDLESS, Folder, count, run, value, within};

#[tokio::test]
async fn readers_do_not_wait_for_each_other_or_for_the_writer() {
    let folder = Folder::new();
    let db = folder.db_with(PoolOptions::new().max(4)).await;
    let endless = |on: orm_core::exec::Db| {
        tokio::spawn(async move {
            on.executor()
                .reading()
                .query_opt(ENDLESS, Params::none())
                .await
                .map(drop)
        })
    };
    let busy = [endless(db.clone()), endless(db.clone())];
    let tx = db.begin().await.unwrap();
    run(&tx, "INSERT INTO t VALUES (1)").await.unwrap();
    assert_eq!(count(&db).await, 0);
    assert!(db.pool_status().size <= 4);
    tx.commit().await.unwrap();
    assert_eq!(count(&db).await, 1);
    for task in busy {
        task.abort();
    }
}

#[tokio::test]
async fn closing_waits_for_what_runs() {
    let folder = Folder::new();
    let db = folder.db().await;
    let tx = db.begin().await.unwrap();
    run(&tx, "INSERT INTO t VALUES (1)").await.unwrap();
    let closing = tokio::spawn({
        let db = db.clone();
        async move { db.close().await }
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(!closing.is_finished());
    tx.commit().await.unwrap();
    within(closing).await.unwrap();
    assert_eq!(db.pool_status().size, 0);
    assert_eq!(count(&folder.db().await).await, 1);
}

#[tokio::test]
async fn a_thousand_tasks_share_a_few_connections() {
    let folder = Folder::new();
    let db = folder.db_with(PoolOptions::new().max(3)).await;
    let tasks = (0..1000_i64).map(|n| {
        let db = db.clone();
        tokio::spawn(async move {
            if n % 4 == 0 {
                run(&db, &format!("INSERT INTO t VALUES ({n})"))
                    .await
                    .unwrap();
            }
            value::<i64>(&db, &format!("SELECT {n}")).await.unwrap()
        })
    });
    for (n, task) in (0..).zip(tasks.collect::<Vec<_>>()) {
        assert_eq!(within(task).await.unwrap(), n);
    }
    assert_eq!(count(&db).await, 250);
    assert!(db.pool_status().size <= 3);
}
