//! What changes where there is no session: what is sent, set and refused.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use orm::error::ErrorKind;
use orm::exec::Executor;
use orm::prelude::*;
use orm::raw::raw_sql;

use crate::models::{Mood, Owner};
use crate::place::{Test, database, pooler, through};

#[tokio::test]
async fn what_outlives_a_transaction_is_refused_with_the_reason() -> Test {
    let Some(pooler) = pooler(2)? else {
        return Ok(());
    };
    let database = database().await?;
    let db = Db::connect(through(&pooler, &database, 2)?).await?;
    for text in [
        "SET search_path = x",
        "LISTEN news",
        "SELECT pg_advisory_lock(1)",
        "CREATE TEMP TABLE t (id int)",
        "PREPARE x AS SELECT 1",
        "SELECT set_config('a.b', 'c', false)",
    ] {
        let tx = db.begin().await?;
        for error in [
            raw_sql(text).execute(&db).await.unwrap_err(),
            raw_sql(text).execute(&tx).await.unwrap_err(),
            db.executor().batch(text).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
            assert!(error.to_string().contains("pooler"), "{error}");
        }
        tx.commit().await?;
    }
    let tx = db.begin().await?;
    raw_sql("SELECT pg_advisory_xact_lock(1)::text")
        .execute(&tx)
        .await?;
    raw_sql("SET LOCAL lock_timeout = 5").execute(&tx).await?;
    tx.commit().await?;
    raw_sql("DO $$ BEGIN END $$").execute(&db).await?;
    Ok(())
}

#[tokio::test]
async fn what_only_reads_writes_in_no_transaction() -> Test {
    let Some(pooler) = pooler(1)? else {
        return Ok(());
    };
    let database = database().await?;
    let client = database.connect().await?;
    client.batch_execute("CREATE TABLE seen (id int)").await?;
    let db = Db::connect(through(&pooler, &database, 2)?.read_only()).await?;
    let insert = || raw_sql("INSERT INTO seen VALUES (1)");
    assert!(insert().execute(&db).await.is_err());
    let tx = db.begin().await?;
    assert!(insert().execute(&tx).await.is_err());
    tx.rollback().await?;
    let none: i64 = raw_sql("SELECT count(*) FROM seen").scalar(&db).await?;
    assert_eq!(none, 0);
    // Nobody else, who gets the same session of the server, is held to it.
    let other = Db::connect(through(&pooler, &database, 2)?).await?;
    insert().execute(&other).await?;
    Ok(())
}

#[tokio::test]
async fn limits_and_schema_hold_in_every_statement_and_transaction() -> Test {
    let Some(pooler) = pooler(1)? else {
        return Ok(());
    };
    let database = database().await?;
    let client = database.connect().await?;
    let tables = "CREATE SCHEMA \"the other\"; CREATE TABLE \"the other\".only_here (id int)";
    client.batch_execute(tables).await?;
    let config = || -> Test<Config> { through(&pooler, &database, 3) };
    let url = format!(
        "{}?pooler=transaction&schema=the%20other",
        database.url_via(pooler.address())
    );
    let config_other = Config::from_url(&url)?
        .statement_timeout(Duration::from_millis(300))
        .lock_timeout(Duration::from_secs(5));
    let other = Db::connect(config_other).await?;
    let plain = Db::connect(config()?).await?;

    // They take turns on one session of the server.
    let count = "SELECT count(*) FROM only_here";
    for _ in 0..3 {
        assert_eq!(raw_sql(count).scalar::<i64>(&other).await?, 0);
        assert!(raw_sql(count).scalar::<i64>(&plain).await.is_err());
        let limit = "SHOW lock_timeout";
        assert_eq!(raw_sql(limit).scalar::<String>(&other).await?, "5s");
        assert_eq!(raw_sql(limit).scalar::<String>(&plain).await?, "0");
        let tx = other.begin().await?;
        assert_eq!(raw_sql(count).scalar::<i64>(&tx).await?, 0);
        raw_sql("SET LOCAL lock_timeout = '2s'")
            .execute(&tx)
            .await?;
        assert_eq!(raw_sql(limit).scalar::<String>(&tx).await?, "2s");
        tx.commit().await?;
    }
    let slept = raw_sql("SELECT pg_sleep(20)::text").execute(&other).await;
    assert!(slept.unwrap_err().is_query_cancelled());
    // What takes no company gets some where something is set in front of it.
    for error in [
        raw_sql("VACUUM").execute(&other).await.unwrap_err(),
        other.executor().batch("VACUUM").await.unwrap_err(),
    ] {
        assert!(error.to_string().contains("the server itself"), "{error}");
    }
    raw_sql("VACUUM").execute(&plain).await?;
    other.executor().batch("CREATE TABLE made (id int)").await?;
    let made = "SELECT count(*) FROM \"the other\".made";
    assert_eq!(raw_sql(made).scalar::<i64>(&plain).await?, 0);

    // The same in the ordinary mode.
    let direct = Config::from_url(&database.url())?.schema("the other");
    let direct = Db::connect(direct).await?;
    assert_eq!(raw_sql(count).scalar::<i64>(&direct).await?, 0);
    Ok(())
}

