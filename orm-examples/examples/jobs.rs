//! Jobs that are done in the background: a queue in a table, any number of workers.
//!
//! A worker takes a job in a short transaction, by a row lock that others skip, and for a while:
//! if it is gone by then, another one takes the job over. What the job writes and that it is
//! done are one transaction. A job that fails is tried again later, each time after twice as
//! long, and is given up after some attempts. Who wants the workers to end lets them finish.
//! On SQLite, where one transaction writes at a time, a job should not take long.
//!
//! ```sh
//! DATABASE_URL=sqlite:jobs.db cargo run -p orm-examples --example jobs
//! ```

use std::future::Future;
use std::time::Duration;

use orm::error::ErrorKind;
use orm::exec::{Retry, TxOptions};
use orm::prelude::*;
use orm::schema::Backend;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// What became of a job.
#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// Nobody has taken it.
    Waiting,
    /// Somebody has, until a moment.
    Taken,
    /// It is done.
    Done,
    /// It failed too often; a person looks at it.
    GivenUp,
}

/// What there is to do.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Task {
    /// Greets somebody.
    Greet {
        /// Who it is.
        name: String,
    },
}

/// A row of the queue.
#[derive(Model, Debug, Clone)]
#[model(table = "jobs", index(columns = (state, due_at, id)))]
pub struct Job {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i64,
    /// Whoever puts the same job in twice puts it in once.
    #[column(unique)]
    pub reference: String,
    /// What there is to do.
    pub task: Json<Task>,
    /// What became of it.
    #[column(default = JobState::Waiting)]
    pub state: JobState,
    /// When it may be taken: while it is taken, by another one.
    pub due_at: DateTime<Utc>,
    /// How often it was taken.
    #[column(default = 0)]
    pub attempts: i32,
    /// Tells whether it is still ours.
    #[column(version)]
    pub version: i32,
}

/// What a job leaves behind here.
#[derive(Model, Debug, Clone)]
#[model(table = "greetings")]
pub struct Greeting {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i64,
    /// What was said.
    pub text: String,
}

/// Does what a job says, inside the transaction that marks it as done.
pub trait Perform: Sync {
    /// What is written through `tx` stays if the job is done, and not if it fails.
    fn perform(&self, task: &Task, tx: &Tx) -> impl Future<Output = Result<(), JobError>> + Send;
}

/// Why a job failed, without its values: it stands in the log.
#[derive(Debug)]
pub enum JobError {
    /// The database refused something, or is gone.
    Database(orm::Error),
    /// Something else.
    Other(&'static str),
}

impl From<orm::Error> for JobError {
    fn from(error: orm::Error) -> Self {
        JobError::Database(error)
    }
}

/// How jobs are tried.
#[derive(Debug, Clone)]
pub struct Rules {
    /// How long a worker has for one. Afterwards another one takes it.
    pub lease: Duration,
    /// How often it is tried.
    pub attempts: i32,
    /// How long until it is tried again, twice as long each time.
    pub pause: Duration,
    /// How long a worker without a job waits before it looks again.
    pub idle: Duration,
}

impl Default for Rules {
    fn default() -> Self {
        Rules {
            lease: Duration::from_secs(60),
            attempts: 5,
            pause: Duration::from_secs(10),
            idle: Duration::from_secs(1),
        }
    }
}

/// Takes jobs and does them.
#[derive(Debug)]
pub struct Worker<P> {
    db: Db,
    rules: Rules,
    perform: P,
}

impl<P: Perform> Worker<P> {
    /// A worker on a database.
    pub fn new(db: Db, rules: Rules, perform: P) -> Self {
        Worker { db, rules, perform }
    }

