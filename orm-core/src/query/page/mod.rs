//! Pages: the rows of a query, a few at a time, each page beginning where another ended.
//!
//! A place in the order is the values that a row there is sorted by, its key at last, so
//! that it is one place whatever comes and goes. [`place`] says which rows are behind it,
//! [`order`] completes the order, [`cursor`] writes places as texts, [`rows`] asks.

mod connection;
mod cursor;
mod letters;
mod order;
mod place;
mod rows;
mod walk;

pub use connection::{Connection, Edge, PageInfo};
pub use cursor::{IntoCursor, PageCursor};
pub(super) use walk::{Going, Walk};

use std::marker::PhantomData;
use std::sync::Arc;

use serde::Serialize;

use self::cursor::{Place, Seal};
use self::rows::{Asked, Values};
use super::Query;
use crate::ast::{OrderBy, Select};
use crate::error::Result;
use crate::exec::Executor;
use crate::explain::QueryPlan;
use crate::load::{self, Gathered, Shape};
use crate::model::Model;
use crate::schema::Backend;

impl<M: Model, L: Send + 'static, S> Query<M, L, S> {
    /// The rows of the query by pages of a size, from 1 to 10000 rows, in its order; rows
    /// that are equal in it follow each other by primary key.
    ///
    /// Each page tells where the next begins, in a [`PageCursor`]. What it costs does not
    /// depend on how far into the rows it is, if an index has the order; rows that come
    /// and go meanwhile move no other row to another page.
    ///
    /// ```
    /// # use orm_core::{Model, Result, exec::Executor, model::Column};
    /// # use orm_core::query::{Expression, Page, PageCursor, Queries};
    /// # async fn demo<Post: Model>(
    /// #     rank: Column<Post, i32>, cursor: Option<PageCursor>, db: &dyn Executor,
    /// # ) -> Result<()> {
    /// let page = Post::query().order_by(rank.desc()).page(20).at(cursor).fetch(db).await?;
    /// let more = page.next.is_some();
    /// # Ok(()) }
    /// ```
    ///
    /// An order that a client chooses is a value like any other:
    ///
    /// ```
    /// # use orm_core::{Model, model::Column, types::ColumnType};
    /// # use orm_core::query::{Expression, Order};
    /// fn chosen<M: Model, A: ColumnType, B: ColumnType>(
    ///     word: &str, rank: Column<M, A>, title: Column<M, B>,
    /// ) -> Option<Order<M>> {
    ///     Some(match word {
    ///         "rank" => rank.asc(),
    ///         "-rank" => rank.desc(),
    ///         "title" => title.asc(),
    ///         "-title" => title.desc(),
    ///         _ => return None,
    ///     })
    /// }
    /// ```
    ///
    /// One comparison of rows finds the place, and an index over the order leads to it,
    /// where all terms go in one direction and nothing behind the place can be NULL.
    /// Where directions differ, an index leads to the place in the first term, and rows
    /// that are equal there are passed one by one; where NULLs come behind the values of
    /// the first term, all rows before the place are. `created_at.desc()` of a nullable
    /// column has its NULLs in front, and is found by index.
    pub fn page(self, size: u32) -> Pages<M, L> {
        Pages {
            select: self.select,
            shape: self.shape,
            size,
            start: Start::First,
            with_total: false,
            secret: None,
            model: PhantomData,
        }
    }
}

/// A query that is read by pages, from [`Query::page`].
#[must_use = "a page is read by `.fetch(&db)`"]
pub struct Pages<M, L> {
    select: Select,
    shape: Shape<L>,
    size: u32,
    start: Start,
    with_total: bool,
    secret: Option<Vec<u8>>,
    model: PhantomData<fn() -> M>,
}

/// Where a page begins.
#[derive(Debug, Clone)]
enum Start {
    First,
    Last,
    At(PageCursor),
    After(PageCursor),
    Before(PageCursor),
}

impl<M, L> Clone for Pages<M, L> {
    fn clone(&self) -> Self {
        Pages {
            select: self.select.clone(),
            shape: self.shape.clone(),
            size: self.size,
            start: self.start.clone(),
            with_total: self.with_total,
            secret: self.secret.clone(),
            model: PhantomData,
        }
    }
}

impl<M, L> std::fmt::Debug for Pages<M, L> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pages")
            .field("select", &self.select)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

