//! Two processes with 16 tasks each, all through one pooler with few sessions.
//!
//! Each task has an owner and knows all that belongs to it: every answer is
//! compared with that.

use std::env;
use std::ops::Range;
use std::pin::pin;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

use orm::exec::{Isolation, PoolOptions, TxOptions};
use orm::prelude::*;
use orm::raw::raw_sql;
use orm_testkit::{PgBouncer, TestDatabase};

use crate::models::{Mood, Owner, Part, Thing};
use crate::place::{Test, database, pooler, through};

const TASKS: usize = 16;

/// How many poolers are tried.
const POOLERS: usize = 3;

/// Where a process of the traffic finds its two databases.
const CHILD: &str = "ORM_POOLER_CHILD";

/// How many statements both processes send: more on demand.
const STATEMENTS: &str = "ORM_POOLER_STATEMENTS";

fn statements() -> usize {
    let asked = env::var(STATEMENTS).ok().and_then(|it| it.parse().ok());
    asked.unwrap_or(6_000)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_get_right_answers_through_few_sessions() -> Test {
    if let Ok(urls) = env::var(CHILD) {
        return child(&urls).await;
    }
    for _ in 0..POOLERS {
        let Some(pooler) = pooler(5)? else {
            return Ok(());
        };
        let databases = [database().await?, database().await?];
        let urls = databases.each_ref().map(|it| it.url_via(pooler.address()));
        match two_processes(&urls).await? {
            Ok(()) => return nothing_is_left(&pooler, &databases).await,
            // PgBouncer 1.18 may end itself ("bad client state") when many statements
            // are cancelled through it; what its clients say then is right.
            Err(told) => {
                let log = pooler.log();
                assert!(log.contains("FATAL @src"), "{told}\n{log}");
            }
        }
    }
    Err("the pooler ended itself each time".into())
}

/// What they say where one fails.
async fn two_processes(urls: &[String; 2]) -> Test<Result<(), String>> {
    let mut processes = Vec::new();
    for number in 0..2 {
        let mut command = Command::new(env::current_exe()?);
        let name = "traffic::two_processes_get_right_answers_through_few_sessions";
        command.args(["--exact", name, "--nocapture"]);
        command.env(CHILD, format!("{number} {} {}", urls[0], urls[1]));
        processes.push(
            command
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()?,
        );
    }
    let mut failed = None;
    for process in processes {
        let output = tokio::task::spawn_blocking(|| process.wait_with_output()).await??;
        let told = [output.stdout, output.stderr].concat();
        let told = String::from_utf8_lossy(&told).into_owned();
        if output.status.success() {
            relay(&told);
        } else {
            failed.get_or_insert(told);
        }
    }
    Ok(failed.map_or(Ok(()), Err))
}

/// What is left in a session of the server would be somebody else's.
async fn nothing_is_left(pooler: &PgBouncer, databases: &[TestDatabase; 2]) -> Test {
    for database in databases {
        let db = Db::connect(through(pooler, database, 5)?).await?;
        let mut all = Vec::new();
        for _ in 0..5 {
            all.push(db.begin().await?);
        }
        for tx in &all {
            let left = raw_sql("SELECT count(*) FROM pg_prepared_statements");
            assert_eq!(left.scalar::<i64>(tx).await?, 0);
        }
    }
    Ok(())
}

#[expect(
    clippy::print_stdout,
    reason = "read by people who ask for more statements"
)]
fn relay(told: &str) {
    print!("{told}");
}

async fn child(urls: &str) -> Test {
    let mut words = urls.split(' ').map(str::to_owned);
    let number = words.next().unwrap_or_default();
    let sent = Arc::new(AtomicUsize::new(0));
    let mut ways = Vec::new();
    for (i, url) in words.enumerate() {
        let counted = Arc::clone(&sent);
        let config = || Config::from_url(&format!("{url}?pgbouncer=true"));
        let options = PoolOptions::new().max(6).shared_reads(i);
        let config_all = config()?.pool(options).logger(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
        });
        let hasty = config()?.statement_deadline(Duration::from_millis(60));
        let hasty = hasty.pool(PoolOptions::new().max(2));
        ways.push((Db::connect(config_all).await?, Db::connect(hasty).await?));
    }
    let goal = statements() / 2;
    let started = Instant::now();
    let mut tasks = Vec::new();
    for task in 0..TASKS {
        let (db, hasty) = ways[task % 2].clone();
        let sent = Arc::clone(&sent);
        let name = format!("{number}-{task}");
        tasks.push(tokio::spawn(async move {
            let mut life = Life::begin(db, hasty, name, task as u64).await?;
            let mut steps = 0;
            while sent.load(Ordering::Relaxed) < goal || steps < ALL.end {
                life.step(steps).await?;
                steps += 1;
            }
            Test::Ok(())
        }));
    }
    // Far more than it takes: a pooler that answers nobody is a failure and no wait.
    let limit = Duration::from_secs(120 + goal as u64 / 20);
    let all = async {
        for task in tasks {
            task.await??;
        }
        Test::Ok(())
    };
    tokio::time::timeout(limit, all).await??;
    tell(sent.load(Ordering::Relaxed), started.elapsed());
    Ok(())
}

