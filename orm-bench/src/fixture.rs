//! A database with the rows that the work is about, near and far.

use std::time::Duration;

use orm_testkit::{LatencyProxy, PgBouncer, TestDatabase, server};

use crate::contender::Result;

/// The database and the way to it.
#[derive(Debug)]
pub struct Fixture {
    database: TestDatabase,
    proxy: LatencyProxy,
}

const MILLION: &str = "INSERT INTO events (kind, at) \
     SELECT 'kind ' || n % 100, timestamptz '2024-05-06 07:08:09Z' + n * interval '1 second' \
     FROM generate_series(1, 1000000) AS n";

impl Fixture {
    /// Makes the tables and fills them; the table of a million rows only `with_million`.
    ///
    /// # Errors
    /// When there is no server.
    pub async fn create(with_million: bool) -> Result<Self> {
        let database = TestDatabase::create().await?;
        let client = database.connect().await?;
        client.batch_execute(include_str!("fixture.sql")).await?;
        if with_million {
            client.batch_execute(MILLION).await?;
        }
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

    /// A PgBouncer in transaction mode with a session for each connection of a pool, and
    /// the URL through it.
    ///
    /// # Errors
    /// When there is none.
    pub fn pooled(&self) -> Result<(PgBouncer, String)> {
        let pooler = PgBouncer::start(server()?, 16)?;
        let url = self.database.url_via(pooler.address());
        Ok((pooler, url))
    }

    /// Empties the tables that inserts fill.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn empty_articles(&self) -> Result<()> {
        let client = self.database.connect().await?;
        let emptied = client.batch_execute("TRUNCATE articles, carts, cart_lines, cart_notes");
        Ok(emptied.await?)
    }
}
