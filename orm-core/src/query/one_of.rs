//! Associations to one of several models: loading and setting them.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use super::{Filter, Include, IntoInclude, Query};
use crate::ast::{self, Assignment, Strategy, Value};
use crate::create::Saving;
use crate::error::Result;
use crate::exec::{Exec, Executor};
use crate::key::{IntoKey, key_values};
use crate::load::{self, Shape};
use crate::membership::Membership;
use crate::model::{Associate, Association, AtMostOne, Cardinality, Fill, Model, Writable};
use crate::polymorphic::{
    AssociateOneOf, EachOwner, LoadedOn, OneOf, OwnerIn, OwnerProjections, OwnerRows, OwnerSelects,
    Part, Polymorphic,
};
use crate::query::fetch::in_model;
use crate::query::queries::key_filter;
use crate::types::{ColumnType, Param};

/// The enum beside that of the owners, whose variants hold what is loaded.
type With<A> = <<A as AssociateOneOf>::Targets as Polymorphic>::With;

/// An association to one of several models, with what is loaded of each of them.
///
/// Made by [`OneOf::on`] and its neighbours. `R` is the enum that a row comes back as, `K` whether
/// a parent can be without.
#[must_use = "an include does nothing until a query takes it"]
pub struct IncludeOneOf<A: AssociateOneOf, R: OwnerRows<A::Targets>, K> {
    /// One per model, in the order of the variants.
    parts: Vec<ast::Include>,
    shapes: R::Shapes,
    required: bool,
    marker: PhantomData<fn() -> (A, K)>,
}

impl<A: AssociateOneOf, R: OwnerRows<A::Targets>, K> Clone for IncludeOneOf<A, R, K> {
    fn clone(&self) -> Self {
        IncludeOneOf {
            parts: self.parts.clone(),
            shapes: self.shapes.clone(),
            required: self.required,
            marker: PhantomData,
        }
    }
}

impl<A: AssociateOneOf, R: OwnerRows<A::Targets>, K> std::fmt::Debug for IncludeOneOf<A, R, K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("IncludeOneOf").field(&self.parts).finish()
    }
}

impl<A: AssociateOneOf, R: OwnerRows<A::Targets>> IncludeOneOf<A, R, AtMostOne> {
    /// All rows of all models; `shapes` says what of them.
    fn new(shapes: impl FnOnce(&mut Vec<ast::Include>) -> R::Shapes) -> Self {
        let mut includes = Includes::<A>(Vec::new(), PhantomData);
        A::Targets::each(&A::Targets::whole(), &mut includes);
        let mut parts = includes.0;
        IncludeOneOf {
            shapes: shapes(&mut parts),
            parts,
            required: false,
            marker: PhantomData,
        }
    }
}

impl<A: AssociateOneOf, R: OwnerRows<A::Targets>, K: Cardinality> IncludeOneOf<A, R, K> {
    /// Loads rows of this model as the query does, as [`OneOf::on`].
    pub fn on<M, L, S>(mut self, rows: Query<M, L, S>) -> IncludeOneOf<A, M::Output, K>
    where
        M: LoadedOn<A::Targets, R, L>,
    {
        if let Some(part) = self.parts.get_mut(M::PLACE) {
            part.select = rows.select;
            part.select.distinct = false;
        }
        IncludeOneOf {
            parts: self.parts,
            shapes: M::load_on(self.shapes, rows.shape),
            required: self.required,
            marker: PhantomData,
        }
    }

    /// Leaves out parents that have no such row, and loads the row itself, in place
    /// of an `Option`.
    pub fn required(self) -> IncludeOneOf<A, R, K::Required> {
        IncludeOneOf {
            parts: self.parts,
            shapes: self.shapes,
            required: true,
            marker: PhantomData,
        }
    }

    /// Fetches these rows in the statement of their parents; see [`Include::together`].
    pub fn together(self) -> Self {
        self.fetched(Strategy::Together)
    }

    /// Fetches the rows of each model in a statement of their own.
    pub fn separate(self) -> Self {
        self.fetched(Strategy::Separate)
    }

    fn fetched(mut self, strategy: Strategy) -> Self {
        for part in &mut self.parts {
            part.strategy = strategy;
        }
        self
    }

