//! Encrypted connections: libpq's `sslmode`, by rustls.

use std::error::Error as StdError;
use std::io;
use std::path::PathBuf;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinHandle;
use tokio_postgres::config::SslMode;
use tokio_postgres::tls::TlsStream;
#[cfg(feature = "tls")]
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{CancelToken, Client, NoTls};

use super::identity::Claims;
#[cfg(feature = "tls")]
use super::{encryption::Encryption, stream::UntilClosed, verify};
#[cfg(not(feature = "tls"))]
use crate::error::Error;
use crate::error::Result;

/// How much a connection is encrypted and the server checked, as libpq's `sslmode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TlsMode {
    /// Never encrypt.
    Disable,
    /// Encrypt if the server offers it, whoever the server is. The default.
    #[default]
    Prefer,
    /// Encrypt or fail, whoever the server is; with a root certificate file
    /// the same as [`VerifyCa`](Self::VerifyCa), as in libpq.
    Require,
    /// Encrypt, and check that a trusted authority signed the server's certificate.
    VerifyCa,
    /// Encrypt, and check also that the certificate names the host. Use this
    /// wherever the network is not your own.
    VerifyFull,
}

impl TlsMode {
    /// Reads libpq's word for the mode.
    pub(in crate::exec) fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "disable" => Self::Disable,
            // `allow` starts unencrypted; encrypting at once is no weaker.
            "allow" | "prefer" => Self::Prefer,
            "require" => Self::Require,
            "verify-ca" => Self::VerifyCa,
            "verify-full" => Self::VerifyFull,
            _ => return None,
        })
    }

    /// What the driver has to insist on; checking certificates is up to rustls.
    pub(in crate::exec) fn to_driver(self) -> SslMode {
        match self {
            Self::Disable => SslMode::Disable,
            Self::Prefer => SslMode::Prefer,
            Self::Require | Self::VerifyCa | Self::VerifyFull => SslMode::Require,
        }
    }
}

/// The wish for encryption, as configured.
#[derive(Debug, Clone, Default)]
pub(in crate::exec) struct TlsOptions {
    pub(in crate::exec) mode: TlsMode,
    pub(in crate::exec) root_cert: Option<PathBuf>,
}

/// What opens connections and sends cancel requests.
#[derive(Clone)]
pub(in crate::exec) enum Connector {
    Plain,
    #[cfg(feature = "tls")]
    Tls(Encryption),
}

impl Connector {
    /// Reads certificates and makes a connector.
    pub(in crate::exec) fn new(options: &TlsOptions) -> Result<Self> {
        match options.mode {
            TlsMode::Disable => Ok(Self::Plain),
            _ => Self::encrypting(options),
        }
    }

    #[cfg(feature = "tls")]
    fn encrypting(options: &TlsOptions) -> Result<Self> {
        let config = verify::client_config(options)?;
        Ok(Self::Tls(Encryption::new(config)))
    }

    #[cfg(not(feature = "tls"))]
    fn encrypting(options: &TlsOptions) -> Result<Self> {
        match options.mode {
            TlsMode::Prefer => Ok(Self::Plain),
            _ => Err(Error::config(
                "encrypted connections need the cargo feature `tls`: enable it or set `sslmode=disable`",
            )),
        }
    }

    pub(in crate::exec) fn can_encrypt(&self) -> bool {
        !matches!(self, Self::Plain)
    }

    /// Encrypts what goes through `stream`, and checks who is at its other end.
    pub(in crate::exec) async fn encrypt<S>(
        &self,
        stream: S,
        host: &str,
    ) -> Result<Box<dyn TlsStream + Send + Unpin>, Box<dyn StdError + Send + Sync>>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        #[cfg(not(feature = "tls"))]
        let _ = (stream, host);
        match self {
            Self::Plain => Err("encrypted connections are not configured".into()),
            #[cfg(feature = "tls")]
            Self::Tls(tls) => {
                let Ok(tls) = MakeTlsConnect::<S>::make_tls_connect(&mut tls.clone(), host);
                Ok(Box::new(tls.connect(stream).await?))
            }
        }
    }

    /// Opens a connection and drives it in a task of its own.
    pub(in crate::exec) async fn connect(
        self,
        config: tokio_postgres::Config,
    ) -> Result<Opened, tokio_postgres::Error> {
        match self {
            Self::Plain => {
                let (client, connection) = config.connect(NoTls).await?;
                Ok(drive(client, connection))
            }
            #[cfg(feature = "tls")]
            Self::Tls(tls) => {
                let (client, connection) = config.connect(tls).await?;
                Ok(drive(client, connection))
            }
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
        // Only certificates name hosts.
        #[cfg(not(feature = "tls"))]
        let _ = host;
        let sent = match self {
            Self::Plain => token.cancel_query_raw(stream, NoTls).await,
            #[cfg(feature = "tls")]
            Self::Tls(tls) => {
                let Ok(tls) = MakeTlsConnect::<S>::make_tls_connect(&mut tls.clone(), host);
                token.cancel_query_raw(stream, UntilClosed(tls)).await
            }
        };
        sent.map_err(io::Error::other)
    }
}

/// An open connection: its client, the task that drives it, and what was said at its start.
pub(in crate::exec) type Opened = (Client, JoinHandle<()>, Claims);

/// Runs the connection until either side closes it. Who waits for an answer
/// gets the error; on an idle connection nobody does, and the pool replaces it.
pub(in crate::exec) fn drive<S, T>(
    client: Client,
    connection: tokio_postgres::Connection<S, T>,
) -> Opened
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: TlsStream + Unpin + Send + 'static,
{
    let claims = Claims::of(&connection);
    let task = tokio::spawn(async move {
        if connection.await.is_err() {
            tracing::debug!(target: "orm::pool", "the server closed a connection");
        }
    });
    (client, task, claims)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_spelled_as_in_libpq() {
        let words = [
            ("disable", TlsMode::Disable),
            ("allow", TlsMode::Prefer),
            ("prefer", TlsMode::Prefer),
            ("require", TlsMode::Require),
            ("verify-ca", TlsMode::VerifyCa),
            ("verify-full", TlsMode::VerifyFull),
        ];
        for (word, mode) in words {
            assert_eq!(TlsMode::parse(word), Some(mode), "{word}");
        }
        assert_eq!(TlsMode::parse("verify"), None);
    }
}
