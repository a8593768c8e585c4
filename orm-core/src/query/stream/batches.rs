//! Whole tables, some rows at a time: jobs that take long.

use std::fmt;

use smallvec::SmallVec;

use super::RowStream;
use crate::ast::Select;
use crate::error::{Error, Result};
use crate::exec::{Executor, StreamsOn};
use crate::key::{IntoKey, Key};
use crate::load::{Gathered, Shape};
use crate::model::Model;
use crate::query::Query;
use crate::query::page::{Going, Walk};
use crate::types::Param;

impl<M: Model, L: Send + 'static, S> Query<M, L, S> {
    /// The rows in batches of a size, by primary key: for jobs over whole tables.
    ///
    /// Each batch is read by itself, behind the key of the last row, and no connection is
    /// held between batches: a job may take its time, write what it read, and begin again
    /// [behind a key](Batches::after). Rows that are written meanwhile in front of the
    /// place are not seen, those behind it are. A batch and what it includes are one
    /// `all`.
    ///
    /// ```
    /// # use orm_core::{Model, Result, exec::Db};
    /// # use orm_core::query::Queries;
    /// # async fn demo<Post: Model>(db: &Db) -> Result<()> {
    /// Post::query()
    ///     .in_batches(1_000)
    ///     .for_each_async(db, async |posts: Vec<Post>| {
    ///         assert!(posts.len() <= 1_000);
    ///         Ok::<_, orm_core::Error>(())
    ///     })
    ///     .await?;
    /// # Ok(()) }
    /// ```
    ///
    /// Its ends refuse a query with an order, a limit or an offset, a distinct one, and
    /// batches of no row.
    pub fn in_batches(self, size: u32) -> Batches<M, L> {
        Batches {
            select: self.select,
            shape: self.shape,
            size,
            after: None,
        }
    }
}

/// A query that is read in batches by key, from [`Query::in_batches`].
#[must_use = "batches are read by `.for_each_async(&db, ..)` or `.stream(&db)`"]
pub struct Batches<M: Model, L> {
    select: Select,
    shape: Shape<L>,
    size: u32,
    after: Option<M::Key>,
}

impl<M: Model, L> Clone for Batches<M, L> {
    fn clone(&self) -> Self {
        Batches {
            select: self.select.clone(),
            shape: self.shape.clone(),
            size: self.size,
            after: self.after.clone(),
        }
    }
}

impl<M: Model, L> fmt::Debug for Batches<M, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batches")
            .field("select", &self.select)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

impl<M: Model, L: Send + 'static> Batches<M, L> {
    /// Begins behind a key: where a job that was stopped had come to.
    pub fn after(mut self, key: impl IntoKey<M::Key>) -> Self {
        self.after = Some(key.into_key());
        self
    }

    /// The batches as a [`Stream`](futures_util::Stream), none of them empty.
    ///
    /// # Errors
    /// As items: what fails in [`all`](Query::all), and a query that cannot be read in
    /// batches.
    pub fn stream<'s>(self, db: impl StreamsOn<'s>) -> RowStream<'s, Vec<L>> {
        let source = db.source();
        let Batches {
            select,
            shape,
            size,
            after,
        } = self;
        RowStream::of(M::TABLE, async move |out| {
            let exec = source.exec();
            if let Some(origin) = select.origin {
                exec.note(origin);
            }
            let mut walk = Walk::new::<M>(select, size, Going::ByKey)?;
            if let Some(key) = after {
                let mut values: SmallVec<[Param; 2]> = SmallVec::new();
                key.push_params(&mut values);
                walk.begin_behind(values.into_vec());
            }
            while walk.goes_on() {
                let mut rows = Gathered::all(&shape);
                walk.fetch(exec, &mut rows).await?;
                let rows = rows.into_rows();
                if !rows.is_empty() {
                    out.give([rows]).await;
                }
            }
            Ok(())
        })
    }

    /// Hands the batches over one after the other, and waits for `each` before the next
    /// is read; returns how many there were. An error of `each` ends it. See
    /// [`Query::for_each_async`].
    ///
    /// # Errors
    /// When `each` fails, beside what fails in [`stream`](Self::stream).
    pub async fn for_each_async<E: From<Error>>(
        self,
        db: &dyn Executor,
        each: impl AsyncFnMut(Vec<L>) -> Result<(), E>,
    ) -> Result<u64, E> {
        self.stream(db).hand_to(each).await
    }
}
