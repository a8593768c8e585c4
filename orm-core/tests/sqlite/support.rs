//! A database in a folder of its own, and what is asked of it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use orm_core::Result;
use orm_core::exec::{Config, Db, Executor, Params, PoolOptions};
use orm_core::types::ColumnType;

/// A folder that is removed with all that is in it.
pub(crate) struct Folder {
    path: PathBuf,
    is_ours: bool,
}

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("orm-sqlite-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Folder {
            path,
            is_ours: true,
        }
    }

    /// One that somebody else removes.
    pub(crate) fn of_another(path: PathBuf) -> Self {
        Folder {
            path,
            is_ours: false,
        }
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    pub(crate) fn config(&self) -> Config {
        let file = self.file("test.db");
        Config::from_url(&format!("sqlite:{}", file.display())).unwrap()
    }

    /// A database with table `t` of one integer, which is empty.
    pub(crate) async fn db(&self) -> Db {
        self.db_with(PoolOptions::new()).await
    }

    pub(crate) async fn db_with(&self, options: PoolOptions) -> Db {
        let db = Db::connect(self.config().pool(options)).await.unwrap();
        let table = "CREATE TABLE IF NOT EXISTS t (n INTEGER) STRICT";
        db.executor().batch(table).await.unwrap();
        db
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.is_ours {
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}

pub(crate) async fn run(on: &impl Executor, text: &str) -> Result<u64> {
    within(on.executor().execute(text, Params::none())).await
}

/// Runs statements that change the session, on a connection that is not kept.
pub(crate) async fn batch(db: &Db, text: &str) {
    within(db.executor().batch(text)).await.unwrap();
}

pub(crate) async fn value<T: ColumnType>(on: &impl Executor, text: &str) -> Result<T> {
    let exec = on.executor().reading();
    let row = within(exec.query_opt(text, Params::none())).await?;
    row.expect("a row").get(0)
}

pub(crate) async fn count(on: &impl Executor) -> i64 {
    value(on, "SELECT count(*) FROM t").await.unwrap()
}

/// What does not end would say nothing: it fails.
pub(crate) async fn within<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), work)
        .await
        .expect("an end")
}

/// Counts to a number that takes minutes to reach.
pub(crate) const ENDLESS: &str = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c \
     WHERE x < 3000000000) SELECT count(*) FROM c";
