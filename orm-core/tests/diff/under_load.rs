//! Migrations of a table that others read and write all the while: none of them fails, and
//! no row is left behind.

use orm_core::diff::Options;
use orm_core::migrate::{Event, Migrator};

use crate::declare::{
    check, column, default, goal, index, key, name, nullable, of_enum, table, unique, with_enum,
};
use crate::load::Load;
use crate::place::Place;

const INSERTS: &str = "INSERT INTO things (a, b) VALUES (1, 'é') RETURNING id";
const DELETES: &str = "DELETE FROM things WHERE id IN \
     (SELECT id FROM things WHERE id > 5000 ORDER BY id LIMIT 2) RETURNING id";
const UPDATES: &str = "UPDATE things SET b = b || 'x' WHERE id IN \
     (SELECT 1 + floor(random() * 5000)::int) RETURNING id";
const READS: &str = "SELECT count(*), max(b) FROM things";

fn before() -> orm_core::ddl::blueprint::Table {
    table("things", [nullable("a", "integer"), nullable("b", "text")])
}

async fn with_rows() -> Place {
    let place = Place::at(goal([before(), table("others", [])])).await;
    let rows = "INSERT INTO things (a, b) SELECT i % 7, 'row ' || i FROM generate_series(1, 5000) i; \
                INSERT INTO others SELECT generate_series(0, 7); ANALYZE things";
    place.run(rows).await;
    place
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn columns_keys_checks_and_indexes_are_added() {
    let place = with_rows().await;
    let mut wanted = before();
    wanted.columns.push(default(column("same", "integer"), "7"));
    wanted
        .columns
        .push(default(column("token", "uuid"), "gen_random_uuid()"));
    let wanted = check(wanted, "things_check", "a >= 0");
    let wanted = unique(wanted, "things_token_key", &["token"]);
    let wanted = index(wanted, "things_idx", &["a", "id"]);
    let wanted = key(wanted, "a", "others", "id");
    let load = Load::on(&place, &[INSERTS, DELETES, UPDATES, READS]).await;
    let drafts = place
        .go(goal([wanted, table("others", [])]), &Options::new())
        .await;
    load.ends().await;
    assert!(
        drafts[1].up.contains("-- orm:batches \"things\" (\"id\")"),
        "{drafts:#?}"
    );
    let filled = "SELECT (count(*) >= 5000 AND count(*) = count(DISTINCT token) \
                  AND count(*) = count(same))::text FROM things";
    assert_eq!(place.texts(filled).await, ["true"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_column_becomes_not_null_with_a_fill() {
    let place = with_rows().await;
    place
        .run("UPDATE things SET a = NULL WHERE id % 3 = 0")
        .await;
    let load = Load::on(&place, &[INSERTS, DELETES, UPDATES, READS]).await;
    let wanted = table("things", [column("a", "integer"), nullable("b", "text")]);
    let fill = Options::new().fill_raw("things", "a", "length(b)");
    place.go(goal([wanted, table("others", [])]), &fill).await;
    load.ends().await;
    let wrong = "SELECT count(*)::text FROM things WHERE id % 3 = 0 AND id <= 5000 AND a < 5";
    assert_eq!(place.texts(wrong).await, ["0"]);
}

// The whole of it in one transaction would keep a writer waiting until its end.
#[tokio::test]
async fn a_fill_is_many_transactions_and_says_how_far_it_is() {
    let place = with_rows().await;
    let mut wanted = before();
    wanted
        .columns
        .push(default(column("token", "uuid"), "gen_random_uuid()"));
    let diff = place
        .diff(goal([wanted, table("others", [])]), &Options::new())
        .await;
    place.write(&diff).unwrap();
    let heard = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let hear = std::sync::Arc::clone(&heard);
    let migrator = Migrator::from_folder(&place.folder).on_event(move |event| {
        if let Event::Batch { rows, of } = event {
            hear.lock().unwrap().push((*rows, *of));
        }
    });
    migrator.up(&place.config).await.unwrap();
    let heard = heard.lock().unwrap().clone();
    assert_eq!((heard.len(), heard[0]), (5, (1000, Some(5000))));
    let count = "SELECT count(DISTINCT xmin::text)::text FROM things";
    assert_eq!(place.texts(count).await, ["5"]);
}

// A label in its place, used by a default in a later transaction; then one that goes, which
// makes the type anew under an array, a default and an index over some rows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn labels_of_an_enum() {
    let of = |labels: &[&str], usual: &str| {
        let states = nullable("states", "");
        let states = orm_core::ddl::blueprint::Column {
            kind: orm_core::ddl::blueprint::Type::Enum {
                name: name("mood"),
                array: true,
            },
            ..states
        };
        let state = default(of_enum("state", "mood"), &format!("'{usual}'"));
        let mut it = index(table("things", [state, states]), "things_idx", &["id"]);
        it.indexes[0].filter = Some("state = 'good'".into());
        with_enum(goal([it]), "mood", labels)
    };
    let place = Place::at(of(&["bad", "good", "gone"], "bad")).await;
    let rows = "INSERT INTO things (states) SELECT '{good}' FROM generate_series(1, 3000)";
    place.run(rows).await;
    let load = Load::on(
        &place,
        &[
            "INSERT INTO things (states) VALUES ('{bad,good}') RETURNING id",
            "DELETE FROM things WHERE id IN (SELECT id FROM things WHERE id > 3000 ORDER BY id \
             LIMIT 2) RETURNING id",
            "UPDATE things SET state = 'good' WHERE id IN (SELECT 1 + floor(random() * 3000)::int) \
             RETURNING state::text",
            "SELECT count(*) FROM things WHERE state = 'good'",
        ],
    )
    .await;
    let drafts = place
        .go(
            of(&["bad", "fair", "good", "gone"], "fair"),
            &Options::new(),
        )
        .await;
    assert!(drafts[0].up.contains("'fair' AFTER 'bad'"), "{drafts:#?}");
    place
        .go(of(&["bad", "fair", "good"], "fair"), &Options::new())
        .await;
    load.ends().await;
}

// As the guide has it: the new table, a trigger that writes both, the rows that exist some at a
// time, and the column goes when nobody reads it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_is_split_in_two() {
    let place = Place::at(goal([table("users", [nullable("about", "text")])])).await;
    let rows = "INSERT INTO users (about) SELECT 'row ' || i FROM generate_series(1, 3000) i";
    place.run(rows).await;
    let both =
        "CREATE TABLE profiles (user_id int PRIMARY KEY REFERENCES users ON DELETE CASCADE, \
         about text);
         CREATE FUNCTION write_profile() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
           INSERT INTO profiles (user_id, about) VALUES (NEW.id, NEW.about)
           ON CONFLICT (user_id) DO UPDATE SET about = excluded.about;
           RETURN NULL;
         END $$;
         CREATE TRIGGER write_profile AFTER INSERT OR UPDATE OF about ON users
         FOR EACH ROW EXECUTE FUNCTION write_profile();";
    let fill = "-- orm:no-transaction\n-- orm:batches users (id), 400 rows\n\
         INSERT INTO profiles (user_id, about) SELECT id, about FROM users\n\
         WHERE id BETWEEN $1 AND $2 FOR KEY SHARE ON CONFLICT (user_id) DO NOTHING;";
    for (name, text) in [("20250101000000-both", both), ("20250101000001-fill", fill)] {
        let folder = place.folder.join(name);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("up.sql"), text).unwrap();
    }
    let load = Load::on(
        &place,
        &[
            "INSERT INTO users (about) VALUES ('new') RETURNING id",
            "DELETE FROM users WHERE id IN (SELECT id FROM users WHERE id > 3000 ORDER BY id LIMIT 2)",
            "UPDATE users SET about = about || 'x' WHERE id IN (SELECT 1 + floor(random() * 3000)::int)",
        ],
    )
    .await;
    Migrator::from_folder(&place.folder)
        .up(&place.config)
        .await
        .unwrap();
    load.ends().await;
    let different = "SELECT count(*)::text FROM users u FULL JOIN profiles p ON p.user_id = u.id \
         WHERE u.about IS DISTINCT FROM p.about";
    assert_eq!(place.texts(different).await, ["0"]);
}
