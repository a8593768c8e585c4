//! Statements for some rows at a time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use orm_core::exec::Config;
use orm_core::migrate::{Event, Interrupt, Left, MigrationProblem, State};
use tokio_postgres::Client;

use crate::support::{Texts, ask, database, listening, migrator};

const FILL: &str = "-- orm:no-transaction\n\
     -- orm:batches lines (id), 10 rows, pause 0 ms\n\
     UPDATE lines SET times = times + 1 WHERE id BETWEEN $1 AND $2;\n\
     CREATE INDEX CONCURRENTLY lines_times_idx ON lines (times);";

const TEXTS: [Texts; 1] = [("20240101000000-fill", FILL, "")];

async fn with_lines(count: u32) -> (orm_testkit::TestDatabase, Config, Client) {
    let (database, config) = database().await;
    let client = database.connect().await.unwrap();
    let sql = format!(
        "CREATE TABLE lines (id int PRIMARY KEY, times int NOT NULL DEFAULT 0); \
         INSERT INTO lines (id) SELECT i * 3 FROM generate_series(1, {count}) i; ANALYZE lines"
    );
    client.batch_execute(&sql).await.unwrap();
    (database, config, client)
}

/// How often which rows were changed: `1 x 25`.
async fn times(client: &Client) -> String {
    let sql = "SELECT coalesce(string_agg(times || ' x ' || n, ', ' ORDER BY times), '') FROM \
               (SELECT times, count(*) AS n FROM lines GROUP BY times) t";
    ask(client, sql).await.unwrap()
}

#[tokio::test]
async fn each_batch_is_a_transaction_of_its_own() {
    let (_database, config, client) = with_lines(25).await;
    let (migrator, lines) = listening(migrator(&TEXTS));
    migrator.up(&config).await.unwrap();
    assert_eq!(times(&client).await, "1 x 25");
    let sql = "SELECT count(DISTINCT xmin::text)::text FROM lines";
    assert_eq!(ask(&client, sql).await.as_deref(), Some("3"));
    let heard = lines.lock().unwrap().clone();
    let rows: Vec<&String> = heard.iter().filter(|it| it.ends_with("rows")).collect();
    assert_eq!(
        rows,
        [
            "10 of about 25 rows",
            "20 of about 25 rows",
            "25 of about 25 rows"
        ]
    );
    // Nothing of it is kept.
    let sql = "SELECT batch FROM orm_migrations";
    assert_eq!(ask(&client, sql).await, None);
}

#[tokio::test]
async fn no_rows_are_no_batch() {
    let (_database, config, client) = with_lines(0).await;
    migrator(&TEXTS).up(&config).await.unwrap();
    assert_eq!(times(&client).await, "");
}

#[tokio::test]
async fn a_batch_that_fails_leaves_those_before_it_and_the_next_run_goes_on() {
    let (_database, config, client) = with_lines(100).await;
    let check = "ALTER TABLE lines ADD CONSTRAINT few CHECK (id <> 135 OR times < 1)";
    client.batch_execute(check).await.unwrap();
    for _ in 0..2 {
        let error = migrator(&TEXTS).up(&config).await.unwrap_err();
        let Some(MigrationProblem::Failed(failure)) = error.migration() else {
            panic!("{error}");
        };
        assert_eq!(failure.left, Left::Batches { done: 0, rows: 40 });
        let said = error.to_string();
        assert!(
            said.contains("this one for 40 rows; the next run goes on"),
            "{said}"
        );
        assert_eq!(times(&client).await, "0 x 60, 1 x 40");
        let [standing] = &migrator(&TEXTS).status(&config).await.unwrap()[..] else {
            panic!("one migration");
        };
        assert!(
            matches!(
                standing.state,
                State::Interrupted {
                    done: 0,
                    rows: Some(40),
                    ..
                }
            ),
            "{standing:?}"
        );
        let said = standing.to_string();
        assert!(
            said.contains("after 0 statements and 40 rows of the next"),
            "{said}"
        );
    }
    client
        .batch_execute("ALTER TABLE lines DROP CONSTRAINT few")
        .await
        .unwrap();
    migrator(&TEXTS).up(&config).await.unwrap();
    assert_eq!(times(&client).await, "1 x 100");
}

