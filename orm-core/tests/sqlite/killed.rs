//! `kill -9` at any moment: what was committed is there, and nothing of what was not.

use std::time::Duration;

use orm_core::Result;
use orm_core::diff::{Destructive, Options};
use orm_core::exec::{Db, Executor};
use orm_core::migrate::{Migrator, State, Undo};

use crate::process::{Other, tell};
use crate::storefront::ALL;
use crate::support::{Folder, run, value};

/// How often the other process is killed.
const TIMES: u64 = 15;

/// The rows of each transaction.
const ROWS: i64 = 1_500;

/// Some moment of the time that a run takes, another each time.
fn moment(time: u64, whole: Duration) -> Duration {
    // Steps of the golden ratio lie apart, however many there are.
    let part = (time * 618_034) % 1_000_000;
    whole * u32::try_from(part).unwrap() / 1_000_000
}

async fn is_sound(db: &Db) {
    let check: String = value(db, "PRAGMA integrity_check").await.unwrap();
    assert_eq!(check, "ok");
    let broken = "SELECT count(*) FROM pragma_foreign_key_check";
    assert_eq!(value::<i64>(db, broken).await.unwrap(), 0);
}

/// Transactions one after the other, each told when it is committed: of one large
/// statement, of many, and of savepoints.
pub(crate) async fn write(folder: &Folder) {
    let db = Db::connect(folder.config()).await.unwrap();
    let first: i64 = value(&db, "SELECT rounds FROM totals").await.unwrap();
    for round in first + 1.. {
        db.transaction(async |tx| -> Result<()> {
            run(tx, "UPDATE totals SET rounds = rounds + 1").await?;
            match round % 3 {
                0 => insert(tx, round, 1, ROWS).await?,
                1 => {
                    for n in (1..=ROWS).step_by(100) {
                        insert(tx, round, n, n + 99).await?;
                    }
                }
                _ => {
                    let undone = tx.begin().await?;
                    insert(&undone, round, -50, 0).await?;
                    undone.rollback().await?;
                    let kept = tx.begin().await?;
                    insert(&kept, round, 1, ROWS).await?;
                    kept.commit().await?;
                }
            }
            Ok(())
        })
        .await
        .unwrap();
        tell(&round.to_string());
    }
}

/// Rows that are more than SQLite keeps in memory: it writes them down uncommitted.
async fn insert(on: &impl Executor, round: i64, from: i64, to: i64) -> Result<()> {
    let text = format!(
        "WITH RECURSIVE c(x) AS (SELECT {from} UNION ALL SELECT x + 1 FROM c WHERE x < {to}) \
         INSERT INTO rows SELECT {round}, x, hex(zeroblob(1000)) FROM c"
    );
    run(on, &text).await.map(drop)
}

#[tokio::test]
async fn of_a_transaction_all_is_there_or_nothing() {
    let folder = Folder::new();
    let db = Db::connect(folder.config()).await.unwrap();
    let tables = "CREATE TABLE rows (round INTEGER, n INTEGER, said TEXT) STRICT;
         CREATE INDEX rows_round ON rows (round);
         CREATE TABLE totals (rounds INTEGER) STRICT;
         INSERT INTO totals VALUES (0)";
    db.executor().batch(tables).await.unwrap();
    db.close().await;
    let mut last = 0;
    for time in 0..TIMES {
        let before = last;
        let other = Other::start("write", 0, &folder);
        // It works: from here on any moment will do.
        last = other.told().unwrap().parse::<i64>().unwrap().max(last);
        std::thread::sleep(moment(time, Duration::from_millis(60)));
        let told = other.kill();
        last = told.last().map_or(last, |it| it.parse().unwrap());

        let db = Db::connect(folder.config()).await.unwrap();
        is_sound(&db).await;
        let rounds: i64 = value(&db, "SELECT rounds FROM totals").await.unwrap();
        // Killed behind the commit and before it was told.
        assert!(rounds == last || rounds == last + 1, "{rounds} for {last}");
        last = rounds;
        let each = format!(
            "SELECT count(*) FROM (SELECT round FROM rows GROUP BY round \
             HAVING count(*) = {ROWS} AND min(n) = 1 AND max(n) = {ROWS})"
        );
        assert_eq!(value::<i64>(&db, &each).await.unwrap(), rounds - before);
        let different = "SELECT count(DISTINCT round) FROM rows";
        assert_eq!(value::<i64>(&db, different).await.unwrap(), rounds - before);
        // What there is already costs no more time.
        run(&db, "DELETE FROM rows").await.unwrap();
        db.close().await;
    }
}

