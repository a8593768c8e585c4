//! Poolers between the program and the server, and how to get through.

use std::error::Error as StdError;
use std::io;
use std::pin::Pin;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
#[cfg(unix)]
use tokio::net::UnixStream;
#[cfg(unix)]
use tokio_postgres::config::Host;
use tokio_postgres::config::{SslMode, SslNegotiation};
use tokio_postgres::tls::{MakeTlsConnect, NoTls, TlsConnect};
use tokio_postgres::{CancelToken, Config};

use super::stream::{Stream, UntilClosed};
use super::tls::{Connector, Opened, drive};
use super::unnamed::{LocalSettings, Network, Unnamed};

/// A pooler between the program and the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Pooler {
    /// None. The default.
    #[default]
    None,
    /// One that gives a connection the same session of the server for as long as
    /// it lives: PgBouncer's `pool_mode = session`.
    Session,
    /// One that gives each transaction whatever session is free: PgBouncer's
    /// `pool_mode = transaction`, and others of its kind.
    Transaction,
}

impl Pooler {
    /// Reads the word a URL has for it.
    pub(in crate::exec) fn parse(word: &str) -> Option<Self> {
        match word {
            "none" => Some(Self::None),
            "session" => Some(Self::Session),
            "transaction" => Some(Self::Transaction),
            _ => None,
        }
    }
}

/// What opens connections to the server, or to a pooler before it.
#[derive(Clone)]
pub(in crate::exec) enum Way {
    Straight(Connector),
    Pooled(Negotiator),
}

impl Way {
    /// Opens a connection and drives it in a task of its own.
    pub(in crate::exec) async fn connect(
        self,
        config: Config,
    ) -> Result<Opened, tokio_postgres::Error> {
        match self {
            Self::Straight(connector) => connector.connect(config).await,
            Self::Pooled(negotiator) => negotiator.open(config).await,
        }
    }

    /// Sends a cancel request through `stream`, and shuts it down.
    pub(in crate::exec) async fn cancel<S>(
        &self,
        token: &CancelToken,
        stream: S,
        host: &str,
    ) -> io::Result<()>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        match self {
            Self::Straight(connector) => connector.cancel(token, stream, host).await,
            Self::Pooled(negotiator) => {
                let negotiator = negotiator.for_host(host);
                let sent = token
                    .cancel_query_raw(stream, UntilClosed(negotiator))
                    .await;
                sent.map_err(io::Error::other)
            }
        }
    }
}

/// Agrees with the other side on encryption, and puts itself between the driver
/// and what was agreed on.
///
/// The driver hands over the bare connection if it believes that it is to be
/// encrypted at once.
#[derive(Clone)]
pub(in crate::exec) struct Negotiator {
    connector: Connector,
    host: String,
    mode: SslMode,
    /// As configured: whether the other side is not asked.
    at_once: bool,
    settings: Arc<LocalSettings>,
}

type Refusal = Box<dyn StdError + Send + Sync>;

impl Negotiator {
    pub(in crate::exec) fn new(
        connector: Connector,
        config: &Config,
        settings: LocalSettings,
    ) -> Self {
        Self {
            connector,
            host: String::new(),
            mode: config.get_ssl_mode(),
            at_once: config.get_ssl_negotiation() == SslNegotiation::Direct,
            settings: Arc::new(settings),
        }
    }

    fn for_host(&self, host: &str) -> Self {
        Self {
            host: host.to_owned(),
            ..self.clone()
        }
    }

    async fn open(self, mut config: Config) -> Result<Opened, tokio_postgres::Error> {
        #[cfg(unix)]
        if let ([Host::Unix(directory)], []) = (config.get_hosts(), config.get_hostaddrs()) {
            let port = config.get_ports().first().copied().unwrap_or(5432);
            let path = directory.join(format!(".s.PGSQL.{port}"));
            // Without a socket, the driver says why.
            if let Ok(socket) = UnixStream::connect(path).await {
                return self.open_socket(socket, config).await;
            }
        }
        config
            .ssl_mode(SslMode::Require)
            .ssl_negotiation(SslNegotiation::Direct);
        let (client, connection) = config.connect(self).await?;
        Ok(drive(client, connection))
    }

    /// Sockets are not encrypted.
    #[cfg(unix)]
    async fn open_socket(
        self,
        socket: UnixStream,
        mut config: Config,
    ) -> Result<Opened, tokio_postgres::Error> {
        if config.get_ssl_mode() == SslMode::Prefer {
            config.ssl_mode(SslMode::Disable);
        }
        let stream = Unnamed::new(Box::new(Stream::plain(socket)), self.settings);
        let (client, connection) = config.connect_raw(stream, NoTls).await?;
        Ok(drive(client, connection))
    }

    async fn negotiate<S>(self, mut stream: S) -> Result<Unnamed, Refusal>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let stream: Network = if self.encrypts(&mut stream).await? {
            self.connector.encrypt(stream, &self.host).await?
        } else {
            Box::new(Stream::plain(stream))
        };
        Ok(Unnamed::new(stream, self.settings))
    }

    async fn encrypts<S>(&self, stream: &mut S) -> Result<bool, Refusal>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        if self.mode == SslMode::Disable || !self.connector.can_encrypt() {
            return Ok(false);
        }
        if self.at_once {
            return Ok(true);
        }
        stream.write_all(ASK_TO_ENCRYPT).await?;
        stream.flush().await?;
        let mut answer = [0];
        stream.read_exact(&mut answer).await?;
        match (answer, self.mode) {
            ([b'S'], _) => Ok(true),
            (_, SslMode::Prefer) => Ok(false),
            _ => Err("server does not support TLS".into()),
        }
    }
}

/// The protocol's SSLRequest.
const ASK_TO_ENCRYPT: &[u8] = &[0, 0, 0, 8, 4, 210, 22, 47];

impl<S> MakeTlsConnect<S> for Negotiator
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    type Stream = Unnamed;
    type TlsConnect = Negotiator;
    type Error = io::Error;

    fn make_tls_connect(&mut self, host: &str) -> io::Result<Negotiator> {
        Ok(self.for_host(host))
    }
}

impl<S> TlsConnect<S> for Negotiator
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    type Stream = Unnamed;
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Stream, Refusal>> + Send>>;

    fn connect(self, stream: S) -> Self::Future {
        Box::pin(self.negotiate(stream))
    }
}
