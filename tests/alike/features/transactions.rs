//! Transactions, and what surrounds statements.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use orm::exec::{Isolation, Retry, TxOptions};
use orm::prelude::*;

use super::{Ground, Group, group};
use crate::models::Tag;

async fn begun(on: &Ground, options: TxOptions) -> orm::Result<()> {
    let tx = on.db.begin_with(options).await?;
    Tag::query().count(&tx).await?;
    tx.commit().await
}

pub(super) fn group() -> Group {
    group! { "Transactions and statements";
        "all or nothing, savepoints": |on| {
            on.db.transaction(async |tx| -> orm::Result<()> {
                let undone = tx.begin().await?;
                Tag::create().id(1000).name("undone").save(&undone).await?;
                undone.rollback().await?;
                let kept = tx.begin().await?;
                Tag::create().id(1000).name("kept").save(&kept).await?;
                kept.commit().await
            }).await?;
            Tag::find(1000).one(&on.db).await?.delete(&on.db).await.map(drop)
        };
        "`read_only`": |on| begun(on, TxOptions::new().read_only()).await;
        "`Isolation::ReadCommitted`": |on| begun(on, TxOptions::new().isolation(Isolation::ReadCommitted)).await;
        "`Isolation::RepeatableRead`": |on| begun(on, TxOptions::new().isolation(Isolation::RepeatableRead)).await;
        "`Isolation::Serializable`, `deferrable`": |on| {
            begun(on, TxOptions::new().isolation(Isolation::Serializable).read_only().deferrable()).await
        };
        "`after_commit`, `transaction_retry`": |on| {
            let told = Arc::new(AtomicUsize::new(0));
            on.db.transaction_retry(TxOptions::new(), Retry::times(2), async |tx| -> orm::Result<()> {
                let told = Arc::clone(&told);
                tx.after_commit(move || { told.fetch_add(1, Ordering::Relaxed); });
                Ok(())
            }).await?;
            assert_eq!(told.load(Ordering::Relaxed), 1);
            Ok(())
        };
        "limits of time for statements and locks": |on| {
            let limit = Duration::from_secs(5);
            let config = on.config.clone().statement_timeout(limit).lock_timeout(limit).statement_deadline(limit);
            let db = Db::connect(config).await?;
            Tag::query().count(&db).await?;
            db.close().await;
            Ok(())
        };
        "the log, and what was loaded row by row": |on| {
            let watch = orm::exec::NPlusOne::new();
            let db = on.db.with_logger(|_| {}).watched_by(&watch);
            Tag::query().count(&db).await?;
            assert!(watch.repeated(2).is_empty());
            Ok(())
        };
    }
}
