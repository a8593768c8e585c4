//! Rows with the one row, of one of several models, that they belong to.

use std::marker::PhantomData;
use std::ops::Range;

use super::Shape;
use super::collect::{Children, Collect, MakeCollect, Unplanned};
use super::plan::{Level, SlotMap};
use super::projected::{OfAssociation, OtherSide};
use crate::decode::Cursor;
use crate::error::{Error, Result};
use crate::model::{AtMostOne, Cardinality, Fill, Model};
use crate::polymorphic::{AssociateOneOf, EachOwner, OwnerIn, OwnerRows, Part, Polymorphic};
use crate::projection::Holds;
use crate::types::Param;

impl<P: Send + Sync + 'static> Shape<P> {
    /// The same rows with what they belong to loaded. Each model has a level of
    /// its own; the first is the `index`-th include of the query.
    pub(crate) fn with_one_of<A, R, K>(self, shapes: R::Shapes, index: usize) -> Shape<P::Output>
    where
        A: AssociateOneOf,
        R: OwnerRows<A::Targets>,
        K: Cardinality,
        P: Fill<A, K::Loaded<R>>,
    {
        Shape::made_by(WithOneOf::<A, R, K, P> {
            parent: self,
            shapes,
            index,
            association: PhantomData,
        })
    }
}

impl<T: 'static> OfAssociation<T> {
    /// The field's rows are of one of several models, the first of which is the
    /// `index`-th include of the query.
    pub(crate) fn one_of<A, K>(
        shapes: <T::Row as OwnerRows<A::Targets>>::Shapes,
        index: usize,
    ) -> Self
    where
        A: AssociateOneOf,
        K: Cardinality,
        T: Holds<K>,
        T::Row: OwnerRows<A::Targets>,
    {
        OfAssociation::begun_by(move |level| {
            let owners = Owners::<A, T::Row, K>::begin(level, &shapes, index)?;
            Some((owners.levels.clone(), Box::new(Held::<A, K, T>(owners))))
        })
    }
}

struct WithOneOf<A: AssociateOneOf, R: OwnerRows<A::Targets>, K, P> {
    parent: Shape<P>,
    shapes: R::Shapes,
    index: usize,
    association: PhantomData<fn() -> (A, K)>,
}

impl<A, R, K, P> MakeCollect<P::Output> for WithOneOf<A, R, K, P>
where
    A: AssociateOneOf,
    R: OwnerRows<A::Targets>,
    K: Cardinality,
    P: Fill<A, K::Loaded<R>> + Send + Sync + 'static,
{
    fn collect(&self, level: Option<&Level>) -> Box<dyn Collect<P::Output>> {
        let planned = level.and_then(|level| {
            let owners = Owners::<A, R, K>::begin(level, &self.shapes, self.index)?;
            Some((level, owners))
        });
        let Some((level, owners)) = planned else {
            return Box::new(Unplanned(PhantomData));
        };
        Box::new(Owned::<A, R, K, P> {
            parents: self.parent.collect(Some(level)),
            parent_level: level.number,
            owners,
        })
    }
}

/// What the rows of a level belong to, during one run.
struct Owners<A: AssociateOneOf, R, K> {
    /// Where the level's rows say which model they belong to.
    type_slot: u16,
    /// The numbers of the models' levels and of those below them.
    levels: Range<usize>,
    models: Vec<Box<dyn OwnersOfModel<A::Targets, R>>>,
    cardinality: PhantomData<fn() -> K>,
}

impl<A, R, K> Owners<A, R, K>
where
    A: AssociateOneOf,
    R: OwnerRows<A::Targets>,
    K: Cardinality,
{
    /// `None` where the plan has no levels for them.
    fn begin(level: &Level, shapes: &R::Shapes, index: usize) -> Option<Self> {
        let planned = level.children.get(index..)?;
        let mut models = Models::<A, R> {
            levels: planned.iter(),
            last: None,
            found: Vec::new(),
        };
        R::each(shapes, &mut models);
        Some(Owners {
            type_slot: level.slot_of(A::TYPE_COLUMN),
            levels: planned.first()?.number..models.last?,
            models: models.found,
            cardinality: PhantomData,
        })
    }

    /// Takes the type and the key of the next parent.
    fn expect_for(&mut self, row: &crate::decode::Row) -> Result<()> {
        let slot = [self.type_slot];
        let owner = Cursor::of_row(row).slots(&slot).take()?;
        let mut models = self.models.iter_mut();
        models.try_for_each(|model| model.expect_for(owner, row))
    }

    fn push(&mut self, level: usize, row: &crate::decode::Row) -> Result<()> {
        let mut models = self.models.iter_mut();
        let model = models.find(|model| model.has(level));
        model.map_or(Ok(()), |model| model.push(level, row))
    }

    fn keys_for(&self, level: usize) -> Option<Vec<Param>> {
        self.models.iter().find_map(|model| model.keys_for(level))
    }

    /// What each parent gets.
    fn finish(self) -> Result<Vec<K::Loaded<R>>> {
        let mut of_each: Vec<Option<R>> = Vec::new();
        for model in self.models {
            let found = model.finish()?;
            of_each.resize_with(found.len(), || None);
            for (slot, owner) in of_each.iter_mut().zip(found) {
                *slot = slot.take().or(owner);
            }
        }
        counted::<A, R, K>(of_each)
    }
}

