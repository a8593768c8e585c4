//! The spans of transactions that a program holds as guards. No future is around what happens
//! in such a one, so each of its statements is told where it belongs.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

use tracing::Span;
use tracing::instrument::{Instrument as _, Instrumented};

/// The spans of the guards of one session, each with its level, the outermost first.
#[derive(Debug, Default)]
pub(in crate::exec) struct Guards {
    /// Whether there ever was one: where nobody listens nothing else is looked at.
    told: AtomicBool,
    open: Mutex<Vec<(usize, Span)>>,
}

/// Where statements are sent: the level of a session, or a pool.
pub(in crate::exec) type Place<'g> = Option<(&'g Guards, usize)>;

/// An operation on a session and a level of it, known by its address; 0 of a pool.
type Around = (usize, usize);

thread_local! {
    /// The operations whose futures are being polled on this thread, the outermost first.
    static AROUND: RefCell<Vec<Around>> = const { RefCell::new(Vec::new()) };
}

/// Whether an operation with a span of its own is at work on this thread.
pub(super) fn is_within() -> bool {
    AROUND.with_borrow(|around| !around.is_empty())
}

impl Guards {
    /// The guard of a level has a span, unless nobody wants one.
    pub(in crate::exec) fn open(&self, level: usize, span: Span) {
        if !span.is_disabled() {
            self.told.store(true, Ordering::Release);
            self.with(|open| open.push((level, span)));
        }
    }

    /// The guard of a level is gone.
    pub(in crate::exec) fn close(&self, level: usize) {
        self.with(|open| open.retain(|(it, _)| *it < level));
    }

    /// The span of the innermost guard around a level, and which that is.
    fn innermost(&self, level: usize) -> Option<(usize, Span)> {
        if !self.told.load(Ordering::Acquire) {
            return None;
        }
        self.with(|open| open.iter().rfind(|(it, _)| *it <= level).cloned())
    }

    /// The span of the transaction: that of its guard, or the one that is entered.
    pub(in crate::exec) fn outermost(&self) -> Span {
        self.innermost(0)
            .map_or_else(Span::current, |(_, span)| span)
    }

    /// Makes a span of what happens at a level: below the guard's, or below that of an
    /// operation in it which is being polled.
    pub(in crate::exec) fn below<T>(&self, level: usize, make: impl FnOnce() -> T) -> T {
        match self.innermost(level) {
            Some((guard, span)) if !self.is_around(guard) => span.in_scope(make),
            _ => make(),
        }
    }

    /// Whether an operation at this level or a deeper one is being polled.
    fn is_around(&self, level: usize) -> bool {
        let address = self.address();
        AROUND.with_borrow(|around| around.iter().any(|it| it.0 == address && it.1 >= level))
    }

    fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    fn with<T>(&self, look: impl FnOnce(&mut Vec<(usize, Span)>) -> T) -> T {
        look(&mut self.open.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// An operation below a span of its own.
pub(crate) struct Within<F> {
    work: Instrumented<F>,
    /// None where nobody listens.
    around: Option<Around>,
}

impl<F: Future + Unpin> Within<F> {
    pub(super) fn new(place: Place<'_>, make: impl FnOnce() -> Span, work: F) -> Self {
        let span = match place {
            Some((guards, level)) => guards.below(level, make),
            None => make(),
        };
        let around = place.map_or((0, 0), |(guards, level)| (guards.address(), level));
        Within {
            around: (!span.is_disabled()).then_some(around),
            work: work.instrument(span),
        }
    }
}

impl<F: Future + Unpin> Future for Within<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.get_mut();
        let _polled = this.around.map(Polled::begin);
        Pin::new(&mut this.work).poll(context)
    }
}

/// While this lives, the operation is being polled.
struct Polled;

impl Polled {
    fn begin(operation: Around) -> Self {
        AROUND.with_borrow_mut(|around| around.push(operation));
        Polled
    }
}

impl Drop for Polled {
    fn drop(&mut self) {
        AROUND.with_borrow_mut(Vec::pop);
    }
}
