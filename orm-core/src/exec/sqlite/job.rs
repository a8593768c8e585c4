//! Work that is sent to a connection's thread, and called off.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, InterruptHandle};

/// After about so many of its instructions SQLite asks whether to go on.
const INSTRUCTIONS: i32 = 10_000;

/// Whether the job that runs is called off, as its connection sees it.
///
/// An interrupt reaches only a statement that has taken its first step: one that comes
/// while the statement is compiled is lost. What is asked again and again is not.
#[derive(Debug, Clone, Default)]
pub(super) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Makes the connection ask.
    pub(super) fn watch(&self, connection: &mut Connection) -> rusqlite::Result<()> {
        let stop = self.clone();
        connection.progress_handler(INSTRUCTIONS, Some(move || stop.0.load(Ordering::Relaxed)))
    }
}

/// What a connection's thread is doing, seen from the others.
///
/// A job is interrupted only while it is the one that runs, so that none behind it
/// is hit in its place.
pub(super) struct Running(Mutex<Current>);

struct Current {
    interrupt: InterruptHandle,
    stop: Stop,
    job: Option<Arc<Ticket>>,
}

/// One job, as whoever sent it knows it.
#[derive(Default)]
pub(super) struct Ticket {
    called_off: AtomicBool,
}

impl Ticket {
    /// Whether nobody waits for it any more.
    pub(super) fn is_called_off(&self) -> bool {
        self.called_off.load(Ordering::Acquire)
    }
}

impl Running {
    pub(super) fn new(interrupt: InterruptHandle, stop: Stop) -> Self {
        Self(Mutex::new(Current {
            interrupt,
            stop,
            job: None,
        }))
    }

    /// The connection was opened anew.
    pub(super) fn renew(&self, interrupt: InterruptHandle) {
        self.current().interrupt = interrupt;
    }

    /// Takes a job up, unless it was called off.
    pub(super) fn begin(&self, ticket: &Arc<Ticket>) -> bool {
        let mut current = self.current();
        if ticket.is_called_off() {
            return false;
        }
        current.stop.0.store(false, Ordering::Relaxed);
        current.job = Some(Arc::clone(ticket));
        true
    }

    /// The job is done: nothing interrupts it any more.
    pub(super) fn end(&self) {
        self.current().job = None;
    }

    /// Calls a job off: it does not begin, or is interrupted.
    pub(super) fn call_off(&self, ticket: &Arc<Ticket>) {
        let current = self.current();
        ticket.called_off.store(true, Ordering::Release);
        let job = current.job.as_ref();
        if job.is_some_and(|it| Arc::ptr_eq(it, ticket)) {
            current.stop.0.store(true, Ordering::Relaxed);
            current.interrupt.interrupt();
        }
    }

    // What is kept is whole whatever happened while it was locked.
    fn current(&self) -> MutexGuard<'_, Current> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A job that is called off when this is dropped, unless it was answered.
pub(super) struct Sent {
    running: Arc<Running>,
    ticket: Arc<Ticket>,
    answered: bool,
}

impl Sent {
    pub(super) fn new(running: Arc<Running>, ticket: Arc<Ticket>) -> Self {
        Self {
            running,
            ticket,
            answered: false,
        }
    }

    pub(super) fn answered(&mut self) {
        self.answered = true;
    }

    pub(super) fn is_answered(&self) -> bool {
        self.answered
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        if !self.answered {
            self.running.call_off(&self.ticket);
        }
    }
}