#[tokio::test]
async fn migrations_take_the_direct_way_or_say_what_is_missing() -> Test {
    let Some(pooler) = pooler(2)? else {
        return Ok(());
    };
    let database = database().await?;
    let config = through(&pooler, &database, 2)?;
    let migrator = || orm::migrate::Migrator::new();
    let error = migrator().up(&config).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("DIRECT_URL"), "{error}");
    let config = config.direct(Config::from_url(&database.url())?);
    migrator().up(&config).await?;
    // Tables from models need no session.
    let db = Db::connect(config).await?;
    assert!(
        db.create_missing(crate::models::MODELS)
            .await?
            .plan
            .is_empty()
    );
    Ok(())
}

// The shape of the rows is compared before they are read.
#[tokio::test]
async fn a_table_that_changes_gives_right_rows_or_an_honest_error() -> Test {
    let Some(pooler) = pooler(2)? else {
        return Ok(());
    };
    let database = database().await?;
    let client = database.connect().await?;
    client
        .batch_execute("CREATE TABLE t (a int, b int); INSERT INTO t VALUES (1, 2)")
        .await?;
    let sent = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&sent);
    let config = through(&pooler, &database, 1)?.logger(move |event| {
        noted
            .lock()
            .expect("nobody panics")
            .push(event.sql().to_owned());
    });
    let db = Db::connect(config).await?;
    let insert = "INSERT INTO t VALUES (3, 4) RETURNING *";
    let select = "SELECT a FROM t ORDER BY a";
    raw_sql(insert).execute(&db).await?;
    let tx = db.begin().await?;
    assert_eq!(raw_sql(select).scalars::<i32>(&tx).await?, [1, 3]);
    tx.rollback().await?;
    client
        .batch_execute("ALTER TABLE t ALTER a TYPE bigint, ADD c int")
        .await?;

    // It was carried out; only its answer cannot be read as it was.
    let error = raw_sql(insert).execute(&db).await.unwrap_err();
    assert!(error.took_effect(), "{error}");
    let count = "SELECT count(*) FROM t";
    assert_eq!(raw_sql(count).scalar::<i64>(&db).await?, 3);
    raw_sql(insert).execute(&db).await?;
    assert_eq!(raw_sql(count).scalar::<i64>(&db).await?, 4);
    // What was described as int4 is int8 now.
    assert_eq!(raw_sql(select).scalars::<i64>(&db).await?, [1, 3, 3, 3]);
    assert!(sent.lock().expect("nobody panics").len() > 4);

    // A type that is made anew has another number.
    Owner::create()
        .name("a")
        .mood(Mood::Sad)
        .moods(vec![])
        .visits(1)
        .save(&db)
        .await?;
    let anew = "ALTER TYPE mood RENAME TO old_mood; CREATE TYPE mood AS ENUM ('Happy', 'Sad'); \
        ALTER TABLE owners ALTER mood TYPE mood USING mood::text::mood, \
        ALTER moods TYPE mood[] USING moods::text[]::mood[]; DROP TYPE old_mood";
    let labels: String = client
        .query_one("SELECT string_agg(enumlabel, ',') FROM pg_enum", &[])
        .await?
        .get(0);
    let labels: Vec<_> = labels.split(',').map(|it| format!("'{it}'")).collect();
    let anew = anew.replace("'Happy', 'Sad'", &labels.join(","));
    client.batch_execute(&anew).await?;
    for _ in 0..3 {
        let found = Owner::query()
            .filter(Owner::mood.eq(Mood::Sad))
            .all(&db)
            .await?;
        assert_eq!(found.len(), 1);
    }
    Ok(())
}

#[tokio::test]
async fn rows_are_copied_and_the_session_is_given_back() -> Test {
    let Some(pooler) = pooler(1)? else {
        return Ok(());
    };
    let database = database().await?;
    let db = Db::connect(through(&pooler, &database, 3)?).await?;
    let owners = |names: std::ops::Range<i32>| {
        names.map(|n| {
            let owner = Owner::create().name(format!("copied {n}"));
            owner.mood(Mood::Happy).moods(vec![Mood::Happy]).visits(1)
        })
    };
    for turn in 0..3 {
        let from = turn * 10_000;
        let written = Owner::copy_in(owners(from..from + 5_000)).save(&db).await?;
        assert_eq!(written, 5_000);
        // On the same connection, and on others that wait for the one session.
        let count = || Owner::query().count(&db);
        let counts = tokio::try_join!(count(), count(), count(), count())?;
        assert_eq!(counts.0 + counts.3, i64::from(turn + 1) * 10_000);
    }
    // Refused before its first row, and in the middle: the transaction goes on.
    let tx = db.begin().await?;
    raw_sql("SET LOCAL transaction_read_only = on")
        .execute(&tx)
        .await?;
    let error = Owner::copy_in(owners(0..3)).save(&tx).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ReadOnly, "{error}");
    assert_eq!(Owner::query().count(&tx).await?, 15_000);
    tx.rollback().await?;
    let rows = owners(0..3).map(|row| row.id(1));
    let tx = db.begin().await?;
    let error = Owner::copy_in(rows).save(&tx).await.unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(Owner::copy_in(owners(90_000..90_003)).save(&tx).await?, 3);
    tx.commit().await?;
    assert_eq!(Owner::query().count(&db).await?, 15_003);
    Ok(())
}
