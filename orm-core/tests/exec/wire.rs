//! A network that loses an answer when it is told to.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Forwards connections to a server until the test ends.
pub(crate) struct Wire {
    port: u16,
    loses: Arc<AtomicBool>,
}

impl Wire {
    /// A wire to the server at this port.
    pub(crate) async fn to(server: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let loses = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&loses);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
                tokio::spawn(relay(client, server, Arc::clone(&told)));
            }
        });
        Wire { port, loses }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// What the server says next does not arrive, and its connection is cut.
    pub(crate) fn lose_the_next_answer(&self) {
        self.loses.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_about_to_lose(&self) -> bool {
        self.loses.load(Ordering::SeqCst)
    }
}

/// Ends, and with it both connections, when one of them does.
async fn relay(
    mut client: TcpStream,
    mut server: TcpStream,
    loses: Arc<AtomicBool>,
) -> io::Result<()> {
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let answers = async {
        let mut bytes = [0; 8192];
        loop {
            let length = from_server.read(&mut bytes).await?;
            if length == 0 || loses.swap(false, Ordering::SeqCst) {
                return Ok(());
            }
            to_client.write_all(&bytes[..length]).await?;
        }
    };
    tokio::select! {
        asked = tokio::io::copy(&mut from_client, &mut to_server) => asked.map(drop),
        answered = answers => answered,
    }
}
