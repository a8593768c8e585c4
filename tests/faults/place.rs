//! A server, a database, a network that fails, and a look around it.

use std::cell::Cell;
use std::fs;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::{Duration, Instant};

use orm::exec::{Params, PoolOptions};
use orm::prelude::*;
use orm_testkit::{FaultProxy, Server, TestDatabase};
use tokio_postgres::{Client, NoTls};

use crate::calls::{Call, Kind, trace};
use crate::models::{Author, Book, Leaf, Note, ROWS, Tag, Tree};

/// How long anything may take. Much longer than every limit that is configured.
const LIMIT: Duration = Duration::from_secs(30);

/// How long a statement may take.
pub(crate) const DEADLINE: Duration = Duration::from_millis(400);

/// The connections of a pool.
pub(crate) const MAX: usize = 2;

/// What no text may show.
const PASSWORD: &str = "canary-8r3";

/// An answer that is known, and the state of the session that gives it.
const STATE: &str = "SELECT (SELECT string_agg(title, ',' ORDER BY id) FROM books WHERE id < 4)
        || ' ' || current_setting('search_path') || ' ' || current_user
        || ' ' || current_setting('work_mem')
        || ' ' || (SELECT count(*) FROM pg_prepared_statements WHERE from_sql)
        || ' ' || pg_my_temp_schema()
        || ' ' || (SELECT count(*) FROM pg_locks
                   WHERE locktype = 'advisory' AND pid = pg_backend_pid())";

/// The way to a database that a call is made on.
pub(crate) struct Way {
    pub(crate) config: Config,
    pub(crate) db: Db,
    /// The same with connections that many reads share.
    pub(crate) shared: Db,
}

impl Way {
    async fn open(config: Config, pool: PoolOptions) -> Self {
        let db = Db::connect(config.clone().pool(pool)).await.unwrap();
        let shared = config.clone().pool(pool.shared_reads(1));
        let shared = Db::connect(shared).await.unwrap();
        Way { config, db, shared }
    }
}

/// A database with rows, and ways to it.
pub(crate) struct Place {
    /// Through the network that fails.
    pub(crate) way: Way,
    pool: PoolOptions,
    pub(crate) proxy: FaultProxy,
    /// Past it.
    pub(crate) direct: Client,
    user: &'static str,
    _database: TestDatabase,
}

/// The server of these tests: it lets `guest` in with a password only.
fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| {
        let server = Server::builder().start().unwrap();
        let hba = server.directory().unwrap().join("data/pg_hba.conf");
        let rules = fs::read_to_string(&hba).unwrap();
        fs::write(&hba, format!("local all guest scram-sha-256\n{rules}")).unwrap();
        server
    })
}

impl Place {
    /// With `kept` prepared statements per connection.
    pub(crate) async fn open(kept: usize) -> Self {
        Self::open_as("postgres", kept).await
    }

    /// As a user who needs a password, which takes its time.
    pub(crate) async fn open_as_guest() -> Self {
        Self::open_as("guest", 500).await
    }

    async fn open_as(user: &'static str, kept: usize) -> Self {
        count_panics();
        let database = TestDatabase::create_on(server()).await.unwrap();
        let direct = connect(&database.url()).await;
        let guest = format!(
            "DO $$ BEGIN CREATE ROLE guest LOGIN SUPERUSER PASSWORD '{PASSWORD}';
             EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
             SELECT pg_reload_conf()"
        );
        direct.batch_execute(&guest).await.unwrap();
        until_asked_for_a_password(&database).await;
        let owner = Db::connect(database.url().parse().unwrap()).await.unwrap();
        let models = orm::models![Author, Book, Tag, Note, Tree, Leaf];
        owner.create_missing(models).await.unwrap();
        owner.close().await;
        direct.batch_execute(ROWS).await.unwrap();
        let proxy = FaultProxy::start(server().address()).unwrap();
        let pool = PoolOptions::new().max(MAX).statements(kept);
        let config = Config::from_url(&database.url_via(proxy.local_addr()))
            .unwrap()
            .user(user)
            .password(PASSWORD)
            .application_name("faults")
            .connect_timeout(4 * DEADLINE)
            .statement_deadline(DEADLINE)
            .pool(pool);
        Place {
            way: Way::open(config, pool).await,
            pool,
            proxy,
            direct,
            user,
            _database: database,
        }
    }

    /// The same place with pools that know nothing.
    pub(crate) async fn with_new_pools(mut self) -> Self {
        self.way = Way::open(self.way.config.clone(), self.pool).await;
        self
    }

    /// A number that nothing has been written with.
    pub(crate) fn number() -> i32 {
        static NEXT: AtomicI32 = AtomicI32::new(1_000_000);
        NEXT.fetch_add(1, Ordering::Relaxed)
    }

