//! The queue of `examples/jobs.rs`: each job is done once, whatever happens to its worker.

use std::time::Duration;

use orm::prelude::*;
use tokio::sync::{Mutex, mpsc, watch};

use crate::Place;

#[allow(dead_code)] // the example has a `main` of its own
#[path = "../../examples/jobs.rs"]
mod jobs;

use jobs::{Greeter, Greeting, Job, JobError, JobState, Perform, Rules, Task, Worker, enqueue};

fn task(name: &str) -> Task {
    let name = name.to_owned();
    Task::Greet { name }
}

async fn with_jobs(place: &Place, count: usize) {
    let db = &place.db;
    db.create_missing(orm::models![Job, Greeting])
        .await
        .unwrap();
    for n in 0..count {
        let reference = format!("greet {n}");
        enqueue(db, &reference, task(&n.to_string())).await.unwrap();
    }
}

async fn only(place: &Place) -> Job {
    Job::query().one(&place.db).await.unwrap()
}

async fn greetings(place: &Place) -> i64 {
    Greeting::query().count(&place.db).await.unwrap()
}

fn worker<P: Perform>(place: &Place, perform: P) -> Worker<P> {
    Worker::new(place.db.clone(), Rules::default(), perform)
}

async fn each_job_is_done_once(place: Place) {
    with_jobs(&place, 12).await;
    enqueue(&place.db, "greet 3", task("again")).await.unwrap();
    let worker = worker(&place, Greeter);
    let until_empty = async || {
        let mut done = 0;
        while worker.work().await.unwrap() {
            done += 1;
        }
        done
    };
    let (a, b, c) = tokio::join!(until_empty(), until_empty(), until_empty());
    assert_eq!(a + b + c, 12);
    assert_eq!(greetings(&place).await, 12);
    let done = Job::query().filter(Job::state.eq(JobState::Done));
    assert_eq!(done.count(&place.db).await.unwrap(), 12);
}

/// Writes something, and fails.
struct Fails;

impl Perform for Fails {
    async fn perform(&self, task: &Task, tx: &Tx) -> Result<(), JobError> {
        Greeter.perform(task, tx).await?;
        Err(JobError::Other("it fails"))
    }
}

async fn what_fails_is_tried_later_and_given_up(place: Place) {
    with_jobs(&place, 1).await;
    let worker = worker(&place, Fails);
    for attempt in 1..=5 {
        assert!(worker.work().await.unwrap());
        let job = only(&place).await;
        assert_eq!(job.attempts, attempt);
        // It is not due yet.
        assert!(!worker.work().await.unwrap());
        if attempt < 5 {
            assert_eq!(job.state, JobState::Waiting);
            let pause = Duration::from_secs(9 * (1 << (attempt - 1)));
            assert!(job.due_at > Utc::now() + pause, "{attempt}");
            let due = job.update().set(Job::due_at, Utc::now());
            due.save(&place.db).await.unwrap();
        } else {
            assert_eq!(job.state, JobState::GivenUp);
        }
    }
    assert_eq!(greetings(&place).await, 0);
}

/// Loses its job to another worker while it does it.
struct Slow<'p>(&'p Place);

impl Perform for Slow<'_> {
    async fn perform(&self, task: &Task, tx: &Tx) -> Result<(), JobError> {
        // Its time is over: another worker takes the job, and does it.
        let job = only(self.0).await;
        let over = job.update().set(Job::due_at, Utc::now());
        over.save(&self.0.db).await?;
        let other = worker(self.0, Greeter);
        assert!(other.work().await?);
        Greeter.perform(task, tx).await
    }
}

// On SQLite nobody else writes while a job does: it cannot come too late.
#[tokio::test]
async fn who_comes_too_late_writes_nothing() {
    let database = orm_testkit::TestDatabase::create().await.unwrap();
    let place = Place::new(&database.url()).await;
    with_jobs(&place, 1).await;
    assert!(worker(&place, Slow(&place)).work().await.unwrap());
    let job = only(&place).await;
    assert_eq!((job.state, job.attempts), (JobState::Done, 2));
    assert_eq!(greetings(&place).await, 1);
}

/// Tells that it has begun, and waits until it may go on.
struct Waits {
    begun: mpsc::Sender<()>,
    go_on: Mutex<mpsc::Receiver<()>>,
}

impl Perform for Waits {
    async fn perform(&self, task: &Task, tx: &Tx) -> Result<(), JobError> {
        self.begun
            .send(())
            .await
            .map_err(|_| JobError::Other("gone"))?;
        self.go_on.lock().await.recv().await;
        Greeter.perform(task, tx).await
    }
}

async fn what_was_begun_is_finished(place: Place) {
    with_jobs(&place, 3).await;
    let (begun, mut has_begun) = mpsc::channel(3);
    let (may_go_on, go_on) = mpsc::channel(3);
    let go_on = Mutex::new(go_on);
    let worker = worker(&place, Waits { begun, go_on });
    let (stop, stopped) = watch::channel(false);
    let end = async {
        has_begun.recv().await.unwrap();
        stop.send(true).unwrap();
        may_go_on.send(()).await.unwrap();
    };
    tokio::join!(worker.run(stopped), end);
    assert_eq!(greetings(&place).await, 1);
    let waiting = Job::query().filter(Job::state.eq(JobState::Waiting));
    assert_eq!(waiting.count(&place.db).await.unwrap(), 2);
}

on_both! {
    each_job_is_done_once;
    what_fails_is_tried_later_and_given_up;
    what_was_begun_is_finished;
}
