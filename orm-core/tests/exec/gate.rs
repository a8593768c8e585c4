//! A network that can go wrong while it is in use.

use std::net::SocketAddr;
use std::time::Duration;

use orm_core::exec::Config;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::server;

/// What happens to what passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Everything arrives.
    Open,
    /// Nothing arrives, and nobody is told.
    Stalled,
    /// The server's next answer is lost, and the connection with it.
    CutAtAnswer,
    /// Old connections work, new ones are accepted and not answered.
    StalledForNew,
    /// New connections are closed at once.
    ClosedForNew,
}

/// A proxy before the shared server.
pub(crate) struct Gate {
    address: SocketAddr,
    way: watch::Sender<Way>,
}

impl Gate {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (way, seen) = watch::channel(Way::Open);
        let port = server::shared().port();
        tokio::spawn(async move {
            let mut held = Vec::new();
            while let Ok((client, _)) = listener.accept().await {
                let now = *seen.borrow();
                match now {
                    Way::ClosedForNew => drop(client),
                    Way::Stalled | Way::StalledForNew => held.push(client),
                    Way::Open | Way::CutAtAnswer => {
                        let server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                        tokio::spawn(join(client, server, seen.clone()));
                    }
                }
            }
        });
        Self { address, way }
    }

    pub(crate) fn set(&self, way: Way) {
        self.way.send_replace(way);
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// The way to a new database through this network.
    pub(crate) async fn config(&self) -> Config {
        let direct: Config = server::url().await.parse().unwrap();
        Config::new()
            .host("127.0.0.1")
            .port(self.port())
            .database(direct.database_name().unwrap())
            .connect_timeout(Duration::from_secs(5))
    }
}

/// Passes on what comes from either side, until one closes.
async fn join(mut client: TcpStream, mut server: TcpStream, mut seen: watch::Receiver<Way>) {
    let (mut question, mut answer) = ([0; 8192], [0; 8192]);
    loop {
        let passes = seen.wait_for(|way| *way != Way::Stalled);
        if passes.await.is_err() {
            return;
        }
        let sent = tokio::select! {
            read = client.read(&mut question) => match read {
                Ok(length @ 1..) => server.write_all(&question[..length]).await,
                _ => return,
            },
            read = server.read(&mut answer) => match read {
                Ok(length @ 1..) if *seen.borrow() != Way::CutAtAnswer => {
                    client.write_all(&answer[..length]).await
                }
                _ => return,
            },
            _ = seen.changed() => Ok(()),
        };
        if sent.is_err() {
            return;
        }
    }
}
