//! What the requests of `orm-http` are sent to, served by axum. Nothing listens: requests are
//! handed to the router.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::stream;
use http_body_util::BodyExt;
use orm::prelude::*;
use orm::query::Page;
use orm_axum::{
    Begin, Cause, Failure, Json, List, Path, Result, Transaction, TransactionLayer, Valid,
};
use tower::ServiceExt;

use crate::bodies::Order;
use crate::calls::{self, Answer, Call};
use crate::listing::Song;
use crate::rules::{Member, SignUp};
use crate::transactions::Entry;

#[derive(Clone)]
pub(crate) struct Service(Router);

impl Service {
    #[cfg(all(feature = "schemars", feature = "utoipa"))]
    pub(crate) fn of(router: Router) -> Self {
        Service(router)
    }

    /// The status, before the body is read.
    pub(crate) async fn begin(&self, call: Call) -> u16 {
        self.answer(call).await.status().as_u16()
    }

    pub(crate) async fn send(&self, call: Call) -> Answer {
        let (parts, body) = self.answer(call).await.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let headers = parts.headers.iter();
        let headers =
            headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
        let cause = parts.extensions.get::<Cause>();
        let cause = cause.map(|cause| cause.0.kind());
        Answer::read(parts.status.as_u16(), headers.collect(), &body, cause)
    }

    async fn answer(&self, call: Call) -> Response {
        let mut request = Request::builder().method(call.method).uri(call.uri);
        for (name, value) in call.headers {
            request = request.header(name, value);
        }
        let body = match call.body {
            calls::Body::Whole(text) => Body::from(text),
            calls::Body::Slow(part) => Body::from_stream(stream::once(part)),
        };
        let request = request.body(body).unwrap();
        self.0.clone().oneshot(request).await.unwrap()
    }
}

pub(crate) async fn orders() -> Service {
    let router = Router::new()
        .route("/", post(async |Json(order): Json<Order>| Json(order)))
        .route("/{id}", post(async |Path(id): Path<i32>| Json(id)));
    Service(router.layer(DefaultBodyLimit::max(400)))
}

/// Answers everything by a failure of its own.
pub(crate) async fn failing(status: u16) -> Service {
    Service(Router::new().fallback(async move || {
        let status = StatusCode::from_u16(status).unwrap();
        let failure = Failure::new(status, "only leads may do this");
        let failure = failure.field("team", "lead", "is not yours");
        match status {
            StatusCode::TOO_MANY_REQUESTS => failure.retry_after(Duration::from_secs(30)),
            _ => failure,
        }
    }))
}

/// Answers by an error, once.
pub(crate) async fn answering(error: orm::Error) -> Service {
    let error = Mutex::new(Some(error));
    let answer = async |State(error): State<Arc<Mutex<Option<orm::Error>>>>| {
        Failure::from(error.lock().unwrap().take().unwrap())
    };
    Service(
        Router::new()
            .route("/", get(answer))
            .with_state(Arc::new(error)),
    )
}

pub(crate) async fn songs(db: Db) -> Service {
    let songs = async |list: List<Song>, State(db): State<Db>| -> Result<Json<Page<Song>>> {
        let known = Song::query().filter(Song::secret.ne("unknown"));
        Ok(Json(list.pages(known).with_total().fetch(&db).await?))
    };
    Service(Router::new().route("/songs", get(songs)).with_state(db))
}

pub(crate) async fn sign_up(db: Db) -> Service {
    let sign_up = async |State(db): State<Db>, Valid(new): Valid<SignUp>| -> Result<StatusCode> {
        Member::create().email(new.email).save(&db).await?;
        Ok(StatusCode::CREATED)
    };
    Service(Router::new().route("/", post(sign_up)).with_state(db))
}

pub(crate) async fn notes(db: Db) -> Service {
    Service(crate::notes::router(db))
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

/// Two who ask in one request get one transaction.
async fn audited(Transaction(tx): Transaction, request: Request, next: Next) -> Result<Response> {
    Entry::create().word(request.uri().path()).save(&tx).await?;
    drop(tx);
    Ok(next.run(request).await)
}

pub(crate) async fn written(db: Db, reached: Arc<AtomicBool>) -> Service {
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
        .route("/nothing", post(async || StatusCode::NO_CONTENT))
        .with_state(reached)
        .merge(audited);
    Service(router.layer(TransactionLayer::new(db)))
}

fn words() -> Router {
    Router::new().route("/words/{word}/{status}", post(write))
}

pub(crate) async fn without_transactions() -> Service {
    Service(words())
}

pub(crate) async fn words_kept_if_401(db: Db) -> Service {
    Service(words().layer(TransactionLayer::new(db).commit_if(|status| status == 401)))
}

/// Whatever is answered, a layer around it makes it 200.
pub(crate) async fn masked(db: Db) -> Service {
    let mask = from_fn(async |request: Request, next: Next| {
        next.run(request).await;
        StatusCode::OK
    });
    Service(words().layer(TransactionLayer::new(db)).layer(mask))
}