/// What each parent gets, of the row that is there or is not.
pub(crate) fn counted<A, R, K>(rows: Vec<Option<R>>) -> Result<Vec<K::Loaded<R>>>
where
    A: AssociateOneOf,
    R: OwnerRows<A::Targets>,
    K: Cardinality,
{
    let mut alone = Vec::with_capacity(1);
    let mut loaded = Vec::with_capacity(rows.len());
    for row in rows {
        alone.extend(row);
        loaded.push(K::take(&mut alone, 0).ok_or_else(missing::<A>)?);
    }
    Ok(loaded)
}

fn missing<A: AssociateOneOf>() -> Error {
    let owners = std::any::type_name::<A::Targets>();
    let owners = owners.rsplit("::").next().unwrap_or(owners);
    Error::missing_association(A::Owner::TABLE.model, A::NAME, owners)
}

/// The same for the field of a projection.
struct Held<A: AssociateOneOf, K, T: Holds<K>>(Owners<A, T::Row, K>)
where
    K: Cardinality,
    T::Row: OwnerRows<A::Targets>;

impl<A, K, T> OtherSide<T> for Held<A, K, T>
where
    A: AssociateOneOf,
    K: Cardinality,
    T: Holds<K>,
    T::Row: OwnerRows<A::Targets>,
{
    fn expect_for(&mut self, row: &crate::decode::Row) -> Result<()> {
        self.0.expect_for(row)
    }

    fn push(&mut self, level: usize, row: &crate::decode::Row) -> Result<()> {
        self.0.push(level, row)
    }

    fn keys_for(&self, level: usize) -> Option<Vec<Param>> {
        self.0.keys_for(level)
    }

    fn finish(self: Box<Self>) -> Result<Vec<T>> {
        Ok(self.0.finish()?.into_iter().map(T::hold).collect())
    }
}

/// Pairs each model with its level.
struct Models<'l, A: AssociateOneOf, R> {
    levels: std::slice::Iter<'l, Level>,
    last: Option<usize>,
    found: Vec<Box<dyn OwnersOfModel<A::Targets, R>>>,
}

impl<A: AssociateOneOf, R: 'static> EachOwner<A::Targets, R> for Models<'_, A, R> {
    fn meet<M, L>(&mut self, shape: &Shape<L>, variant: fn(L) -> R)
    where
        M: OwnerIn<A::Targets>,
        L: Clone + Send + Sync + 'static,
    {
        let Some(level) = self.levels.next() else {
            return;
        };
        self.last = Some(level.end);
        self.found.push(Box::new(OfModel::<A, M, L, R> {
            children: Children::new(Vec::new(), shape, level),
            handed_down: level.parent_key_slots.clone(),
            variant,
        }));
    }
}

/// The rows of one of the models.
trait OwnersOfModel<E: Polymorphic, R>: Send {
    fn has(&self, level: usize) -> bool;
    fn push(&mut self, level: usize, row: &crate::decode::Row) -> Result<()>;
    fn keys_for(&self, level: usize) -> Option<Vec<Param>>;

    /// Takes the key of the next parent, if it belongs to this model.
    fn expect_for(&mut self, owner: Option<E::Type>, row: &crate::decode::Row) -> Result<()>;

    /// One entry per parent.
    fn finish(self: Box<Self>) -> Result<Vec<Option<R>>>;
}

struct OfModel<A: AssociateOneOf, M: OwnerIn<A::Targets>, L, R> {
    children: Children<Part<A, M>, AtMostOne, L>,
    /// Where the parents' rows hold the key.
    handed_down: SlotMap,
    variant: fn(L) -> R,
}

impl<A, M, L, R> OwnersOfModel<A::Targets, R> for OfModel<A, M, L, R>
where
    A: AssociateOneOf,
    M: OwnerIn<A::Targets>,
    L: Clone + Send + Sync + 'static,
{
    fn has(&self, level: usize) -> bool {
        self.children.has(level)
    }

    fn push(&mut self, level: usize, row: &crate::decode::Row) -> Result<()> {
        self.children.push(level, row)
    }

    fn keys_for(&self, level: usize) -> Option<Vec<Param>> {
        self.children.keys_for(level)
    }

    fn expect_for(
        &mut self,
        owner: Option<<A::Targets as Polymorphic>::Type>,
        row: &crate::decode::Row,
    ) -> Result<()> {
        if owner == Some(M::TYPE) {
            return self.children.expect_for(row, &self.handed_down);
        }
        self.children.expect_none();
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Vec<Option<R>>> {
        let rows = self.children.attach_all()?.into_iter();
        Ok(rows.map(|row| row.map(self.variant)).collect())
    }
}

/// Rows with what they belong to.
struct Owned<A: AssociateOneOf, R, K, P> {
    parents: Box<dyn Collect<P>>,
    parent_level: usize,
    owners: Owners<A, R, K>,
}

impl<A, R, K, P> Collect<P::Output> for Owned<A, R, K, P>
where
    A: AssociateOneOf,
    R: OwnerRows<A::Targets>,
    K: Cardinality,
    P: Fill<A, K::Loaded<R>> + Send + Sync + 'static,
{
    fn push(&mut self, level: usize, row: &crate::decode::Row) -> Result<()> {
        if self.owners.levels.contains(&level) {
            return self.owners.push(level, row);
        }
        if level == self.parent_level {
            self.owners.expect_for(row)?;
        }
        self.parents.push(level, row)
    }

    fn keys_for(&self, level: usize) -> Option<Vec<Param>> {
        let owners = self.owners.keys_for(level);
        owners.or_else(|| self.parents.keys_for(level))
    }

    fn finish(self: Box<Self>) -> Result<Vec<P::Output>> {
        let parents = self.parents.finish()?;
        let owners = self.owners.finish()?;
        let filled = parents.into_iter().zip(owners);
        Ok(filled.map(|(parent, owner)| parent.fill(owner)).collect())
    }
}
