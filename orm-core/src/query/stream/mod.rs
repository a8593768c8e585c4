//! Streams: the rows of a query as they are wanted, however many there are.
//!
//! Rows of one table are those of one statement that runs while it is read. A query with
//! includes is read by batches of parents, each with what belongs to it, in one snapshot
//! ([`walk`](super::page)); so are batches by key, each by itself.

mod batches;
mod yielded;

pub use batches::Batches;

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::Stream;
use futures_util::stream::FusedStream;

use self::yielded::{Outlet, Yielded};
use super::fetch::in_table;
use super::page::{Going, Walk};
use super::{Query, Rows};
use crate::ast::Select;
use crate::decode::{Cursor, Row};
use crate::error::{Error, Result};
use crate::exec::{Exec, Executor, Params, Snapshot, Source, StreamsOn};
use crate::load::{Gathered, Shape};
use crate::model::Model;
use crate::refusal;
use crate::schema::TableDef;

/// So many parents are read at a time, each with what belongs to it.
const BATCH: u32 = 500;

impl<M: Model, L: Send + 'static, S> Query<M, L, S> {
    /// The rows as a [`Stream`], read as they are wanted: no more of them are in memory
    /// than those in hand, and whoever is slow makes the database wait.
    ///
    /// On `&db` it lives as long as its reader likes, and is `Send`: it can be the body
    /// of an answer. On `&tx` it lives as long as the transaction. Nothing is sent before
    /// it is polled. An error is its last item. Dropped, it stops the statement and gives
    /// the connection back; inside a transaction the rows that are left are passed over.
    ///
    /// Rows without includes are those of one statement, whose connection it holds until
    /// its end. Inside a transaction nothing else can be sent meanwhile.
    ///
    /// A query with includes is read by 500 rows at a time, each with everything below
    /// it. Outside a transaction all of them are of one snapshot, in a transaction that
    /// only reads; inside one its isolation decides, the rows of a batch and what is below
    /// them are those of one `all`, and other statements may be sent between batches.
    /// Each batch begins behind the last row of the one before, in the query's order with
    /// the key at last, as a [page](Query::page) does: an index over the order keeps it
    /// from being sorted for every batch.
    ///
    /// The deadline of a statement is that of the whole stream where there are no
    /// includes, and that of a batch where there are.
    ///
    /// ```
    /// # use orm_core::{Model, Result, exec::Db, model::Column};
    /// # use orm_core::query::{Expression, Queries};
    /// # async fn demo<Post: Model>(rank: Column<Post, i32>, db: Db) -> Result<()> {
    /// let mut posts = Post::query().order_by(rank).stream(&db);
    /// while let Some(post) = posts.next().await {
    ///     let post = post?;
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As items: what fails in [`all`](Query::all). With includes also a query that is
    /// distinct or sorted by a window, for there is no place to go on behind.
    pub fn stream<'s>(self, db: impl StreamsOn<'s>) -> RowStream<'s, L> {
        let (source, select, shape) = (db.source(), self.select, self.shape);
        if select.includes.is_empty() {
            return RowStream::of_rows(source, select, Read::Shape(shape));
        }
        RowStream::of(M::TABLE, |out| trees::<M, L>(source, select, shape, out))
    }

    /// Hands the rows over one by one as they arrive, however many there are; returns
    /// their number. It is a [`stream`](Self::stream) that is read to its end, and an
    /// error of `each` ends it.
    ///
    /// ```
    /// # use orm_core::{Model, Result, exec::Executor};
    /// # use orm_core::query::Queries;
    /// # async fn demo<Post: Model>(db: &dyn Executor) -> Result<()> {
    /// let mut seen = 0;
    /// let all = Post::query()
    ///     .for_each(db, |_post| {
    ///         seen += 1;
    ///         Ok(())
    ///     })
    ///     .await?;
    /// assert_eq!(all, seen);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// When `each` fails, beside what fails in [`stream`](Self::stream).
    pub async fn for_each(
        self,
        db: &dyn Executor,
        mut each: impl FnMut(L) -> Result<()> + Send,
    ) -> Result<u64> {
        let mut rows = self.stream(db);
        let mut count = 0;
        while let Some(row) = rows.next().await {
            each(row?)?;
            count += 1;
        }
        Ok(count)
    }

    /// [`for_each`](Self::for_each) with a closure that is awaited for every row before
    /// the next is read. The error may be the program's own.
    ///
    /// Where the whole is spawned, or is part of a handler that must be `Send`, the
    /// closure may not borrow what it changes: take [`next`](RowStream::next) in a loop.
    ///
    /// ```
    /// # use orm_core::{Model, Result, exec::Executor};
    /// # use orm_core::query::Queries;
    /// # async fn demo<Post: Model>(db: &dyn Executor, send: impl AsyncFn(Post) -> Result<()>) -> Result<()> {
    /// Post::query().for_each_async(db, async |post| send(post).await).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`for_each`](Self::for_each).
    pub async fn for_each_async<E: From<Error>>(
        self,
        db: &dyn Executor,
        each: impl AsyncFnMut(L) -> Result<(), E>,
    ) -> Result<u64, E> {
        self.stream(db).hand_to(each).await
    }
}

impl<M: Model, R: Send + 'static, S> Rows<M, R, S> {
    /// The rows as a [`Stream`], read as they are wanted; see [`Query::stream`].
    ///
    /// # Errors
    /// As items: what fails in [`all`](Self::all).
    pub fn stream<'s>(self, db: impl StreamsOn<'s>) -> RowStream<'s, R> {
        let (select, decode) = self.settled();
        RowStream::of_rows(db.source(), select, Read::Values(decode))
    }
}

