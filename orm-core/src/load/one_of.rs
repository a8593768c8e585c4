//! Rows with the one row, of one of several models, that they belong to.

use std::marker::PhantomData;

use super::Shape;
use super::collect::{Children, Collect, MakeCollect, Unplanned};
use super::plan::{Level, SlotMap};
use crate::decode::Cursor;
use crate::error::Result;
use crate::model::{AtMostOne, Fill};
use crate::polymorphic::{AssociateOneOf, EachOwner, OwnerIn, Part, Polymorphic};
use crate::types::Param;

impl<P: Send + Sync + 'static> Shape<P> {
    /// The same rows with what they belong to loaded. Each model has a level of
    /// its own; the first is the `index`-th include of the query.
    pub(crate) fn with_one_of<A>(self, index: usize) -> Shape<P::Output>
    where
        A: AssociateOneOf,
        P: Fill<A, Option<A::Targets>>,
    {
        Shape::made_by(WithOneOf::<A, P> {
            parent: self,
            index,
            association: PhantomData,
        })
    }
}

struct WithOneOf<A, P> {
    parent: Shape<P>,
    index: usize,
    association: PhantomData<fn() -> A>,
}

impl<A, P> MakeCollect<P::Output> for WithOneOf<A, P>
where
    A: AssociateOneOf,
    P: Fill<A, Option<A::Targets>> + Send + Sync + 'static,
{
    fn collect(&self, level: Option<&Level>) -> Box<dyn Collect<P::Output>> {
        let planned = level.and_then(|level| Some((level, level.children.get(self.index..)?)));
        let Some((level, children)) = planned else {
            return Box::new(Unplanned(PhantomData));
        };
        let mut models = Models::<A> {
            levels: children.iter(),
            found: Vec::new(),
        };
        A::Targets::each_owner(&mut models);
        Box::new(Owned::<A, P> {
            parents: self.parent.collect(Some(level)),
            parent_level: level.number,
            type_slot: level.slot_of(A::TYPE_COLUMN),
            models: models.found,
        })
    }
}

/// Pairs each model with its level.
struct Models<'l, A: AssociateOneOf> {
    levels: std::slice::Iter<'l, Level>,
    found: Vec<Box<dyn OwnersOfModel<A::Targets>>>,
}

impl<A: AssociateOneOf> EachOwner<A::Targets> for Models<'_, A> {
    fn meet<M: OwnerIn<A::Targets>>(&mut self) {
        let Some(level) = self.levels.next() else {
            return;
        };
        self.found.push(Box::new(OfModel::<A, M> {
            children: Children::new(Vec::new(), &Shape::plain(), level),
            handed_down: level.parent_key_slots.clone(),
        }));
    }
}

/// The rows of one of the models.
trait OwnersOfModel<E: Polymorphic>: Send {
    fn has(&self, level: usize) -> bool;
    fn push(&mut self, level: usize, row: &crate::decode::Row) -> Result<()>;
    fn keys_for(&self, level: usize) -> Option<Vec<Param>>;

    /// Takes the key of the next parent, if it belongs to this model.
    fn expect_for(&mut self, owner: Option<E::Type>, row: &crate::decode::Row) -> Result<()>;

    /// One entry per parent.
    fn finish(self: Box<Self>) -> Result<Vec<Option<E>>>;
}

struct OfModel<A: AssociateOneOf, M: OwnerIn<A::Targets>> {
    children: Children<Part<A, M>, AtMostOne, M>,
    /// Where the parents' rows hold the key.
    handed_down: SlotMap,
}

impl<A: AssociateOneOf, M: OwnerIn<A::Targets>> OwnersOfModel<A::Targets> for OfModel<A, M> {
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

    fn finish(self: Box<Self>) -> Result<Vec<Option<A::Targets>>> {
        let rows = self.children.attach_all()?.into_iter();
        Ok(rows.map(|row| row.map(OwnerIn::into_owner)).collect())
    }
}

/// Rows with what they belong to.
struct Owned<A: AssociateOneOf, P> {
    parents: Box<dyn Collect<P>>,
    parent_level: usize,
    /// Where the parents' rows say which model they belong to.
    type_slot: u16,
    models: Vec<Box<dyn OwnersOfModel<A::Targets>>>,
}

impl<A, P> Collect<P::Output> for Owned<A, P>
where
    A: AssociateOneOf,
    P: Fill<A, Option<A::Targets>> + Send + Sync + 'static,
{
    fn push(&mut self, level: usize, row: &crate::decode::Row) -> Result<()> {
        if let Some(model) = self.models.iter_mut().find(|model| model.has(level)) {
            return model.push(level, row);
        }
        if level == self.parent_level {
            let slot = [self.type_slot];
            let owner = Cursor::of_row(row).slots(&slot).take()?;
            for model in &mut self.models {
                model.expect_for(owner, row)?;
            }
        }
        self.parents.push(level, row)
    }

    fn keys_for(&self, level: usize) -> Option<Vec<Param>> {
        let mut models = self.models.iter();
        models
            .find_map(|model| model.keys_for(level))
            .or_else(|| self.parents.keys_for(level))
    }

    fn finish(self: Box<Self>) -> Result<Vec<P::Output>> {
        let parents = self.parents.finish()?;
        let mut owners = vec![None; parents.len()];
        for model in self.models {
            for (slot, owner) in owners.iter_mut().zip(model.finish()?) {
                *slot = slot.take().or(owner);
            }
        }
        let filled = parents.into_iter().zip(owners);
        Ok(filled.map(|(parent, owner)| parent.fill(owner)).collect())
    }
}
