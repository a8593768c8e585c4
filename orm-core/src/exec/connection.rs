//! A connection of the pool, and how the pool opens one.

use std::ops::Deref;

use deadpool::managed::{self, Manager, Metrics, RecycleError, RecycleResult};
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Config, Error};

use super::statements::{Epoch, Statements};
use super::tls::Connector;

pub(super) type Pool = managed::Pool<Opener>;
pub(super) type Object = managed::Object<Opener>;

/// An open connection and its prepared statements.
pub(super) struct Connection {
    client: Client,
    task: JoinHandle<()>,
    pub(super) statements: Statements,
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
pub(super) struct Opener {
    connector: Connector,
    driver: Config,
    /// How many prepared statements a connection keeps.
    statements: usize,
    epoch: Epoch,
}

impl Opener {
    pub(super) fn new(connector: Connector, driver: Config, statements: usize) -> Self {
        Self {
            connector,
            driver,
            statements,
            epoch: Epoch::default(),
        }
    }
}

impl Manager for Opener {
    type Type = Connection;
    type Error = Error;

    async fn create(&self) -> Result<Connection, Error> {
        let opening = self.connector.clone().connect(self.driver.clone());
        // Large, and rarely needed: it would be part of every checkout's future.
        let (client, task) = Box::pin(opening).await?;
        Ok(Connection {
            client,
            task,
            statements: Statements::new(self.statements, self.epoch.clone()),
        })
    }

    // No ping per checkout: a closed client is noticed and replaced.
    async fn recycle(&self, connection: &mut Connection, _: &Metrics) -> RecycleResult<Error> {
        if connection.is_closed() {
            return Err(RecycleError::message("the connection is closed"));
        }
        Ok(())
    }
}
