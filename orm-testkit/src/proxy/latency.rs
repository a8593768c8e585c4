//! A network in between: everything arrives, later.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc as std_mpsc};
use std::thread;
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::{Address, CHUNK, Front, Server};
use crate::Error;

/// How many chunks may be under way in one direction: at full chunks far more
/// than any delay worth testing can hold, and yet a limit.
const CHUNKS_UNDER_WAY: usize = 4096;

/// A TCP proxy on the loopback interface that delays what passes through it, by
/// the same time in each direction, and does not limit how much passes: each
/// piece waits for its own time.
///
/// It runs on threads of its own until it is dropped, which closes its
/// connections. The delay is at least the given one, and some tenths of a
/// millisecond longer.
///
/// ```
/// use std::time::Duration;
/// use orm_testkit::{LatencyProxy, TestDatabase, server};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let db = TestDatabase::create().await?;
/// let proxy = LatencyProxy::start(server()?.address(), Duration::from_millis(5))?;
/// let far_away = db.url_via(proxy.local_addr());
/// # drop(far_away);
/// # Ok(())
/// # }
/// ```
pub struct LatencyProxy {
    front: Front,
    delay: Duration,
    trips: Arc<Trips>,
}

impl LatencyProxy {
    /// Starts a proxy to the server on a free port.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if no port or thread can be had. A server that does not
    /// answer is seen by the clients: their connections are closed.
    pub fn start(upstream: impl Into<Address>, delay: Duration) -> Result<Self, Error> {
        let trips = Arc::new(Trips::default());
        let counted = Arc::clone(&trips);
        let started = Clock::start(delay).and_then(|clock| {
            Front::start(upstream.into(), move |client, server| {
                relay(client, server, clock.clone(), Arc::clone(&counted))
            })
        });
        let front = started.map_err(Error::os("start a proxy"))?;
        Ok(LatencyProxy {
            front,
            delay,
            trips,
        })
    }

    /// How often something was asked since the last answer: the round trips, where one
    /// connection at a time is in use. What is sent while an answer is on its way, and
    /// before it has arrived, belongs to the question before.
    pub fn round_trips(&self) -> usize {
        self.trips.count.load(Ordering::SeqCst)
    }

    /// Where the proxy listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.front.local_addr()
    }
}

impl fmt::Debug for LatencyProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LatencyProxy")
            .field("local", &self.local_addr())
            .field("delay", &self.delay)
            .finish_non_exhaustive()
    }
}

/// Counts questions and the answers between them.
#[derive(Default)]
struct Trips {
    count: AtomicUsize,
    /// Something was asked, and no answer has arrived since.
    asked: AtomicBool,
}

/// What the bytes of a direction are.
#[derive(Clone, Copy)]
enum Bytes {
    Questions,
    Answers,
}

impl Trips {
    fn asked(&self) {
        if !self.asked.swap(true, Ordering::SeqCst) {
            self.count.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn answered(&self) {
        self.asked.store(false, Ordering::SeqCst);
    }
}

async fn relay(
    client: TcpStream,
    server: Server,
    clock: Clock,
    trips: Arc<Trips>,
) -> io::Result<()> {
    let (from_client, to_client) = tokio::io::split(client);
    let (from_server, to_server) = tokio::io::split(server);
    tokio::try_join!(
        forward(
            from_client,
            to_server,
            clock.clone(),
            (&trips, Bytes::Questions)
        ),
        forward(from_server, to_client, clock, (&trips, Bytes::Answers)),
    )?;
    Ok(())
}

/// Moves bytes in one direction. Reading goes on while earlier pieces wait.
async fn forward<R, W>(from: R, to: W, clock: Clock, counted: (&Trips, Bytes)) -> io::Result<()>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let (exit, due) = mpsc::unbounded_channel();
    tokio::try_join!(read(from, clock, exit, counted), write(to, due, counted))?;
    Ok(())
}

async fn read<R>(
    mut from: R,
    clock: Clock,
    exit: Exit,
    (trips, bytes_are): (&Trips, Bytes),
) -> io::Result<()>
where
    R: AsyncRead + Unpin,
{
    let room = Arc::new(Semaphore::new(CHUNKS_UNDER_WAY));
    loop {
        let mut bytes = Vec::with_capacity(CHUNK);
        let end = from.read_buf(&mut bytes).await? == 0;
        if let (Bytes::Questions, false) = (bytes_are, end) {
            trips.asked();
        }
        // The semaphore is never closed; if it were, this would be the end, too.
        let Ok(room) = Arc::clone(&room).acquire_owned().await else {
            return Ok(());
        };
        clock.delay(Chunk { bytes, _room: room }, exit.clone());
        if end {
            return Ok(());
        }
    }
}

async fn write<W>(
    mut to: W,
    mut due: mpsc::UnboundedReceiver<Chunk>,
    (trips, bytes_are): (&Trips, Bytes),
) -> io::Result<()>
where
    W: AsyncWrite + Unpin,
{
    while let Some(chunk) = due.recv().await {
        if let Bytes::Answers = bytes_are {
            trips.answered();
        }
        to.write_all(&chunk.bytes).await?;
    }
    to.shutdown().await
}

/// What was read at once. An empty one is the end of the stream, which is
/// delayed like all else.
struct Chunk {
    bytes: Vec<u8>,
    /// Given back when the chunk has been written.
    _room: OwnedSemaphorePermit,
}

/// Where a chunk goes when its time has come.
type Exit = mpsc::UnboundedSender<Chunk>;

/// A thread that holds chunks back. A thread, because tokio's timers count whole
/// milliseconds and a delay may well be one of them. One queue is enough for all
/// connections: the delay is the same for all, so the first in is the first out.
#[derive(Clone)]
struct Clock {
    delay: Duration,
    queue: std_mpsc::Sender<(Instant, Chunk, Exit)>,
}

impl Clock {
    /// The thread ends with the last clone and when its queue is empty.
    fn start(delay: Duration) -> io::Result<Self> {
        let (queue, chunks) = std_mpsc::channel::<(Instant, Chunk, Exit)>();
        thread::Builder::new()
            .name("orm-testkit-clock".into())
            .spawn(move || {
                for (due, chunk, exit) in chunks {
                    thread::sleep(due.saturating_duration_since(Instant::now()));
                    // The connection may be gone meanwhile.
                    let _ = exit.send(chunk);
                }
            })?;
        Ok(Clock { delay, queue })
    }

    fn delay(&self, chunk: Chunk, exit: Exit) {
        // The thread lives as long as there is a clone.
        let _ = self.queue.send((Instant::now() + self.delay, chunk, exit));
    }
}
