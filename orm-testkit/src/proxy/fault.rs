//! A network in between that fails when it is told to.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::plan::{Fault, FaultPlan, Passed};
use super::{Address, CHUNK, Front, Server};
use crate::Error;

/// How much of what the server said is kept.
const KEPT: usize = 1 << 20;

/// A TCP proxy on the loopback interface that closes, resets or stalls
/// connections, damages what passes, or takes it to pieces, at the byte that it
/// is told: for tests of what a program does when the network fails.
///
/// A plan holds from the moment it is made, for open connections from their next
/// byte, for new ones from their first: the handshake is part of what can fail.
/// Between two plans everything passes. It runs on threads of its own until it
/// is dropped, which closes its connections.
///
/// ```
/// use orm_testkit::{Fault, FaultPlan, FaultProxy, TestDatabase, server};
/// use tokio_postgres::NoTls;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let db = TestDatabase::create().await?;
/// let proxy = FaultProxy::start(server()?.address())?;
/// let (client, connection) =
///     tokio_postgres::connect(&db.url_via(proxy.local_addr()), NoTls).await?;
/// tokio::spawn(connection);
///
/// // How long is the answer?
/// proxy.heal();
/// client.simple_query("SELECT 1").await?;
/// let length = proxy.passed().answers;
///
/// // The same again, and its last byte gets lost.
/// proxy.disturb_once(FaultPlan::new().answers(Fault::Close { after: length - 1 }));
/// let error = client.simple_query("SELECT 1").await.unwrap_err();
/// assert!(error.is_closed());
/// assert_eq!(proxy.happened(), 1);
/// # Ok(())
/// # }
/// ```
pub struct FaultProxy {
    front: Front,
    control: Arc<Control>,
}

impl FaultProxy {
    /// Starts a proxy to the server on a free port. Everything passes.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if no port or thread can be had. A server that does not
    /// answer is seen by the clients: their connections are closed.
    pub fn start(upstream: impl Into<Address>) -> Result<Self, Error> {
        let control = Arc::new(Control::new());
        let shared = Arc::clone(&control);
        let front = Front::start(upstream.into(), move |client, server| {
            relay(client, server, Arc::clone(&shared))
        });
        Ok(FaultProxy {
            front: front.map_err(Error::os("start a proxy"))?,
            control,
        })
    }

    /// Where the proxy listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.front.local_addr()
    }

    /// The plan for all connections from now on.
    pub fn disturb(&self, plan: FaultPlan) {
        self.control.change(Box::new(move |_| plan));
    }

    /// The plan for the first connection from now on over which anything
    /// passes. All others are left alone.
    pub fn disturb_once(&self, plan: FaultPlan) {
        self.disturb_each(move |number| match number {
            0 => plan,
            _ => FaultPlan::new(),
        });
    }

    /// A plan for each connection from now on, by its number: in the order in
    /// which anything passes over them, from 0.
    ///
    /// ```
    /// # fn main() -> Result<(), orm_testkit::Error> {
    /// use orm_testkit::{FaultPlan, FaultProxy, server};
    ///
    /// let proxy = FaultProxy::start(server()?.address())?;
    /// proxy.disturb_each(|number| FaultPlan::seeded(number as u64, 10_000));
    /// # Ok(())
    /// # }
    /// ```
    pub fn disturb_each(&self, plan: impl Fn(usize) -> FaultPlan + Send + 'static) {
        self.control.change(Box::new(plan));
    }

    /// Everything passes again, also what was held back.
    pub fn heal(&self) {
        self.disturb(FaultPlan::new());
    }

    /// How much has passed since the plan was made.
    pub fn passed(&self) -> Passed {
        self.control.lock().passed
    }

    /// How often a connection was closed, reset, stalled or damaged since the
    /// plan was made.
    pub fn happened(&self) -> usize {
        self.control.lock().happened
    }

    /// What the server has said since the plan was made, in the order in which
    /// it arrived over all connections: the first mebibyte of it.
    pub fn answers(&self) -> Vec<u8> {
        self.control.lock().answers.clone()
    }
}

