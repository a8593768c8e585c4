//! Without a runtime.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake};
use std::thread::{self, Thread};
use std::time::Duration;

use orm_core::error::ErrorKind;
use orm_core::exec::{Db, Executor, Params};

use crate::support::Folder;

// A connection is a thread of its own; only limits need a runtime to be told when they are over.
#[test]
fn a_file_needs_none_unless_a_limit_was_asked_for() {
    let folder = Folder::new();
    let db = poll(Db::connect(folder.config())).unwrap();
    poll(db.executor().batch("CREATE TABLE t (n)")).unwrap();
    let tx = poll(db.begin()).unwrap();
    poll(
        tx.executor()
            .execute("INSERT INTO t VALUES (1)", Params::none()),
    )
    .unwrap();
    poll(tx.commit()).unwrap();
    let limited = folder.config().statement_deadline(Duration::from_secs(20));
    let limited = poll(Db::connect(limited)).unwrap();
    for error in [
        poll(limited.executor().batch("SELECT 1")).unwrap_err(),
        poll(limited.executor().execute("SELECT 1", Params::none())).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    }
    // Whoever waits for the one that writes has a limit, too.
    let tx = poll(db.begin()).unwrap();
    assert_eq!(
        poll(db.begin()).map(drop).unwrap_err().kind(),
        ErrorKind::Usage
    );
    poll(tx.rollback()).unwrap();
    poll(db.close());
}

/// Polls on this thread.
fn poll<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Arc::new(Unpark(thread::current())).into();
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(done) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return done;
        }
        thread::park();
    }
}
