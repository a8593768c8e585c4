//! What takes long, on a terminal: which statement runs, and since when.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// A line on standard error that is rewritten every second, and gone when
/// something else is printed.
pub(crate) struct Progress {
    on: bool,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    ended: Condvar,
}

#[derive(Default)]
struct State {
    running: Option<(String, Instant)>,
    how_far: Option<String>,
    shown: bool,
    watched: bool,
    over: bool,
}

impl Progress {
    pub(crate) fn new(on: bool) -> Self {
        Progress {
            on,
            shared: Arc::default(),
        }
    }

    /// Something begins that may take long.
    pub(crate) fn start(&self, what: String) {
        if !self.on {
            return;
        }
        let mut state = self.shared.state();
        erase(&mut state);
        state.running = Some((what, Instant::now()));
        state.how_far = None;
        if !state.watched {
            state.watched = true;
            let shared = Arc::clone(&self.shared);
            thread::spawn(move || watch(&shared));
        }
    }

    /// How far it is that has begun.
    pub(crate) fn tell(&self, how_far: String) {
        self.shared.state().how_far = Some(how_far);
    }

    /// Makes room for another line.
    pub(crate) fn clear(&self) {
        let mut state = self.shared.state();
        erase(&mut state);
        state.running = None;
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
        self.shared.state().over = true;
        self.shared.ended.notify_all();
    }
}

impl Shared {
    // Whoever panicked while it was locked, the state is whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn watch(shared: &Shared) {
    let mut state = shared.state();
    while !state.over {
        if let Some((what, since)) = &state.running {
            let seconds = since.elapsed().as_secs();
            if seconds > 0 {
                let how_far = state.how_far.as_ref();
                let how_far = how_far.map(|it| format!(", {it}")).unwrap_or_default();
                let _ = write!(io::stderr(), "\r\x1b[K  {what}{how_far}, for {seconds} s");
                state.shown = true;
            }
        }
        let waited = shared.ended.wait_timeout(state, Duration::from_secs(1));
        state = waited.unwrap_or_else(PoisonError::into_inner).0;
    }
}

fn erase(state: &mut State) {
    if std::mem::take(&mut state.shown) {
        let _ = write!(io::stderr(), "\r\x1b[K");
    }
}
