//! The methods of an association: what can be asked of it and loaded by it.

use super::{Expr, Filter, Include, IntoInclude, IntoOrder};
use crate::ast::AssociationAsk;
use crate::joined::{JoinRow, Joined};
use crate::model::{Associate, Association, Cardinality, Model};
use crate::projection::ProjectionOf;

impl<A: Associate> Association<A> {
    /// Loads only the rows that pass `filter`.
    ///
    /// Of a `many_to_many`, the filter does not see the join row: see [`any`](Self::any).
    pub fn filter(
        self,
        filter: Filter<A::Target>,
    ) -> Include<A, A::Target, <A::Kind as Cardinality>::Filtered> {
        Include::new().filter(filter)
    }

    /// Sorts the rows of each parent.
    pub fn order_by(self, order: impl IntoOrder<A::Target>) -> Include<A, A::Target, A::Kind> {
        Include::new().order_by(order)
    }

    /// Loads at most `limit` rows per parent.
    pub fn limit(self, limit: u32) -> Include<A, A::Target, <A::Kind as Cardinality>::Filtered> {
        Include::new().limit(limit)
    }

    /// Skips the first `offset` rows of each parent.
    pub fn offset(self, offset: u64) -> Include<A, A::Target, <A::Kind as Cardinality>::Filtered> {
        Include::new().offset(offset)
    }

    /// Leaves out parents that have no such row.
    ///
    /// A row is one that passes the [`filter`](Association::filter); `limit` and `offset` take
    /// away from what is loaded, not from what is there. So a parent all of whose
    /// rows are skipped comes back with none.
    /// Where there is at most one row, it is loaded itself, in place of an `Option`.
    pub fn required(self) -> Include<A, A::Target, <A::Kind as Cardinality>::Required> {
        Include::new().required()
    }

    /// Fetches these rows in the statement of their parents, however many there are.
    pub fn together(self) -> Include<A, A::Target, A::Kind> {
        Include::new().together()
    }

    /// Fetches these rows in a statement of their own.
    pub fn separate(self) -> Include<A, A::Target, A::Kind> {
        Include::new().separate()
    }

    /// Loads an association of the other side as well.
    pub fn include<I: IntoInclude<A::Target>>(self, include: I) -> Include<A, I::Output, A::Kind> {
        Include::new().include(include)
    }

    /// Loads each row of a `many_to_many` through a model with the row of the
    /// join table that leads to it, as [`Joined`].
    pub fn with_join_row<J: Model>(self) -> Include<A, Joined<A::Target, J>, A::Kind>
    where
        A::Join: JoinRow<Model = J>,
    {
        Include::new().with_join_row()
    }

    /// Loads each row as a projection: only the values it names.
    pub fn select<P: ProjectionOf<A::Target>>(self) -> Include<A, P, A::Kind> {
        Include::new().select()
    }

    /// Rows for which some row of the other side passes the filter.
    ///
    /// The filter sees the row of the other side, not the way that led to it. Of a
    /// `many_to_many`, a condition on the join row through an association of the
    /// other side asks another question: `Post::tags.any(Tag::post_tags.any(PostTag::note.eq("x")))`
    /// are posts with a tag that *some* post has under that note. Ask through the
    /// join model instead: `Post::post_tags.any(PostTag::note.eq("x"))`, with
    /// `PostTag::tag.is(..)` beside it for the tag.
    pub fn any(self, filter: Filter<A::Target>) -> Filter<A::Owner> {
        self.rows().any(filter)
    }

    /// Rows that have a row on the other side.
    pub fn exists(self) -> Filter<A::Owner> {
        self.rows().exists()
    }

    /// Rows for which no row of the other side passes the filter.
    pub fn none(self, filter: Filter<A::Target>) -> Filter<A::Owner> {
        self.rows().none(filter)
    }

    /// Rows that have no row on the other side.
    pub fn is_empty(self) -> Filter<A::Owner> {
        self.rows().is_empty()
    }

    /// Rows for which every row of the other side passes the filter; also those that have none.
    ///
    /// Inside one another: the server plans such a condition twice, and what is in it
    /// twice each time. Some levels are nothing; sixteen keep it busy for a minute.
    pub fn all(self, filter: Filter<A::Target>) -> Filter<A::Owner> {
        self.rows().all(filter)
    }

    /// Rows whose one row of the other side passes the filter; another name for [`any`](Self::any).
    pub fn is(self, filter: Filter<A::Target>) -> Filter<A::Owner> {
        self.any(filter)
    }

    /// The value of an expression on the one row of the other side, to sort and
    /// select by; NULL where there is none.
    pub fn value<E>(
        self,
        expression: E,
    ) -> Expr<A::Owner, Option<<E::Type as crate::types::ColumnType>::Base>>
    where
        E: super::Expression<Model = A::Target>,
        Option<<E::Type as crate::types::ColumnType>::Base>: crate::types::ColumnType,
        A::Kind: AtMostOneRow,
    {
        Expr::new(
            self.rows()
                .test(AssociationAsk::Value(expression.into_ast())),
        )
    }
}

/// A cardinality of at most one row.
#[diagnostic::on_unimplemented(
    message = "this association has many rows, so it has no single value",
    label = "expected an association of one row",
    note = "ask for one value of all of them: `.max(..)`, `.min(..)`, `.sum(..)`, `.count()`; or of the first: `.first(1, order).value(..)`"
)]
pub trait AtMostOneRow {}

#[diagnostic::do_not_recommend]
impl AtMostOneRow for crate::model::ExactlyOne {}
#[diagnostic::do_not_recommend]
impl AtMostOneRow for crate::model::AtMostOne {}
#[diagnostic::do_not_recommend]
impl AtMostOneRow for crate::model::OneUnlessHidden {}