impl<M: Model, L: Send + 'static> Pages<M, L> {
    /// The page that a cursor leads to: the next or the previous one of the page that
    /// gave it out. `None` is the first page.
    pub fn at(mut self, cursor: impl IntoCursor) -> Self {
        self.start = cursor.into_cursor().map_or(Start::First, Start::At);
        self
    }

    /// The page behind a row's [cursor](Page::cursor), wherever that leads by itself.
    /// `None` is the first page.
    pub fn after(mut self, cursor: impl IntoCursor) -> Self {
        self.start = cursor.into_cursor().map_or(Start::First, Start::After);
        self
    }

    /// The page in front of a row's [cursor](Page::cursor), wherever that leads by
    /// itself. `None` is the last page.
    pub fn before(mut self, cursor: impl IntoCursor) -> Self {
        self.start = cursor.into_cursor().map_or(Start::Last, Start::Before);
        self
    }

    /// The last page: as many rows as a page has, from the end of the order.
    pub fn last(self) -> Self {
        self.before(None::<PageCursor>)
    }

    /// Counts the rows of all pages, in the same statement. An empty page that a cursor
    /// led to takes a second one.
    pub fn with_total(mut self) -> Self {
        self.with_total = true;
        self
    }

    /// Signs the cursors that it gives out, and takes no others: whoever has one still
    /// sees the values in it, and cannot make another. A good key is 32 random bytes that
    /// every server of the program has.
    pub fn signed_by(mut self, key: &[u8]) -> Self {
        self.secret = Some(key.to_vec());
        self
    }

    /// The page.
    ///
    /// # Errors
    /// When the cursor is not one of this order
    /// ([`is_cursor_refused`](crate::Error::is_cursor_refused)), the query has a limit
    /// already, is distinct or is sorted by a window, beside what fails in
    /// [`all`](Query::all).
    pub async fn fetch(self, db: &dyn Executor) -> Result<Page<L>> {
        let (asked, shape) = self.asked()?;
        let mut rows = Gathered::all(&shape);
        let db = db.executor();
        let fetching = Box::pin(asked.fetch(db, &mut rows));
        let found = db.within("page", M::TABLE.model, fetching).await?;
        let (next, previous) = asked.beside(&found)?;
        Ok(Page {
            rows: asked.arranged(rows.into_rows()),
            next,
            previous,
            total: found.total,
            marks: Marks {
                values: found.values,
                terms: asked.terms,
                seal: asked.seal,
            },
        })
    }

    /// The SQL text of the page, one line per statement.
    ///
    /// # Errors
    /// Where [`fetch`](Self::fetch) fails before it sends anything.
    pub fn to_sql(&self) -> Result<String> {
        let (asked, _) = self.clone().asked()?;
        Ok(load::to_sql(Backend::Postgres, &asked.select).join("\n"))
    }

    /// How the database goes about the page, without running it: see
    /// [`Query::explain`].
    ///
    /// # Errors
    /// When the server refuses the statement, or [`fetch`](Self::fetch) would not send it.
    pub async fn explain(self, db: &dyn Executor) -> Result<QueryPlan> {
        let (asked, _) = self.asked()?;
        let plan = load::explain(db.executor(), &asked.select).await;
        plan.map_err(super::fetch::in_model::<M>)
    }

    /// The plan if every index pays: see [`Query::explain_by_index`].
    ///
    /// # Errors
    /// As [`explain`](Self::explain).
    pub async fn explain_by_index(self, db: &dyn Executor) -> Result<QueryPlan> {
        let (asked, _) = self.asked()?;
        let plan = Box::pin(load::explain_by_index(db.executor(), &asked.select));
        plan.await.map_err(super::fetch::in_model::<M>)
    }

    fn asked(self) -> Result<(Asked, Shape<L>)> {
        let (select, secret) = (self.select, self.secret);
        let asked = Asked::new::<M>(select, self.size, &self.start, self.with_total, secret)?;
        Ok((asked, self.shape))
    }
}

/// Some rows of a query, and where those beside them are.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Page<L> {
    /// The rows, in the query's order whichever way they were read.
    pub rows: Vec<L>,
    /// Where the next page begins, if there are more rows.
    pub next: Option<PageCursor>,
    /// Where the previous page is. Of a page that a cursor led to forwards it is always
    /// there: the rows that were passed may be gone since.
    pub previous: Option<PageCursor>,
    /// How many rows all pages have, where [`with_total`](Pages::with_total) asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
    #[serde(skip)]
    marks: Marks,
}

/// What the rows of a page are sorted by.
#[derive(Clone)]
struct Marks {
    values: Vec<Values>,
    terms: Arc<[OrderBy]>,
    seal: Arc<Seal>,
}

impl std::fmt::Debug for Marks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.seal.fmt(f)
    }
}

impl<L> Page<L> {
    /// Whether there are rows behind these.
    pub fn has_next(&self) -> bool {
        self.next.is_some()
    }

    /// Whether there are rows in front of these, or were when the cursor was made that
    /// led here.
    pub fn has_previous(&self) -> bool {
        self.previous.is_some()
    }

    /// The place of one of the rows, counted from 0; `None` beyond the last.
    ///
    /// # Errors
    /// When it is sorted by a value that no cursor can hold.
    pub fn cursor(&self, row: usize) -> Result<Option<PageCursor>> {
        let Some(values) = self.marks.values.get(row) else {
            return Ok(None);
        };
        let place = Place {
            values: values.clone(),
            backwards: false,
            at_it: false,
        };
        PageCursor::new(&place, &self.marks.terms, &self.marks.seal).map(Some)
    }

    /// The same page of other values, one for each row.
    ///
    /// ```
    /// # use orm_core::query::Page;
    /// fn names(page: Page<(i32, String)>) -> Page<String> {
    ///     page.map(|(_, name)| name)
    /// }
    /// ```
    pub fn map<T>(self, each: impl FnMut(L) -> T) -> Page<T> {
        Page {
            rows: self.rows.into_iter().map(each).collect(),
            next: self.next,
            previous: self.previous,
            total: self.total,
            marks: self.marks,
        }
    }
}
