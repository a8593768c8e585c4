//! Rows that are hidden unless it is asked for: marked as deleted, or outside a
//! default scope of their model.
//!
//! What is lifted is lifted in this place of this query: other levels of its
//! tree, conditions on associations and counts see what they saw.

use super::{Include, Query};
use crate::ast::{Marked, Visible};
use crate::joined::JoinRow;
use crate::model::{Associate, Association, Cardinality, DefaultScope, Model, SoftDeletes};

impl<M: Model, L: 'static, S> Query<M, L, S> {
    /// Sees rows that are marked as deleted too. Includes, and conditions on
    /// associations, have switches of their own.
    ///
    /// ```
    /// # use orm_core::{Result, exec::Db, model::SoftDeletes, query::Queries};
    /// # async fn demo<Post: SoftDeletes>(db: &Db) -> Result<()> {
    /// let all = Post::query().with_deleted().all(db).await?;
    /// # Ok(()) }
    /// ```
    pub fn with_deleted(mut self) -> Self
    where
        M: SoftDeletes,
    {
        self.select.visible.lift(Marked::Shown);
        self
    }

    /// Sees the rows alone that are marked as deleted.
    pub fn only_deleted(mut self) -> Self
    where
        M: SoftDeletes,
    {
        self.select.visible.lift(Marked::Only);
        self
    }

    /// Sees rows outside a default scope too: `Post::query().unscoped(Post::VISIBLE)`.
    /// Other default scopes hold.
    pub fn unscoped(mut self, scope: DefaultScope<M>) -> Self {
        self.select.visible.lift_scope(scope.name);
        self
    }
}

impl<A: Associate, L: 'static, K: Cardinality> Include<A, L, K> {
    /// Loads rows that are marked as deleted too: here, and not below. Rows of the
    /// join table have a [switch of their own](Self::with_deleted_join_rows).
    pub fn with_deleted(self) -> Self
    where
        A::Target: SoftDeletes,
    {
        self.lifted(|it| it.lift(Marked::Shown))
    }

    /// Loads the rows alone that are marked as deleted.
    pub fn only_deleted(self) -> Self
    where
        A::Target: SoftDeletes,
    {
        self.lifted(|it| it.lift(Marked::Only))
    }

    /// Loads rows outside a default scope too.
    pub fn unscoped(self, scope: DefaultScope<A::Target>) -> Self {
        self.lifted(|it| it.lift_scope(scope.name))
    }

    /// Follows rows of the join table that are marked as deleted too.
    pub fn with_deleted_join_rows<J: SoftDeletes>(mut self) -> Self
    where
        A::Join: JoinRow<Model = J>,
    {
        self.include.joined.lift(Marked::Shown);
        self
    }

    /// Follows the rows of the join table alone that are marked as deleted.
    pub fn only_deleted_join_rows<J: SoftDeletes>(mut self) -> Self
    where
        A::Join: JoinRow<Model = J>,
    {
        self.include.joined.lift(Marked::Only);
        self
    }

    /// Follows rows of the join table that are outside a default scope too.
    pub fn unscoped_join_rows<J: Model>(mut self, scope: DefaultScope<J>) -> Self
    where
        A::Join: JoinRow<Model = J>,
    {
        self.include.joined.lift_scope(scope.name);
        self
    }

    fn lifted(mut self, lift: impl FnOnce(&mut Visible)) -> Self {
        lift(&mut self.include.select.visible);
        self
    }
}

impl<A: Associate> Association<A> {
    /// Loads rows that are marked as deleted too.
    pub fn with_deleted(self) -> Include<A, A::Target, A::Kind>
    where
        A::Target: SoftDeletes,
    {
        Include::new().with_deleted()
    }

    /// Loads the rows alone that are marked as deleted.
    pub fn only_deleted(self) -> Include<A, A::Target, A::Kind>
    where
        A::Target: SoftDeletes,
    {
        Include::new().only_deleted()
    }

    /// Loads rows outside a default scope too.
    pub fn unscoped(self, scope: DefaultScope<A::Target>) -> Include<A, A::Target, A::Kind> {
        Include::new().unscoped(scope)
    }

    /// Follows rows of the join table that are marked as deleted too.
    pub fn with_deleted_join_rows<J: SoftDeletes>(self) -> Include<A, A::Target, A::Kind>
    where
        A::Join: JoinRow<Model = J>,
    {
        Include::new().with_deleted_join_rows()
    }

    /// Follows the rows of the join table alone that are marked as deleted.
    pub fn only_deleted_join_rows<J: SoftDeletes>(self) -> Include<A, A::Target, A::Kind>
    where
        A::Join: JoinRow<Model = J>,
    {
        Include::new().only_deleted_join_rows()
    }

    /// Follows rows of the join table that are outside a default scope too.
    pub fn unscoped_join_rows<J: Model>(
        self,
        scope: DefaultScope<J>,
    ) -> Include<A, A::Target, A::Kind>
    where
        A::Join: JoinRow<Model = J>,
    {
        Include::new().unscoped_join_rows(scope)
    }
}
