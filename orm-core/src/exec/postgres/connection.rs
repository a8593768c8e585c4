//! A connection of the pool, and how the pool opens one.

use std::ops::Deref;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use deadpool::managed::{self, Manager, Metrics, RecycleError, RecycleResult};
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Config};

use super::failover::{Unopened, open_first};
use super::pooler::Way;
use super::setup::Setup;
use super::statements::{Epoch, Statements};

pub(in crate::exec) type Pool = managed::Pool<Opener>;
pub(in crate::exec) type Object = managed::Object<Opener>;

/// An open connection and its prepared statements.
pub(in crate::exec) struct Connection {
    client: Client,
    task: JoinHandle<()>,
    /// The way to the host that let us in, and to no other.
    host: Box<Config>,
    pub(in crate::exec) statements: Statements,
}

impl Connection {
    /// Closes it at once: nothing that is sent from now on is answered.
    pub(super) async fn end(&self) {
        self.task.abort();
        while !self.client.is_closed() {
            tokio::task::yield_now().await;
        }
    }
}

impl Connection {
    /// Where a request to cancel has to go: what other hosts make of it takes time.
    pub(in crate::exec) fn host(&self) -> &Config {
        &self.host
    }
}

impl Deref for Connection {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Opens the pool's connections.
pub(in crate::exec) struct Opener {
    way: Way,
    setup: Setup,
    driver: Config,
    /// How long opening one may take.
    limit: Duration,
    /// How many prepared statements a connection keeps.
    statements: usize,
    epoch: Epoch,
    /// Connections that were opened before the pool asked for them.
    spare: Mutex<Vec<Connection>>,
}

impl Opener {
    pub(in crate::exec) fn new(
        way: Way,
        setup: Setup,
        driver: Config,
        limit: Duration,
        statements: usize,
    ) -> Self {
        Self {
            way,
            setup,
            driver,
            limit,
            statements,
            epoch: Epoch::default(),
            spare: Mutex::default(),
        }
    }

    /// Opens a connection for the pool, which need not wait for it.
    pub(in crate::exec) async fn open(&self) -> Result<Connection, Unopened> {
        let connect = async |driver: Config| {
            let (client, task, claims) = self.way.clone().connect(driver.clone()).await?;
            let connection = Connection {
                client,
                task,
                host: Box::new(driver),
                statements: Statements::new(self.statements, self.epoch.clone()),
            };
            self.setup.complete(&connection, claims).await?;
            Ok(connection)
        };
        open_first(&self.driver, self.limit, connect).await
    }

    /// What the pool gets when it next asks for a new connection.
    pub(in crate::exec) fn lay_by(&self, connection: Connection) {
        self.spare().push(connection);
    }

    /// Closes what the pool did not ask for.
    pub(in crate::exec) fn close_spare(&self) {
        self.spare().clear();
    }

    // A list is whole whatever happened while it was locked.
    fn spare(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Manager for Opener {
    type Type = Connection;
    type Error = Unopened;

    async fn create(&self) -> Result<Connection, Unopened> {
        if let Some(connection) = self.spare().pop() {
            return Ok(connection);
        }
        // Large, and rarely needed: it would be part of every checkout's future.
        Box::pin(self.open()).await
    }

    // No ping per checkout: a closed client is noticed and replaced.
    async fn recycle(&self, connection: &mut Connection, _: &Metrics) -> RecycleResult<Unopened> {
        if connection.is_closed() {
            return Err(RecycleError::message("the connection is closed"));
        }
        Ok(())
    }
}
