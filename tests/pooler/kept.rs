//! A pooler that keeps sessions, and one of either kind that was taken for a server.

use std::time::Duration;

use orm::error::ErrorKind;
use orm::exec::{PoolOptions, Pooler};
use orm::migrate::{Embedded, EmbeddedSource, Migrator};
use orm::prelude::*;
use orm::raw::raw_sql;
use orm_testkit::{PgBouncer, TestDatabase};

use crate::models::{Mood, Owner, Part, Thing};
use crate::place::{Test, database, pooler_with};
use crate::ways::works;

/// What every session is set to, and what the configuration below adds.
const SETTINGS: [(&str, &str); 6] = [
    ("jit", "off"),
    ("TimeZone", "UTC"),
    ("standard_conforming_strings", "on"),
    ("array_nulls", "on"),
    ("statement_timeout", "1500ms"),
    ("search_path", "\"the other\""),
];

/// Sessions of a server that has all of it otherwise.
async fn contrary() -> Test<TestDatabase> {
    let database = database().await?;
    let client = database.connect().await?;
    client
        .batch_execute(&format!(
            "CREATE SCHEMA \"the other\"; ALTER DATABASE \"{name}\" SET jit = on; \
             ALTER DATABASE \"{name}\" SET TimeZone = 'Asia/Tokyo'; \
             ALTER DATABASE \"{name}\" SET standard_conforming_strings = off; \
             ALTER DATABASE \"{name}\" SET array_nulls = off",
            name = database.name()
        ))
        .await?;
    Ok(database)
}

fn config(pooler: &PgBouncer, database: &TestDatabase) -> Test<Config> {
    let config = Config::from_url(&database.url_via(pooler.address()))?;
    Ok(config
        .schema("the other")
        .statement_timeout(Duration::from_millis(1_500))
        .pool(PoolOptions::new().max(2)))
}

async fn has_its_settings(db: &Db) -> Test {
    for (name, value) in SETTINGS {
        let shown = raw_sql(format!("SHOW {name}")).scalar::<String>(db).await?;
        assert_eq!(shown, value, "{name}");
    }
    Ok(())
}

const MIGRATIONS: [Embedded; 2] = [
    migration(
        "20240101000000-first",
        "CREATE TABLE first_one (); SET search_path = public",
    ),
    migration("20240102000000-second", "CREATE TABLE second_one ()"),
];

const fn migration(name: &'static str, up: &'static str) -> Embedded {
    let source = EmbeddedSource::TwoFiles { up, down: None };
    Embedded { name, source }
}

#[tokio::test]
async fn a_session_that_is_kept_is_set_to_what_was_asked_for() -> Test {
    let Some(pooler) = pooler_with(3, &[("pool_mode", "session")])? else {
        return Ok(());
    };
    let database = contrary().await?;
    let config = config(&pooler, &database)?.pooler(Pooler::Session);
    for _ in 0..3 {
        let db = Db::connect(config.clone()).await?;
        has_its_settings(&db).await?;
        // What is changed is never met by the next user.
        raw_sql("SET jit = on").execute(&db).await?;
        has_its_settings(&db).await?;
        // Sessions take what poolers in transaction mode refuse.
        raw_sql("CREATE TEMP TABLE t ()").execute(&db).await?;
        let tx = db.begin().await?;
        raw_sql("SELECT pg_advisory_lock(1)::text")
            .execute(&tx)
            .await?;
        tx.rollback().await?;
        has_its_settings(&db).await?;
        db.close().await;
    }
    // Each migration begins as the first did.
    Migrator::embedded(&MIGRATIONS).up(&config).await?;
    let db = Db::connect(config).await?;
    let made = "SELECT count(*) FROM pg_tables WHERE schemaname = 'the other' \
        AND tablename LIKE '%_one'";
    assert_eq!(raw_sql(made).scalar::<i64>(&db).await?, 2);
    Ok(())
}

// All that an ordinary connection does, and requests to cancel.
#[tokio::test]
async fn a_pooler_that_keeps_sessions_is_as_good_as_a_server() -> Test {
    let Some(pooler) = pooler_with(2, &[("pool_mode", "session")])? else {
        return Ok(());
    };
    let database = database().await?;
    let config = Config::from_url(&database.url_via(pooler.address()))?.pooler(Pooler::Session);
    for options in [
        PoolOptions::new().max(1),
        PoolOptions::new().max(2).shared_reads(1),
    ] {
        works(config.clone().pool(options)).await?;
    }
    // A connection is a session, and others have them all.
    let config = config.connect_timeout(Duration::from_millis(300));
    let db = Db::connect(config.clone().pool(PoolOptions::new().min(2).max(2))).await?;
    let error = Db::connect(config).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectTimeout, "{error}");
    assert!(error.to_string().contains("a session left"), "{error}");
    db.close().await;
    Ok(())
}

