//! Programs that go on with a table while it is migrated.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use orm_core::exec::{Db, Executor, Params};
use tokio::task::JoinHandle;

use crate::place::Place;

/// Statements that are run over and over, each by a program of its own.
pub(crate) struct Load {
    over: Arc<AtomicBool>,
    programs: Vec<JoinHandle<u64>>,
}

impl Load {
    pub(crate) async fn on(place: &Place, statements: &[&'static str]) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let mut programs = Vec::new();
        for statement in statements {
            let db = Db::connect(place.config.clone()).await.unwrap();
            programs.push(tokio::spawn(repeat(db, statement, Arc::clone(&over))));
        }
        Load { over, programs }
    }

    /// Ends it. Each statement was run, and none failed.
    pub(crate) async fn ends(self) {
        self.over.store(true, Ordering::Release);
        for program in self.programs {
            let times = program.await.unwrap();
            assert!(times > 1, "nobody went on");
        }
    }
}

async fn repeat(db: Db, statement: &'static str, over: Arc<AtomicBool>) -> u64 {
    let mut times = 0;
    while !over.load(Ordering::Acquire) {
        let done = db.executor().query_all(statement, Params::none()).await;
        if let Err(error) = done {
            panic!(
                "{statement}: {error} {:?}",
                std::error::Error::source(&error)
            );
        }
        times += 1;
    }
    times
}