#[tokio::test]
async fn whoever_stops_it_finds_no_row_done_twice() {
    let (_database, config, client) = with_lines(100).await;
    for stops in 1..=3_u64 {
        let interrupt = Interrupt::new();
        let (batches, stop) = (Arc::new(AtomicU64::new(0)), interrupt.clone());
        let heard = migrator(&TEXTS)
            .interrupted_by(&interrupt)
            .on_event(move |event| {
                if matches!(event, Event::Batch { .. })
                    && batches.fetch_add(1, Ordering::Relaxed) == 1
                {
                    stop.stop();
                }
            });
        let error = heard.up(&config).await.unwrap_err();
        assert!(error.to_string().contains("was stopped"), "{error}");
        let done = stops * 20;
        assert_eq!(
            times(&client).await,
            format!("0 x {}, 1 x {done}", 100 - done)
        );
    }
    migrator(&TEXTS).up(&config).await.unwrap();
    assert_eq!(times(&client).await, "1 x 100");
}

#[tokio::test]
async fn what_is_half_done_is_not_edited() {
    let (_database, config, client) = with_lines(30).await;
    let check = "ALTER TABLE lines ADD CONSTRAINT few CHECK (id <> 60 OR times < 1)";
    client.batch_execute(check).await.unwrap();
    migrator(&TEXTS).up(&config).await.unwrap_err();
    let edited = FILL.replace("times + 1", "times + 2");
    let texts = [("20240101000000-fill", edited.leak() as &'static str, "")];
    let error = migrator(&texts).up(&config).await.unwrap_err().to_string();
    assert!(error.contains("edited since"), "{error}");
    assert!(error.contains("this one for 10 rows"), "{error}");
    assert_eq!(times(&client).await, "0 x 20, 1 x 10");
    // How many rows a batch has may change.
    client
        .batch_execute("ALTER TABLE lines DROP CONSTRAINT few")
        .await
        .unwrap();
    let quicker = FILL.replace("10 rows", "500 rows");
    let texts = [("20240101000000-fill", quicker.leak() as &'static str, "")];
    migrator(&texts).up(&config).await.unwrap();
    assert_eq!(times(&client).await, "1 x 30");
}

#[tokio::test]
async fn rows_without_a_key_are_not_left_out_in_silence() {
    let (_database, config, client) = with_lines(3).await;
    let sql = "ALTER TABLE lines DROP CONSTRAINT lines_pkey, ALTER id DROP NOT NULL; \
               INSERT INTO lines VALUES (NULL)";
    client.batch_execute(sql).await.unwrap();
    let error = migrator(&TEXTS).up(&config).await.unwrap_err().to_string();
    assert!(error.contains("rows whose key is NULL"), "{error}");
    assert_eq!(times(&client).await, "0 x 4");
}

#[tokio::test]
async fn a_row_that_somebody_holds_is_waited_for() {
    let (database, config, client) = with_lines(30).await;
    let mut holder = database.connect().await.unwrap();
    let open = holder.transaction().await.unwrap();
    open.execute("SELECT FROM lines WHERE id = 45 FOR UPDATE", &[])
        .await
        .unwrap();
    let (tell, told) = tokio::sync::oneshot::channel();
    let tell = Mutex::new(Some(tell));
    let patient = migrator(&TEXTS)
        .lock_timeout(Duration::from_millis(20))
        .on_event(move |event| {
            if let Event::Retrying { .. } = event
                && let Some(tell) = tell.lock().unwrap().take()
            {
                tell.send(()).unwrap();
            }
        });
    let run = tokio::spawn(async move { patient.up(&config).await });
    told.await.unwrap();
    open.commit().await.unwrap();
    run.await.unwrap().unwrap();
    assert_eq!(times(&client).await, "1 x 30");
}

// Keys of every kind that a primary key may have, some of them of two columns.
#[tokio::test]
async fn any_key_is_walked_along() {
    let (database, config) = database().await;
    let client = database.connect().await.unwrap();
    let setup = r#"CREATE SCHEMA "Sales"; CREATE TYPE "Mood" AS ENUM ('zz', 'a', 'M');
         CREATE DOMAIN code AS text;
         CREATE TABLE by_uuid (k uuid PRIMARY KEY, n int DEFAULT 0);
         INSERT INTO by_uuid SELECT md5(i::text)::uuid FROM generate_series(1, 25) i;
         CREATE TABLE by_text (k code PRIMARY KEY, n int DEFAULT 0);
         INSERT INTO by_text SELECT md5(i::text) || 'é''"' FROM generate_series(1, 25) i;
         CREATE TABLE by_number (k numeric PRIMARY KEY, n int DEFAULT 0);
         INSERT INTO by_number SELECT i / 3.0 - 4 FROM generate_series(1, 25) i;
         CREATE TABLE by_moment (k timestamptz PRIMARY KEY, n int DEFAULT 0);
         INSERT INTO by_moment SELECT now() + i * interval '1 h' FROM generate_series(1, 25) i;
         CREATE TABLE "Sales"."Order" ("Mood" "Mood", "select" bigint, n int DEFAULT 0,
             PRIMARY KEY ("Mood", "select"));
         INSERT INTO "Sales"."Order" SELECT m, i FROM generate_series(1, 9) i,
             unnest(enum_range(NULL::"Mood")) m;"#;
    client.batch_execute(setup).await.unwrap();
    let mut text = String::from("-- orm:no-transaction\n");
    for table in ["by_uuid", "by_text", "by_number", "by_moment"] {
        text.push_str(&format!(
            "-- orm:batches {table} (k), 4 rows, pause 0 ms\n\
             UPDATE {table} SET n = n + 1 WHERE k BETWEEN $1 AND $2;\n"
        ));
    }
    text.push_str(
        "-- orm:batches \"Sales\".\"Order\" (\"Mood\", \"select\"), 4 rows, pause 0 ms\n\
         UPDATE \"Sales\".\"Order\" SET n = n + 1\n\
         WHERE (\"Mood\", \"select\") BETWEEN ($1, $2) AND ($3, $4);",
    );
    let texts = [("20240101000000-fill", text.leak() as &'static str, "")];
    migrator(&texts).up(&config).await.unwrap();
    let sql = r#"SELECT string_agg(c || ':' || n, ' ' ORDER BY c) FROM (
        SELECT n, count(*) AS c FROM (SELECT n FROM by_uuid UNION ALL SELECT n FROM by_text
        UNION ALL SELECT n FROM by_number UNION ALL SELECT n FROM by_moment
        UNION ALL SELECT n FROM "Sales"."Order") a GROUP BY n) t"#;
    assert_eq!(ask(&client, sql).await.as_deref(), Some("127:1"));
}

// A row that comes among the others has a place among the keys like any other. One behind
// them is whoever's inserts it: else it would never end under a load that is quicker.
#[tokio::test]
async fn rows_that_come_meanwhile() {
    let (_database, config, client) = with_lines(30).await;
    let more = "CREATE FUNCTION more() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                INSERT INTO lines (id) VALUES (NEW.id + 35), (NEW.id + 200) \
                ON CONFLICT DO NOTHING; RETURN NULL; END $$; \
                CREATE TRIGGER more AFTER UPDATE ON lines FOR EACH ROW EXECUTE FUNCTION more()";
    client.batch_execute(more).await.unwrap();
    migrator(&TEXTS).up(&config).await.unwrap();
    let sql = "SELECT string_agg(DISTINCT (id > 90)::text || times, ' ') FROM lines";
    assert_eq!(ask(&client, sql).await.as_deref(), Some("false1 true0"));
    let among = "SELECT (count(*) > 0)::text FROM lines WHERE id < 91 AND id % 3 > 0";
    assert_eq!(ask(&client, among).await.as_deref(), Some("true"));
}

/// Runs a migration that fails after ten rows, changes what `between` says, and runs `then`.
async fn interrupted(
    first: &str,
    between: &str,
    then: &str,
) -> (Client, Result<(), String>, orm_testkit::TestDatabase) {
    let (database, config, client) = with_lines(30).await;
    let check = "ALTER TABLE lines ADD CONSTRAINT few CHECK (id <> 60 OR times = 0)";
    client.batch_execute(check).await.unwrap();
    let text = |text: &str| {
        [(
            "20240101000000-fill",
            text.to_owned().leak() as &'static str,
            "",
        )]
    };
    migrator(&text(first)).up(&config).await.unwrap_err();
    let between = format!("ALTER TABLE lines DROP CONSTRAINT few; {between}");
    client.batch_execute(&between).await.unwrap();
    let done = migrator(&text(then)).up(&config).await;
    (
        client,
        done.map(drop).map_err(|it| it.to_string()),
        database,
    )
}

// Whoever writes rows behind the end knows what they are to hold.
#[tokio::test]
async fn it_ends_where_it_would_have_ended_whenever_it_is_resumed() {
    let more = "INSERT INTO lines (id, times) VALUES (999, 5)";
    let (client, done, _database) = interrupted(FILL, more, FILL).await;
    done.unwrap();
    assert_eq!(times(&client).await, "1 x 30, 5 x 1");
}

#[tokio::test]
async fn the_walk_is_not_edited_half_way() {
    let other = FILL.replace("batches lines (id)", "batches others (id)");
    let table = "CREATE TABLE others AS SELECT id + 500 AS id FROM lines";
    let (client, done, _database) = interrupted(FILL, table, &other).await;
    assert!(done.unwrap_err().contains("edited since"));
    assert_eq!(times(&client).await, "0 x 20, 1 x 10");
}

#[tokio::test]
async fn what_the_session_was_set_to_is_set_again() {
    let text = FILL.replace("-- orm:batches", "SET search_path = s;\n-- orm:batches");
    let text = text.replace(
        "CREATE INDEX CONCURRENTLY lines_times_idx ON lines (times);",
        "",
    );
    let (_database, config, client) = with_lines(30).await;
    let setup = "CREATE SCHEMA s; CREATE TABLE s.lines (LIKE lines INCLUDING ALL); \
         INSERT INTO s.lines SELECT * FROM lines; \
         ALTER TABLE s.lines ADD CONSTRAINT few CHECK (id <> 60 OR times = 0)";
    client.batch_execute(setup).await.unwrap();
    let texts = [("20240101000000-fill", text.leak() as &'static str, "")];
    migrator(&texts).up(&config).await.unwrap_err();
    client
        .batch_execute("ALTER TABLE s.lines DROP CONSTRAINT few")
        .await
        .unwrap();
    migrator(&texts).up(&config).await.unwrap();
    assert_eq!(times(&client).await, "0 x 30");
    client.batch_execute("SET search_path = s").await.unwrap();
    assert_eq!(times(&client).await, "1 x 30");
}

// The bytes of a key are no value of another type.
#[tokio::test]
async fn a_statement_that_asks_for_another_type_is_refused() {
    for condition in [
        "id::float8 BETWEEN $1 AND $2",
        "id::bigint BETWEEN $1 AND $2",
    ] {
        let text = FILL.replace("id BETWEEN $1 AND $2", condition);
        let (_database, config, client) = with_lines(30).await;
        let texts = [("20240101000000-fill", text.leak() as &'static str, "")];
        let error = migrator(&texts).up(&config).await.unwrap_err().to_string();
        assert!(error.contains("a key of `orm:batches`"), "{error}");
        assert_eq!(times(&client).await, "0 x 30");
    }
}
