//! One connection outside the pool, for work that belongs to a session:
//! advisory locks, notices, statements that cannot be in a transaction.

use std::future::poll_fn;

use tokio_postgres::error::DbError;
use tokio_postgres::tls::TlsStream;
use tokio_postgres::{AsyncMessage, Client, Connection, NoTls, Socket};

use super::config::{Config, DEFAULT_CONNECT_TIMEOUT};
use super::tls::Connector;
use crate::error::{Error, Result};

/// What is told about the server's notices, in the order they arrive and
/// before the answer of the statement that raised them.
pub(crate) type OnNotice = Box<dyn FnMut(&DbError) + Send>;

/// Opens a connection that lives until the client is dropped.
///
/// # Errors
///
/// Fails if it cannot be opened, or not within the connect timeout.
pub(crate) async fn connect_single(config: &Config, on_notice: OnNotice) -> Result<Client> {
    config.check()?;
    let driver = config.session();
    let limit = driver.get_connect_timeout().copied();
    let connector = Connector::new(&config.tls)?;
    let target = config.target();
    let opening = open(connector, driver, on_notice);
    // The driver's own limit is for the first packet only.
    match tokio::time::timeout(limit.unwrap_or(DEFAULT_CONNECT_TIMEOUT), opening).await {
        Ok(opened) => opened.map_err(|error| Error::connect(error, &target)),
        Err(_) => Err(Error::connect_timeout(&target)),
    }
}

async fn open(
    connector: Connector,
    driver: tokio_postgres::Config,
    on_notice: OnNotice,
) -> Result<Client, tokio_postgres::Error> {
    match connector {
        Connector::Plain => {
            let (client, connection) = driver.connect(NoTls).await?;
            listen(connection, on_notice);
            Ok(client)
        }
        #[cfg(feature = "tls")]
        Connector::Tls(tls) => {
            let (client, connection) = driver.connect(tls).await?;
            listen(connection, on_notice);
            Ok(client)
        }
    }
}

/// Drives the connection in a task of its own until either side closes it.
fn listen<S>(mut connection: Connection<Socket, S>, mut on_notice: OnNotice)
where
    S: TlsStream + Unpin + Send + 'static,
{
    tokio::spawn(async move {
        // An error ends the connection; who waits for an answer is told so.
        while let Some(Ok(message)) = poll_fn(|cx| connection.poll_message(cx)).await {
            if let AsyncMessage::Notice(notice) = message {
                on_notice(&notice);
            }
        }
    });
}
