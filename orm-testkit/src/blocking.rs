//! Asynchronous work from places that cannot await: `Drop`, and the start of
//! the one server of a process.

use std::future::Future;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Runs the future on a thread and a runtime of its own and waits for it, but
/// no longer than `limit` (and a moment for the thread to come and go).
///
/// A thread of its own, because a runtime inside a runtime panics, and because
/// the caller's runtime may be the very thing that is being torn down.
///
/// `None` when the time was up or no thread or runtime could be had.
pub(crate) fn run<T, F>(limit: Duration, future: F) -> Option<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let (done, result) = mpsc::channel();
    thread::Builder::new()
        .name("orm-testkit".into())
        .spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            if let Ok(runtime) = runtime {
                let outcome = runtime.block_on(async { tokio::time::timeout(limit, future).await });
                // Nobody listens any more if the time was up: nothing to tell.
                let _ = done.send(outcome.ok());
            }
        })
        .ok()?;
    result
        .recv_timeout(limit + Duration::from_millis(500))
        .ok()?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn runs_inside_a_runtime() {
        assert_eq!(run(Duration::from_secs(5), async { 7 }), Some(7));
    }

    #[test]
    fn gives_up_when_the_time_is_up() {
        let never = std::future::pending::<()>();
        assert_eq!(run(Duration::from_millis(10), never), None);
    }
}
