//! A transaction for each request: when it is kept, and when it is not.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use orm::prelude::*;

use crate::calls::{Place, call};
use crate::served::{Service, masked, without_transactions, words_kept_if_401, written};

#[derive(Model, Debug, Clone)]
#[model(table = "entries")]
pub struct Entry {
    #[column(primary_key, auto_increment)]
    pub id: i64,
    #[column(unique)]
    pub word: String,
}

async fn service(place: &Place) -> (Service, Db, Arc<AtomicBool>) {
    let db = place.db().await;
    db.create_missing(orm::models![Entry]).await.unwrap();
    let db = place.pool_of(1).await;
    let reached = Arc::new(AtomicBool::new(false));
    (written(db.clone(), reached.clone()).await, db, reached)
}

/// The words that are there. The pool has one connection: if a request had not given it
/// back, this would not get it.
async fn words(db: &Db) -> String {
    let words: Vec<String> = Entry::query()
        .order_by(Entry::id)
        .values(Entry::word)
        .all(db)
        .await
        .unwrap();
    words.join(" ")
}

async fn a_status_decides(place: Place) {
    let (router, db, _) = service(&place).await;
    for status in [200, 201, 302, 399, 400, 404, 422, 500] {
        let address = format!("/words/s{status}/{status}");
        assert_eq!(router.begin(call("POST", &address)).await, status);
        // Before a byte of the response was read.
        let there = words(&db).await.contains(&format!("s{status}"));
        assert_eq!(there, status < 400, "{status}");
    }
    assert_eq!(words(&db).await, "s200 s201 s302 s399");
}

async fn an_error_leaves_nothing(place: Place) {
    let (router, db, _) = service(&place).await;
    let answer = call("POST", "/fail/a").to(&router).await;
    assert_eq!(
        (answer.status, answer.faults()),
        (409, vec![("word", "unique")])
    );
    assert_eq!(words(&db).await, "");
    // Of the address of another type: the transaction began, and the handler did not.
    assert_eq!(call("POST", "/words/a/hush").to(&router).await.status, 404);
    assert_eq!(call("POST", "/nothing").to(&router).await.status, 204);
    assert_eq!(words(&db).await, "");
}

async fn a_panic_leaves_nothing(place: Place) {
    let (router, db, _) = service(&place).await;
    let panicking = router.clone();
    let panicking = async move { panicking.begin(call("POST", "/panic")).await };
    let panicked = tokio::task::spawn_local(panicking).await.unwrap_err();
    assert!(panicked.is_panic());
    assert_eq!(words(&db).await, "");
    assert_eq!(call("POST", "/words/a/200").to(&router).await.status, 200);
}

async fn a_client_that_goes_away_leaves_nothing(place: Place) {
    let (router, db, reached) = service(&place).await;
    let leaving = router.clone();
    let leaving = async move { leaving.begin(call("POST", "/wait")).await };
    let waiting = tokio::task::spawn_local(leaving);
    while !reached.load(Ordering::SeqCst) {
        tokio::task::yield_now().await;
    }
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    assert_eq!(words(&db).await, "");
    assert_eq!(call("POST", "/words/a/200").to(&router).await.status, 200);
}

async fn a_request_has_one_transaction(place: Place) {
    let (router, db, _) = service(&place).await;
    assert_eq!(call("POST", "/audited/a/200").to(&router).await.status, 200);
    assert_eq!(words(&db).await, "/audited/a/200 a");
    assert_eq!(router.begin(call("POST", "/audited/b/409")).await, 409);
    assert_eq!(words(&db).await, "/audited/a/200 a");
    // Refused before the handler, and said in the same shape.
    let again = call("POST", "/audited/a/200").to(&router).await;
    assert_eq!(
        (again.status, again.faults()),
        (409, vec![("word", "unique")])
    );
    assert_eq!(words(&db).await, "/audited/a/200 a");
}

async fn many_requests_share_a_pool_of_one(place: Place) {
    let (router, db, _) = service(&place).await;
    let requests: Vec<_> = (0..12)
        .map(|at| {
            let router = router.clone();
            tokio::task::spawn_local(async move {
                call("POST", &format!("/words/w{at}/200"))
                    .to(&router)
                    .await
                    .status
            })
        })
        .collect();
    for request in requests {
        assert_eq!(request.await.unwrap(), 200);
    }
    assert_eq!(words(&db).await.split(' ').count(), 12);
}

/// A client that sends its body slowly holds no connection meanwhile.
async fn a_body_is_read_before_it_begins(place: Place) {
    let (router, db, _) = service(&place).await;
    let (sender, receiver) = tokio::sync::oneshot::channel::<&'static str>();
    let slow = call("POST", "/body").slow_json(receiver);
    let sending = router.clone();
    let slow = tokio::task::spawn_local(async move { sending.begin(slow).await });
    tokio::task::yield_now().await;
    assert_eq!(
        call("POST", "/body")
            .json(r#"["a","b"]"#)
            .to(&router)
            .await
            .text,
        "2"
    );
    sender.send("end").unwrap();
    assert_eq!(slow.await.unwrap(), 400);
    assert_eq!(
        call("POST", "/body")
            .json(r#"["c","a"]"#)
            .to(&router)
            .await
            .status,
        409
    );
    assert_eq!(words(&db).await, "a b");
}

async fn what_outlives_the_handler_is_refused(place: Place) {
    let (router, db, _) = service(&place).await;
    assert_eq!(call("POST", "/keep").to(&router).await.status, 500);
    assert_eq!(words(&db).await, "");

    let bare = without_transactions().await;
    assert_eq!(call("POST", "/words/a/200").to(&bare).await.status, 500);
}

async fn a_rule_of_ones_own(place: Place) {
    let (_, db, _) = service(&place).await;
    let router = words_kept_if_401(db.clone()).await;
    for status in [200, 401] {
        let address = format!("/words/s{status}/{status}");
        assert_eq!(router.begin(call("POST", &address)).await, status);
    }
    assert_eq!(words(&db).await, "s401");
}

/// What is around it that makes another answer of an error comes too late to matter: the
/// status that counts is the one that the transaction sees.
async fn outer_layers_do_not_decide(place: Place) {
    let (_, db, _) = service(&place).await;
    let router = masked(db.clone()).await;
    let status = router.begin(call("POST", "/words/a/500")).await;
    assert_eq!((status, &*words(&db).await), (200, ""));
}

on_both! {
    a_status_decides;
    an_error_leaves_nothing;
    a_panic_leaves_nothing;
    a_client_that_goes_away_leaves_nothing;
    a_request_has_one_transaction;
    many_requests_share_a_pool_of_one;
    a_body_is_read_before_it_begins;
    what_outlives_the_handler_is_refused;
    a_rule_of_ones_own;
    outer_layers_do_not_decide;
}

/// What a transaction refuses at its end is the answer.
#[tokio::test]
async fn a_commit_that_fails_is_the_answer() {
    let database = orm_testkit::TestDatabase::create().await.unwrap();
    let (router, db, _) = service(&Place::new(&database.url())).await;
    orm::raw::raw_sql("ALTER TABLE entries DROP CONSTRAINT entries_word_key, ADD UNIQUE (word) DEFERRABLE INITIALLY DEFERRED")
        .execute(&db)
        .await
        .unwrap();
    let answer = call("POST", "/fail/a").to(&router).await;
    assert_eq!(answer.status, 409, "{}", answer.text);
    assert_eq!(words(&db).await, "");
}