/// Says what a process of the traffic did, to the one that started it.
#[expect(
    clippy::print_stdout,
    reason = "read by people who ask for more statements"
)]
fn tell(sent: usize, took: Duration) {
    println!("{sent} statements in {took:?}");
}

/// The kinds of steps: each is taken before any is left out.
const ALL: Range<usize> = 0..11;

/// A task, and what it knows.
struct Life {
    db: Db,
    /// The same database, with a short deadline.
    hasty: Db,
    owner: Owner,
    /// With the notes of their parts.
    things: Vec<(Thing, Vec<Option<String>>)>,
    seed: u64,
}

impl Life {
    async fn begin(db: Db, hasty: Db, name: String, seed: u64) -> Test<Self> {
        let owner = Owner::create()
            .name(name)
            .mood(Mood::Happy)
            .moods(vec![Mood::Sad, Mood::Happy])
            .visits(0);
        let owner = owner.save(&db).await?;
        let things = Vec::new();
        Ok(Life {
            db,
            hasty,
            owner,
            things,
            seed,
        })
    }

    fn chance(&mut self, below: usize) -> usize {
        self.seed = self
            .seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.seed >> 33) as usize % below
    }

    async fn step(&mut self, number: usize) -> Test {
        let kind = if ALL.contains(&number) {
            number
        } else {
            self.chance(ALL.end)
        };
        match kind {
            0 => self.find().await,
            1 => self.update().await,
            2 => self.tree().await,
            3 => self.transaction(true).await,
            4 => self.transaction(false).await,
            5 => self.bulk().await,
            6 => self.stream().await,
            7 => self.cancelled().await,
            8 => self.late().await,
            9 => self.raw().await,
            _ => self.delete().await,
        }
    }

    async fn find(&mut self) -> Test {
        for _ in 0..5 {
            let found = Owner::find(self.owner.id).one(&self.db).await?;
            assert_eq!(found, self.owner);
        }
        let mine = Owner::query().filter(Owner::name.eq(&self.owner.name));
        assert_eq!(mine.all(&self.db).await?, std::slice::from_ref(&self.owner));
        Ok(())
    }

    async fn update(&mut self) -> Test {
        let mood = if self.chance(2) == 0 {
            Mood::Happy
        } else {
            Mood::Sad
        };
        let update = self.owner.update().set(Owner::mood, mood);
        let update = update.set(Owner::visits, self.owner.visits + 1);
        self.owner = update
            .set(Owner::moods, vec![mood; 3])
            .save(&self.db)
            .await?;
        assert_eq!(self.owner.mood, mood);
        Ok(())
    }

    async fn tree(&mut self) -> Test {
        let things = Owner::things.order_by(Thing::id.asc());
        let things = things.include(Thing::parts.order_by(Part::id.asc()));
        let found = Owner::find(self.owner.id)
            .include(things)
            .one(&self.db)
            .await?;
        let found: Vec<_> = found
            .things
            .iter()
            .map(|thing| {
                let notes = thing.parts.iter().map(|part| part.note.clone());
                (Thing::clone(thing), notes.collect::<Vec<_>>())
            })
            .collect();
        assert_eq!(found, self.things);
        Ok(())
    }

    async fn transaction(&mut self, keep: bool) -> Test {
        let (owner, size) = (self.owner.id, self.chance(1000) as i32);
        let options = TxOptions::new().isolation(Isolation::RepeatableRead);
        let made = self
            .db
            .transaction_with(options, async |tx| -> orm::Result<_> {
                raw_sql("SET LOCAL lock_timeout = '7s'").execute(tx).await?;
                let thing = Thing::create()
                    .owner_id(owner)
                    .label("in a transaction")
                    .size(size);
                let thing = thing.save(tx).await?;
                let part = Part::create()
                    .thing_id(thing.id)
                    .note("a part")
                    .save(tx)
                    .await?;
                tx.transaction(async |tx| -> orm::Result<()> {
                    Part::find(part.id).one(tx).await?.delete(tx).await?;
                    Part::find(part.id).one(tx).await?;
                    Ok(())
                })
                .await
                .expect_err("it was deleted");
                let limit = raw_sql("SHOW lock_timeout").scalar::<String>(tx).await?;
                assert_eq!(limit, "7s");
                if keep {
                    Ok(thing)
                } else {
                    Part::find(-1).one(tx).await.map(|_| thing)
                }
            });
        match made.await {
            Ok(thing) => self.things.push((thing, vec![Some("a part".to_owned())])),
            Err(error) => assert!(!keep && error.is_not_found(), "{error}"),
        }
        let limit = raw_sql("SHOW lock_timeout")
            .scalar::<String>(&self.db)
            .await?;
        assert_eq!(limit, "0");
        Ok(())
    }

    async fn bulk(&mut self) -> Test {
        let count = 1 + self.chance(20);
        let rows = (0..count).map(|n| {
            let thing = Thing::create().owner_id(self.owner.id).label("one of many");
            thing.size(n as i32)
        });
        let things = Thing::create_many(rows).save(&self.db).await?;
        assert_eq!(things.len(), count);
        let part = Part::create().thing_id(things[0].id).note(None);
        part.save(&self.db).await?;
        for (n, thing) in things.into_iter().enumerate() {
            self.things.push((thing, vec![None; usize::from(n == 0)]));
        }
        Ok(())
    }

    async fn stream(&mut self) -> Test {
        let mine = Thing::query().filter(Thing::owner_id.eq(self.owner.id));
        let mut rows = mine.order_by(Thing::id.asc()).stream(&self.db);
        let mut found = Vec::new();
        while let Some(thing) = rows.next().await {
            found.push(thing?);
        }
        let known: Vec<_> = self.things.iter().map(|(thing, _)| thing.clone()).collect();
        assert_eq!(found, known);
        let with_parts = Thing::query().filter(Thing::owner_id.eq(self.owner.id));
        let mut trees = with_parts.include(Thing::parts).stream(&self.db);
        let mut seen = 0;
        while let Some(thing) = trees.next().await {
            seen += usize::from(thing?.owner_id == self.owner.id);
        }
        assert_eq!(seen, self.things.len());
        let mut left = Thing::query().stream(&self.db);
        if let Some(thing) = left.next().await {
            thing?;
        }
        Ok(())
    }

    /// A future that is dropped after some polls, of a read and of a transaction.
    async fn cancelled(&mut self) -> Test {
        let polls = self.chance(6);
        let reading = Owner::query().include(Owner::things).all(&self.db);
        let reading = async { reading.await.map(drop) };
        polled(polls, reading).await;
        let id = self.owner.id;
        let writing = self.db.transaction(async |tx| -> orm::Result<()> {
            let row = Thing::create().owner_id(id).label("never").size(0);
            row.save(tx).await?;
            std::future::pending().await
        });
        polled(polls + 2, writing).await;
        let lost = Thing::query().filter(Thing::owner_id.eq(id).and(Thing::label.eq("never")));
        assert_eq!(lost.count(&self.db).await?, 0);
        Ok(())
    }

    /// A statement that takes too long is cancelled, and no other.
    async fn late(&mut self) -> Test {
        if self.chance(4) > 0 {
            return Ok(());
        }
        let started = Instant::now();
        let slept = raw_sql("SELECT pg_sleep(20)::text")
            .execute(&self.hasty)
            .await;
        let error = slept.expect_err("the deadline is shorter");
        assert!(error.is_query_cancelled(), "{error}");
        assert!(started.elapsed() < Duration::from_secs(10));
        Ok(())
    }

    async fn raw(&mut self) -> Test {
        let text = "SELECT mood FROM owners WHERE id = $1 AND mood = $2";
        let moods = raw_sql(text).bind(self.owner.id).bind(self.owner.mood);
        assert_eq!(moods.scalars::<Mood>(&self.db).await?, [self.owner.mood]);
        let zone = raw_sql("SHOW TimeZone").scalar::<String>(&self.db).await?;
        assert_eq!(zone, "UTC");
        Ok(())
    }

    async fn delete(&mut self) -> Test {
        while self.things.len() > 60 {
            let (thing, _) = self.things.remove(0);
            thing.delete(&self.db).await?;
        }
        Ok(())
    }
}

/// Drops the future after so many polls, or where nothing more comes of it.
async fn polled<T>(most: usize, future: impl Future<Output = T>) {
    let mut future = pin!(future);
    let mut polls = 0;
    let polling = std::future::poll_fn(|context| {
        polls += 1;
        if polls > most || future.as_mut().poll(context).is_ready() {
            return Poll::Ready(());
        }
        Poll::Pending
    });
    let _ = tokio::time::timeout(Duration::from_millis(50), polling).await;
}
