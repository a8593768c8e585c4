//! The methods of each kind of association.

use std::pin::Pin;

use orm::create::IntoNew;
use orm::model::{Associate, Association, HasMembers, HeldByJoinTable, HeldByOwner, HeldByTarget};
use orm::prelude::*;
use orm::query::{Related, RelatedChanged, RelatedChanges};
use serde_json::Value;

use crate::changed::{Below, given};
use crate::link::Link;
use crate::reads::{Glance, Readable};
use crate::steps::New;
use crate::steps::Verb;
use crate::tables::{Row, Tables};
use crate::typed::{Answer, Doing, Looking, Making, Order, Stored, Subject, Via, json, typed};

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

fn keys<M: Model>(rows: &[M]) -> Vec<M::Key> {
    rows.iter().map(Model::key).collect()
}

/// What is changed below a row, with its rows as the program holds them.
struct Held<M: Model> {
    deleted: (Vec<M>, Vec<M::Key>),
    removed: (Vec<M>, Vec<M::Key>),
    updated: Vec<(M, M)>,
    added: (Vec<M>, Vec<M::Key>),
    adopted: (Vec<M>, Vec<M::Key>),
}

impl<M: Stored> Held<M> {
    fn of(below: &Below) -> Self {
        let updated = below.updated.iter();
        Held {
            deleted: given(&below.deleted),
            removed: given(&below.removed),
            updated: updated.map(|(old, new)| (typed(old), typed(new))).collect(),
            added: given(&below.added),
            adopted: given(&below.adopted),
        }
    }

    /// What every association can have changed.
    fn change<'m, A: Associate<Target = M>>(
        &'m self,
        related: Related<'m, A, A::Holder>,
    ) -> RelatedChanges<'m, A, A::Holder>
    where
        A::Holder: HasMembers,
    {
        let updates = self.updated.iter().map(|(old, new)| new.changes(old));
        let change = related.change().delete(&self.deleted.0).update(updates);
        change.delete_keys(self.deleted.1.iter().cloned())
    }
}

/// The same, and rows that come and go.
macro_rules! moving {
    ($change:expr, $held:expr) => {
        $change
            .add(&$held.added.0)
            .add_keys($held.added.1.iter().cloned())
            .remove(&$held.removed.0)
            .remove_keys($held.removed.1.iter().cloned())
    };
}

