//! Ctrl-C, and what ends processes politely.

use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use orm_core::migrate::Interrupt;
use tokio::sync::Notify;

use crate::failure::Failure;
use crate::output::Output;

/// The exit code of whoever was told to stop, as shells have it.
pub(crate) const STOPPED: u8 = 130;

/// What happens when the command is told to stop.
#[derive(Clone, Default)]
pub(crate) struct Signals {
    pub(crate) interrupt: Interrupt,
    /// Whether something runs that is to be told, and not only to be left.
    listens: Arc<AtomicBool>,
    /// Whether something runs that goes on until it is told to stop.
    serves: Arc<AtomicBool>,
    end: Arc<Notify>,
}

impl Signals {
    /// What is begun from now on is stopped by the interrupt.
    pub(crate) fn are_heard(&self) -> &Interrupt {
        self.listens.store(true, Ordering::Release);
        &self.interrupt
    }

    /// What is begun now goes on until the first signal, which this waits for: it is the end of
    /// it, and no failure.
    #[cfg(feature = "studio")]
    pub(crate) async fn are_the_end(&self) {
        self.serves.store(true, Ordering::Release);
        self.end.notified().await;
    }

    /// Waits for signals in a task of its own: at the first, what runs is stopped on the
    /// server; at the second, or where nothing listens, the process ends.
    pub(crate) fn watch(&self, output: Output) {
        let signals = self.clone();
        tokio::spawn(async move {
            while came().await {
                if signals.serves.swap(false, Ordering::AcqRel) {
                    signals.end.notify_one();
                    continue;
                }
                if !signals.listens.load(Ordering::Acquire) || signals.interrupt.is_stopped() {
                    output.failed(&Failure::refused("it was told to stop"));
                    process::exit(STOPPED.into());
                }
                output.aside("Stopping on the server; once more to leave without waiting.");
                signals.interrupt.stop();
            }
        });
    }
}

/// Waits for one; `false` if none can come.
#[cfg(unix)]
async fn came() -> bool {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return tokio::signal::ctrl_c().await.is_ok();
    };
    let Ok(mut interrupt) = signal(SignalKind::interrupt()) else {
        return terminate.recv().await.is_some();
    };
    tokio::select! {
        it = interrupt.recv() => it.is_some(),
        it = terminate.recv() => it.is_some(),
    }
}

#[cfg(not(unix))]
async fn came() -> bool {
    tokio::signal::ctrl_c().await.is_ok()
}
