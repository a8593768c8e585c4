//! The methods of the ORM behind one door, so that steps can be data.

use std::pin::Pin;

use orm::create::{IntoNew, Saving};
use orm::model::{
    Associate, Association, Column, HeldByJoinTable, HeldByOwner, HeldByTarget, Unique,
};
use orm::prelude::*;
use orm::projection::ProjectionOf;
use orm::query::Filter;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::link::Link;
use crate::reads::{Glance, Readable};
use crate::steps::{New, Verb, Way};
use crate::tables::{Row, Tables};

/// A model of these worlds.
pub(crate) trait Stored: Model + Serialize + DeserializeOwned {
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
}

impl Answer {
    fn of<R: Serialize>(rows: &[R]) -> Self {
        Answer {
            rows: rows.iter().map(json).collect(),
            created: None,
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
}

/// An association of some models.
pub(crate) trait Subject {
    fn link(&self) -> &Link;

    /// What can be done with it.
    fn verbs(&self) -> &'static [Verb];

    fn write<'a>(&'a self, order: Order<'a>, via: Via<'a>) -> Doing<'a>;

    /// Compares every way of reading it with the tables.
    fn read<'a>(
        &'a self,
        tables: &'a Tables,
        glance: &'a Glance,
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

/// `has_one` and `has_many` on a NOT NULL key.
pub(crate) struct Kept<A: Associate, N> {
    pub(crate) link: Link,
    pub(crate) association: Association<A>,
    pub(crate) making: Making<A::Create, N, A::Target>,
}

/// `has_one` and `has_many` on a nullable key.
pub(crate) struct Loose<A: Associate, N> {
    pub(crate) link: Link,
    pub(crate) association: Association<A>,
    pub(crate) making: Making<A::Create, N, A::Target>,
}

/// `belongs_to` on a NOT NULL key.
pub(crate) struct Pointing<A: Associate, N> {
    pub(crate) link: Link,
    pub(crate) association: Association<A>,
    pub(crate) build: fn(&New) -> N,
}

/// `belongs_to` on a nullable key.
pub(crate) struct MayPoint<A: Associate, N> {
    pub(crate) link: Link,
    pub(crate) association: Association<A>,
    pub(crate) build: fn(&New) -> N,
}

/// `many_to_many`
pub(crate) struct Linked<A: Associate, N> {
    pub(crate) link: Link,
    pub(crate) association: Association<A>,
    pub(crate) build: fn(&New) -> N,
    pub(crate) joining: Option<Joining<A>>,
    /// Reads the rows with their join rows.
    pub(crate) joined: Option<ReadJoined<A>>,
}

/// Gives the join row a value.
pub(crate) type Joining<A> =
    for<'m> fn(orm::query::Related<'m, A>, i32) -> orm::query::Related<'m, A>;

/// All owners with their rows and join rows, as JSON.
pub(crate) type ReadJoined<A> =
    for<'a> fn(
        Association<A>,
        &'a dyn Executor,
    ) -> Pin<Box<dyn Future<Output = orm::Result<Vec<Value>>> + 'a>>;

/// Reads all rows of a model with those of an association and their join rows.
macro_rules! with_join_rows {
    ($model:ident) => {
        |association, db| {
            Box::pin(async move {
                let rows = $model::query()
                    .order_by($model::label)
                    .include(association.with_join_row())
                    .all(db)
                    .await?;
                Ok(rows.iter().map($crate::typed::json).collect())
            })
        }
    };
}
pub(crate) use with_join_rows;

fn unsupported(verb: Verb) -> ! {
    panic!("{verb:?} is not a method of this association")
}

fn no_row() -> ! {
    panic!("a new row was expected")
}

impl<A, N> Subject for Kept<A, N>
where
    A: Readable + Associate<Holder = HeldByTarget<false>>,
    A::Owner: Stored,
    A::Target: Stored,
{
    fn link(&self) -> &Link {
        &self.link
    }

    fn verbs(&self) -> &'static [Verb] {
        &[Verb::Create, Verb::Create, Verb::Adopt, Verb::Delete]
    }

    fn write<'a>(&'a self, order: Order<'a>, via: Via<'a>) -> Doing<'a> {
        Box::pin(async move {
            let owner: A::Owner = typed(order.owner);
            let targets: Vec<A::Target> = order.targets.iter().map(typed).collect();
            let db = via.executor();
            let related = owner.related(self.association);
            match order.verb {
                Verb::Create => {
                    let new = order.new.unwrap_or_else(|| no_row());
                    let row = (self.making.build)(related.create(), new);
                    return Ok(Answer::of(&[(self.making.save)(row, via).await?]));
                }
                Verb::Adopt => related.adopt(&targets, db).await?,
                Verb::Delete => related.delete(&targets, db).await?,
                other => unsupported(other),
            }
            Ok(Answer::of::<A::Target>(&[]))
        })
    }

    fn read<'a>(
        &'a self,
        tables: &'a Tables,
        glance: &'a Glance,
        db: &'a dyn Executor,
    ) -> Looking<'a> {
        A::read(&self.link, self.association, tables, glance, db)
    }
}