/// Without what passed.
impl fmt::Debug for FaultProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultProxy")
            .field("local", &self.local_addr())
            .field("happened", &self.happened())
            .finish_non_exhaustive()
    }
}

/// A plan for each connection, by its number.
type Plans = Box<dyn Fn(usize) -> FaultPlan + Send>;

/// What the connections of a proxy share.
struct Control {
    state: Mutex<State>,
    /// Changes with the plan, so that what is held back can go on.
    generation: watch::Sender<u64>,
}

struct State {
    plans: Plans,
    generation: u64,
    /// The connections that have asked for a plan.
    connections: usize,
    passed: Passed,
    happened: usize,
    answers: Vec<u8>,
}

impl Control {
    fn new() -> Self {
        Control {
            state: Mutex::new(State {
                plans: Box::new(|_| FaultPlan::new()),
                generation: 0,
                connections: 0,
                passed: Passed::default(),
                happened: 0,
                answers: Vec::new(),
            }),
            generation: watch::Sender::new(0),
        }
    }

    fn change(&self, plans: Plans) {
        let mut state = self.lock();
        *state = State {
            plans,
            generation: state.generation + 1,
            connections: 0,
            passed: Passed::default(),
            happened: 0,
            answers: Vec::new(),
        };
        self.generation.send_replace(state.generation);
    }

    // Counters are whole whatever happened while they were locked.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Requests,
    Answers,
}

/// One connection's plan, and how far each direction is in it.
#[derive(Default)]
struct Course {
    /// The generation of the plan, once there is one.
    generation: Option<u64>,
    plan: FaultPlan,
    requests: usize,
    answers: usize,
}

/// What is to be done with the next bytes.
enum Step {
    /// So many pass.
    Pass(usize),
    /// So many pass, each so many as a piece of its own.
    Pieces(usize),
    Wait(std::time::Duration),
    Hold,
    End {
        reset: bool,
    },
}

/// How a direction came to its end.
enum End {
    /// One side closed, or is gone.
    Closed,
    /// The plan said so.
    Cut { reset: bool },
}

struct Link {
    control: Arc<Control>,
    course: Mutex<Course>,
}