    /// Loads this for rows that were fetched already, in one statement per
    /// model they belong to; the result has one entry per row, in their order.
    ///
    /// # Errors
    /// When a query has no meaning, a statement fails, or a row that is
    /// [`required`](Self::required) is not there.
    pub async fn load_for<'r>(
        self,
        rows: impl IntoIterator<Item = &'r A::Owner>,
        db: &dyn Executor,
    ) -> Result<Vec<K::Loaded<R>>> {
        let rows: Vec<&A::Owner> = rows.into_iter().collect();
        let mut all = vec![None; rows.len()];
        let mut loads = Loads::<A, R> {
            rows,
            db: db.executor(),
            parts: self.parts.into_iter(),
            pending: Vec::new(),
        };
        R::each(&self.shapes, &mut loads);
        for load in loads.pending {
            for (slot, owner) in all.iter_mut().zip(load.await?) {
                *slot = slot.take().or(owner);
            }
        }
        load::counted::<A, R, K>(all)
    }

    /// Adds the rows of every model to what the parent's query loads.
    fn push_to(self, parent: &mut ast::Select) -> R::Shapes {
        if self.required {
            let there = self.parts.iter().map(|part| {
                let there = load::at_least_one(parent.table, part);
                match &part.parents {
                    Some((column, of_model)) => {
                        let column = parent.table.column(*column);
                        ast::Expr::ColumnIs(column, of_model.clone()).and(there)
                    }
                    None => there,
                }
            });
            parent.and_filter(ast::Expr::any_of(there));
        }
        self.parts.into_iter().for_each(|part| parent.load(part));
        self.shapes
    }

    /// Adds them as the field of a projection.
    pub(crate) fn join<T>(mut self, select: &mut ast::Select) -> load::OfAssociation<T>
    where
        T: crate::projection::Holds<K> + 'static,
        T::Row: OwnerProjections<A::Targets>,
    {
        let shapes = <T::Row>::shapes(&mut OwnerSelects::new(&mut self.parts));
        let index = select.includes.len();
        self.push_to(select);
        load::OfAssociation::one_of::<A, K>(shapes, index)
    }
}

impl<A: AssociateOneOf> OneOf<A> {
    /// Loads rows of one of the models as a query does: those that pass its filters, with
    /// its includes beside them or shown by its projection. One query for each model can
    /// be given; of the others the whole row is loaded.
    ///
    /// The row comes back in the enum that `derive(Polymorphic)` writes beside that of the
    /// owners, `CommentableWith` for `Commentable`. One that does not pass is `None`.
    ///
    /// ```ignore
    /// let comments = Comment::query()
    ///     .include(Comment::subject.on(Post::query().include(Post::author)))
    ///     .all(&db).await?;
    /// ```
    pub fn on<M, L, S>(self, rows: Query<M, L, S>) -> IncludeOneOf<A, M::Output, AtMostOne>
    where
        M: LoadedOn<A::Targets, With<A>, L>,
    {
        IncludeOneOf::<A, With<A>, AtMostOne>::new(|_| A::Targets::whole_with()).on(rows)
    }

    /// Leaves out parents whose row is not there, and loads the row itself, in place of
    /// an `Option`.
    pub fn required(self) -> IncludeOneOf<A, A::Targets, <AtMostOne as Cardinality>::Required> {
        self.whole().required()
    }

    /// Whole rows of every model.
    pub(crate) fn whole(self) -> IncludeOneOf<A, A::Targets, AtMostOne> {
        IncludeOneOf::new(|_| A::Targets::whole())
    }

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
        self.whole().load_for(rows, db).await
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
        let stays = Membership::of::<Part<A, M>>().target_stays(to);
        self.point::<M>(row, &to.key(), stays, db.executor()).await
    }

    /// Makes a row belong to the one of a model with a primary key, and returns it as it
    /// now is.
    ///
    /// # Errors
    /// As [`set`](Self::set), and when there is no row with this key
    /// ([`is_not_related`](crate::Error::is_not_related)): no constraint of the database
    /// tells it.
    pub fn set_key<'a, M: OwnerIn<A::Targets>>(
        self,
        row: &'a A::Owner,
        key: impl IntoKey<M::Key>,
        db: &'a dyn Executor,
    ) -> Saving<'a, A::Owner>
    where
        A::Owner: Writable,
    {
        let (key, db) = (key.into_key(), db.executor());
        Saving::new(async move {
            let there = ast::Expr::there(M::TABLE, key_filter::<M>(&key));
            self.point::<M>(row, &key, Some(there), db).await
        })
    }

    /// Writes type and key while the other row `stays` what it is.
    async fn point<M: OwnerIn<A::Targets>>(
        self,
        row: &A::Owner,
        key: &M::Key,
        stays: Option<ast::Expr>,
        db: Exec<'_>,
    ) -> Result<A::Owner> {
        let unit = db.unit_of_one().await?;
        let set = owned_by::<A, M>(key)
            .map(|(column, param)| Assignment {
                column,
                value: Value::Param(param),
            })
            .collect();
        let membership = Membership::of::<Part<A, M>>();
        let row = super::point(membership, row, set, stays, unit.exec()).await?;
        unit.commit().await?;
        Ok(row)
    }
}

