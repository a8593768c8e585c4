//! Nothing is written, whatever is looked at; and nothing is shown that is hidden.

use orm::prelude::*;

use crate::place::Place;
use crate::visitor::link;

// A view is a query of somebody else's, with functions of somebody else's in it.
#[tokio::test]
async fn a_view_that_writes_is_refused_by_the_session() {
    let place = Place::postgres().await;
    place
        .run(
            "CREATE TABLE log (id int); CREATE SEQUENCE seq; \
             CREATE FUNCTION note() RETURNS int LANGUAGE sql VOLATILE AS \
             'INSERT INTO log VALUES (1); SELECT 1'; \
             CREATE FUNCTION freed() RETURNS text LANGUAGE plpgsql VOLATILE AS \
             $$ BEGIN PERFORM set_config('transaction_read_only', 'off', false); \
             INSERT INTO log VALUES (2); RETURN 'written'; END $$; \
             CREATE FUNCTION later() RETURNS text LANGUAGE plpgsql VOLATILE AS \
             $$ BEGIN PERFORM set_config('default_transaction_read_only', 'off', false); \
             RETURN current_setting('default_transaction_read_only'); END $$; \
             CREATE VIEW writes AS SELECT note() AS x; \
             CREATE VIEW frees AS SELECT freed() AS x; \
             CREATE VIEW counts AS SELECT nextval('seq') AS x; \
             CREATE VIEW prepares AS SELECT later() AS x;",
        )
        .await;
    let studio = place.studio();
    for view in ["writes", "frees", "counts"] {
        let answer = studio.get(&format!("/table?table={view}"));
        assert_eq!(answer.status, 502, "{view}: {answer:?}");
        assert!(answer.body.contains("read"), "{view}: {}", answer.body);
    }
    // What it sets for later is undone with its transaction.
    for _ in 0..6 {
        assert!(studio.page("/table?table=prepares").contains(">off<"));
        assert_eq!(studio.get("/table?table=writes").status, 502);
    }
    // A plan of it runs nothing of it.
    studio.get("/plan?table=writes");
    let db = place.db().await;
    let rows: i64 = orm::raw::raw_sql("SELECT count(*) FROM log")
        .scalar(&db)
        .await
        .unwrap();
    assert_eq!(rows, 0);
    let called: bool = orm::raw::raw_sql("SELECT is_called FROM seq")
        .scalar(&db)
        .await
        .unwrap();
    assert!(!called);
}

#[tokio::test]
async fn a_query_that_takes_long_is_given_up() {
    let place = Place::postgres().await;
    place
        .run("CREATE VIEW slow AS SELECT pg_sleep(600)::text AS x")
        .await;
    let studio = place.studio();
    let answer = studio.get("/table?table=slow");
    assert_eq!(answer.status, 502, "{answer:?}");
    // Others are answered.
    studio.page("/");
}

#[tokio::test]
async fn a_file_is_left_as_it_is() {
    let place = Place::sqlite();
    place.fill().await;
    let Place::Sqlite(file) = &place else {
        unreachable!("a file")
    };
    let before = std::fs::read(file.path()).unwrap();
    let studio = place.studio();
    for path in [
        "/",
        "/table?table=users",
        "/picture",
        "/migrations",
        "/lint",
    ] {
        studio.page(path);
    }
    drop(studio);
    assert!(std::fs::read(file.path()).unwrap() == before);
}

#[tokio::test]
async fn secrets_are_not_shown_and_not_asked_for() {
    for place in Place::shops().await {
        for studio in [place.studio(), place.studio_of_models()] {
            let page = studio.page("/table?table=users");
            assert!(page.contains("ann@example.com"), "{page}");
            assert!(page.contains("Not shown"), "{page}");
            let row = studio.page(&link(&page, "open"));
            let plan = studio.page("/plan?table=users");
            for page in [&page, &row, &plan] {
                assert!(!page.contains("canary"), "{page}");
            }
            // Neither by a condition nor by an order can it be guessed.
            for asked in [
                "c=password_hash&is=starts_with&v=c",
                "c=password_hash&is=is_null",
                "order=password_hash",
            ] {
                let answer = studio.get(&format!("/table?table=users&{asked}"));
                assert_eq!(answer.status, 400, "{answer:?}");
                let answer = studio.get(&format!("/plan?table=users&{asked}"));
                assert_eq!(answer.status, 400, "{answer:?}");
            }
        }
        let misspelt = place.command("--hide users.emial").output().unwrap();
        assert_eq!(misspelt.status.code(), Some(1));
        let studio = place.studio_with("--hide users.email --show users.password_hash");
        let page = studio.page("/table?table=users");
        assert!(page.contains("canary-of-ann") && !page.contains("ann@example"));
    }
}

// The limits are the session's own, so that nothing is written even by a mistake of ours.
#[tokio::test]
async fn sessions_refuse_writes_by_themselves() {
    for place in Place::shops().await {
        let config = Config::from_url(&place.url()).unwrap().read_only();
        let db = Db::connect(config).await.unwrap();
        let users = User::query().count(&db).await.unwrap();
        assert_eq!(users, 2);
        let written = User::find(1)
            .update()
            .set(User::full_name, "Eve")
            .save(&db)
            .await;
        assert!(written.is_err());
        db.close().await;
    }
}

use orm_examples::models::User;
