//! What the requests of `orm-http` are sent to, served by actix-web. Nothing listens: requests
//! are handed to the app.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::body::{MessageBody, to_bytes};
use actix_web::dev::{Payload, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::{Next, from_fn};
use actix_web::test::{TestRequest, init_service};
use actix_web::{App, Error, HttpResponse, web};
use futures_util::{FutureExt, stream};
use orm::prelude::*;
use orm::query::Page;
use orm_actix::{
    Begin, Cause, Failure, Json, List, Path, Result, Transaction, Transactions, Valid,
};

use tokio::sync::oneshot::Receiver;

use crate::bodies::Order;
use crate::calls::{self, Answer, Call};
use crate::listing::Song;
use crate::rules::{Member, SignUp};
use crate::transactions::Entry;

type Answering = Pin<Box<dyn Future<Output = HttpResponse>>>;

#[derive(Clone)]
pub(crate) struct Service(Rc<dyn Fn(Call) -> Answering>);

impl Service {
    async fn of<A, B>(app: App<A>) -> Self
    where
        A: ServiceFactory<
                ServiceRequest,
                Config = (),
                Response = ServiceResponse<B>,
                Error = Error,
                InitError = (),
            > + 'static,
        B: MessageBody + 'static,
    {
        use actix_web::dev::Service as _;
        let app = Rc::new(init_service(app).await);
        Service(Rc::new(move |call: Call| {
            let mut request = TestRequest::with_uri(&call.uri);
            request = request.method(Method::from_bytes(call.method.as_bytes()).unwrap());
            for (name, value) in &call.headers {
                request = request.append_header((name.as_str(), value.as_bytes()));
            }
            let request = match call.body {
                calls::Body::Whole(text) => request.set_payload(text).to_request(),
                calls::Body::Slow(part) => request.to_request().replace_payload(slow(part)).0,
            };
            let answer = app.call(request);
            // What a middleware refuses is no answer yet; a server makes one of it.
            Box::pin(async move {
                match answer.await {
                    Ok(answer) => answer.into_parts().1.map_into_boxed_body(),
                    Err(error) => HttpResponse::from_error(error),
                }
            })
        }))
    }

    /// The status, before the body is read.
    pub(crate) async fn begin(&self, call: Call) -> u16 {
        (self.0)(call).await.status().as_u16()
    }

    pub(crate) async fn send(&self, call: Call) -> Answer {
        let response = (self.0)(call).await;
        let status = response.status().as_u16();
        let headers = response.headers().iter();
        let headers =
            headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
        let headers = headers.collect();
        let cause = response
            .extensions()
            .get::<Cause>()
            .map(|cause| cause.0.kind());
        let body = to_bytes(response.into_body()).await.unwrap();
        Answer::read(status, headers, &body, cause)
    }
}

fn slow(part: Receiver<&'static str>) -> Payload {
    let part = part.map(|part| {
        let lost = |_| PayloadError::Incomplete(None);
        part.map(web::Bytes::from).map_err(lost)
    });
    Payload::Stream {
        payload: Box::pin(stream::once(part)),
    }
}

pub(crate) async fn orders() -> Service {
    let app = App::new().app_data(web::PayloadConfig::new(400));
    let order = async |Json(order): Json<Order>| Json(order);
    let id = async |Path(id): Path<i32>| Json(id);
    let app = app.route("/", web::post().to(order));
    Service::of(app.route("/{id}", web::post().to(id))).await
}

/// Answers everything by a failure of its own.
pub(crate) async fn failing(status: u16) -> Service {
    let fail = move || async move {
        let status = StatusCode::from_u16(status).unwrap();
        let failure = Failure::new(status, "only leads may do this");
        let failure = failure.field("team", "lead", "is not yours");
        Err::<HttpResponse, _>(match status {
            StatusCode::TOO_MANY_REQUESTS => failure.retry_after(Duration::from_secs(30)),
            _ => failure,
        })
    };
    Service::of(App::new().default_service(web::to(fail))).await
}

/// Answers by an error, once.
pub(crate) async fn answering(error: orm::Error) -> Service {
    let error = web::Data::new(Mutex::new(Some(error)));
    let answer = async |error: web::Data<Mutex<Option<orm::Error>>>| -> Result<HttpResponse> {
        let error = error.lock().unwrap().take().unwrap();
        Err(error.into())
    };
    Service::of(App::new().app_data(error).route("/", web::get().to(answer))).await
}

fn with(
    db: Db,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse,
        Error = Error,
        InitError = (),
    >,
> {
    App::new().app_data(web::Data::new(db))
}

pub(crate) async fn songs(db: Db) -> Service {
    let songs = async |list: List<Song>, db: web::Data<Db>| -> Result<Json<Page<Song>>> {
        let known = Song::query().filter(Song::secret.ne("unknown"));
        let page = list.pages(known).with_total();
        Ok(Json(page.fetch(db.get_ref()).await?))
    };
    Service::of(with(db).route("/songs", web::get().to(songs))).await
}

pub(crate) async fn sign_up(db: Db) -> Service {
    let sign_up = async |db: web::Data<Db>, Valid(new): Valid<SignUp>| -> Result<HttpResponse> {
        let new = Member::create().email(new.email);
        new.save(db.get_ref()).await?;
        Ok(HttpResponse::Created().finish())
    };
    Service::of(with(db).route("/", web::post().to(sign_up))).await
}

pub(crate) async fn notes(db: Db) -> Service {
    let app = with(db.clone()).wrap(Transactions::new(db));
    Service::of(app.configure(crate::notes::notes)).await
}

async fn write(
    Transaction(tx): Transaction,
    Path((word, status)): Path<(String, u16)>,
) -> Result<HttpResponse> {
    Entry::create().word(word).save(&tx).await?;
    Ok(HttpResponse::new(StatusCode::from_u16(status).unwrap()))
}

async fn write_and_fail(
    Transaction(tx): Transaction,
    Path(word): Path<String>,
) -> Result<Json<()>> {
    Entry::create().word(&word).save(&tx).await?;
    Entry::create().word(&word).save(&tx).await?;
    Ok(Json(()))
}

async fn write_and_panic(Transaction(tx): Transaction) -> HttpResponse {
    Entry::create().word("panicked").save(&tx).await.unwrap();
    panic!("as a handler may");
}

async fn write_and_wait(
    Transaction(tx): Transaction,
    reached: web::Data<AtomicBool>,
) -> HttpResponse {
    Entry::create().word("waiting").save(&tx).await.unwrap();
    reached.store(true, Ordering::SeqCst);
    std::future::pending().await
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
async fn write_and_keep(Transaction(tx): Transaction) -> HttpResponse {
    Entry::create().word("kept").save(&tx).await.unwrap();
    let end = async move {
        let _ = &tx;
        Ok::<_, Error>(web::Bytes::from("end"))
    };
    HttpResponse::Ok().streaming(stream::once(end))
}

/// Two who ask in one request get one transaction.
async fn audited(
    Transaction(tx): Transaction,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    Entry::create()
        .word(request.path())
        .save(&tx)
        .await
        .map_err(Failure::from)?;
    drop(tx);
    next.call(request).await
}

pub(crate) async fn written(db: Db, reached: Arc<AtomicBool>) -> Service {
    Service::of(
        App::new()
            .app_data(web::Data::from(reached))
            .wrap(Transactions::new(db))
            .configure(words)
            .route("/fail/{word}", web::post().to(write_and_fail))
            .route("/panic", web::post().to(write_and_panic))
            .route("/wait", web::post().to(write_and_wait))
            .route("/body", web::post().to(write_body))
            .route("/keep", web::post().to(write_and_keep))
            .route("/nothing", web::post().to(HttpResponse::NoContent))
            .service(
                web::resource("/audited/{word}/{status}")
                    .wrap(from_fn(audited))
                    .post(write),
            ),
    )
    .await
}

pub(crate) fn words(config: &mut web::ServiceConfig) {
    config.route("/words/{word}/{status}", web::post().to(write));
}

pub(crate) async fn without_transactions() -> Service {
    Service::of(App::new().configure(words)).await
}

pub(crate) async fn words_kept_if_401(db: Db) -> Service {
    let transactions = Transactions::new(db).commit_if(|status| status == 401);
    Service::of(App::new().wrap(transactions).configure(words)).await
}

/// Whatever is answered, a middleware around it makes it 200.
pub(crate) async fn masked(db: Db) -> Service {
    let mask = async |request: ServiceRequest, next: Next<_>| {
        let response: ServiceResponse<_> = next.call(request).await?;
        Ok::<_, Error>(response.into_response(HttpResponse::Ok().finish()))
    };
    let app = App::new().wrap(Transactions::new(db)).wrap(from_fn(mask));
    Service::of(app.configure(words)).await
}
