//! Cancel requests that are known to have been acted on.
//!
//! A request travels on a connection of its own. The driver sends it and goes
//! away, so the server may act on it later, when the connection runs the next
//! statement, of somebody else perhaps. The server closes the request's
//! connection after it has passed the request on: that is what we wait for.

use std::io;
use std::time::Duration;

use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio_postgres::config::Host;
use tokio_postgres::{CancelToken, Config};

use super::pooler::Way;
use super::stream::Stream;
use crate::exec::deadline::in_runtime;

/// How long one server may take to accept the request.
const LIMIT: Duration = Duration::from_secs(2);

/// Asks the server to stop what the connection behind `token` is doing, and
/// returns when that can no longer hit a later statement; whether that is certain,
/// for the request may still be on its way when the time is over.
///
/// Nothing can be done if it fails: the statement just goes on.
pub(in crate::exec) async fn cancel(
    way: &Way,
    config: &Config,
    token: &CancelToken,
    limit: Option<Duration>,
) -> bool {
    if in_runtime().is_err() {
        return false;
    }
    let limit = limit.map_or(LIMIT, |it| it.min(LIMIT));
    let mut certain = true;
    // There is one, unless its hosts and numbers do not fit together.
    for (host, port) in addresses(config) {
        let request = send(way, token, host, port);
        certain &= tokio::time::timeout(limit, request).await.is_ok();
    }
    certain
}

fn addresses(config: &Config) -> impl Iterator<Item = (Address<'_>, u16)> {
    let hosts = config.get_hosts();
    let numeric = config.get_hostaddrs();
    let ports = config.get_ports();
    (0..hosts.len().max(numeric.len())).filter_map(move |i| {
        let port = ports.get(i).or(ports.first()).copied().unwrap_or(5432);
        let address = match (numeric.get(i), hosts.get(i)) {
            (Some(ip), _) => Address::Tcp(ip.to_string().into()),
            (None, Some(Host::Tcp(name))) => Address::Tcp(name.into()),
            #[cfg(unix)]
            (None, Some(Host::Unix(path))) => Address::Unix(path),
            (None, None) => return None,
        };
        Some((address, port))
    })
}

enum Address<'a> {
    Tcp(std::borrow::Cow<'a, str>),
    #[cfg(unix)]
    Unix(&'a std::path::Path),
}

async fn send(way: &Way, token: &CancelToken, host: Address<'_>, port: u16) -> io::Result<()> {
    match host {
        Address::Tcp(name) => {
            let stream = TcpStream::connect((&*name, port)).await?;
            way.cancel(token, Stream::until_closed(stream), &name).await
        }
        #[cfg(unix)]
        Address::Unix(directory) => {
            let path = directory.join(format!(".s.PGSQL.{port}"));
            let stream = UnixStream::connect(path).await?;
            way.cancel(token, Stream::until_closed(stream), "").await
        }
    }
}
