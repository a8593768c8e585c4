//! Associations to load beside the rows of a query.

use std::marker::PhantomData;

use super::{IntoFilter, IntoOrder};
use crate::ast::{self, Strategy};
use crate::error::Result;
use crate::exec::Executor;
use crate::joined::{JoinRow, Joined};
use crate::load::{self, Shape};
use crate::membership::Membership;
use crate::model::{Associate, Association, Cardinality, Fill, Model};
use crate::projection::{Projecting, ProjectionOf};
use crate::query::fetch::in_model;
use crate::types::Param;

/// An association to load, with the rows of the other side chosen, sorted and
/// loaded further.
///
/// Made by the methods of [`Association`]. `L` is what each row of the other
/// side comes back as, `K` how many of them a parent has.
#[must_use = "an include does nothing until a query takes it"]
pub struct Include<A, L, K> {
    pub(crate) include: ast::Include,
    pub(crate) shape: Shape<L>,
    marker: PhantomData<fn() -> (A, K)>,
}

impl<A, L, K> Clone for Include<A, L, K> {
    fn clone(&self) -> Self {
        Include {
            include: self.include.clone(),
            shape: self.shape.clone(),
            marker: PhantomData,
        }
    }
}

impl<A, L, K> std::fmt::Debug for Include<A, L, K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Include").field(&self.include).finish()
    }
}

impl<A: Associate> Include<A, A::Target, A::Kind> {
    pub(crate) fn new() -> Self {
        let mut select = ast::Select::new(A::Target::TABLE);
        if let Some(scope) = Membership::of::<A>().scope() {
            select.and_filter(scope);
        }
        let include = ast::Include {
            association: A::DEF,
            select,
            required: false,
            strategy: Strategy::Auto,
            parents: None,
            join_columns: false,
            joined: Membership::of::<A>().join_rows(),
            join_order: Vec::new(),
        };
        Include {
            include,
            shape: Shape::plain(),
            marker: PhantomData,
        }
    }
}

impl<A: Associate, L: 'static, K: Cardinality> Include<A, L, K> {
    /// Loads only the rows that pass `filter`. Which parents come back does
    /// not change; see [`required`](Include::required).
    ///
    /// Of a `many_to_many`, the filter sees the rows of the other side. A
    /// condition on the join row that goes through an association of the other side
    /// asks whether *any* join row of it passes, also one of another parent: see
    /// [`Association::any`].
    pub fn filter(mut self, filter: impl IntoFilter<A::Target>) -> Include<A, L, K::Filtered> {
        self.include.select.and_filter(filter.into_filter().ast);
        Include {
            include: self.include,
            shape: self.shape,
            marker: PhantomData,
        }
    }

    /// Sorts the rows of each parent. Like the filter, an order does not see the
    /// join row of a `many_to_many`.
    pub fn order_by(mut self, order: impl IntoOrder<A::Target>) -> Self {
        order.push_to(&mut self.include.select.order_by);
        self
    }

    /// Loads at most `limit` rows per parent.
    pub fn limit(mut self, limit: u32) -> Include<A, L, K::Filtered> {
        self.include.select.limit = Some(ast::Limit::Bound(Param::Int8(limit.into())));
        Include {
            include: self.include,
            shape: self.shape,
            marker: PhantomData,
        }
    }

    /// Skips the first `offset` rows of each parent.
    pub fn offset(mut self, offset: u64) -> Include<A, L, K::Filtered> {
        self.include.select.offset = Some(Param::Int8(i64::try_from(offset).unwrap_or(i64::MAX)));
        Include {
            include: self.include,
            shape: self.shape,
            marker: PhantomData,
        }
    }

    /// Leaves out parents that have no such row.
    ///
    /// A row is one that passes the [`filter`](Include::filter); `limit` and `offset` take
    /// away from what is loaded, not from what is there. So a parent all of whose
    /// rows are skipped comes back with none.
    ///
    /// Where there is at most one row, it is loaded itself, in place of an `Option`.
    pub fn required(mut self) -> Include<A, L, K::Required> {
        self.include.required = true;
        Include {
            include: self.include,
            shape: self.shape,
            marker: PhantomData,
        }
    }

    /// Fetches these rows in the statement of their parents, however many there are.
    ///
    /// That is what happens anyway, unless an earlier run of the same query
    /// returned thousands of rows from a server so near that one statement per
    /// level is quicker.
    pub fn together(mut self) -> Self {
        self.include.strategy = Strategy::Together;
        self
    }

    /// Fetches these rows, and what is loaded beside them, in a statement of their own.
    pub fn separate(mut self) -> Self {
        self.include.strategy = Strategy::Separate;
        self
    }

    /// Loads each row with the row of the join table that leads to it, as
    /// [`Joined`](crate::Joined).
    pub fn with_join_row<J: Model>(mut self) -> Include<A, Joined<L, J>, K>
    where
        A::Join: JoinRow<Model = J>,
        L: Send + Sync,
    {
        self.include.join_columns = true;
        Include {
            include: self.include,
            shape: self.shape.with_join_row(),
            marker: PhantomData,
        }
    }

    /// The same rows, of which fewer may be there.
    pub(super) fn recounted<K2>(self) -> Include<A, L, K2> {
        Include {
            include: self.include,
            shape: self.shape,
            marker: PhantomData,
        }
    }

    /// The same rows in another shape.
    pub(crate) fn reshaped<L2>(
        mut self,
        reshape: impl FnOnce(&mut ast::Select, Shape<L>) -> Shape<L2>,
    ) -> Include<A, L2, K> {
        let shape = reshape(&mut self.include.select, self.shape);
        Include {
            include: self.include,
            shape,
            marker: PhantomData,
        }
    }

    /// Loads an association of the other side as well.
    pub fn include<I: IntoInclude<L>>(mut self, include: I) -> Include<A, I::Output, K> {
        let index = self.include.select.includes.len();
        let shape = include.add_to(&mut self.include.select, self.shape, index);
        Include {
            include: self.include,
            shape,
            marker: PhantomData,
        }
    }
}

