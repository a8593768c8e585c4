//! A connection, as seen from the threads that send it work.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;

use tokio::sync::oneshot;

use super::job::{Running, Sent, Ticket};
use super::soon::soon;
use super::worker::{Recipe, Use, Worker};
use crate::error::{Error, Result};
use crate::exec::log::ConnectionId;

type Job = Box<dyn FnOnce(&mut Worker, &Running) + Send>;

/// A connection. Dropped, its thread ends behind the work that was sent.
pub(super) struct Connection {
    jobs: mpsc::Sender<Job>,
    running: Arc<Running>,
    number: u64,
    closed: oneshot::Receiver<()>,
    thread: thread::JoinHandle<()>,
}

impl Connection {
    /// Starts a thread and opens the database on it.
    pub(super) async fn open(recipe: Recipe, purpose: Use) -> Result<Self> {
        static NUMBERS: AtomicU64 = AtomicU64::new(1);
        let (jobs, work) = mpsc::channel::<Job>();
        let (tell, opened) = oneshot::channel();
        let (closing, closed) = oneshot::channel();
        let body = move || {
            match Worker::open(recipe, purpose) {
                Ok(worker) => {
                    let interrupt = worker.db.get_interrupt_handle();
                    let running = Arc::new(Running::new(interrupt, worker.stop.clone()));
                    // If nobody waits for the connection any more, the work ends at once.
                    let _ = tell.send(Ok(Arc::clone(&running)));
                    serve(worker, &running, &work);
                }
                Err(error) => {
                    let _ = tell.send(Err(error));
                }
            }
            let _ = closing.send(());
        };
        let spawned = thread::Builder::new().name("sqlite".to_owned()).spawn(body);
        let thread =
            spawned.map_err(|_| Error::config("no thread can be started for a connection"))?;
        let running = opened.await.map_err(|_| gone())??;
        Ok(Self {
            jobs,
            running,
            number: NUMBERS.fetch_add(1, Ordering::Relaxed),
            closed,
            thread,
        })
    }

    /// Whether its thread has ended: whatever is sent would be dropped.
    pub(super) fn is_gone(&self) -> bool {
        self.thread.is_finished()
    }

    pub(super) fn id(&self) -> ConnectionId {
        ConnectionId::thread(self.number)
    }

    /// Sends work, which begins when all that was sent before is done. Dropping what
    /// is returned calls it off.
    pub(super) fn send(&self, work: impl FnOnce(&mut Worker, &Ticket) + Send + 'static) -> Sent {
        let ticket = Arc::new(Ticket::default());
        let taken = Arc::clone(&ticket);
        // A thread that is gone drops the work, which whoever waits for it is told.
        let _ = self.jobs.send(Box::new(move |worker, running| {
            if running.begin(&taken) {
                work(worker, &taken);
                running.end();
            }
        }));
        Sent::new(Arc::clone(&self.running), ticket)
    }

    /// Sends work and waits for its answer; `looks` for it first, if it will come soon
    /// and nobody else waits.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        looks: bool,
        work: impl FnOnce(&mut Worker, &Ticket) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (tell, answer) = oneshot::channel();
        let mut sent = self.send(move |worker, ticket| {
            let _ = tell.send(work(worker, ticket));
        });
        if looks {
            soon(|| (!answer.is_empty()).then_some(()));
        }
        let answer = answer.await.map_err(|_| gone())?;
        sent.answered();
        answer
    }

    /// Sends work that nothing calls off, and does not wait for it.
    pub(super) fn leave(&self, work: impl FnOnce(&mut Worker, &Ticket) + Send + 'static) {
        self.send(work).answered();
    }

    /// Ends the thread, and waits until the file is closed.
    pub(super) async fn close(self) {
        let Self { jobs, closed, .. } = self;
        drop(jobs);
        let _ = closed.await;
    }
}

fn serve(mut worker: Worker, running: &Arc<Running>, work: &mpsc::Receiver<Job>) {
    while let Some(job) = next(work) {
        job(&mut worker, running);
        // A session that was changed, and cannot be made anew, is nobody's.
        if worker.renew(running).is_err() {
            return;
        }
    }
}

/// The next job. Whoever was answered often asks again at once.
fn next(work: &mpsc::Receiver<Job>) -> Option<Job> {
    let looked = soon(|| match work.try_recv() {
        Ok(job) => Some(Some(job)),
        Err(mpsc::TryRecvError::Disconnected) => Some(None),
        Err(mpsc::TryRecvError::Empty) => None,
    });
    looked.unwrap_or_else(|| work.recv().ok())
}

/// The thread of a connection is no more.
pub(super) fn gone() -> Error {
    Error::connection_gone()
}