// In neither mode: what lists and texts mean is not left to the database.
#[tokio::test]
async fn rows_are_the_same_where_the_database_has_other_habits() -> Test {
    for mode in ["session", "transaction"] {
        let Some(pooler) = pooler_with(2, &[("pool_mode", mode)])? else {
            return Ok(());
        };
        let database = contrary().await?;
        let url = format!("{}?pooler={mode}", database.url_via(pooler.address()));
        let db = Db::connect(Config::from_url(&url)?).await?;
        let owners = ["a\\", "b'\\'"].map(|name| {
            let owner = Owner::create().name(name).mood(Mood::Sad).visits(1);
            owner.moods(vec![Mood::Happy, Mood::Sad])
        });
        let owners = Owner::create_many(owners).save(&db).await?;
        let thing = Thing::create().owner_id(owners[0].id).label("t").size(1);
        let thing = thing.save(&db).await?;
        let notes = [None, Some("NULL"), Some("\\"), Some("{}")];
        let parts = notes.map(|note| {
            Part::create()
                .thing_id(thing.id)
                .note(note.map(ToOwned::to_owned))
        });
        Part::create_many(parts).save(&db).await?;
        let found = Owner::query()
            .order_by(Owner::id.asc())
            .include(Owner::things.include(Thing::parts.order_by(Part::id.asc())))
            .all(&db)
            .await?;
        assert_eq!(
            (&*found[0].name, &*found[1].name),
            ("a\\", "b'\\'"),
            "{mode}"
        );
        assert_eq!(found[1].seen_at, None, "{mode}");
        let parts = found[0].things[0]
            .parts
            .iter()
            .map(|part| part.note.as_deref());
        assert_eq!(parts.collect::<Vec<_>>(), notes, "{mode}");
        let missing = Part::query()
            .filter(Part::note.is_null())
            .count(&db)
            .await?;
        assert_eq!(missing, 1, "{mode}");
        // In transaction mode it is the role's affair, and not set for each statement.
        let jit = raw_sql("SHOW jit").scalar::<String>(&db).await?;
        assert_eq!(jit, if mode == "session" { "off" } else { "on" });
        let noon = raw_sql("SELECT ('2024-01-01T12:00:00Z'::timestamptz)::text");
        let noon = noon.scalar::<String>(&db).await?;
        assert_eq!(noon, "2024-01-01 12:00:00+00", "{mode}");
    }
    Ok(())
}

#[tokio::test]
async fn options_of_the_users_own_are_refused() -> Test {
    for mode in ["session", "transaction"] {
        let url = format!("postgres://app@h/d?pooler={mode}&options=-c%20jit%3Don");
        let error = Db::connect(Config::from_url(&url)?).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
        assert!(error.to_string().contains("takes no `options`"), "{error}");
    }
    Ok(())
}

#[tokio::test]
async fn a_pooler_that_leaves_settings_out_without_a_word_is_found_out() -> Test {
    for mode in ["session", "transaction"] {
        let ignoring = [
            ("pool_mode", mode),
            ("ignore_startup_parameters", "options"),
        ];
        let Some(pooler) = pooler_with(3, &ignoring)? else {
            return Ok(());
        };
        let database = contrary().await?;
        let config = config(&pooler, &database)?;
        let errors = [
            Db::connect(config.clone()).await.unwrap_err(),
            Migrator::embedded(&MIGRATIONS)
                .up(&config)
                .await
                .unwrap_err(),
        ];
        for error in errors {
            // Waiting does not help: it is the configuration that has to change.
            assert_eq!(error.kind(), ErrorKind::Config, "{error}");
            assert!(!error.is_connect(), "{error}");
            let text = error.to_string();
            for (name, _) in SETTINGS {
                assert!(text.contains(&format!("`{name}`")), "{text}");
            }
            for way in ["`pooler=session`", "`pooler=transaction`"] {
                assert!(text.contains(way), "{text}");
            }
        }
        // The user's own too, which nobody else knows the values of.
        let url = database.url_via(pooler.address());
        let url = format!("{url}?options=-c%20jit%3Don%20-c%20work_mem%3D8MB%20-c%20a.b%3D1");
        let error = Db::connect(Config::from_url(&url)?).await.unwrap_err();
        let names =
            "`TimeZone`, `standard_conforming_strings`, `array_nulls`, `jit`, `work_mem`, `a.b`";
        assert!(error.to_string().contains(names), "{error}");
    }
    Ok(())
}

// Nothing is missing where the database says the same.
#[tokio::test]
async fn settings_that_the_database_has_already_need_no_options() -> Test {
    let ignoring = [
        ("pool_mode", "session"),
        ("ignore_startup_parameters", "options"),
    ];
    let Some(pooler) = pooler_with(3, &ignoring)? else {
        return Ok(());
    };
    let database = contrary().await?;
    let client = database.connect().await?;
    for (name, value) in SETTINGS {
        let value = if name == "search_path" {
            value.to_owned()
        } else {
            format!("'{value}'")
        };
        let set = format!(
            "ALTER DATABASE \"{}\" SET {name} = {value}",
            database.name()
        );
        client.batch_execute(&set).await?;
    }
    let db = Db::connect(config(&pooler, &database)?).await?;
    has_its_settings(&db).await
}