/// The rows of a query as they are wanted, from [`Query::stream`]: a [`Stream`] of
/// results. It does not have to be pinned, and ends behind an error.
#[must_use = "a stream does nothing until it is polled"]
pub struct RowStream<'s, L> {
    inside: Inside<'s, L>,
    table: &'static TableDef,
    has_ended: bool,
}

enum Inside<'s, L> {
    /// Rows as the database sends them, and how each is read.
    Rows(Yielded<'s, Row>, Read<L>),
    /// Values that are put together before.
    Values(Yielded<'s, L>),
}

/// How a row becomes a value.
enum Read<L> {
    Shape(Shape<L>),
    Values(fn(&mut Cursor<'_>) -> Result<L>),
}

impl<L: 'static> Read<L> {
    fn read(&self, row: &Row) -> Result<L> {
        match self {
            Read::Shape(shape) => shape.of_row(row),
            Read::Values(decode) => decode(&mut Cursor::of_row(row)),
        }
    }
}

impl<'s, L: Send + 'static> RowStream<'s, L> {
    fn of_rows(source: Source<'s>, select: Select, read: Read<L>) -> Self {
        let table = select.table;
        let rows = Yielded::new(|out| rows(source, select, out));
        RowStream {
            inside: Inside::Rows(rows, read),
            table,
            has_ended: false,
        }
    }

    /// The values that a future hands over.
    fn of<F>(table: &'static TableDef, body: impl FnOnce(Outlet<L>) -> F) -> Self
    where
        F: Future<Output = Result<()>> + Send + 's,
    {
        RowStream {
            inside: Inside::Values(Yielded::new(body)),
            table,
            has_ended: false,
        }
    }

    /// The next row, or `None` behind the last.
    pub async fn next(&mut self) -> Option<Result<L>> {
        std::future::poll_fn(|cx| self.poll(cx)).await
    }

    async fn hand_to<E: From<Error>>(
        mut self,
        mut each: impl AsyncFnMut(L) -> Result<(), E>,
    ) -> Result<u64, E> {
        let mut count = 0;
        while let Some(row) = self.next().await {
            each(row?).await?;
            count += 1;
        }
        Ok(count)
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<L>>> {
        if self.has_ended {
            return Poll::Ready(None);
        }
        let polled = match &mut self.inside {
            Inside::Rows(rows, read) => rows
                .poll(cx)
                .map(|next| next.map(|row| row.and_then(|row| read.read(&row)))),
            Inside::Values(values) => values.poll(cx),
        };
        polled.map(|next| match next {
            Some(Ok(row)) => Some(Ok(row)),
            Some(Err(error)) => {
                self.end();
                Some(Err(in_table(error, self.table)))
            }
            None => {
                self.end();
                None
            }
        })
    }

    fn end(&mut self) {
        self.has_ended = true;
        match &mut self.inside {
            Inside::Rows(rows, _) => rows.end(),
            Inside::Values(values) => values.end(),
        }
    }
}

impl<L: Send + 'static> Stream for RowStream<'_, L> {
    type Item = Result<L>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(cx)
    }
}

impl<L: Send + 'static> FusedStream for RowStream<'_, L> {
    fn is_terminated(&self) -> bool {
        self.has_ended
    }
}

// What is inside is boxed or moves freely.
impl<L> Unpin for RowStream<'_, L> {}

impl<L> fmt::Debug for RowStream<'_, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowStream")
            .field("model", &self.table.model)
            .field("has_ended", &self.has_ended)
            .finish_non_exhaustive()
    }
}

// Written once for all models: it hands rows over as they came.
async fn rows(source: Source<'_>, select: Select, out: Outlet<Row>) -> Result<()> {
    let exec = source.exec();
    if let Some(origin) = select.origin {
        exec.note(origin);
    }
    let sql = refusal::select(exec.backend(), &select)?;
    let params = Params::from(&sql.params);
    let mut rows = exec.reading().query(&sql.text, params).await?;
    while let Some(row) = rows.next().await? {
        out.give([row]).await;
    }
    Ok(())
}

async fn trees<M: Model, L: Send + 'static>(
    source: Source<'_>,
    select: Select,
    shape: Shape<L>,
    out: Outlet<L>,
) -> Result<()> {
    let exec = source.exec();
    if let Some(origin) = select.origin {
        exec.note(origin);
    }
    let walk = Walk::new::<M>(select, BATCH, Going::InOrder)?;
    let walking = Box::pin(walked(exec, walk, shape, out));
    exec.within("stream", M::TABLE.model, walking).await
}

async fn walked<L: Send + 'static>(
    exec: Exec<'_>,
    mut walk: Walk,
    shape: Shape<L>,
    out: Outlet<L>,
) -> Result<()> {
    let snapshot = match exec.in_transaction() {
        true => None,
        false => Some(Snapshot::open(exec).await?),
    };
    let exec = snapshot.as_ref().map_or(exec, Snapshot::exec);
    while walk.goes_on() {
        let mut rows = Gathered::all(&shape);
        walk.fetch(exec, &mut rows).await?;
        out.give(rows.into_rows()).await;
    }
    match snapshot {
        Some(snapshot) => snapshot.end().await,
        None => Ok(()),
    }
}
