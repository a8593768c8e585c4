//! A database with the rows that the work is about, near and far.

use std::time::Duration;

use orm_testkit::{LatencyProxy, TestDatabase, server};

use crate::contender::Result;

/// The database and the way to it.
#[derive(Debug)]
pub struct Fixture {
    database: TestDatabase,
    proxy: LatencyProxy,
}

impl Fixture {
    /// Makes the tables and fills them.
    ///
    /// # Errors
    /// When there is no server.
    pub async fn create() -> Result<Self> {
        let database = TestDatabase::create().await?;
        let client = database.connect().await?;
        client.batch_execute(include_str!("fixture.sql")).await?;
        client.batch_execute("VACUUM ANALYZE").await?;
        let proxy = LatencyProxy::start(server()?.address(), Duration::from_micros(500))?;
        Ok(Fixture { database, proxy })
    }

    /// The URL of the database, directly.
    pub fn near(&self) -> String {
        self.database.url()
    }

    /// The URL through a proxy that holds everything back for half a
    /// millisecond in each direction.
    pub fn far(&self) -> String {
        self.database.url_via(self.proxy.local_addr())
    }

    /// Empties the table that inserts fill.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn empty_articles(&self) -> Result<()> {
        let client = self.database.connect().await?;
        Ok(client.batch_execute("TRUNCATE articles").await?)
    }
}
