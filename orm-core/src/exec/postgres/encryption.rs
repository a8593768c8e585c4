//! Encrypted streams for the driver: rustls, and what its certificate says to SCRAM.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::endpoint;
use super::stream::Stream;

/// What encrypts each connection.
#[derive(Clone)]
pub(in crate::exec) struct Encryption(TlsConnector);

impl Encryption {
    pub(in crate::exec) fn new(config: ClientConfig) -> Self {
        Self(TlsConnector::from(Arc::new(config)))
    }
}

impl<S> MakeTlsConnect<S> for Encryption
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    type Stream = Encrypted<S>;
    type TlsConnect = Handshake;
    type Error = Infallible;

    fn make_tls_connect(&mut self, host: &str) -> Result<Handshake, Infallible> {
        Ok(Handshake {
            connector: self.0.clone(),
            host: host.to_owned(),
        })
    }
}

/// One connection's encryption, before it has begun.
pub(in crate::exec) struct Handshake {
    connector: TlsConnector,
    host: String,
}

impl<S> TlsConnect<S> for Handshake
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    type Stream = Encrypted<S>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Encrypted<S>>> + Send>>;

    fn connect(self, stream: S) -> Self::Future {
        Box::pin(async move {
            // A socket's path is no name, and is asked for here only if TLS is used.
            let host = ServerName::try_from(self.host)
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
            let stream = self.connector.connect(host, stream).await?;
            Ok(Stream::bound(stream, binding))
        })
    }
}

/// A stream that encrypts what goes through it.
pub(in crate::exec) type Encrypted<S> = Stream<TlsStream<S>>;

fn binding<S>(stream: &TlsStream<S>) -> ChannelBinding {
    let (_, session) = stream.get_ref();
    session
        .peer_certificates()
        .and_then(|chain| endpoint::hash(chain.first()?))
        .map_or_else(ChannelBinding::none, ChannelBinding::tls_server_end_point)
}
