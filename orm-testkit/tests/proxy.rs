//! A delay that is there, and is not there twice.
#![allow(
    clippy::unwrap_used,
    reason = "clippy takes the helper functions of an integration test for library code"
)]

use std::time::{Duration, Instant};

use orm_testkit::{Address, LatencyProxy, TestDatabase, server};
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