/// A migration that makes a table anew, up and down and up again.
pub(crate) async fn migrate(folder: &Folder) {
    let migrator = Migrator::from_folder(folder.file("migrations"));
    let config = folder.config();
    tell("begun");
    loop {
        migrator.up(&config).await.unwrap();
        migrator.undo(&config, &Undo::All).await.unwrap();
    }
}

const USERS: i64 = 1_500;

/// A shop of many users with an order each, and a migration that drops a column of the
/// users: their table is made anew.
async fn shop(folder: &Folder) -> Db {
    let db = Db::connect(folder.config()).await.unwrap();
    db.create_missing(ALL).await.unwrap();
    let numbers = format!(
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < {USERS})"
    );
    let at = "'2024-01-01 00:00:00.000000+00:00'";
    let users = format!(
        "{numbers} INSERT INTO users (full_name, email, password_hash, created_at, updated_at) \
         SELECT 'u' || x, x || '@example.com', 'x', {at}, {at} FROM c"
    );
    let orders = format!(
        "INSERT INTO orders (user_id, total_in_cents, created_at, updated_at) \
         SELECT id, id, {at}, {at} FROM users"
    );
    for text in [&users, &orders] {
        run(&db, text).await.unwrap();
    }
    run(&db, "ALTER TABLE users ADD COLUMN extra TEXT")
        .await
        .unwrap();
    let trigger = "CREATE TRIGGER touched AFTER UPDATE ON users BEGIN \
                   UPDATE orders SET total_in_cents = -1 WHERE user_id = new.id; END";
    run(&db, trigger).await.unwrap();
    let diff = db.diff(ALL, &Options::new()).await.unwrap();
    let drafts = diff.migrations("drop-extra", Destructive::Allowed).unwrap();
    for draft in &drafts {
        assert!(draft.up.contains("orm:foreign-keys-off"), "{}", draft.up);
        let name = format!("20240101000000-{}", draft.words);
        let place = folder.file("migrations").join(name);
        std::fs::create_dir_all(&place).unwrap();
        std::fs::write(place.join("up.sql"), &draft.up).unwrap();
        std::fs::write(place.join("down.sql"), &draft.down).unwrap();
    }
    db
}

/// The statements that the database is made by, and what stands in it.
async fn is_all_there(db: &Db, applied: bool) {
    is_sound(db).await;
    let pairs = "SELECT count(*) FROM orders JOIN users ON users.id = user_id \
                 WHERE full_name = 'u' || total_in_cents";
    assert_eq!(value::<i64>(db, pairs).await.unwrap(), USERS);
    let extra = "SELECT count(*) FROM pragma_table_info('users') WHERE name = 'extra'";
    assert_eq!(value::<i64>(db, extra).await.unwrap(), i64::from(!applied));
    let of_users = "SELECT count(*) FROM sqlite_schema WHERE tbl_name LIKE '%users%' \
                    AND (type = 'trigger' OR name = 'users_email_key' OR type = 'table')";
    assert_eq!(
        value::<i64>(db, of_users).await.unwrap(),
        3,
        "no half of a table is left"
    );
    let next = "SELECT seq FROM sqlite_sequence WHERE name = 'users'";
    assert_eq!(value::<i64>(db, next).await.unwrap(), USERS);
}

#[tokio::test]
async fn of_a_table_made_anew_there_is_one_and_the_next_run_finishes() {
    let folder = Folder::new();
    let db = shop(&folder).await;
    is_all_there(&db, false).await;
    db.close().await;
    let migrator = Migrator::from_folder(folder.file("migrations"));
    let config = folder.config();
    let mut found = [0, 0];
    for time in 0..TIMES {
        let other = Other::start("migrate", 0, &folder);
        assert_eq!(other.told().as_deref(), Some("begun"));
        std::thread::sleep(moment(time, Duration::from_millis(250)));
        other.kill();
        let standings = migrator.status(&config).await.unwrap();
        let applied = matches!(standings[0].state, State::Applied { .. });
        found[usize::from(applied)] += 1;
        let db = Db::connect(folder.config()).await.unwrap();
        is_all_there(&db, applied).await;
        let runs = migrator.up(&config).await.unwrap();
        assert_eq!(runs.len(), usize::from(!applied));
        is_all_there(&db, true).await;
        let rest = db.diff(ALL, &Options::new()).await.unwrap();
        assert!(rest.is_empty(), "{rest}");
        migrator.undo(&config, &Undo::All).await.unwrap();
        is_all_there(&db, false).await;
        db.close().await;
    }
    assert!(
        found.iter().all(|it| *it > 0),
        "killed at one kind of moment only: {found:?}"
    );
}