impl<A, N> Subject for Loose<A, N>
where
    A: Readable + Associate<Holder = HeldByTarget<true>>,
    A::Owner: Stored,
    A::Target: Stored,
{
    fn link(&self) -> &Link {
        &self.link
    }

    fn verbs(&self) -> &'static [Verb] {
        &[
            Verb::Create,
            Verb::Add,
            Verb::Add,
            Verb::Set,
            Verb::Remove,
            Verb::Adopt,
            Verb::Delete,
        ]
    }

    fn write<'a>(&'a self, order: Order<'a>, via: Via<'a>) -> Doing<'a> {
        Box::pin(async move {
            let owner: A::Owner = typed(order.owner);
            let targets: Vec<A::Target> = order.targets.iter().map(typed).collect();
            let db = via.executor();
            let related = owner.related(self.association);
            match order.verb {
                Verb::Create => {
                    let new = order.new.unwrap_or_else(|| no_row());
                    let row = (self.making.build)(related.create(), new);
                    return Ok(Answer::of(&[(self.making.save)(row, via).await?]));
                }
                Verb::Add => related.add(&targets, db).await?,
                Verb::Set => related.set(&targets, db).await?,
                Verb::Remove => related.remove(&targets, db).await?,
                Verb::Adopt => related.adopt(&targets, db).await?,
                Verb::Delete => related.delete(&targets, db).await?,
                other => unsupported(other),
            }
            Ok(Answer::of::<A::Target>(&[]))
        })
    }

    fn read<'a>(
        &'a self,
        tables: &'a Tables,
        glance: &'a Glance,
        db: &'a dyn Executor,
    ) -> Looking<'a> {
        A::read(&self.link, self.association, tables, glance, db)
    }
}

impl<A, N> Subject for Pointing<A, N>
where
    A: Readable + Associate<Holder = HeldByOwner<false>>,
    A::Owner: Stored,
    A::Target: Stored,
    N: IntoNew<A::Target>,
{
    fn link(&self) -> &Link {
        &self.link
    }

    fn verbs(&self) -> &'static [Verb] {
        &[Verb::PointAt, Verb::CreateThere]
    }

    fn write<'a>(&'a self, order: Order<'a>, via: Via<'a>) -> Doing<'a> {
        Box::pin(async move {
            let owner: A::Owner = typed(order.owner);
            let related = owner.related(self.association);
            let db = via.executor();
            match order.verb {
                Verb::PointAt => {
                    let target: A::Target = typed(&order.targets[0]);
                    Ok(Answer::of(&[related.set(&target, db).await?]))
                }
                Verb::CreateThere => {
                    let new = order.new.unwrap_or_else(|| no_row());
                    let (target, owner) = related.create((self.build)(new), db).await?;
                    let rows = vec![json(&target), json(&owner)];
                    Ok(Answer {
                        rows,
                        created: None,
                    })
                }
                other => unsupported(other),
            }
        })
    }

    fn read<'a>(
        &'a self,
        tables: &'a Tables,
        glance: &'a Glance,
        db: &'a dyn Executor,
    ) -> Looking<'a> {
        A::read(&self.link, self.association, tables, glance, db)
    }
}

impl<A, N> Subject for MayPoint<A, N>
where
    A: Readable + Associate<Holder = HeldByOwner<true>>,
    A::Owner: Stored,
    A::Target: Stored,
    N: IntoNew<A::Target>,
{
    fn link(&self) -> &Link {
        &self.link
    }

    fn verbs(&self) -> &'static [Verb] {
        &[Verb::PointAt, Verb::CreateThere, Verb::Clear]
    }

    fn write<'a>(&'a self, order: Order<'a>, via: Via<'a>) -> Doing<'a> {
        Box::pin(async move {
            let owner: A::Owner = typed(order.owner);
            let related = owner.related(self.association);
            let db = via.executor();
            match order.verb {
                Verb::PointAt => {
                    let target: A::Target = typed(&order.targets[0]);
                    Ok(Answer::of(&[related.set(&target, db).await?]))
                }
                Verb::CreateThere => {
                    let new = order.new.unwrap_or_else(|| no_row());
                    let (target, owner) = related.create((self.build)(new), db).await?;
                    let rows = vec![json(&target), json(&owner)];
                    Ok(Answer {
                        rows,
                        created: None,
                    })
                }
                Verb::Clear => Ok(Answer::of(&[related.clear(db).await?])),
                other => unsupported(other),
            }
        })
    }

    fn read<'a>(
        &'a self,
        tables: &'a Tables,
        glance: &'a Glance,
        db: &'a dyn Executor,
    ) -> Looking<'a> {
        A::read(&self.link, self.association, tables, glance, db)
    }
}

