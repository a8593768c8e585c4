//! A transaction for each request: when it is kept, and when it is not.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http_body_util::BodyExt;
use orm::prelude::*;
use orm_axum::{Begin, Json, Path, Result, Transaction, TransactionLayer};
use tower::ServiceExt;

use crate::calls::{Place, call};

#[derive(Model, Debug, Clone)]
#[model(table = "entries")]
pub struct Entry {
    #[column(primary_key, auto_increment)]
    pub id: i64,
    #[column(unique)]
    pub word: String,
}

async fn write(
    Transaction(tx): Transaction,
    Path((word, status)): Path<(String, u16)>,
) -> Result<StatusCode> {
    Entry::create().word(word).save(&tx).await?;
    Ok(StatusCode::from_u16(status).unwrap())
}

async fn write_and_fail(
    Transaction(tx): Transaction,
    Path(word): Path<String>,
) -> Result<Json<()>> {
    Entry::create().word(&word).save(&tx).await?;
    Entry::create().word(&word).save(&tx).await?;
    Ok(Json(()))
}

async fn write_and_panic(Transaction(tx): Transaction) {
    Entry::create().word("panicked").save(&tx).await.unwrap();
    panic!("as a handler may");
}

async fn write_and_wait(Transaction(tx): Transaction, State(reached): State<Arc<AtomicBool>>) {
    Entry::create().word("waiting").save(&tx).await.unwrap();
    reached.store(true, Ordering::SeqCst);
    std::future::pending::<()>().await;
}

/// Begins behind the body.
async fn write_body(begin: Begin, Json(words): Json<Vec<String>>) -> Result<Json<usize>> {
    let tx = begin.transaction().await?;
    for word in &words {
        Entry::create().word(word).save(&tx).await?;
    }
    Ok(Json(words.len()))
}

/// A body that still has the transaction.
async fn write_and_keep(Transaction(tx): Transaction) -> Response {
    Entry::create().word("kept").save(&tx).await.unwrap();
    let body = Body::from("end").map_frame(move |frame| {
        let _ = &tx;
        frame
    });
    Body::new(body).into_response()
}

async fn nothing() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// Two who ask in one request get one transaction.
async fn audited(Transaction(tx): Transaction, request: Request, next: Next) -> Result<Response> {
    Entry::create().word("audit").save(&tx).await?;
    drop(tx);
    Ok(next.run(request).await)
}

async fn service(place: &Place) -> (Router, Db, Arc<AtomicBool>) {
    place
        .db()
        .await
        .create_missing(orm::models![Entry])
        .await
        .unwrap();
    let db = place.pool_of(1).await;
    let reached = Arc::new(AtomicBool::new(false));
    let audited = Router::new()
        .route("/audited/{word}/{status}", post(write))
        .layer(from_fn(audited));
    let router = Router::new()
        .route("/words/{word}/{status}", post(write))
        .route("/fail/{word}", post(write_and_fail))
        .route("/panic", post(write_and_panic))
        .route("/wait", post(write_and_wait))
        .route("/body", post(write_body))
        .route("/keep", post(write_and_keep))
        .route("/nothing", post(nothing))
        .with_state(reached.clone())
        .merge(audited)
        .layer(TransactionLayer::new(db.clone()));
    (router, db, reached)
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
        let response = router
            .clone()
            .oneshot(call("POST", &address).request())
            .await
            .unwrap();
        assert_eq!(response.status(), status);
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
        (answer.status.as_u16(), answer.faults()),
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
    let request = call("POST", "/panic").request();
    let panicked = tokio::spawn(router.clone().oneshot(request))
        .await
        .unwrap_err();
    assert!(panicked.is_panic());
    assert_eq!(words(&db).await, "");
    assert_eq!(call("POST", "/words/a/200").to(&router).await.status, 200);
}

async fn a_client_that_goes_away_leaves_nothing(place: Place) {
    let (router, db, reached) = service(&place).await;
    let request = call("POST", "/wait").request();
    let waiting = tokio::spawn(router.clone().oneshot(request));
    while !reached.load(Ordering::SeqCst) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    assert_eq!(words(&db).await, "");
    assert_eq!(call("POST", "/words/a/200").to(&router).await.status, 200);
}

async fn a_request_has_one_transaction(place: Place) {
    let (router, db, _) = service(&place).await;
    assert_eq!(call("POST", "/audited/a/200").to(&router).await.status, 200);
    assert_eq!(words(&db).await, "audit a");
    let refused = router
        .clone()
        .oneshot(call("POST", "/audited/b/409").request())
        .await
        .unwrap();
    assert_eq!(refused.status(), 409);
    assert_eq!(words(&db).await, "audit a");
}

async fn many_requests_share_a_pool_of_one(place: Place) {
    let (router, db, _) = service(&place).await;
    let requests: Vec<_> = (0..12)
        .map(|at| {
            let router = router.clone();
            tokio::spawn(async move {
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
    let body = Body::new(
        http_body_util::Full::new(axum::body::Bytes::new()).with_trailers(async {
            let _ = receiver.await;
            None
        }),
    );
    let slow = call("POST", "/body")
        .header("content-type", "application/json")
        .body(body);
    let slow = tokio::spawn(router.clone().oneshot(slow.request()));
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(
        call("POST", "/body")
            .json(r#"["a","b"]"#)
            .to(&router)
            .await
            .text,
        "2"
    );
    sender.send("end").unwrap();
    assert_eq!(slow.await.unwrap().unwrap().status(), 400);
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

    let bare = Router::new().route("/words/{word}/{status}", post(write));
    assert_eq!(call("POST", "/words/a/200").to(&bare).await.status, 500);
}

async fn a_rule_of_ones_own(place: Place) {
    let (_, db, _) = service(&place).await;
    let layer = TransactionLayer::new(db.clone()).commit_if(|status| status == 401);
    let router = Router::new()
        .route("/words/{word}/{status}", post(write))
        .layer(layer);
    for status in [200, 401] {
        let address = format!("/words/s{status}/{status}");
        let response = router
            .clone()
            .oneshot(call("POST", &address).request())
            .await
            .unwrap();
        assert_eq!(response.status(), status);
    }
    assert_eq!(words(&db).await, "s401");
}

/// A layer around it that makes another answer of an error comes too late to matter: the
/// status that counts is the one that the transaction's layer sees.
async fn outer_layers_do_not_decide(place: Place) {
    let (router, db, _) = service(&place).await;
    let masked = from_fn_with_state((), async |State(()), request: Request, next: Next| {
        next.run(request).await;
        StatusCode::OK
    });
    let router = router.layer(masked);
    let response = router
        .oneshot(call("POST", "/words/a/500").request())
        .await
        .unwrap();
    assert_eq!((response.status().as_u16(), &*words(&db).await), (200, ""));
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
