//! A server that listens: its workers, and clients that go away.

use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpResponse, HttpServer, web};
use orm::exec::PoolOptions;
use orm::prelude::*;
use orm_actix::{Json, Path, Result, Transaction, Transactions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use crate::calls::Place;
use crate::transactions::Entry;

/// What a handler and a test tell each other.
#[derive(Default)]
struct Meeting {
    reached: Notify,
    goes_on: Notify,
}

async fn write_and_meet(
    Transaction(tx): Transaction,
    meeting: web::Data<Meeting>,
) -> Result<HttpResponse> {
    // Handlers stay on their thread, and may have what is not `Send`.
    let word = Rc::new("met");
    Entry::create().word(*word).save(&tx).await?;
    drop(word);
    meeting.reached.notify_one();
    meeting.goes_on.notified().await;
    Ok(HttpResponse::Ok().body("done"))
}

async fn write(Transaction(tx): Transaction, Path(word): Path<String>) -> Result<Json<i64>> {
    let word = Rc::new(word);
    let entry = Entry::create().word(word.as_str()).save(&tx).await?;
    Ok(Json(entry.id + word.len() as i64))
}

struct Served {
    db: Db,
    meeting: Arc<Meeting>,
    address: SocketAddr,
    server: ServerHandle,
}

/// With a pool of one, for which whoever looks at the rows waits until it is given back.
async fn served(place: &Place, half_closed: bool) -> Served {
    let pool = PoolOptions::new().max(1).acquire(Duration::from_secs(20));
    let db = Db::connect(place.config().pool(pool)).await.unwrap();
    db.create_missing(orm::models![Entry]).await.unwrap();
    let meeting = Arc::new(Meeting::default());
    let (transactions, data) = (Transactions::new(db.clone()), meeting.clone());
    let app = move || {
        App::new()
            .app_data(web::Data::from(data.clone()))
            .wrap(transactions.clone())
            .route("/", web::post().to(write_and_meet))
            .route("/{word}", web::post().to(write))
    };
    let server = HttpServer::new(app)
        .workers(3)
        .disable_signals()
        .h1_allow_half_closed(half_closed)
        .bind("127.0.0.1:0")
        .unwrap();
    let address = server.addrs()[0];
    let server = server.run();
    let handle = server.handle();
    tokio::spawn(server);
    Served {
        db,
        meeting,
        address,
        server: handle,
    }
}

impl Served {
    /// A client whose handler has written.
    async fn met(&self) -> TcpStream {
        let client = sent(self.address, "/").await;
        self.meeting.reached.notified().await;
        client
    }

    async fn count(&self) -> i64 {
        Entry::query().count(&self.db).await.unwrap()
    }
}

async fn sent(address: SocketAddr, path: &str) -> TcpStream {
    let mut client = TcpStream::connect(address).await.unwrap();
    let head = "host: here\r\ncontent-length: 0\r\nconnection: close";
    let request = format!("POST {path} HTTP/1.1\r\n{head}\r\n\r\n");
    client.write_all(request.as_bytes()).await.unwrap();
    client
}

async fn answered(mut client: TcpStream) -> String {
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    answer
}

/// Each worker has a runtime of its own; the connection is driven by one of them.
async fn workers_share_a_pool_of_one(place: Place) {
    let served = served(&place, true).await;
    let address = served.address;
    let clients: Vec<_> = (0..12)
        .map(|at| {
            tokio::spawn(async move { answered(sent(address, &format!("/w{at}")).await).await })
        })
        .collect();
    for client in clients {
        let answer = client.await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    assert_eq!(served.count().await, 12);
    let again = answered(sent(address, "/w3").await).await;
    assert!(again.starts_with("HTTP/1.1 409"), "{again}");
    assert_eq!(served.count().await, 12);
    served.server.stop(true).await;
}

async fn a_client_that_goes_away_is_rolled_back(place: Place) {
    let served = served(&place, false).await;
    drop(served.met().await);
    // The handler is never told to go on: it has to be dropped.
    assert_eq!(served.count().await, 0);
    served.server.stop(true).await;
}

async fn a_client_that_has_said_everything_is_answered(place: Place) {
    let served = served(&place, true).await;
    let mut client = served.met().await;
    client.shutdown().await.unwrap();
    served.meeting.goes_on.notify_one();
    let answer = answered(client).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(served.count().await, 1);
    served.server.stop(true).await;
}

on_both! {
    workers_share_a_pool_of_one;
    a_client_that_goes_away_is_rolled_back;
    a_client_that_has_said_everything_is_answered;
}
