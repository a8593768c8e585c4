//! A database for one test.

use std::fmt;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio_postgres::{Client, Config};

use crate::connection::{self, quote};
use crate::server::Origin;
use crate::{Error, Server, Template, blocking, name, server, url};

/// How long a `Drop` may hold up its thread.
const DROP_LIMIT: Duration = Duration::from_secs(3);

/// How long backends may take to appear or to go.
const BACKENDS_LIMIT: Duration = Duration::from_secs(10);

/// A database of its own for one test, dropped with it.
///
/// [`drop`](Self::drop) reports whether that worked. Rust's own `Drop` does it,
/// too, in every situation (inside a runtime, during a panic), without a word
/// and for at most a few seconds.
///
/// ```
/// use orm_testkit::TestDatabase;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let db = TestDatabase::create().await?;
/// let row = db.connect().await?.query_one("SELECT current_database()::text", &[]).await?;
/// assert_eq!(row.get::<_, String>(0), db.name());
/// # Ok(())
/// # }
/// ```
pub struct TestDatabase {
    name: String,
    origin: Origin,
    /// Nothing is left to do for `Drop`.
    dropped: bool,
}

impl TestDatabase {
    /// Creates an empty database in the [`server()`] of this process, which the
    /// first call finds or starts.
    ///
    /// # Errors
    ///
    /// Those of [`server()`], and [`Error::Postgres`] if the database cannot be
    /// created.
    pub async fn create() -> Result<Self, Error> {
        Self::create_on(server()?).await
    }

    /// Creates an empty database in the given server.
    ///
    /// # Errors
    ///
    /// [`Error::Postgres`] if it cannot be created.
    pub async fn create_on(server: &Server) -> Result<Self, Error> {
        // Nobody can be connected to template0, so nobody can be in the way.
        Self::copy(server.origin(), "template0").await
    }

    /// Creates a copy of a database that is already there under a name of its
    /// own. Nobody may be connected to it.
    ///
    /// # Errors
    ///
    /// [`Error::Postgres`] if it cannot be copied.
    pub async fn copy_of(server: &Server, name: &str) -> Result<Self, Error> {
        Self::copy(server.origin(), name).await
    }

