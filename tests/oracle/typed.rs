//! The methods of the ORM behind one door, so that steps can be data.

use std::pin::Pin;

use orm::create::Saving;
use orm::key::IntoKey;
use orm::model::{Column, Unique, Writable};
use orm::prelude::*;
use orm::projection::ProjectionOf;
use orm::query::Filter;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::changed::Below;
use crate::link::Link;
use crate::reads::Glance;
use crate::steps::{Fate, New, Verb, Way};
use crate::tables::{Row, Table, Tables};

/// A model of these worlds.
pub(crate) trait Stored:
    Writable + Model<Key: IntoKey<<Self as Model>::Key>> + Serialize + DeserializeOwned
{
    /// Only the label.
    type Shape: ProjectionOf<Self> + Serialize + Clone + Send + Sync + 'static;

    fn label() -> Column<Self, String, Unique>;
}

/// `stored!(Book, BookLabel)`: the model, and a projection of it.
macro_rules! stored {
    ($($model:ident, $shape:ident;)+) => {$(
        #[derive(orm::prelude::Projection, Debug, Clone, PartialEq, serde::Serialize)]
        #[projection(model = $model)]
        struct $shape {
            label: String,
        }

        impl $crate::typed::Stored for $model {
            type Shape = $shape;

            fn label() -> orm::model::Column<Self, String, orm::model::Unique> {
                $model::label
            }
        }
    )+};
}
pub(crate) use stored;

/// Where a call is sent.
#[derive(Clone, Copy)]
pub(crate) enum Via<'a> {
    Db(&'a Db),
    Tx(&'a Tx),
}

impl<'a> Via<'a> {
    pub(crate) fn executor(self) -> &'a dyn Executor {
        match self {
            Via::Db(db) => db,
            Via::Tx(tx) => tx,
        }
    }
}

/// What a method returned: the rows, and of an upsert whether the row is new.
pub(crate) struct Answer {
    pub(crate) rows: Vec<Value>,
    pub(crate) created: Option<bool>,
    /// The same of an upsert of many.
    pub(crate) each_created: Option<Vec<bool>>,
}

impl Answer {
    pub(crate) fn of<R: Serialize>(rows: &[R]) -> Self {
        Answer {
            rows: rows.iter().map(json).collect(),
            created: None,
            each_created: None,
        }
    }
}

pub(crate) fn json<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// A row of a table as the program would hold it.
pub(crate) fn typed<M: Stored>(row: &Row) -> M {
    match serde_json::from_value(Value::Object(row.clone())) {
        Ok(row) => row,
        Err(error) => panic!("{} from {row:?}: {error}", M::TABLE.model),
    }
}

pub(crate) type Doing<'a> = Pin<Box<dyn Future<Output = orm::Result<Answer>> + 'a>>;
pub(crate) type Looking<'a> = Pin<Box<dyn Future<Output = Result<(), String>> + 'a>>;

/// One call of an association's method.
pub(crate) struct Order<'a> {
    pub(crate) verb: Verb,
    pub(crate) owner: &'a Row,
    pub(crate) targets: &'a [Row],
    pub(crate) new: Option<&'a New>,
    pub(crate) joining: Option<i32>,
    /// Whether the targets are given by their keys.
    pub(crate) by_keys: bool,
}

/// An association of some models.
pub(crate) trait Subject {
    fn link(&self) -> &Link;

    /// Whether rows below it can be changed together.
    fn changes(&self) -> bool {
        false
    }

    /// `related(..).change()` with all of the changes.
    fn change<'a>(&'a self, owner: &'a Row, changes: &'a Below, via: Via<'a>) -> Doing<'a> {
        let _ = (owner, changes, via);
        panic!("nothing is changed below a row of {}", self.link().field)
    }

    /// What can be done with it.
    fn verbs(&self) -> &'static [Verb];

    fn write<'a>(&'a self, order: Order<'a>, via: Via<'a>) -> Doing<'a>;

    /// Compares every way of reading it with the tables.
    fn read<'a>(
        &'a self,
        tables: &'a Tables,
        glance: &'a Glance<'a>,
        db: &'a dyn Executor,
    ) -> Looking<'a>;
}

/// How a row of the other side is finished and saved.
pub(crate) struct Making<C, N, M> {
    pub(crate) build: fn(C, &New) -> N,
    pub(crate) save: for<'a> fn(N, Via<'a>) -> Saving<'a, M>,
}

/// `making!(|line, new| line.label(&*new.label))`
macro_rules! making {
    ($build:expr) => {
        $crate::typed::Making {
            build: $build,
            save: |row, via| match via {
                $crate::typed::Via::Db(db) => row.save(db),
                $crate::typed::Via::Tx(tx) => row.save(tx),
            },
        }
    };
}
pub(crate) use making;

/// A row with the key that was given, if one was.
macro_rules! numbered {
    ($row:expr, $new:ident) => {
        match $new.id {
            Some(id) => $row.id(id),
            None => $row,
        }
    };
}
pub(crate) use numbered;

/// A row with a column that can be NULL, if something was given for it.
macro_rules! maybe {
    ($row:expr, $new:ident, $column:ident) => {
        match $new.value(stringify!($column)) {
            Some(_) => $row.$column($new.number(stringify!($column))),
            None => $row,
        }
    };
}
pub(crate) use maybe;

/// A row with rows of an association below it, if there are any.
macro_rules! below {
    ($row:ident, $new:ident, $at:expr, $association:expr, $build:expr) => {{
        let rows = $new.below($at);
        match rows.is_empty() {
            true => $row,
            false => $row.with($association, |create| {
                rows.iter()
                    .map(|new| $build(create(), new))
                    .collect::<Vec<_>>()
            }),
        }
    }};
}
pub(crate) use below;

/// New rows of a model.
pub(crate) trait Maker {
    fn table(&self) -> &'static str;

    /// The associations through which rows can be created below a new one.
    fn nests(&self) -> &'static [usize];

    fn make<'a>(&'a self, rows: &'a [New], way: Way, via: Via<'a>) -> Doing<'a>;

    /// What can become of a row.
    fn fates(&self) -> &'static [Fate] {
        &[Fate::Deleted]
    }

    fn delete<'a>(&'a self, row: &'a Row, fate: Fate, via: Via<'a>) -> Doing<'a>;

    /// Rows as they were, and as they are to be.
    fn update<'a>(&'a self, rows: &'a [(Row, Row)], via: Via<'a>) -> Doing<'a>;

    /// Compares what is read where marks are lifted with the tables.
    fn look<'a>(
        &'a self,
        tables: &'a Tables,
        schema: &'a [Table],
        db: &'a dyn Executor,
    ) -> Looking<'a> {
        let _ = (tables, schema, db);
        Box::pin(std::future::ready(Ok(())))
    }
}

/// Rows of one label.
pub(crate) fn labelled<M: Stored>(label: &str) -> Filter<M> {
    M::label().eq(label)
}
