//! Streams as the driver wants them.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::TryFutureExt as _;
use futures_util::future::MapOk;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};

/// A stream for the driver.
pub(in crate::exec) struct Stream<S> {
    inner: S,
    /// What its certificate says to SCRAM, if it is encrypted.
    binding: fn(&S) -> ChannelBinding,
    /// Shut down, it waits for the other side to close.
    waits: bool,
}

impl<S> Stream<S> {
    /// One that is not encrypted.
    pub(super) fn plain(inner: S) -> Self {
        Self::bound(inner, |_| ChannelBinding::none())
    }

    /// One that is, with a certificate.
    pub(super) fn bound(inner: S, binding: fn(&S) -> ChannelBinding) -> Self {
        Self {
            inner,
            binding,
            waits: false,
        }
    }

    /// One that, when shut down, waits for the other side to close.
    pub(super) fn until_closed(inner: S) -> Self {
        Self {
            waits: true,
            ..Self::plain(inner)
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> TlsStream for Stream<S> {
    fn channel_binding(&self) -> ChannelBinding {
        (self.binding)(&self.inner)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Stream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Stream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.waits {
            return Pin::new(&mut self.inner).poll_shutdown(cx);
        }
        // Our side stays open: a proxy might take its end for a lost client.
        ready!(Pin::new(&mut self.inner).poll_flush(cx))?;
        let mut farewell = [0; 64];
        loop {
            let mut buf = ReadBuf::new(&mut farewell);
            ready!(Pin::new(&mut self.inner).poll_read(cx, &mut buf))?;
            if buf.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

/// Encrypts as `T` does. Shut down, what is encrypted waits for the other side to
/// close.
///
/// An encrypted stream that is shut down says so to the other side. PgBouncer 1.18
/// takes that for a client that went away, forgets it while it works on its cancel
/// request, and ends when that is done.
pub(super) struct UntilClosed<T>(pub(super) T);

impl<S, T> TlsConnect<S> for UntilClosed<T>
where
    T: TlsConnect<S>,
{
    type Stream = Stream<T::Stream>;
    type Error = T::Error;
    type Future = MapOk<T::Future, fn(T::Stream) -> Self::Stream>;

    fn connect(self, stream: S) -> Self::Future {
        self.0.connect(stream).map_ok(Stream::until_closed)
    }
}