    /// Creates a copy of a template, which the first call in this process
    /// prepares: see [`Template`].
    ///
    /// # Errors
    ///
    /// Those of [`Template::database`].
    pub async fn from_template<P, F, E>(template: &Template, prepare: P) -> Result<Self, Error>
    where
        P: FnOnce(String) -> F,
        F: Future<Output = Result<(), E>>,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        template.database(prepare).await
    }

    async fn copy(origin: &Origin, template: &str) -> Result<Self, Error> {
        // Made first, so that a statement that fails half-way or a cancelled
        // future ends in a `Drop`, too.
        let database = TestDatabase {
            name: name::fresh(),
            origin: origin.clone(),
            dropped: false,
        };
        let create = format!(
            "CREATE DATABASE {} TEMPLATE {} {}",
            quote(&database.name),
            quote(template),
            origin.strategy
        );
        let run = run(&origin.config, &create).await;
        run.map_err(Error::postgres(format!("copy the database `{template}`")))?;
        Ok(database)
    }

    /// A copy of this database, to which nobody may be connected.
    pub(crate) async fn duplicate(&self) -> Result<Self, Error> {
        Self::copy(&self.origin, &self.name).await
    }

    /// The name of the database.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The URL of the database; see [`Server::url`].
    pub fn url(&self) -> String {
        url::of_database(&self.origin.config, &self.name)
    }

    /// The URL of the database through a proxy; see [`Server::url_via`].
    pub fn url_via(&self, via: SocketAddr) -> String {
        url::of_database_via(&self.origin.config, via, &self.name)
    }

    /// Connects. The connection runs on the current runtime until the client is
    /// dropped.
    ///
    /// # Errors
    ///
    /// [`Error::Postgres`] if the server refuses.
    pub async fn connect(&self) -> Result<Client, Error> {
        let mut config = self.origin.config.clone();
        config.dbname(&self.name);
        connection::open(&config)
            .await
            .map_err(Error::postgres("connect to the test database"))
    }

    /// How many backends of this database serve connections of that
    /// `application_name`.
    ///
    /// # Errors
    ///
    /// [`Error::Postgres`] if the server cannot be asked.
    pub async fn backend_count(&self, application_name: &str) -> Result<usize, Error> {
        const COUNT: &str = "SELECT count(*) FROM pg_stat_activity \
             WHERE datname = $1 AND application_name = $2";
        self.count(COUNT, &[&self.name, &application_name]).await
    }

    /// Waits until [`backend_count`](Self::backend_count) is the expected
    /// number: a closed connection's backend ends a moment later.
    ///
    /// # Errors
    ///
    /// [`Error::TimedOut`] after ten seconds.
    pub async fn wait_for_backends(
        &self,
        application_name: &str,
        expected: usize,
    ) -> Result<(), Error> {
        let deadline = Instant::now() + BACKENDS_LIMIT;
        while self.backend_count(application_name).await? != expected {
            if Instant::now() > deadline {
                return Err(Error::TimedOut {
                    action: format!("see {expected} backends of `{application_name}`"),
                    limit: BACKENDS_LIMIT,
                });
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    /// Ends all connections to this database, as a restart of the server would,
    /// and waits until their backends are gone. Tells how many there were.
    ///
    /// # Errors
    ///
    /// [`Error::Postgres`] if the server refuses, [`Error::TimedOut`] if a
    /// backend does not end within ten seconds.
    pub async fn terminate_backends(&self) -> Result<usize, Error> {
        const TERMINATE: &str = "SELECT count(pg_terminate_backend(pid)) \
             FROM pg_stat_activity WHERE datname = $1";
        const REMAINING: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = $1";
        let terminated = self.count(TERMINATE, &[&self.name]).await?;
        let deadline = Instant::now() + BACKENDS_LIMIT;
        while self.count(REMAINING, &[&self.name]).await? > 0 {
            if Instant::now() > deadline {
                return Err(Error::TimedOut {
                    action: "see the terminated backends go".into(),
                    limit: BACKENDS_LIMIT,
                });
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Ok(terminated)
    }

    /// Drops the database, also when there are connections to it.
    ///
    /// # Errors
    ///
    /// [`Error::Postgres`] if the server refuses.
    pub async fn drop(mut self) -> Result<(), Error> {
        let outcome = run(&self.origin.config, &drop_statement(&self.name)).await;
        // Also after a failure: a second attempt would end in the same way.
        self.dropped = true;
        outcome.map_err(Error::postgres("drop the test database"))
    }

    /// Keeps everyone out, so that the database can be copied.
    pub(crate) async fn close_to_connections(&self) -> Result<(), Error> {
        let close = format!(
            "ALTER DATABASE {} ALLOW_CONNECTIONS false",
            quote(&self.name)
        );
        let closed = run(&self.origin.config, &close).await;
        closed.map_err(Error::postgres("close the template to connections"))?;
        self.terminate_backends().await.map(drop)
    }

    async fn count(
        &self,
        sql: &str,
        parameters: &[&(dyn tokio_postgres::types::ToSql + Sync)],
    ) -> Result<usize, Error> {
        let ask = async {
            let client = connection::open(&self.origin.config).await?;
            let row = client.query_one(sql, parameters).await?;
            row.try_get::<_, i64>(0)
        };
        let count = ask
            .await
            .map_err(Error::postgres("read pg_stat_activity"))?;
        Ok(usize::try_from(count).unwrap_or(0))
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if self.dropped {
            return;
        }
        let admin = self.origin.config.clone();
        let statement = drop_statement(&self.name);
        // Best effort: the server may be gone, and a panic may be under way.
        let _ = blocking::run(DROP_LIMIT, async move { run(&admin, &statement).await });
    }
}

/// Without the connection's parts: one of them may be a password.
impl fmt::Debug for TestDatabase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestDatabase")
            .field("name", &self.name)
            .finish()
    }
}

async fn run(admin: &Config, statement: &str) -> Result<(), tokio_postgres::Error> {
    connection::open(admin)
        .await?
        .batch_execute(statement)
        .await
}

fn drop_statement(name: &str) -> String {
    format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quote(name))
}