    /// What a call answers without its number, and its error.
    pub(crate) async fn ask(&self, call: Call, number: i32) -> orm::Result<String> {
        let answer = within(call.name, (call.run)(&self.way, number)).await?;
        Ok(answer.replace(&number.to_string(), "N"))
    }

    /// As [`ask`](Self::ask) where nothing is disturbed: a busy machine may need
    /// more than one attempt to be in time.
    pub(crate) async fn ask_in_peace(&self, call: Call) -> (String, i32) {
        for _ in 0..20 {
            self.clear(call).await;
            let number = Self::number();
            match self.ask(call, number).await {
                Ok(answer) => return (answer, number),
                Err(error) => assert!(error.is_timeout(), "{}: {error}", call.name),
            }
        }
        panic!("{} is never in time", call.name);
    }

    /// Makes room for a call that can be made once only.
    pub(crate) async fn clear(&self, call: Call) {
        if let Kind::Schema { clear, .. } = call.kind {
            self.direct.batch_execute(clear).await.unwrap();
        }
    }

    /// What there is of a number, seen past the network.
    pub(crate) async fn trace(&self, number: i32) -> String {
        let row = self.direct.query_one(&trace(number), &[]).await.unwrap();
        row.get(0)
    }

    /// What is the same after whatever happened: nothing goes on on the server,
    /// and the pool has all its connections, in the state in which they were
    /// opened, with right answers.
    pub(crate) async fn is_well(&self, what: &str) {
        for db in [&self.way.db, &self.way.shared] {
            let mut all = Vec::new();
            for _ in db.pool_status().shared..MAX {
                all.push(within(what, self.begun_right(what, db)).await);
            }
            for tx in all {
                if let Err(error) = within(what, tx.rollback()).await {
                    assert!(error.is_timeout(), "{what}: {error}");
                }
            }
            let status = db.pool_status();
            assert!(
                status.size <= MAX && status.waiting == 0,
                "{what}: {status:?}"
            );
        }
        let busy = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'faults'
                    AND datname = current_database() AND state <> 'idle'";
        eventually(what, async || {
            let row = self.direct.query_one(busy, &[]).await.unwrap();
            row.get::<_, i64>(0) == 0
        })
        .await;
    }

    /// A transaction on a connection that is as it was opened, in the end: a machine is
    /// too busy now and then.
    async fn begun_right(&self, what: &str, db: &Db) -> Tx {
        let user = self.user;
        let right = format!("book 1,book 2,book 3 \"$user\", public {user} 4MB 0 0 0");
        loop {
            let state = async {
                let tx = db.begin().await?;
                let row = tx.executor().query_opt(STATE, Params::none()).await?;
                Ok((tx, row))
            };
            let state: orm::Result<_> = state.await;
            match state {
                Ok((tx, row)) => {
                    let state: String = row.unwrap().get(0).unwrap();
                    assert_eq!(state, right, "{what}");
                    return tx;
                }
                Err(error) => assert!(error.is_timeout(), "{what}: {error}"),
            }
        }
    }
}

/// Fails if an error shows what it must not, or writes what a call cannot have.
pub(crate) fn is_honest(what: &str, call: Call, error: &orm::Error, there: bool) {
    let mut text = format!("{error} {error:?}");
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text += &format!(" {cause} {cause:?}");
        source = cause.source();
    }
    assert!(!text.contains(PASSWORD), "{what}: {text}");
    assert!(!text.contains("postgres://"), "{what}: {text}");
    if call.kind == Kind::Read {
        assert!(!error.may_have_taken_effect(), "{what}: {error}");
    } else if there {
        assert!(
            error.may_have_taken_effect(),
            "{what}: it was written: {error:?}"
        );
    } else if error.took_effect() {
        // It did, in a transaction that was rolled back because of the error.
        let undone = text.contains("in the open transaction");
        assert!(undone, "{what}: it was not written: {text}");
    }
}

/// What does not end would say nothing: it fails.
pub(crate) async fn within<T>(what: &str, work: impl Future<Output = T>) -> T {
    match tokio::time::timeout(LIMIT, work).await {
        Ok(done) => done,
        Err(_) => panic!("{what}: no end"),
    }
}

pub(crate) async fn eventually(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + LIMIT;
    while !condition().await {
        assert!(Instant::now() < deadline, "{what}: never quiet");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// The server reads its rules anew in its own time.
async fn until_asked_for_a_password(database: &TestDatabase) {
    let mut guest: tokio_postgres::Config = database.url().parse().unwrap();
    guest.user("guest").password("another");
    eventually("a password is asked for", async || {
        guest.connect(NoTls).await.is_err()
    })
    .await;
}

thread_local! {
    static PANICS: Cell<usize> = const { Cell::new(0) };
}

/// Panics of this test's tasks so far, also of those that nobody waits for: they
/// share its thread.
pub(crate) fn panics() -> usize {
    PANICS.get()
}

fn count_panics() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            PANICS.set(PANICS.get() + 1);
            usual(info);
        }));
    });
}
