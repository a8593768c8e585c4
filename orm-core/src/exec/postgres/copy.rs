//! Rows on their way into a table by COPY: laid out in the server's binary form and
//! handed over a part at a time.

use std::pin::{Pin, pin};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use bytes::{BufMut, Bytes, BytesMut};
use futures_util::SinkExt;
use futures_util::future::join;
use tokio_postgres::CopyInSink;
use tokio_postgres::types::{IsNull, Type};

use super::connection::Connection;
use super::executor::Exec;
use super::held::Held;
use super::pooler::Pooler;
use super::statement::fail;
use super::values;
use crate::error::{Error, Result};
use crate::exec::log::Entry;
use crate::exec::params::Params;
use crate::sql::Copy;
use crate::types::Param;

/// So many bytes of rows are handed over at a time.
const PART: usize = 64 * 1024;

/// What the binary form begins with: its name, no flags, and no extension.
const HEAD: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// What it ends with, in place of the number of a row's columns.
const END: i16 = -1;

/// A COPY under way. Dropped, it is refused to the server, which keeps none of its rows.
pub(crate) struct CopyIn<'a> {
    exec: Exec<'a>,
    held: Held<'a>,
    sink: Pin<Box<CopyInSink<Bytes>>>,
    /// The types of the columns, as the table has them.
    types: Vec<Type>,
    /// Rows that were not handed over yet.
    part: BytesMut,
    text: String,
    begun: Instant,
    ended: bool,
}

impl<'a> Exec<'a> {
    /// Begins a COPY within a transaction: nothing else is sent in it meanwhile.
    pub(in crate::exec) async fn copy_in(self, copy: Copy) -> Result<CopyIn<'a>> {
        let begun = Instant::now();
        let mut held = self.hold().await?;
        held.depart();
        let entry = self.entry(&copy.text, Params::none(), held.id());
        let alone = self.shared().pooler != Pooler::Transaction;
        let starting = self.in_time(start(held.connection(), &copy, alone));
        let (types, sink) = match starting.await {
            Ok(started) => started,
            Err(error) => {
                if held.connection().is_closed() {
                    held.taint();
                }
                return Err(fail(&mut held, entry, error));
            }
        };
        entry.forget();
        let mut part = BytesMut::with_capacity(PART + PART / 4);
        part.put_slice(HEAD);
        Ok(CopyIn {
            exec: self,
            held,
            sink: Box::pin(sink),
            types,
            part,
            text: copy.text,
            begun,
            ended: false,
        })
    }

    /// Waits for one step of it, as long as a statement may take.
    async fn in_time<T>(self, step: impl Future<Output = Result<T>>) -> Result<T> {
        match self.limit() {
            None => step.await,
            Some(limit) => {
                let step = pin!(step);
                self.within(limit, &AtomicBool::new(true), step).await
            }
        }
    }
}

/// Asks for the types of the columns, and begins. What the types are holds as long as
/// the transaction: nobody changes a table that it has looked at.
async fn start(
    on: &Connection,
    copy: &Copy,
    alone: bool,
) -> Result<(Vec<Type>, CopyInSink<Bytes>)> {
    let (described, statement) = join(on.prepare(&copy.described), on.prepare(&copy.text)).await;
    let columns = described?;
    let types = columns.columns().iter().map(|it| it.type_().clone());
    match on.copy_in(&statement?).await {
        Ok(sink) => Ok((types.collect(), sink)),
        Err(error) => {
            // Refused before it took a row, it is ended twice by the driver, which
            // would take the second answer for that of whatever is sent next.
            if alone {
                on.end().await;
            }
            Err(error.into())
        }
    }
}

impl CopyIn<'_> {
    /// Lays out a row: a value for each column. After an error it is to be dropped.
    ///
    /// # Errors
    /// When a column cannot hold its value; also the place of the column.
    pub(crate) fn row<'v>(
        &mut self,
        values: impl Iterator<Item = &'v Param>,
    ) -> Result<(), (usize, Error)> {
        // A table has 1,600 columns at most.
        self.part
            .put_u16(u16::try_from(self.types.len()).unwrap_or(u16::MAX));
        for (at, (value, sql_type)) in values.zip(&self.types).enumerate() {
            let start = self.part.len();
            self.part.put_i32(-1);
            let written = values::write(value, sql_type, &mut self.part);
            if let IsNull::No = written.map_err(|error| (at, error))? {
                let length = self.part.len() - start - 4;
                // What is longer was refused.
                let length = i32::try_from(length).unwrap_or(i32::MAX);
                self.part[start..start + 4].copy_from_slice(&length.to_be_bytes());
            }
        }
        Ok(())
    }

    /// Whether enough rows are laid out to be handed over.
    pub(crate) fn is_full(&self) -> bool {
        self.part.len() >= PART
    }

    /// Hands over the rows that were laid out, and waits while the server is behind.
    ///
    /// # Errors
    /// When the connection is lost.
    pub(crate) async fn hand_over(&mut self) -> Result<()> {
        let part = self.part.split().freeze();
        self.part.reserve(PART + PART / 4);
        let feeding = async { self.sink.feed(part).await.map_err(Error::from) };
        match self.exec.in_time(feeding).await {
            Ok(()) => Ok(()),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Ends it, and returns how many rows the server has written.
    ///
    /// # Errors
    /// When the server refuses a row, or the connection is lost.
    pub(crate) async fn finish(mut self) -> Result<u64> {
        self.part.put_i16(END);
        self.hand_over().await?;
        let ending = async { self.sink.as_mut().finish().await.map_err(Error::from) };
        let rows = match self.exec.in_time(ending).await {
            Ok(rows) => rows,
            Err(error) => return Err(self.failed(error)),
        };
        self.held.arrive();
        self.ended = true;
        self.entry().done(Some(rows));
        Ok(rows)
    }

    fn failed(&mut self, error: Error) -> Error {
        self.held.arrive();
        self.held.learn(&error);
        self.ended = true;
        self.entry().failed(&error);
        error
    }

    /// Its line in the log.
    fn entry(&self) -> Entry<'_> {
        let entry = self.exec.entry(&self.text, Params::none(), self.held.id());
        entry.since(self.begun)
    }
}

impl Drop for CopyIn<'_> {
    fn drop(&mut self) {
        if !self.ended {
            // It says that it was abandoned.
            drop(self.entry());
        }
    }
}

/// Which row of a COPY an error is about, counted from 0: the server tells it in the
/// language that it speaks, as the number behind the name of the table.
pub(crate) fn row_of_copy(error: &Error, table: &str) -> Option<usize> {
    let context = error.server()?.context()?;
    let mut lines = context.lines().filter(|line| line.contains("COPY"));
    lines.find_map(|line| {
        let behind = &line[line.find(table)? + table.len()..];
        let start = behind.find(|it: char| it.is_ascii_digit())?;
        let number = behind[start..]
            .split(|it: char| !it.is_ascii_digit())
            .next()?;
        number.parse::<usize>().ok()?.checked_sub(1)
    })
}
