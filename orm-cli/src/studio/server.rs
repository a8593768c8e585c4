//! The server: on this machine's own address alone, one answer per connection.

use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use hyper::Request;
use hyper::StatusCode;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::Studio;
use super::answer::{self, Answer};
use super::guard::Pass;
use super::page;
use crate::failure::Failure;

/// How many requests are answered at a time; others wait.
const AT_A_TIME: usize = 64;
/// How long a browser may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long an answer may take, whatever it asks of the database.
const LONGEST: Duration = Duration::from_secs(30);
/// How long what is asked may be, in bytes.
const MOST: usize = 64 * 1024;

/// Takes a port of 127.0.0.1: this one, or a free one for 0.
pub(super) async fn listen(port: u16) -> Result<TcpListener, Failure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    listener.map_err(|error| Failure::Io(format!("listen on 127.0.0.1:{port}"), error))
}

/// Answers until the process ends.
pub(super) async fn serve(listener: TcpListener, studio: Studio) -> Result<(), Failure> {
    let studio = Arc::new(studio);
    let places = Arc::new(Semaphore::new(AT_A_TIME));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return Ok(());
        };
        let Ok((stream, _)) = listener.accept().await else {
            // Too many files are open, say: others will be closed.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let studio = Arc::clone(&studio);
        tokio::spawn(async move {
            converse(stream, &studio).await;
            drop(place);
        });
    }
}

/// One request and its answer. A browser that goes away meanwhile is nobody's mistake.
async fn converse(stream: TcpStream, studio: &Studio) {
    let service = service_fn(|request: Request<Incoming>| async move {
        let (request, _) = request.into_parts();
        let answer = match studio.guard.judge(&request) {
            Ok(Pass::Page) => within(page::answer(studio, &request.uri)).await,
            Ok(Pass::Enter(cookie)) => answer::enter(cookie.as_deref()),
            Err(refusal) => answer::refused(refusal),
        };
        Ok::<_, Infallible>(answer)
    });
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_buf_size(MOST)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn within(page: impl Future<Output = Answer>) -> Answer {
    let page = tokio::time::timeout(LONGEST, page).await;
    page.unwrap_or_else(|_| {
        answer::words(
            StatusCode::GATEWAY_TIMEOUT,
            "The database took too long for this page.\n",
        )
    })
}