impl<A, N> Subject for Linked<A, N>
where
    A: Readable + Associate<Holder = HeldByJoinTable>,
    A::Owner: Stored,
    A::Target: Stored,
    N: IntoNew<A::Target>,
{
    fn link(&self) -> &Link {
        &self.link
    }

    fn verbs(&self) -> &'static [Verb] {
        &[Verb::Create, Verb::Add, Verb::Add, Verb::Set, Verb::Remove]
    }

    fn write<'a>(&'a self, order: Order<'a>, via: Via<'a>) -> Doing<'a> {
        Box::pin(async move {
            let owner: A::Owner = typed(order.owner);
            let targets: Vec<A::Target> = order.targets.iter().map(typed).collect();
            let db = via.executor();
            let mut related = owner.related(self.association);
            if let (Some(joining), Some(value)) = (self.joining, order.joining) {
                related = joining(related, value);
            }
            match order.verb {
                Verb::Create => {
                    let new = order.new.unwrap_or_else(|| no_row());
                    let row = related.create((self.build)(new), db).await?;
                    return Ok(Answer::of(&[row]));
                }
                Verb::Add => related.add(&targets, db).await?,
                Verb::Set => related.set(&targets, db).await?,
                Verb::Remove => related.remove(&targets, db).await?,
                other => unsupported(other),
            }
            Ok(Answer::of::<A::Target>(&[]))
        })
    }

    fn read<'a>(
        &'a self,
        tables: &'a Tables,
        glance: &'a Glance,
        db: &'a dyn Executor,
    ) -> Looking<'a> {
        Box::pin(async move {
            A::read(&self.link, self.association, tables, glance, db).await?;
            match self.joined {
                None => Ok(()),
                Some(read) => {
                    let read = read(self.association, db).await;
                    let owners = read.map_err(|error| format!("with_join_row: {error}"))?;
                    crate::reads::joined(&self.link, tables, glance, owners)
                }
            }
        })
    }
}

/// New rows of a model.
pub(crate) trait Maker {
    fn table(&self) -> &'static str;

    /// The associations through which rows can be created below a new one.
    fn nests(&self) -> &'static [usize];

    fn make<'a>(&'a self, rows: &'a [New], way: Way, via: Via<'a>) -> Doing<'a>;

    fn delete<'a>(&'a self, row: &'a Row, via: Via<'a>) -> Doing<'a>;
}

/// A model of a world.
pub(crate) struct Modelled<M, N> {
    pub(crate) table: &'static str,
    pub(crate) nests: &'static [usize],
    pub(crate) making: Making<(), N, M>,
}

impl<M: Stored, N: IntoNew<M>> Maker for Modelled<M, N> {
    fn table(&self) -> &'static str {
        self.table
    }

    fn nests(&self) -> &'static [usize] {
        self.nests
    }

    fn make<'a>(&'a self, rows: &'a [New], way: Way, via: Via<'a>) -> Doing<'a> {
        Box::pin(async move {
            let build = |new: &New| (self.making.build)((), new);
            let db = via.executor();
            let upserted = match way {
                Way::One => {
                    let row = (self.making.save)(build(&rows[0]), via).await?;
                    return Ok(Answer::of(&[row]));
                }
                Way::Many => {
                    let rows = M::create_many(rows.iter().map(build)).save(db).await?;
                    return Ok(Answer::of(&rows));
                }
                Way::UpsertByLabel => M::upsert(build(&rows[0])).on(M::label()).save(db).await?,
                Way::UpsertByKey => M::upsert(build(&rows[0])).on_key().save(db).await?,
            };
            Ok(Answer {
                rows: vec![json(&upserted.row)],
                created: Some(upserted.created),
            })
        })
    }

    fn delete<'a>(&'a self, row: &'a Row, via: Via<'a>) -> Doing<'a> {
        Box::pin(async move {
            let row: M = typed(row);
            row.delete(via.executor()).await?;
            Ok(Answer::of::<M>(&[]))
        })
    }
}

/// A model without a label.
pub(crate) struct Plain<M, N> {
    pub(crate) table: &'static str,
    pub(crate) making: Making<(), N, M>,
}

impl<M: Model, N: IntoNew<M>> Maker for Plain<M, N> {
    fn table(&self) -> &'static str {
        self.table
    }

    fn nests(&self) -> &'static [usize] {
        &[]
    }

    fn make<'a>(&'a self, rows: &'a [New], way: Way, via: Via<'a>) -> Doing<'a> {
        Box::pin(async move {
            let build = |new: &New| (self.making.build)((), new);
            let count = match way {
                Way::Many => {
                    let made = M::create_many(rows.iter().map(build));
                    made.save(via.executor()).await?.len()
                }
                _ => {
                    (self.making.save)(build(&rows[0]), via).await?;
                    1
                }
            };
            Ok(Answer::of(&vec![Value::Null; count]))
        })
    }

    fn delete<'a>(&'a self, _: &'a Row, _: Via<'a>) -> Doing<'a> {
        panic!("a row without a label is not deleted")
    }
}

/// Rows of one label.
pub(crate) fn labelled<M: Stored>(label: &str) -> Filter<M> {
    M::label().eq(label)
}