/// What a row says that belongs to the one with a key: the key and the type, together.
pub(crate) fn owned_by<A, M>(owner: &M::Key) -> impl Iterator<Item = (u16, Param)> + use<A, M>
where
    A: AssociateOneOf,
    M: OwnerIn<A::Targets>,
{
    let mut values = key_values(owner);
    values.push(M::TYPE.to_param());
    let columns = A::KEY_COLUMN.iter().copied().chain([A::TYPE_COLUMN]);
    columns.zip(values)
}

/// The owners of one model, one entry per row; `None` for rows of others.
type Load<'a, E> = Pin<Box<dyn Future<Output = Result<Vec<Option<E>>>> + Send + 'a>>;

/// One load per model that some row belongs to.
struct Loads<'a, A: AssociateOneOf, R> {
    rows: Vec<&'a A::Owner>,
    db: Exec<'a>,
    parts: std::vec::IntoIter<ast::Include>,
    pending: Vec<Load<'a, R>>,
}

impl<A: AssociateOneOf, R: Send + 'static> EachOwner<A::Targets, R> for Loads<'_, A, R> {
    fn meet<M, L>(&mut self, shape: &Shape<L>, variant: fn(L) -> R)
    where
        M: OwnerIn<A::Targets>,
        L: Clone + Send + Sync + 'static,
    {
        let Some(include) = self.parts.next() else {
            return;
        };
        let rows = self.rows.iter().copied();
        let keys: Vec<Option<A::Key>> = rows.map(Part::<A, M>::owner_key).collect();
        if keys.iter().all(Option::is_none) {
            return;
        }
        let (db, shape) = (self.db, shape.clone());
        self.pending.push(Box::pin(async move {
            let loaded = load::fetch_for::<Part<A, M>, AtMostOne, L>(db, &include, shape, keys);
            let rows = loaded.await.map_err(in_model::<M>)?;
            Ok(rows.into_iter().map(|row| row.map(variant)).collect())
        }));
    }
}

/// One include per model.
struct Includes<A>(Vec<ast::Include>, PhantomData<fn() -> A>);

impl<A: AssociateOneOf, R> EachOwner<A::Targets, R> for Includes<A> {
    fn meet<M, L>(&mut self, _: &Shape<L>, _: fn(L) -> R)
    where
        M: OwnerIn<A::Targets>,
        L: Clone + Send + Sync + 'static,
    {
        let mut include = Include::<Part<A, M>, M, AtMostOne>::new().include;
        include.parents = Some((A::TYPE_COLUMN, M::TYPE.to_param()));
        self.0.push(include);
    }
}

#[diagnostic::do_not_recommend]
impl<A, P> IntoInclude<P> for OneOf<A>
where
    A: AssociateOneOf,
    P: Fill<A, Option<A::Targets>> + Clone + Send + Sync + 'static,
{
    type Output = P::Output;

    fn add_to(self, parent: &mut ast::Select, shape: Shape<P>, index: usize) -> Shape<P::Output> {
        self.whole().add_to(parent, shape, index)
    }
}

#[diagnostic::do_not_recommend]
impl<A, R, K, P> IntoInclude<P> for IncludeOneOf<A, R, K>
where
    A: AssociateOneOf,
    R: OwnerRows<A::Targets>,
    K: Cardinality,
    P: Fill<A, K::Loaded<R>> + Send + Sync + 'static,
{
    type Output = P::Output;

    fn add_to(self, parent: &mut ast::Select, shape: Shape<P>, index: usize) -> Shape<P::Output> {
        shape.with_one_of::<A, R, K>(self.push_to(parent), index)
    }
}
