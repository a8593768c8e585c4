//! One connection outside the pool, for work that belongs to a session:
//! advisory locks, notices, statements that cannot be in a transaction.

use std::future::poll_fn;
use std::ops::Deref;
use std::sync::{Mutex, PoisonError};

use tokio::task::JoinHandle;
use tokio_postgres::tls::TlsStream;
use tokio_postgres::{AsyncMessage, Client, Connection, NoTls, Socket};

use super::cancel::cancel;
use super::failover::{Unopened, open_first};
use super::identity::Claims;
use super::pooler::Way;
use super::server::DEFAULT_CONNECT_TIMEOUT;
use super::setup::Setup;
use super::tls::Connector;
use crate::error::Result;
use crate::exec::OnNotice;
use crate::exec::config::Config;
use crate::exec::deadline::in_runtime;

/// A connection outside the pool. Dropped in the middle of something, it is closed
/// without waiting for an answer, which may never come: the server gives up the
/// locks of the session.
pub(crate) struct Single {
    client: Client,
    task: JoinHandle<()>,
    /// How the server is reached that runs its statements.
    server: Box<(Way, tokio_postgres::Config)>,
    setup: Setup,
}

impl Deref for Single {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Single {
    /// Asks the server to stop what it does on this connection; whoever waits for that is
    /// told so.
    pub(crate) async fn cancel(&self) {
        let (way, driver) = &*self.server;
        cancel(way, driver, &self.client.cancel_token(), None).await;
    }

    /// Statements that it needs again after `RESET ALL`.
    pub(crate) fn settings(&self) -> &str {
        self.setup.text()
    }
}

impl Drop for Single {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Opens a connection that lives until it is dropped.
///
/// # Errors
///
/// Fails if it cannot be opened, or not within the connect timeout.
pub(crate) async fn connect_single(config: &Config, on_notice: OnNotice) -> Result<Single> {
    in_runtime()?;
    let config = &config.past_pooler()?;
    config.check()?;
    let server = config.postgres()?;
    let driver = server.session(config.limits);
    let limit = driver.get_connect_timeout().copied();
    let limit = limit.unwrap_or(DEFAULT_CONNECT_TIMEOUT);
    let connector = Connector::new(&server.tls)?;
    let target = server.target();
    let setup = server.setup(config.limits);
    let on_notice = Mutex::new(Some(on_notice));
    let connect = |driver| open(connector.clone(), driver, setup.clone(), &on_notice);
    let opened = open_first(&driver, limit, connect).await;
    opened.map_err(|unopened| unopened.explain(&target))
}

async fn open(
    connector: Connector,
    driver: tokio_postgres::Config,
    setup: Setup,
    on_notice: &Mutex<Option<OnNotice>>,
) -> Result<Single, Unopened> {
    let on_notice = || {
        on_notice
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    };
    let way = Way::Straight(connector.clone());
    let (client, task, claims) = match connector {
        Connector::Plain => {
            let (client, connection) = driver.connect(NoTls).await?;
            let claims = Claims::of(&connection);
            (client, listen(connection, on_notice()), claims)
        }
        #[cfg(feature = "tls")]
        Connector::Tls(tls) => {
            let (client, connection) = driver.connect(tls).await?;
            let claims = Claims::of(&connection);
            (client, listen(connection, on_notice()), claims)
        }
    };
    let single = Single {
        client,
        task,
        server: Box::new((way, driver)),
        setup,
    };
    single.setup.complete(&single, claims).await?;
    Ok(single)
}

/// Drives the connection in a task of its own until either side closes it.
fn listen<S>(
    mut connection: Connection<Socket, S>,
    mut on_notice: Option<OnNotice>,
) -> JoinHandle<()>
where
    S: TlsStream + Unpin + Send + 'static,
{
    tokio::spawn(async move {
        // An error ends the connection; who waits for an answer is told so.
        while let Some(Ok(message)) = poll_fn(|cx| connection.poll_message(cx)).await {
            if let (AsyncMessage::Notice(notice), Some(on_notice)) = (message, &mut on_notice) {
                // In the order they arrive, before the answer of the statement that raised them.
                on_notice(notice.severity(), notice.message());
            }
        }
    })
}