impl Link {
    /// Brings the course up to date with the plan.
    fn course(&self) -> MutexGuard<'_, Course> {
        let mut course = self.course.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = self.control.lock();
        if course.generation != Some(state.generation) {
            let number = state.connections;
            state.connections += 1;
            *course = Course {
                generation: Some(state.generation),
                plan: (state.plans)(number),
                requests: 0,
                answers: 0,
            };
        }
        drop(state);
        course
    }

    /// What happens next to `bytes`, of which some may be changed.
    fn step(&self, direction: Direction, bytes: &mut [u8], waited: bool) -> Step {
        let course = self.course();
        let (fault, position) = match direction {
            Direction::Requests => (course.plan.requests, course.requests),
            Direction::Answers => (course.plan.answers, course.answers),
        };
        let end = |after: usize, end: Step| match after.saturating_sub(position) {
            0 => {
                self.control.lock().happened += 1;
                end
            }
            left => Step::Pass(left.min(bytes.len())),
        };
        match fault {
            None => Step::Pass(bytes.len()),
            Some(Fault::Close { after }) => end(after, Step::End { reset: false }),
            Some(Fault::Reset { after }) => end(after, Step::End { reset: true }),
            Some(Fault::Stall { after }) => end(after, Step::Hold),
            Some(Fault::Damage { at, mask }) => {
                let place = at.checked_sub(position);
                if let Some(byte) = place.and_then(|place| bytes.get_mut(place)) {
                    *byte ^= mask;
                    self.control.lock().happened += 1;
                }
                Step::Pass(bytes.len())
            }
            Some(Fault::Pieces { of }) => Step::Pieces(of.max(1)),
            Some(Fault::Delay(delay)) if !waited => Step::Wait(delay),
            Some(Fault::Delay(_)) => Step::Pass(bytes.len()),
        }
    }

    /// Takes a note of what is about to pass.
    fn note(&self, direction: Direction, bytes: &[u8]) {
        let mut course = self.course.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = self.control.lock();
        let counts = course.generation == Some(state.generation);
        match direction {
            Direction::Requests => {
                course.requests += bytes.len();
                state.passed.requests += bytes.len();
            }
            Direction::Answers => {
                course.answers += bytes.len();
                state.passed.answers += bytes.len();
                let room = KEPT - state.answers.len();
                if counts {
                    state
                        .answers
                        .extend_from_slice(&bytes[..bytes.len().min(room)]);
                }
            }
        }
    }

    /// Whether the connection ends here, with nothing waiting to pass.
    fn is_over(&self, direction: Direction) -> Option<bool> {
        let course = self.course.lock().unwrap_or_else(PoisonError::into_inner);
        let (fault, position) = match direction {
            Direction::Requests => (course.plan.requests, course.requests),
            Direction::Answers => (course.plan.answers, course.answers),
        };
        let is_current = course.generation == Some(self.control.lock().generation);
        match fault {
            _ if !is_current => None,
            Some(Fault::Close { after }) if position >= after => Some(false),
            Some(Fault::Reset { after }) if position >= after => Some(true),
            _ => None,
        }
    }

    /// Moves bytes in one direction until the stream or the plan ends.
    async fn pump(
        &self,
        direction: Direction,
        mut from: impl AsyncRead + Unpin,
        mut to: impl AsyncWrite + Unpin,
    ) -> io::Result<End> {
        let mut generation = self.control.generation.subscribe();
        let mut buffer = vec![0; CHUNK];
        loop {
            let length = from.read(&mut buffer).await?;
            if length == 0 {
                return Ok(End::Closed);
            }
            let mut left = &mut buffer[..length];
            let mut waited = false;
            while !left.is_empty() {
                generation.mark_unchanged();
                let (pass, piece) = match self.step(direction, left, waited) {
                    Step::Pass(length) => (length, length),
                    Step::Pieces(length) => (left.len(), length),
                    Step::Wait(delay) => {
                        tokio::time::sleep(delay).await;
                        waited = true;
                        continue;
                    }
                    Step::Hold => {
                        // The sender lives as long as we hold it.
                        let _ = generation.changed().await;
                        continue;
                    }
                    Step::End { reset } => return Ok(End::Cut { reset }),
                };
                let (now, later) = left.split_at_mut(pass);
                for piece in now.chunks(piece) {
                    self.note(direction, piece);
                    to.write_all(piece).await?;
                    to.flush().await?;
                    tokio::task::yield_now().await;
                }
                left = later;
                if let Some(reset) = self.is_over(direction) {
                    self.control.lock().happened += 1;
                    return Ok(End::Cut { reset });
                }
            }
        }
    }
}

async fn relay(mut client: TcpStream, server: Server, control: Arc<Control>) -> io::Result<()> {
    let link = Link {
        control,
        course: Mutex::default(),
    };
    let (mut from_server, mut to_server) = tokio::io::split(server);
    let (from_client, to_client) = client.split();
    let end = tokio::select! {
        end = link.pump(Direction::Requests, from_client, &mut to_server) => end,
        end = link.pump(Direction::Answers, &mut from_server, to_client) => end,
    };
    match end {
        Ok(End::Cut { reset: true }) => {
            #[expect(
                deprecated,
                reason = "what it says by another name came with tokio 1.50"
            )]
            client.set_linger(Some(std::time::Duration::ZERO))?;
            drop(client);
            to_server.shutdown().await
        }
        _ => {
            to_server.shutdown().await?;
            client.shutdown().await?;
            // Closed with something unread, it would be a reset.
            let mut rest = [0; 1024];
            while client.read(&mut rest).await? > 0 {}
            Ok(())
        }
    }
}
