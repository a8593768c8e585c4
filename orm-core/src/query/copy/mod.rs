//! Many new rows of which nothing is asked back, in constant memory: by COPY where the
//! database has it, else by a statement that is compiled once.

#[cfg(feature = "postgres")]
mod copying;
mod stepping;

use std::fmt;
use std::iter::Map;
use std::marker::PhantomData;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use futures_util::{Stream, StreamExt};

#[cfg(feature = "postgres")]
use self::copying::Copying;
use self::stepping::Stepping;
use crate::ast::RowValues;
use crate::create::{Draft, IntoNew, values_of};
use crate::error::{Error, Result};
use crate::exec::{Exec, Executor};
use crate::hooks::unseen;
use crate::model::Model;
use crate::schema::TableDef;
use crate::sql::{ManyRows, dialect};

/// Many new rows of which nothing is asked back, from
/// [`Queries::copy_in`](super::Queries::copy_in).
#[must_use = "nothing is written until `.save(&db)`"]
pub struct CopyIn<'p, M, S> {
    rows: S,
    progress: Option<Box<dyn FnMut(u64) + Send + 'p>>,
    without_hooks: bool,
    model: PhantomData<fn() -> M>,
}

impl<M: Model, S> fmt::Debug for CopyIn<'_, M, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CopyIn").field(&M::TABLE.model).finish()
    }
}

impl<'p, M: Model, S> CopyIn<'p, M, S> {
    pub(crate) fn new(rows: S) -> Self {
        CopyIn {
            rows,
            progress: None,
            without_hooks: false,
            model: PhantomData,
        }
    }

    /// Is told now and then, and at the end, how many rows were handed over so far.
    ///
    /// ```
    /// # use orm_core::{Model, Result, create::IntoNew, exec::Executor, query::Queries};
    /// # async fn demo<M: orm_core::model::Writable, N: IntoNew<M>>(rows: Vec<N>, db: &dyn Executor) -> Result<()> {
    /// let told = |rows| println!("{rows} rows");
    /// M::copy_in(rows).on_progress(told).save(db).await?;
    /// # Ok(()) }
    /// ```
    pub fn on_progress<'q>(self, tell: impl FnMut(u64) + Send + 'q) -> CopyIn<'q, M, S>
    where
        'p: 'q,
    {
        CopyIn {
            progress: Some(Box::new(tell)),
            rows: self.rows,
            without_hooks: self.without_hooks,
            model: PhantomData,
        }
    }

    /// Writes the rows without the hooks of their model, which do not see them. Without
    /// this, a model with hooks is refused: its rows are never there together.
    pub fn without_hooks(mut self) -> Self {
        self.without_hooks = true;
        self
    }

    /// Writes all rows or none, and returns how many there were. No row sends nothing.
    ///
    /// They are written in a transaction of their own, or in a part of the one that is
    /// open. That is used by nobody else meanwhile: what the rows are read from needs a
    /// connection of its own. A deadline holds for each answer of the server, not for
    /// all rows.
    ///
    /// # Errors
    /// When a validator or a constraint refuses a row ([`Error::row`] says which, where
    /// the database tells: of a foreign key PostgreSQL does not), or a trigger keeps one
    /// away ([`is_not_written`](Error::is_not_written)); when a row is not alone, as one
    /// with rows nested in it; with what the stream fails with. An open transaction goes
    /// on, unless PostgreSQL refuses to begin at all, for want of a permission say: that
    /// ends it.
    pub async fn save<E>(self, db: &dyn Executor) -> Result<u64, E>
    where
        S: Stream<Item = Result<Draft<M>, E>>,
        E: From<Error>,
    {
        if !self.without_hooks {
            unseen::<M>("a copy", "use `create_many`, or say `.without_hooks()`")?;
        }
        let CopyIn {
            rows, mut progress, ..
        } = self;
        let mut rows = pin!(rows);
        let Some(first) = rows.next().await else {
            if let Some(tell) = &mut progress {
                tell(0);
            }
            return Ok(0);
        };
        let first = first?;
        let db = db.executor();
        crate::refusal::judge_table(db.backend(), M::TABLE)?;
        // Judged before a connection is asked for, as a row that is created alone.
        let mut at = 0;
        let mut values = values_of(first, at)?;
        let unit = db.unit().await?;
        let mut writing = Writing::new(M::TABLE, unit.exec());
        loop {
            let handed_over = writing.row(values, at).await?;
            at += 1;
            if let (Some(rows), Some(tell)) = (handed_over, &mut progress) {
                tell(rows as u64);
            }
            let Some(row) = rows.next().await else {
                break;
            };
            values = values_of(row?, at)?;
        }
        writing.finish().await?;
        unit.commit().await?;
        if let Some(tell) = &mut progress {
            tell(at as u64);
        }
        Ok(at as u64)
    }
}

/// Rows on their way into a table.
enum Writing<'u> {
    #[cfg(feature = "postgres")]
    Copying(Box<Copying<'u>>),
    Stepping(Stepping<'u>),
}

impl<'u> Writing<'u> {
    fn new(table: &'static TableDef, db: Exec<'u>) -> Self {
        match dialect(db.backend()).many_rows() {
            #[cfg(feature = "postgres")]
            ManyRows::Arrays => Writing::Copying(Box::new(Copying::new(table, db))),
            #[cfg(not(feature = "postgres"))]
            ManyRows::Arrays => Writing::Stepping(Stepping::new(table, db)),
            ManyRows::Steps => Writing::Stepping(Stepping::new(table, db)),
        }
    }

    /// Takes the row that stands `at` a place among all; where some are handed over, how many
    /// have been.
    async fn row(&mut self, values: RowValues, at: usize) -> Result<Option<usize>> {
        match self {
            #[cfg(feature = "postgres")]
            Writing::Copying(it) => it.row(values, at).await,
            Writing::Stepping(it) => it.row(values, at).await,
        }
    }

    async fn finish(self) -> Result<()> {
        match self {
            #[cfg(feature = "postgres")]
            Writing::Copying(it) => it.finish().await,
            Writing::Stepping(it) => it.finish().await,
        }
    }
}

/// What rows are, one by one, that a builder made.
pub type Drafts<M, S, N, E> = futures_util::stream::Map<S, fn(Result<N, E>) -> Result<Draft<M>, E>>;

/// The rows of a stream.
pub(crate) fn drafts<M, N, E, S>(rows: S) -> Drafts<M, S, N, E>
where
    N: IntoNew<M>,
    S: Stream<Item = Result<N, E>>,
{
    rows.map(|row| row.map(N::into_new))
}

/// The rows of an iterator, as a stream that never waits.
pub struct Each<M, I: Iterator>(Map<I, fn(I::Item) -> Draft<M>>);

impl<M, I: Iterator> Each<M, I> {
    pub(crate) fn new(rows: impl IntoIterator<IntoIter = I>) -> Self
    where
        I::Item: IntoNew<M>,
    {
        Each(rows.into_iter().map(I::Item::into_new))
    }
}

impl<M, I: Iterator> fmt::Debug for Each<M, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Each")
    }
}

// The iterator is never pinned.
impl<M, I: Iterator> Unpin for Each<M, I> {}

impl<M, I: Iterator> Stream for Each<M, I> {
    type Item = Result<Draft<M>>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.next().map(Ok))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}
