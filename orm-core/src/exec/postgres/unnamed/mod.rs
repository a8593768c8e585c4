//! A connection on which nothing is prepared by name, between the driver and
//! the network: for poolers that give every transaction another session.
//!
//! The driver prepares a statement by name, waits, and executes it by its name
//! from then on. Here the first becomes a description of the unnamed statement,
//! and each execution brings its text along:
//!
//! ```text
//! driver   Parse s1, Describe s1, Sync       Bind s1,                   Execute, Sync
//! network  Parse "", Describe "", Sync       Parse "", Bind, Describe,  Execute, Sync
//! ```
//!
//! What comes between two Syncs reaches one session of the server. An execution
//! so is one round trip, depends on nothing that went before, and leaves nothing
//! behind. Its parameters keep the types the driver was told; what the answer
//! looks like is compared with what the driver was told, and if it is not the
//! same the driver gets an error in place of rows that it would misread.

mod answers;
mod plans;
mod questions;
mod settings;
#[cfg(test)]
mod tests;

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, TlsStream};

use self::answers::Answers;
use self::plans::Plans;
use self::questions::Questions;
pub(in crate::exec) use self::settings::LocalSettings;

/// How much is taken from the driver that the network has not taken yet.
const ENOUGH: usize = 64 * 1024;

/// How much is read from the network at once.
const CHUNK: usize = 16 * 1024;

/// What goes to the network, encrypted or not.
pub(in crate::exec) type Network = Box<dyn TlsStream + Send + Unpin>;

/// A network that is spoken to without names.
pub(in crate::exec) struct Unnamed {
    inner: Network,
    plans: Plans,
    questions: Questions,
    answers: Answers,
    chunk: Box<[u8]>,
    ended: bool,
}

impl Unnamed {
    pub(in crate::exec) fn new(inner: Network, settings: Arc<LocalSettings>) -> Self {
        Self {
            inner,
            plans: Plans::default(),
            questions: Questions::new(settings),
            answers: Answers::default(),
            chunk: vec![0; CHUNK].into_boxed_slice(),
            ended: false,
        }
    }
}

impl Unnamed {
    /// Gives the network what it takes, until no more than `left` is left.
    fn poll_drain(&mut self, cx: &mut Context<'_>, left: usize) -> Poll<io::Result<()>> {
        while self.questions.out.len() > left {
            let inner = Pin::new(&mut self.inner);
            match ready!(inner.poll_write(cx, &self.questions.out))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => self.questions.out.advance(written),
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Unnamed {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_drain(cx, ENOUGH))?;
        let this = &mut *self;
        this.questions.take(bytes, &mut this.plans)?;
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_drain(cx, 0))?;
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_drain(cx, 0))?;
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

impl AsyncRead for Unnamed {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        while this.answers.out.is_empty() && !this.ended {
            let mut chunk = ReadBuf::new(&mut this.chunk);
            ready!(Pin::new(&mut this.inner).poll_read(cx, &mut chunk))?;
            this.ended = chunk.filled().is_empty();
            this.answers.take(chunk.filled(), &mut this.plans)?;
        }
        give(&mut this.answers.out, buf);
        Poll::Ready(Ok(()))
    }
}

fn give(from: &mut BytesMut, to: &mut ReadBuf<'_>) {
    let given = from.len().min(to.remaining());
    to.put_slice(&from[..given]);
    from.advance(given);
}

impl TlsStream for Unnamed {
    fn channel_binding(&self) -> ChannelBinding {
        self.inner.channel_binding()
    }
}

/// Reads the length of a message behind its first byte.
///
/// # Errors
///
/// Fails if no message can be so short.
fn total_length(head: &[u8]) -> io::Result<usize> {
    let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]);
    match usize::try_from(length) {
        Ok(length) if length >= 4 => Ok(length + 1),
        _ => Err(out_of_step()),
    }
}

/// What was read is no message of the protocol.
fn out_of_step() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "a message that is none of the protocol's",
    )
}

/// The name that `bytes` begin with, without the zero behind it.
fn name_at(bytes: &[u8]) -> Option<&[u8]> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    Some(&bytes[..end])
}
