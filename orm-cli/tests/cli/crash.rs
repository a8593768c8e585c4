//! `kill -9` at every kind of moment of a run: the next run knows what
//! happened, and finishes the work, once.

use tokio_postgres::Client;

use crate::support::{Project, timeless, until};

const FIRST: &str = "20240101000000-first";
const SECOND: &str = "20240102000000-second";

/// A statement that waits for as long as a test holds the gate.
const GATE: &str = "SELECT pg_advisory_xact_lock(42);";

/// What a blocked run waits for, in the words of `pg_stat_activity`.
enum Block {
    /// The gate, inside a migration.
    Gate,
    /// The history table.
    History,
    /// Older transactions, in `CREATE INDEX CONCURRENTLY`.
    Snapshots,
}

impl Block {
    fn event(&self) -> &'static str {
        match self {
            Block::Gate => "advisory",
            Block::History => "relation",
            Block::Snapshots => "virtualxid",
        }
    }

    /// Blocks runs until the transaction ends.
    async fn close(&self, client: &Client) {
        let sql = match self {
            Block::Gate => "BEGIN; SELECT pg_advisory_xact_lock(42)",
            Block::History => "BEGIN; LOCK TABLE orm_migrations IN SHARE MODE",
            Block::Snapshots => "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM t",
        };
        client.batch_execute(sql).await.unwrap();
    }
}

/// What becomes of the server's side of a killed run.
#[derive(Clone, Copy, PartialEq)]
enum Backend {
    /// It is ended, too, as by a crash of the machine.
    Terminated,
    /// It ends the statement it is in, and then notices.
    LeftAlone,
}

/// Runs the command into a block, kills it there, and opens the block.
async fn killed(project: &Project, args: &str, block: &Block, backend: Backend) {
    let (blocker, watcher) = (project.client().await, project.client().await);
    block.close(&blocker).await;
    let mut child = project.spawn(args);
    let waits = format!(
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() \
         AND wait_event_type = 'Lock' AND wait_event = '{}')",
        block.event()
    );
    until(&watcher, &waits).await;
    child.kill().unwrap();
    child.wait().unwrap();
    if backend == Backend::Terminated {
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = current_database() AND wait_event_type = 'Lock'";
        watcher.execute(end, &[]).await.unwrap();
        until(&watcher, &waits.replace("EXISTS", "NOT EXISTS")).await;
    }
    blocker.batch_execute("ROLLBACK").await.unwrap();
}

const BACKENDS: [Backend; 2] = [Backend::Terminated, Backend::LeftAlone];

#[tokio::test]
async fn inside_a_transaction_nothing_was_done() {
    for backend in BACKENDS {
        let up = format!("CREATE TABLE t (id int); {GATE} CREATE TABLE u (id int);");
        let project = Project::with(&[(FIRST, &up, "DROP TABLE u; DROP TABLE t;")]).await;
        killed(&project, "migrate", &Block::Gate, backend).await;
        assert_eq!(timeless(&project.orm("migrate").ok()), migrated(FIRST));
        assert!(project.has_table("u").await);

        let down = format!("DROP TABLE u; {GATE} DROP TABLE t;");
        project.write(FIRST, &up, &down);
        killed(&project, "migrate undo", &Block::Gate, backend).await;
        assert_eq!(project.orm("migrate status").ok(), format!("up {FIRST}\n"));
        project.orm("migrate undo").ok();
        assert!(!project.has_table("t").await);
    }
}

#[tokio::test]
async fn while_the_history_is_written() {
    for backend in BACKENDS {
        let project = Project::with(&[(FIRST, "CREATE TABLE t (id int);", "DROP TABLE t;")]).await;
        project.orm("migrate").ok();
        killed(&project, "migrate undo", &Block::History, backend).await;
        assert_eq!(project.orm("migrate status").ok(), format!("up {FIRST}\n"));
        project.write(SECOND, "CREATE TABLE u (id int);", "DROP TABLE u;");
        killed(&project, "migrate", &Block::History, backend).await;
        assert_eq!(timeless(&project.orm("migrate").ok()), migrated(SECOND));
    }
}