    /// Does one job after the other until `stop` says so; one that was begun is finished.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow_and_update() {
            match self.work().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) if error.kind() == ErrorKind::PoolClosed => return,
                // Whatever it is, the job waits still, and is taken another time.
                Err(error) => report(&error),
            }
            tokio::select! {
                changed = stop.changed() => if changed.is_err() { return },
                () = tokio::time::sleep(self.rules.idle) => {}
            }
        }
    }

    /// Does the next job; the answer says whether there was one.
    pub async fn work(&self) -> orm::Result<bool> {
        let Some(job) = self.take().await? else {
            return Ok(false);
        };
        let done = tokio::time::timeout(self.rules.lease, self.finish(&job)).await;
        match done.unwrap_or(Err(JobError::Other("it took too long"))) {
            Ok(()) => {}
            // It is somebody else's by now.
            Err(JobError::Database(error)) if error.is_stale() => {}
            Err(failed) => self.put_back(job, &failed).await?,
        }
        Ok(true)
    }

    /// The job that is due longest, marked as ours in a transaction of its own.
    async fn take(&self) -> orm::Result<Option<Job>> {
        let take = async |tx: &Tx| -> orm::Result<Option<Job>> {
            let now = Utc::now();
            let open = Job::state.in_([JobState::Waiting, JobState::Taken]);
            let due = Job::query()
                .filter(open & Job::due_at.le(now))
                .order_by((Job::due_at, Job::id));
            let found = match self.db.backend() {
                // A transaction that writes is alone there.
                Backend::Sqlite => due.first(tx).await?,
                _ => due.for_update().skip_locked().first(tx).await?,
            };
            let Some(job) = found else { return Ok(None) };
            let taken = job
                .update()
                .set(Job::state, JobState::Taken)
                .set(Job::attempts, Job::attempts + 1)
                .set(Job::due_at, now + self.rules.lease);
            taken.save(tx).await.map(Some)
        };
        let again = Retry::times(3);
        self.db
            .transaction_retry(TxOptions::new(), again, take)
            .await
    }

    /// What the job writes, and that it is done: both or neither.
    async fn finish(&self, job: &Job) -> Result<(), JobError> {
        let tx = self.db.begin().await?;
        self.perform.perform(&job.task, &tx).await?;
        job.update()
            .set(Job::state, JobState::Done)
            .save(&tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// For another time, unless it was tried often enough.
    async fn put_back(&self, job: Job, failed: &JobError) -> orm::Result<()> {
        report(failed);
        let change = if job.attempts >= self.rules.attempts {
            job.update().set(Job::state, JobState::GivenUp)
        } else {
            let doubled = 1 << (job.attempts - 1).clamp(0, 16);
            let due = Utc::now() + self.rules.pause * doubled;
            job.update()
                .set(Job::state, JobState::Waiting)
                .set(Job::due_at, due)
        };
        match change.save(&self.db).await {
            Err(error) if error.is_stale() => Ok(()),
            saved => saved.map(drop),
        }
    }
}

/// A program of yours hands it to its log.
#[allow(clippy::print_stderr, reason = "an example has no log")]
fn report(failed: &dyn std::fmt::Debug) {
    eprintln!("{failed:?}");
}

/// Puts a job in, if there is none of this reference. With a transaction as `db` it is there
/// when what else was written is there, and not before.
///
/// # Errors
/// When the database fails.
pub async fn enqueue(db: &dyn Executor, reference: &str, task: Task) -> orm::Result<()> {
    let new = Job::create()
        .reference(reference)
        .task(Json(task))
        .due_at(Utc::now());
    Job::upsert(new).on(Job::reference).or_ignore(db).await?;
    Ok(())
}

/// What this program does with jobs.
#[derive(Debug)]
pub struct Greeter;

impl Perform for Greeter {
    async fn perform(&self, task: &Task, tx: &Tx) -> Result<(), JobError> {
        let Task::Greet { name } = task;
        let greeting = Greeting::create().text(format!("Hello, {name}"));
        greeting.save(tx).await?;
        Ok(())
    }
}

#[tokio::main]
#[allow(clippy::print_stdout, reason = "that is what it is run for")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let db = Db::connect(Config::from_env()?).await?;
    db.create_missing(orm::models![Job, Greeting]).await?;
    for name in ["Ann", "Bob", "Cleo"] {
        let task = Task::Greet {
            name: name.to_owned(),
        };
        enqueue(&db, &format!("greet {name}"), task).await?;
    }
    let worker = Worker::new(db.clone(), Rules::default(), Greeter);
    // Two of them in this task; a service spawns them, and stops at Ctrl-C.
    let (stop, stopped) = watch::channel(false);
    let workers = async { tokio::join!(worker.run(stopped.clone()), worker.run(stopped.clone())) };
    let empty = async {
        let open = || Job::query().filter(Job::state.in_([JobState::Waiting, JobState::Taken]));
        while open().exists(&db).await? {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let _ = stop.send(true);
        Ok::<(), orm::Error>(())
    };
    let (_, ended) = tokio::join!(workers, empty);
    ended?;
    println!("{} greetings", Greeting::query().count(&db).await?);
    Ok(())
}