impl<A: Associate, L: Clone + Send + Sync + 'static, K: Cardinality> Include<A, L, K> {
    /// Loads this for rows that were fetched already, in one statement; the
    /// result has one entry per row, in their order.
    ///
    /// The keys are what the rows hold. A column that the database pads is declared
    /// `char(n)`: undeclared, its blanks count here, which an include does not see.
    ///
    /// # Errors
    /// When the include has no meaning, or the statement fails.
    pub async fn load_for<'r>(
        self,
        owners: impl IntoIterator<Item = &'r A::Owner>,
        db: &dyn Executor,
    ) -> Result<Vec<K::Loaded<L>>> {
        let keys = owners.into_iter().map(A::owner_key).collect();
        let loaded =
            load::fetch_for::<A, K, L>(db.executor(), &self.include, self.shape, keys).await;
        loaded.map_err(in_model::<A::Target>)
    }
}

impl<A, L, K: Cardinality> Include<A, L, K> {
    /// Adds the rows of the other side to what the parent's query loads.
    pub(crate) fn push_to(self, parent: &mut ast::Select) -> Shape<L> {
        push(self.include, K::NEEDS_ROW, parent);
        self.shape
    }
}

fn push(mut include: ast::Include, needs_row: bool, parent: &mut ast::Select) {
    // A row that must be there and is left out takes its parent with it.
    let mut below = include.select.includes.iter();
    include.required |= needs_row && below.any(|include| include.required);
    if include.required {
        parent.and_filter(crate::load::at_least_one(parent.table, &include));
    }
    parent.load(include);
}

impl<A: Associate, K: Cardinality> Include<A, A::Target, K> {
    /// Loads each row as a projection: only the values it names.
    ///
    /// It comes before includes of the other side: those belong into the projection.
    pub fn select<P: ProjectionOf<A::Target>>(mut self) -> Include<A, P, K> {
        let shape = P::shape(Projecting::new(&mut self.include.select));
        Include {
            include: self.include,
            shape,
            marker: PhantomData,
        }
    }
}

/// What a query that returns `P` can include: an association of its model, once.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be included",
    label = "not an association of these rows, or included already",
    note = "include an association by its name, `.include(User::orders)`, and each by an `include` of its own"
)]
pub trait IntoInclude<P> {
    /// `P` with the association loaded.
    type Output: Send + Sync + 'static;

    #[doc(hidden)]
    fn add_to(self, parent: &mut ast::Select, shape: Shape<P>, index: usize)
    -> Shape<Self::Output>;
}

#[diagnostic::do_not_recommend]
impl<A, P> IntoInclude<P> for Association<A>
where
    A: Associate,
    P: Fill<A, <A::Kind as Cardinality>::Loaded<A::Target>>,
{
    type Output = P::Output;

    fn add_to(self, parent: &mut ast::Select, shape: Shape<P>, index: usize) -> Shape<P::Output> {
        Include::<A, A::Target, A::Kind>::new().add_to(parent, shape, index)
    }
}

#[diagnostic::do_not_recommend]
impl<A, L, K, P> IntoInclude<P> for Include<A, L, K>
where
    A: Associate,
    L: Clone + Send + Sync + 'static,
    K: Cardinality,
    P: Fill<A, K::Loaded<L>>,
{
    type Output = P::Output;

    fn add_to(self, parent: &mut ast::Select, shape: Shape<P>, index: usize) -> Shape<P::Output> {
        shape.with_child::<A, K, L>(self.push_to(parent), index)
    }
}