#[tokio::test]
async fn between_migrations_what_is_done_stays_done() {
    for backend in BACKENDS {
        let gated = format!("{GATE} CREATE TABLE u (id int);");
        let project = Project::with(&[
            (FIRST, "CREATE TABLE t (id int);", "DROP TABLE t;"),
            (SECOND, &gated, "DROP TABLE u;"),
        ])
        .await;
        killed(&project, "migrate", &Block::Gate, backend).await;
        assert_eq!(timeless(&project.orm("migrate").ok()), migrated(SECOND));
    }
}

// Outside of transactions each statement is still done if and only if it is
// counted: rows tell how often each ran.
#[tokio::test]
async fn outside_a_transaction_the_next_run_goes_on_where_it_stopped() {
    for backend in BACKENDS {
        let up = format!(
            "-- orm:no-transaction\nCREATE TABLE t (id int);\nINSERT INTO t VALUES (1);\n{GATE}\n\
             INSERT INTO t VALUES (2);"
        );
        let project = Project::with(&[(FIRST, &up, "DROP TABLE t;")]).await;
        killed(&project, "migrate", &Block::Gate, backend).await;
        assert_eq!(
            project.orm("migrate status").ok(),
            format!("half {FIRST} (interrupted while it was applied, after 2 statements)\n")
        );
        let refusal = project.orm("migrate undo").failed();
        assert!(
            refusal.contains("was interrupted while it was applied"),
            "{refusal}"
        );
        let out = project.orm("migrate").ok();
        assert!(
            out.contains("resuming after 2 statements that are done"),
            "{out}"
        );
        let rows = "SELECT string_agg(id::text, ',' ORDER BY id) FROM t";
        assert_eq!(project.ask(rows).await.unwrap(), "1,2");
        assert_eq!(project.orm("migrate status").ok(), format!("up {FIRST}\n"));
    }
}

// The one kind of statement whose outcome is not known: it is looked up.
#[tokio::test]
async fn inside_a_concurrent_index_the_index_is_looked_at() {
    for backend in BACKENDS {
        let up = "-- orm:no-transaction\nCREATE INDEX CONCURRENTLY t_id_idx ON t (id);";
        let project = Project::with(&[(
            FIRST,
            "CREATE TABLE t (id int); INSERT INTO t VALUES (1);",
            "DROP TABLE t;",
        )])
        .await;
        project.orm("migrate").ok();
        let down = "-- orm:no-transaction\nDROP INDEX CONCURRENTLY t_id_idx;";
        project.write(SECOND, up, down);
        killed(&project, "migrate", &Block::Snapshots, backend).await;
        let valid = "SELECT bool_and(indisvalid)::text FROM pg_index \
             WHERE indrelid = 't'::regclass";
        if backend == Backend::Terminated {
            assert_eq!(project.ask(valid).await.as_deref(), Some("false"));
        }
        project.orm("migrate").ok();
        assert_eq!(project.ask(valid).await.as_deref(), Some("true"));
        project.orm("migrate redo").ok();
        assert_eq!(project.ask(valid).await.as_deref(), Some("true"));
    }
}

#[tokio::test]
async fn while_waiting_for_another_process() {
    let gated = format!("{GATE} CREATE TABLE t (id int);");
    let project = Project::with(&[(FIRST, &gated, "DROP TABLE t;")]).await;
    let (blocker, watcher) = (project.client().await, project.client().await);
    Block::Gate.close(&blocker).await;
    let runner = project.spawn("migrate");
    let blocked = "SELECT EXISTS (SELECT FROM pg_stat_activity \
         WHERE datname = current_database() AND wait_event = 'advisory')";
    until(&watcher, blocked).await;
    let mut waiting = project.spawn("migrate");
    let asks = "SELECT EXISTS (SELECT FROM pg_stat_activity \
         WHERE datname = current_database() AND query LIKE '%pg_try_advisory_lock%' \
         AND state = 'idle' AND pid <> pg_backend_pid())";
    until(&watcher, asks).await;
    waiting.kill().unwrap();
    waiting.wait().unwrap();
    blocker.batch_execute("ROLLBACK").await.unwrap();
    let done = runner.wait_with_output().unwrap();
    assert!(done.status.success(), "{done:?}");
    assert!(project.has_table("t").await);
}

fn migrated(name: &str) -> String {
    format!("== {name}: migrating =======\n== {name}: migrated (_)\n")
}
