//! Words by which other libraries call what is called otherwise here: each says so.
//!
//! rustc finds no near name for them, or takes a model for an iterator. Nothing here can be
//! called, and a method of the user's own on a type comes first.

use std::future::Ready;

use super::{Filtered, Pages, Query};
use crate::error::Result;
use crate::exec::Executor;
use crate::model::{Model, NotLoaded};

/// A trait that nothing has, with what to write instead.
macro_rules! said_otherwise {
    ($($name:ident: $message:literal, $write:literal;)*) => {$(
        #[doc(hidden)]
        #[diagnostic::on_unimplemented(message = $message, label = $write)]
        pub trait $name {}
    )*};
}

said_otherwise! {
    HasAll: "a model has no `all`: its rows are asked for by a query",
        "write `{Self}::query().all(&db)`";
    HasFilter: "a model has no `filter`: its rows are asked for by a query",
        "write `{Self}::query().filter(..)`";
    HasCount: "a model has no `count`: its rows are counted by a query",
        "write `{Self}::query().count(&db)`";
    HasSave: "a row does not know what was changed in it, so it has no `save`",
        "write `.update().set(column, value)` before this, or `.changes(&before)`; a new row is a `{Self}::create()`";
    PageHasAll: "a page has no `all`", "write `.fetch(&db)` for a page, or leave `.page(..)` out for all rows";
    HasInsert: "a row that is not there yet is no `{Self}`, so there is no `insert`",
        "write `{Self}::create()`, a setter for each column, and `.save(&db)`";
    HasWhere: "a query has no `where_`", "write `.filter(..)`";
    HasFetchAll: "a query has no `fetch_all`", "write `.all(&db)`";
    HasFetchOptional: "a query has no `fetch_optional`", "write `.one_or_none(&db)`";
    HasLoad: "a query has no `load`", "write `.all(&db)`, and `.include(..)` for an association";
    HasTake: "a query has no `take`", "write `.limit(..)`";
    HasSkip: "a query has no `skip`", "write `.offset(..)`, or `.page(20)` to walk through all";
    HasOrderByDesc: "a query has no `order_by_desc`", "write `.order_by(column.desc())`";
    HasJoin: "a query has no joins",
        "write `.include(..)` to load an association, `.filter(Model::association.any(..))` to ask about it";
}

/// What is looked for on a model and is not there.
pub trait SaidOtherwise: Model {
    #[doc(hidden)]
    fn all<W>(_: W) -> Ready<Result<Vec<Self>>>
    where
        Self: HasAll,
    {
        std::future::ready(Ok(Vec::new()))
    }

    #[doc(hidden)]
    fn filter<W>(_: W) -> Query<Self, Self, Filtered>
    where
        Self: HasFilter,
    {
        Query::new().retyped()
    }

    #[doc(hidden)]
    fn count<W>(_: W) -> Ready<Result<i64>>
    where
        Self: HasCount,
    {
        std::future::ready(Ok(0))
    }

    #[doc(hidden)]
    fn insert(&self, _: &dyn Executor) -> Ready<Result<Self>>
    where
        Self: HasInsert,
    {
        std::future::ready(Ok(self.clone()))
    }

    #[doc(hidden)]
    fn save(&self, _: &dyn Executor) -> Ready<Result<Self>>
    where
        Self: HasSave,
    {
        std::future::ready(Ok(self.clone()))
    }
}

impl<M: Model> SaidOtherwise for M {}

/// The same of a query.
#[doc(hidden)]
impl<M: Model, L: 'static, S> Query<M, L, S> {
    pub fn fetch_all<W>(self, _: W) -> Ready<Result<Vec<L>>>
    where
        Self: HasFetchAll,
    {
        std::future::ready(Ok(Vec::new()))
    }

    pub fn fetch_optional<W>(self, _: W) -> Ready<Result<Option<L>>>
    where
        Self: HasFetchOptional,
    {
        std::future::ready(Ok(None))
    }

    pub fn load<W>(self, _: W) -> Ready<Result<Vec<L>>>
    where
        Self: HasLoad,
    {
        std::future::ready(Ok(Vec::new()))
    }

    pub fn where_<W>(self, _: W) -> Query<M, L, Filtered>
    where
        Self: HasWhere,
    {
        self.retyped()
    }

    pub fn take<W>(self, _: W) -> Self
    where
        Self: HasTake,
    {
        self
    }

    pub fn skip<W>(self, _: W) -> Self
    where
        Self: HasSkip,
    {
        self
    }

    pub fn order_by_desc<W>(self, _: W) -> Self
    where
        Self: HasOrderByDesc,
    {
        self
    }

    pub fn inner_join<W>(self, _: W) -> Self
    where
        Self: HasJoin,
    {
        self
    }

    pub fn left_join<W>(self, _: W) -> Self
    where
        Self: HasJoin,
    {
        self
    }
}

/// The same of pages.
#[doc(hidden)]
impl<M: Model, L: Clone + Send + Sync + 'static> Pages<M, L> {
    pub fn all<W>(self, _: W) -> Ready<Result<Vec<L>>>
    where
        Self: PageHasAll,
    {
        std::future::ready(Ok(Vec::new()))
    }
}

/// An association whose rows are there, which one that was not included is not.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the rows of this association were not loaded",
    label = "nothing is here",
    note = "add the association to the query, `.include(Model::association)`, or ask for its rows: \
            `row.related(Model::association).all(&db)`"
)]
pub trait IsLoaded<T> {}

/// What is looked for first on an association.
#[doc(hidden)]
impl NotLoaded {
    pub fn len<T>(&self) -> usize
    where
        Self: IsLoaded<T>,
    {
        0
    }

    pub fn is_empty<T>(&self) -> bool
    where
        Self: IsLoaded<T>,
    {
        true
    }

    pub fn iter<T>(&self) -> std::slice::Iter<'_, T>
    where
        Self: IsLoaded<T>,
    {
        [].iter()
    }

    pub fn first<T>(&self) -> Option<&T>
    where
        Self: IsLoaded<T>,
    {
        None
    }

    pub fn as_ref<T>(&self) -> Option<&T>
    where
        Self: IsLoaded<T>,
    {
        None
    }

    pub fn is_some<T>(&self) -> bool
    where
        Self: IsLoaded<T>,
    {
        false
    }

    pub fn is_none<T>(&self) -> bool
    where
        Self: IsLoaded<T>,
    {
        true
    }
}
