//! A delay that is there, and is not there twice; a fault at the byte where it was asked for.
#![allow(
    clippy::unwrap_used,
    reason = "clippy takes the helper functions of an integration test for library code"
)]

use std::time::{Duration, Instant};

use orm_testkit::{Address, Fault, FaultPlan, FaultProxy, LatencyProxy, TestDatabase, server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_postgres::NoTls;

const DELAY: Duration = Duration::from_millis(20);

/// A server that sends back what it gets.
async fn echo() -> Address {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut from, mut to) = stream.split();
                tokio::io::copy(&mut from, &mut to).await
            });
        }
    });
    address.into()
}

#[tokio::test]
async fn a_statement_takes_a_round_trip_longer() {
    let db = TestDatabase::create().await.unwrap();
    let proxy = LatencyProxy::start(server().unwrap().address(), DELAY).unwrap();
    let url = db.url_via(proxy.local_addr());
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    tokio::spawn(connection);

    let started = Instant::now();
    let row = client
        .simple_query("SELECT current_database()")
        .await
        .unwrap();
    assert!(started.elapsed() >= 2 * DELAY);
    assert!(format!("{row:?}").contains(db.name()));
}

// Ten pieces sent one after the other arrive one after the other and not one
// delay apart; all of 32 MiB passes.
#[tokio::test]
async fn throughput_is_not_limited() {
    const SIZE: usize = 32 * 1024 * 1024;
    let proxy = LatencyProxy::start(echo().await, Duration::from_millis(200)).unwrap();
    let stream = TcpStream::connect(proxy.local_addr()).await.unwrap();
    let (mut from, mut to) = stream.into_split();
    let started = Instant::now();
    let sent: Vec<u8> = (0..SIZE).map(|i| (i % 251) as u8).collect();
    let expected = sent.clone();
    tokio::spawn(async move {
        to.write_all(&sent).await.unwrap();
        to.shutdown().await.unwrap();
    });
    let mut received = Vec::with_capacity(SIZE);
    from.read_to_end(&mut received).await.unwrap();
    assert!(received == expected, "the bytes must arrive unchanged");
    assert!(started.elapsed() >= Duration::from_millis(400));
    // 2048 chunks, each way: waiting for each would take 800 s.
    assert!(started.elapsed() < Duration::from_secs(60));
}

#[tokio::test]
async fn connections_end_with_the_proxy() {
    let proxy = LatencyProxy::start(echo().await, Duration::ZERO).unwrap();
    let address = proxy.local_addr();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"hello").await.unwrap();
    let mut answer = [0; 5];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"hello");

    drop(proxy);
    assert!(matches!(stream.read(&mut answer).await, Ok(0) | Err(_)));
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_server_that_is_not_there_closes_the_connection() {
    let proxy = LatencyProxy::start("127.0.0.1:1", DELAY).unwrap();
    let mut stream = TcpStream::connect(proxy.local_addr()).await.unwrap();
    let mut answer = [0; 1];
    assert!(matches!(stream.read(&mut answer).await, Ok(0) | Err(_)));
}

#[test]
fn an_address_is_a_path_or_a_host_and_port() {
    assert_eq!(Address::from("/run/x"), Address::Socket("/run/x".into()));
    assert_eq!(Address::from("db:5432"), Address::Tcp("db:5432".into()));
}

/// A connection to an echo, through a proxy.
async fn through() -> (FaultProxy, TcpStream) {
    let proxy = FaultProxy::start(echo().await).unwrap();
    let stream = TcpStream::connect(proxy.local_addr()).await.unwrap();
    (proxy, stream)
}

/// Says something and hears so many bytes of the answer.
async fn said(stream: &mut TcpStream, words: &[u8], length: usize) -> Vec<u8> {
    stream.write_all(words).await.unwrap();
    let mut heard = vec![0; length];
    within(stream.read_exact(&mut heard)).await.unwrap();
    heard
}

async fn within<T>(work: impl Future<Output = T>) -> T {
    let done = tokio::time::timeout(Duration::from_secs(20), work).await;
    done.expect("done within 20 seconds")
}

