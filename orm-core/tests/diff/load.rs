//! Programs that go on with a table while it is migrated.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use orm_core::exec::{Db, Executor, Params};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::place::Place;

/// Statements that are run over and over, each by a program of its own.
pub(crate) struct Load {
    over: Arc<AtomicBool>,
    programs: Vec<Program>,
}

struct Program {
    /// How often its statement was run.
    times: watch::Receiver<u64>,
    task: JoinHandle<()>,
}

impl Load {
    /// Begins it: each statement was run.
    pub(crate) async fn on(place: &Place, statements: &[&'static str]) -> Self {
        let mut load = Load {
            over: Arc::new(AtomicBool::new(false)),
            programs: Vec::new(),
        };
        for &statement in statements {
            let db = Db::connect(place.config.clone()).await.unwrap();
            let (tell, times) = watch::channel(0);
            let task = tokio::spawn(repeat(db, statement, tell, Arc::clone(&load.over)));
            load.programs.push(Program { times, task });
        }
        load.goes_on().await;
        load
    }

    /// Each statement is run once more, or has failed.
    async fn goes_on(&mut self) {
        for program in &mut self.programs {
            let before = *program.times.borrow();
            let _ = program.times.wait_for(|times| *times > before + 1).await;
        }
    }

    /// Ends it. Each statement was run to the end, and none failed.
    pub(crate) async fn ends(mut self) {
        self.goes_on().await;
        self.over.store(true, Ordering::Release);
        for program in self.programs {
            program.task.await.unwrap();
        }
    }
}

async fn repeat(db: Db, statement: &'static str, tell: watch::Sender<u64>, over: Arc<AtomicBool>) {
    while !over.load(Ordering::Acquire) {
        let done = db.executor().query_all(statement, Params::none()).await;
        if let Err(error) = done {
            panic!(
                "{statement}: {error} {:?}",
                std::error::Error::source(&error)
            );
        }
        tell.send_modify(|times| *times += 1);
    }
}
