//! What is asked of the join rows of a many-to-many association.

use super::{Filter, Include, IntoOrder, Reached};
use crate::ast::{Marked, OfJoinRow};
use crate::joined::{JoinRow, JoinedThrough};
use crate::model::{Associate, Association, Cardinality, DefaultScope, Model, SoftDeletes};

impl<A: Associate, L: 'static, K: Cardinality> Include<A, L, K> {
    /// Loads only the rows to which a join row leads that passes `filter`. What is asked
    /// of the row itself by [`filter`](Self::filter) holds for the row that this join row
    /// leads to.
    ///
    /// ```
    /// # use orm_core::{Model, joined::JoinedThrough, model::{Associate, Association, Column}};
    /// # use orm_core::query::{Expression, Include};
    /// # fn demo<Tags: Associate, PostTag: Model>(tags: Association<Tags>, position: Column<PostTag, i32>)
    /// # where Tags::Join: JoinedThrough<PostTag> {
    /// let pinned = tags.filter_join_rows(position.lt(3)).order_by_join_rows(position);
    /// # }
    /// ```
    pub fn filter_join_rows<J: Model>(mut self, filter: Filter<J>) -> Include<A, L, K::Filtered>
    where
        A::Join: JoinedThrough<J>,
    {
        self.include.joined.narrow(filter.ast);
        self.recounted()
    }

    /// Sorts the rows of each parent by their join rows, by these terms behind those given
    /// before.
    ///
    /// Where the table does not keep a pair from being there twice, a row has no one join
    /// row, and the query is refused, unless the join rows are loaded too:
    /// [`with_join_row`](Self::with_join_row).
    pub fn order_by_join_rows<J: Model>(mut self, order: impl IntoOrder<J>) -> Self
    where
        A::Join: JoinedThrough<J>,
    {
        let mut terms = Vec::new();
        order.push_to(&mut terms);
        let behind = self.include.select.order_by.len();
        let terms = terms.into_iter().map(|term| OfJoinRow { behind, term });
        self.include.join_order.extend(terms);
        self
    }
}

impl<A: Associate> Association<A> {
    /// Loads only the rows to which a join row leads that passes `filter`.
    pub fn filter_join_rows<J: Model>(
        self,
        filter: Filter<J>,
    ) -> Include<A, A::Target, <A::Kind as Cardinality>::Filtered>
    where
        A::Join: JoinedThrough<J>,
    {
        Include::new().filter_join_rows(filter)
    }

    /// Sorts the rows of each parent by their join rows: see
    /// [`Include::order_by_join_rows`].
    pub fn order_by_join_rows<J: Model>(
        self,
        order: impl IntoOrder<J>,
    ) -> Include<A, A::Target, A::Kind>
    where
        A::Join: JoinedThrough<J>,
    {
        Include::new().order_by_join_rows(order)
    }

    /// The rows of the other side to which a join row leads that passes `filter`, to ask
    /// something of them: `Post::tags.only_join_rows(PostTag::note.eq("x")).any(Tag::name.eq("red"))`.
    pub fn only_join_rows<J: Model>(
        self,
        filter: Filter<J>,
    ) -> Reached<A::Owner, A::Target, A::Join>
    where
        A::Join: JoinedThrough<J>,
    {
        self.rows().only_join_rows(filter)
    }
}

impl<O: Model, T: Model, J: 'static> Reached<O, T, J> {
    /// The rows among them to which a join row leads that passes `filter`. It is the same
    /// join row that leads to a row of which something is asked by [`only`](Self::only).
    pub fn only_join_rows<M: Model>(mut self, filter: Filter<M>) -> Self
    where
        J: JoinedThrough<M>,
    {
        self.join_rows().narrow(filter.ast);
        self
    }

    /// Follows rows of the last join table that are marked as deleted too.
    pub fn with_deleted_join_rows<M: SoftDeletes>(mut self) -> Self
    where
        J: JoinRow<Model = M>,
    {
        self.join_rows().lift(Marked::Shown);
        self
    }

    /// Follows the rows of the last join table alone that are marked as deleted.
    pub fn only_deleted_join_rows<M: SoftDeletes>(mut self) -> Self
    where
        J: JoinRow<Model = M>,
    {
        self.join_rows().lift(Marked::Only);
        self
    }

    /// Follows rows of the last join table that are outside a default scope too.
    pub fn unscoped_join_rows<M: Model>(mut self, scope: DefaultScope<M>) -> Self
    where
        J: JoinRow<Model = M>,
    {
        self.join_rows().lift_scope(scope.name);
        self
    }
}
