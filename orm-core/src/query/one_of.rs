//! Associations to one of several models: loading and setting them.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use super::{Filter, Include, IntoInclude};
use crate::ast::{self, Assignment, Value};
use crate::error::Result;
use crate::exec::{Exec, Executor};
use crate::key::key_values;
use crate::load::{self, Shape};
use crate::membership::Membership;
use crate::model::{Associate, Association, AtMostOne, Fill, Model, Writable};
use crate::polymorphic::{AssociateOneOf, EachOwner, OneOf, OwnerIn, Part, Polymorphic};
use crate::query::fetch::in_model;
use crate::types::{ColumnType, Param};

impl<A: AssociateOneOf> OneOf<A> {
    /// Loads the row that this one belongs to; `None` where it refers to
    /// nothing, or the row is gone: no constraint of the database keeps it.
    ///
    /// # Errors
    /// When the statement fails.
    pub async fn of(self, row: &A::Owner, db: &dyn Executor) -> Result<Option<A::Targets>> {
        let loaded = self.load_for([row], db).await?;
        Ok(loaded.into_iter().next().flatten())
    }

    /// Loads this for rows that were fetched already, in one statement per
    /// model they belong to; the result has one entry per row, in their order.
    ///
    /// # Errors
    /// When a statement fails.
    pub async fn load_for<'r>(
        self,
        rows: impl IntoIterator<Item = &'r A::Owner>,
        db: &dyn Executor,
    ) -> Result<Vec<Option<A::Targets>>> {
        let rows: Vec<&A::Owner> = rows.into_iter().collect();
        let mut all = vec![None; rows.len()];
        let mut loads = Loads::<A> {
            rows,
            db: db.executor(),
            pending: Vec::new(),
        };
        A::Targets::each_owner(&mut loads);
        for load in loads.pending {
            for (slot, owner) in all.iter_mut().zip(load.await?) {
                *slot = slot.take().or(owner);
            }
        }
        Ok(all)
    }

    /// Rows that belong to a row of one model that passes the filter: its type
    /// says which model.
    pub fn is<M: OwnerIn<A::Targets>>(self, filter: Filter<M>) -> Filter<A::Owner> {
        let of_model =
            ast::Expr::ColumnIs(A::Owner::TABLE.column(A::TYPE_COLUMN), M::TYPE.to_param());
        let owner = Association::<Part<A, M>>::new().any(filter);
        Filter::new(of_model.and(owner.ast))
    }

    /// Makes a row belong to another one, and returns it as it now is: its type
    /// and its key change together.
    ///
    /// # Errors
    /// When the row does not exist any more, or the other one is marked as deleted or
    /// outside a default scope ([`is_not_related`](crate::Error::is_not_related)). Whether
    /// that one exists is not asked where its model hides none: nor does the database.
    pub async fn set<M: OwnerIn<A::Targets>>(
        self,
        row: &A::Owner,
        to: &M,
        db: &dyn Executor,
    ) -> Result<A::Owner>
    where
        A::Owner: Writable,
    {
        let unit = db.executor().unit_of_one().await?;
        let set = owned_by::<A, M>(to)
            .map(|(column, param)| Assignment {
                column,
                value: Value::Param(param),
            })
            .collect();
        let membership = Membership::of::<Part<A, M>>();
        let stays = membership.target_stays(to);
        let row = super::point(membership, row, set, stays, unit.exec()).await?;
        unit.commit().await?;
        Ok(row)
    }
}

/// What a row says that belongs to `owner`: its key and its type, together.
pub(crate) fn owned_by<A, M>(owner: &M) -> impl Iterator<Item = (u16, Param)>
where
    A: AssociateOneOf,
    M: OwnerIn<A::Targets>,
{
    let mut values = key_values(&owner.key());
    values.push(M::TYPE.to_param());
    let columns = A::KEY_COLUMN.iter().copied().chain([A::TYPE_COLUMN]);
    columns.zip(values)
}

/// The owners of one model, one entry per row; `None` for rows of others.
type Load<'a, E> = Pin<Box<dyn Future<Output = Result<Vec<Option<E>>>> + Send + 'a>>;

/// One load per model that some row belongs to.
struct Loads<'a, A: AssociateOneOf> {
    rows: Vec<&'a A::Owner>,
    db: Exec<'a>,
    pending: Vec<Load<'a, A::Targets>>,
}

impl<A: AssociateOneOf> EachOwner<A::Targets> for Loads<'_, A> {
    fn meet<M: OwnerIn<A::Targets>>(&mut self) {
        let rows = self.rows.iter().copied();
        let keys: Vec<Option<A::Key>> = rows.map(Part::<A, M>::owner_key).collect();
        if keys.iter().all(Option::is_none) {
            return;
        }
        let db = self.db;
        self.pending.push(Box::pin(async move {
            let include = Include::<Part<A, M>, M, AtMostOne>::new();
            let loaded = load::fetch_for::<Part<A, M>, AtMostOne, M>(
                db,
                &include.include,
                include.shape,
                keys,
            );
            let rows = loaded.await.map_err(in_model::<M>)?;
            Ok(rows
                .into_iter()
                .map(|row| row.map(OwnerIn::into_owner))
                .collect())
        }));
    }
}

/// Adds one include per model.
struct Includes<'s, A> {
    parent: &'s mut ast::Select,
    association: PhantomData<fn() -> A>,
}

impl<A: AssociateOneOf> EachOwner<A::Targets> for Includes<'_, A> {
    fn meet<M: OwnerIn<A::Targets>>(&mut self) {
        let mut include = Include::<Part<A, M>, M, AtMostOne>::new().include;
        include.parents = Some((A::TYPE_COLUMN, M::TYPE.to_param()));
        self.parent.includes.push(include);
    }
}

impl<A, P> IntoInclude<P> for OneOf<A>
where
    A: AssociateOneOf,
    P: Fill<A, Option<A::Targets>> + Clone + Send + Sync + 'static,
{
    type Output = P::Output;

    fn add_to(self, parent: &mut ast::Select, shape: Shape<P>, index: usize) -> Shape<P::Output> {
        A::Targets::each_owner(&mut Includes::<A> {
            parent,
            association: PhantomData,
        });
        shape.with_one_of::<A>(index)
    }
}