fn changed<M: Stored>(changed: &RelatedChanged<M>) -> Answer {
    let rows = changed.updated.iter().chain(&changed.created);
    Answer::of(&rows.collect::<Vec<_>>())
}

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
    N: IntoNew<A::Target>,
{
    fn link(&self) -> &Link {
        &self.link
    }

    fn verbs(&self) -> &'static [Verb] {
        &[Verb::Create, Verb::Create, Verb::Adopt, Verb::Delete]
    }

    fn changes(&self) -> bool {
        true
    }

    fn change<'a>(&'a self, owner: &'a Row, below: &'a Below, via: Via<'a>) -> Doing<'a> {
        Box::pin(async move {
            let owner: A::Owner = typed(owner);
            let held = Held::<A::Target>::of(below);
            let change = held.change(owner.related(self.association));
            let change = change.adopt(&held.adopted.0);
            let change = change.adopt_keys(held.adopted.1.iter().cloned());
            let build = self.making.build;
            let change = change.create(|create| {
                let rows = below.created.iter();
                rows.map(|new| build(create(), new)).collect::<Vec<_>>()
            });
            Ok(changed(&change.save(via.executor()).await?))
        })
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
                Verb::Adopt if order.by_keys => related.adopt_keys(keys(&targets), db).await?,
                Verb::Adopt => related.adopt(&targets, db).await?,
                Verb::Delete if order.by_keys => related.delete_keys(keys(&targets), db).await?,
                Verb::Delete => related.delete(&targets, db).await?,
                other => unsupported(other),
            }
            Ok(Answer::of::<A::Target>(&[]))
        })
    }

    fn read<'a>(
        &'a self,
        tables: &'a Tables,
        glance: &'a Glance<'a>,
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
    N: IntoNew<A::Target>,
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

    fn changes(&self) -> bool {
        true
    }

    fn change<'a>(&'a self, owner: &'a Row, below: &'a Below, via: Via<'a>) -> Doing<'a> {
        Box::pin(async move {
            let owner: A::Owner = typed(owner);
            let held = Held::<A::Target>::of(below);
            let change = held.change(owner.related(self.association));
            let change = change.adopt(&held.adopted.0);
            let change = change.adopt_keys(held.adopted.1.iter().cloned());
            let change = moving!(change, held);
            let build = self.making.build;
            let change = change.create(|create| {
                let rows = below.created.iter();
                rows.map(|new| build(create(), new)).collect::<Vec<_>>()
            });
            Ok(changed(&change.save(via.executor()).await?))
        })
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
                Verb::Add if order.by_keys => related.add_keys(keys(&targets), db).await?,
                Verb::Add => related.add(&targets, db).await?,
                Verb::Set if order.by_keys => related.set_keys(keys(&targets), db).await?,
                Verb::Set => related.set(&targets, db).await?,
                Verb::Remove if order.by_keys => related.remove_keys(keys(&targets), db).await?,
                Verb::Remove => related.remove(&targets, db).await?,
                Verb::Adopt if order.by_keys => related.adopt_keys(keys(&targets), db).await?,
                Verb::Adopt => related.adopt(&targets, db).await?,
                Verb::Delete if order.by_keys => related.delete_keys(keys(&targets), db).await?,
                Verb::Delete => related.delete(&targets, db).await?,
                other => unsupported(other),
            }
            Ok(Answer::of::<A::Target>(&[]))
        })
    }

    fn read<'a>(
        &'a self,
        tables: &'a Tables,
        glance: &'a Glance<'a>,
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
                    let owner = match order.by_keys {
                        true => related.set_key(target.key(), db).await?,
                        false => related.set(&target, db).await?,
                    };
                    Ok(Answer::of(&[owner]))
                }
                Verb::CreateThere => {
                    let new = order.new.unwrap_or_else(|| no_row());
                    let (target, owner) = related.create((self.build)(new), db).await?;
                    let rows = vec![json(&target), json(&owner)];
                    Ok(Answer::of(&rows))
                }
                other => unsupported(other),
            }
        })
    }

    fn read<'a>(
        &'a self,
        tables: &'a Tables,
        glance: &'a Glance<'a>,
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
                    let owner = match order.by_keys {
                        true => related.set_key(target.key(), db).await?,
                        false => related.set(&target, db).await?,
                    };
                    Ok(Answer::of(&[owner]))
                }
                Verb::CreateThere => {
                    let new = order.new.unwrap_or_else(|| no_row());
                    let (target, owner) = related.create((self.build)(new), db).await?;
                    let rows = vec![json(&target), json(&owner)];
                    Ok(Answer::of(&rows))
                }
                Verb::Clear => Ok(Answer::of(&[related.clear(db).await?])),
                other => unsupported(other),
            }
        })
    }

    fn read<'a>(
        &'a self,
        tables: &'a Tables,
        glance: &'a Glance<'a>,
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

    fn changes(&self) -> bool {
        true
    }

    fn change<'a>(&'a self, owner: &'a Row, below: &'a Below, via: Via<'a>) -> Doing<'a> {
        Box::pin(async move {
            let owner: A::Owner = typed(owner);
            let held = Held::<A::Target>::of(below);
            let mut related = owner.related(self.association);
            if let (Some(joining), Some(value)) = (self.joining, below.joining) {
                related = joining(related, value);
            }
            let change = moving!(held.change(related), held);
            let change = change.create(|_| below.created.iter().map(self.build));
            Ok(changed(&change.save(via.executor()).await?))
        })
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
                Verb::Add if order.by_keys => related.add_keys(keys(&targets), db).await?,
                Verb::Add => related.add(&targets, db).await?,
                Verb::Set if order.by_keys => related.set_keys(keys(&targets), db).await?,
                Verb::Set => related.set(&targets, db).await?,
                Verb::Remove if order.by_keys => related.remove_keys(keys(&targets), db).await?,
                Verb::Remove => related.remove(&targets, db).await?,
                other => unsupported(other),
            }
            Ok(Answer::of::<A::Target>(&[]))
        })
    }

    fn read<'a>(
        &'a self,
        tables: &'a Tables,
        glance: &'a Glance<'a>,
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
