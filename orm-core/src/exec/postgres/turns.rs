//! The order in which statements are sent that are handed over together.
//!
//! One that has to be prepared first would be overtaken by one that is known: each
//! waits until those before it are on their way.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// Who is next.
#[derive(Default)]
pub(super) struct Turns {
    state: Mutex<State>,
    moved: Notify,
}

#[derive(Default)]
struct State {
    /// The number that is given out next.
    next: u64,
    /// Whose turn it is.
    now: u64,
    /// Those behind it that are over already.
    over: BTreeSet<u64>,
}

impl Turns {
    /// Takes the place behind all others.
    pub(super) fn take(&self) -> Turn<'_> {
        let mut state = self.state();
        let number = state.next;
        state.next += 1;
        Turn {
            turns: self,
            number,
        }
    }

    // It is whole whatever happened while it was locked.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A statement's place. Dropped, it is over.
pub(super) struct Turn<'t> {
    turns: &'t Turns,
    number: u64,
}

impl Turn<'_> {
    /// Waits until all before it are on their way.
    pub(super) async fn come(&self) {
        loop {
            // Registered before looking, so that no move is missed.
            let mut moved = std::pin::pin!(self.turns.moved.notified());
            moved.as_mut().enable();
            if self.turns.state().now == self.number {
                return;
            }
            moved.await;
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.turns.state();
        state.over.insert(self.number);
        loop {
            let now = state.now;
            if !state.over.remove(&now) {
                break;
            }
            state.now += 1;
        }
        drop(state);
        self.turns.moved.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn who_came_first_goes_first_and_who_left_is_not_waited_for() {
        let turns = Turns::default();
        let [first, second, third] = [turns.take(), turns.take(), turns.take()];
        assert!(first.come().now_or_never().is_some());
        assert!(third.come().now_or_never().is_none());
        drop(second);
        assert!(third.come().now_or_never().is_none());
        let mut waiting = Box::pin(third.come());
        assert!((&mut waiting).now_or_never().is_none());
        drop(first);
        assert!(waiting.now_or_never().is_some());
        drop(third);
        assert!(turns.take().come().now_or_never().is_some());
    }
}