#[tokio::test]
async fn a_connection_is_closed_after_exactly_so_many_bytes() {
    for after in 1..=5 {
        let (proxy, mut stream) = through().await;
        assert_eq!(said(&mut stream, b"before", 6).await, b"before");
        proxy.disturb(FaultPlan::new().answers(Fault::Close { after }));
        stream.write_all(b"hello").await.unwrap();
        let mut heard = Vec::new();
        within(stream.read_to_end(&mut heard)).await.unwrap();
        assert_eq!(heard, b"hello"[..after]);
        assert_eq!(proxy.passed().answers, after);
        assert_eq!((proxy.happened(), proxy.answers()), (1, heard));
    }
}

#[tokio::test]
async fn a_reset_is_no_orderly_end() {
    let (proxy, mut stream) = through().await;
    proxy.disturb(FaultPlan::new().answers(Fault::Reset { after: 0 }));
    stream.write_all(b"hello").await.unwrap();
    let error = within(stream.read(&mut [0; 8])).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn what_is_held_back_arrives_when_all_is_well_again() {
    let (proxy, mut stream) = through().await;
    proxy.disturb(FaultPlan::new().answers(Fault::Stall { after: 3 }));
    assert_eq!(said(&mut stream, b"hello", 3).await, b"hel");
    let mut more = [0; 8];
    let more = tokio::time::timeout(Duration::from_millis(30), stream.read(&mut more));
    more.await.expect_err("the rest is held back");
    assert_eq!(proxy.happened(), 1);
    proxy.heal();
    assert_eq!(said(&mut stream, b"!", 3).await, b"lo!");
}

#[tokio::test]
async fn one_byte_arrives_changed() {
    let (proxy, mut stream) = through().await;
    proxy.disturb(FaultPlan::new().answers(Fault::Damage { at: 1, mask: 1 }));
    assert_eq!(said(&mut stream, b"hello", 5).await, b"hdllo");
    assert_eq!(said(&mut stream, b"hello", 5).await, b"hello");
    proxy.disturb(FaultPlan::new().requests(Fault::Damage { at: 0, mask: 0x20 }));
    assert_eq!(said(&mut stream, b"hello", 5).await, b"Hello");
}

#[tokio::test]
async fn pieces_and_delays_change_nothing_but_when() {
    let (proxy, mut stream) = through().await;
    let pieces = FaultPlan::new().answers(Fault::Pieces { of: 1 });
    proxy.disturb(pieces.requests(Fault::Pieces { of: 2 }));
    assert_eq!(said(&mut stream, b"hello", 5).await, b"hello");
    proxy.disturb(FaultPlan::new().answers(Fault::Delay(DELAY)));
    let started = Instant::now();
    assert_eq!(said(&mut stream, b"hello", 5).await, b"hello");
    assert!(started.elapsed() >= DELAY);
    assert_eq!(proxy.happened(), 0);
}

// The first one that is used, not the first one that is open.
#[tokio::test]
async fn each_connection_has_a_plan_of_its_own() {
    let (proxy, mut first) = through().await;
    let mut second = TcpStream::connect(proxy.local_addr()).await.unwrap();
    proxy.disturb_once(FaultPlan::new().answers(Fault::Close { after: 2 }));
    second.write_all(b"hello").await.unwrap();
    let mut heard = Vec::new();
    within(second.read_to_end(&mut heard)).await.unwrap();
    assert_eq!(heard, b"he");
    assert_eq!(said(&mut first, b"hello", 5).await, b"hello");

    proxy.disturb_each(|number| FaultPlan::seeded(number as u64, 1));
    let mut third = TcpStream::connect(proxy.local_addr()).await.unwrap();
    for stream in [&mut first, &mut third] {
        stream.write_all(b"hello").await.unwrap();
    }
    let happened = async {
        while proxy.happened() < 2 {
            tokio::task::yield_now().await;
        }
    };
    within(happened).await;
}
