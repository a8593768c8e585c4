//! Networks in between: what passes is late, or does not arrive as it was sent.

mod fault;
mod latency;
mod plan;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

pub use self::fault::FaultProxy;
pub use self::latency::LatencyProxy;
pub use self::plan::{Fault, FaultPlan, Passed};

/// The most that is read at once.
const CHUNK: usize = 16 * 1024;

/// The pause after a connection that could not be accepted.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

/// Where a server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Address {
    /// A Unix socket: the path of the socket itself, not of its directory.
    Socket(PathBuf),
    /// `host:port`
    Tcp(String),
}

/// `/path/of/a/socket` or `host:port`
impl From<&str> for Address {
    fn from(text: &str) -> Self {
        if text.starts_with('/') {
            Address::Socket(text.into())
        } else {
            Address::Tcp(text.to_owned())
        }
    }
}

impl From<SocketAddr> for Address {
    fn from(address: SocketAddr) -> Self {
        Address::Tcp(address.to_string())
    }
}

impl Address {
    async fn connect(&self) -> io::Result<Server> {
        match self {
            Address::Tcp(address) => {
                let server = TcpStream::connect(address).await?;
                server.set_nodelay(true)?;
                Ok(Box::new(server))
            }
            #[cfg(unix)]
            Address::Socket(path) => Ok(Box::new(tokio::net::UnixStream::connect(path).await?)),
            #[cfg(not(unix))]
            Address::Socket(_) => Err(io::ErrorKind::Unsupported.into()),
        }
    }
}

/// A connection to the server, of whatever kind.
trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Duplex for S {}
type Server = Box<dyn Duplex>;

/// Listens on a port of the loopback interface, on a thread of its own, until it
/// is dropped.
struct Front {
    local: SocketAddr,
    /// Dropping it ends the thread.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Front {
    /// Joins every client with a connection to the server of its own.
    fn start<F, J>(upstream: Address, join: F) -> io::Result<Self>
    where
        F: Fn(TcpStream, Server) -> J + Clone + Send + Sync + 'static,
        J: Future<Output = io::Result<()>> + Send,
    {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        let local = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("orm-testkit-proxy".into())
            .spawn(move || {
                runtime.block_on(async {
                    tokio::select! {
                        _ = stopped => {}
                        _ = accept(listener, upstream, join) => {}
                    }
                });
                // With the runtime end the tasks of all connections.
            })?;
        Ok(Front {
            local,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    fn local_addr(&self) -> SocketAddr {
        self.local
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic in there has been printed; there is nothing to add.
            let _ = thread.join();
        }
    }
}

async fn accept<F, J>(listener: std::net::TcpListener, upstream: Address, join: F) -> io::Result<()>
where
    F: Fn(TcpStream, Server) -> J + Clone + Send + Sync + 'static,
    J: Future<Output = io::Result<()>> + Send,
{
    let listener = TcpListener::from_std(listener)?;
    loop {
        match listener.accept().await {
            Ok((client, _)) => {
                let (upstream, join) = (upstream.clone(), join.clone());
                tokio::spawn(async move {
                    client.set_nodelay(true)?;
                    join(client, upstream.connect().await?).await
                });
            }
            // One client's failure is no reason to stop, and a lack of file
            // descriptors no reason to spin.
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
}
