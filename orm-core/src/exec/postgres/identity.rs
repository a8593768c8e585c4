//! Whether a server's own process is at the other end of a connection, by what is said there
//! before anybody asks.
//!
//! A server tells the number of its process, which is a small one, and the settings that it
//! has taken. A pooler has no process for each client, and draws a number by lot for each.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::FutureExt as _;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::TlsConnect;
use tokio_postgres::{CancelToken, Client, Connection};

use super::setup::ALWAYS;
use super::stream::Stream;

/// Processes have no larger numbers where servers run: Linux ends here.
const LARGEST: i32 = 1 << 22;

/// What was said of settings while a connection was opened.
pub(in crate::exec) struct Claims {
    /// The names of those that are told and are not what we set.
    others: Vec<&'static str>,
}

impl Claims {
    pub(super) fn of<S, T>(connection: &Connection<S, T>) -> Self
    where
        S: AsyncRead + AsyncWrite + Unpin,
        T: AsyncRead + AsyncWrite + Unpin,
    {
        let is_other = |(name, value): &(&str, &str)| {
            let told = connection.parameter(name);
            told.is_some_and(|told| told != *value)
        };
        let others = ALWAYS.into_iter().filter(is_other).map(|it| it.0);
        Self {
            others: others.collect(),
        }
    }

    /// Whether it is a server that said this. Of the user's own settings it may tell anything.
    pub(super) fn are_of_server(&self, client: &Client, is_ours: impl Fn(&str) -> bool) -> bool {
        let process = process_of(&client.cancel_token());
        process.is_some_and(|it| (1..=LARGEST).contains(&it))
            && !self.others.iter().any(|name| is_ours(name))
    }
}

/// The process that a request to cancel would be for. The driver tells it to nobody else.
fn process_of(token: &CancelToken) -> Option<i32> {
    let mut memory = Memory::default();
    let written = token.cancel_query_raw(&mut memory, Unencrypted);
    // Memory makes nobody wait.
    written.now_or_never()?.ok()?;
    // The last two numbers of the request are the process and its key.
    let process = memory.0.rchunks_exact(4).nth(1)?;
    Some(i32::from_be_bytes(process.try_into().ok()?))
}

/// Keeps what is written, and answers that it can be encrypted.
#[derive(Default)]
struct Memory(Vec<u8>);

impl AsyncWrite for Memory {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.0.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Memory {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        buf.put_slice(b"S");
        Poll::Ready(Ok(()))
    }
}

/// "Encrypts" by leaving everything as it is.
struct Unencrypted;

impl<'m> TlsConnect<&'m mut Memory> for Unencrypted {
    type Stream = Stream<&'m mut Memory>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Stream, Infallible>>;

    fn connect(self, memory: &'m mut Memory) -> Self::Future {
        ready(Ok(Stream::plain(memory)))
    }
}
