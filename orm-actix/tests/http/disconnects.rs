//! Clients that go away, of a server that listens.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpResponse, HttpServer, web};
use orm::exec::PoolOptions;
use orm::prelude::*;
use orm_actix::{Result, Transaction, Transactions};
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
    Entry::create().word("met").save(&tx).await?;
    meeting.reached.notify_one();
    meeting.goes_on.notified().await;
    Ok(HttpResponse::Ok().body("done"))
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
    };
    let server = HttpServer::new(app)
        .workers(2)
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
        let mut client = TcpStream::connect(self.address).await.unwrap();
        let request = b"POST / HTTP/1.1\r\nhost: here\r\ncontent-length: 0\r\n\r\n";
        client.write_all(request).await.unwrap();
        self.meeting.reached.notified().await;
        client
    }

    async fn count(&self) -> i64 {
        Entry::query().count(&self.db).await.unwrap()
    }
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
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(served.count().await, 1);
    served.server.stop(true).await;
}

on_both! {
    a_client_that_goes_away_is_rolled_back;
    a_client_that_has_said_everything_is_answered;
}
