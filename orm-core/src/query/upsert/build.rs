//! The row that exists already, or a new one that was not written.

use std::marker::PhantomData;

use super::find::{hidden, refuse_hidden, related, the_same};
use super::{KnowsTheSame, key_of_rows, nothing_named};
use crate::ast::ConflictTarget;
use crate::create::{Draft, IntoNew, Saving};
use crate::error::Result;
use crate::exec::{Exec, Executor};
use crate::model::Model;
use crate::query::Arbiter;
use crate::schema::DefaultValue;

/// A new row that may exist already and is not written, from
/// [`Queries::find_or_build`](crate::query::Queries::find_or_build).
///
/// Say with [`on`](FindOrBuild::on) or [`on_key`](FindOrBuild::on_key) what makes two
/// rows the same.
#[must_use = "nothing is read until `.on(Model::column)` and `.one(&db)`"]
pub struct FindOrBuild<M, N> {
    draft: Draft<M>,
    builder: PhantomData<fn() -> N>,
}

/// The same, which knows what makes two rows the same.
#[must_use = "nothing is read until `.one(&db)`"]
pub struct FindOrBuildOn<M, N> {
    draft: Draft<M>,
    target: ConflictTarget,
    builder: PhantomData<fn() -> N>,
}

/// The row that exists, or the new one, which was not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundOrBuilt<M, N> {
    /// The row that exists.
    Found(M),
    /// The builder of the new row, to be changed and saved.
    Built(N),
}

impl<M: Model, N> std::fmt::Debug for FindOrBuild<M, N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("FindOrBuild").field(&self.draft).finish()
    }
}

impl<M: Model, N> std::fmt::Debug for FindOrBuildOn<M, N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("FindOrBuildOn").field(&self.draft).finish()
    }
}

#[diagnostic::do_not_recommend]
impl<M, N> KnowsTheSame for FindOrBuildOn<M, N> {}

impl<M: Model, N: From<Draft<M>>> FindOrBuild<M, N> {
    pub(crate) fn new(row: N) -> Self
    where
        N: IntoNew<M>,
    {
        FindOrBuild {
            draft: row.into_new(),
            builder: PhantomData,
        }
    }

    /// Rows are the same when they agree in a unique column, or in columns that are
    /// unique together, as a tuple in the order of their constraint: as those of an
    /// [upsert](super::Upsert::on).
    pub fn on(self, columns: impl Arbiter<M>) -> FindOrBuildOn<M, N> {
        self.when_agreeing_in(columns.target())
    }

    /// Rows are the same when they agree in the primary key.
    pub fn on_key(self) -> FindOrBuildOn<M, N> {
        self.when_agreeing_in(key_of_rows::<M>())
    }

    fn when_agreeing_in(self, target: ConflictTarget) -> FindOrBuildOn<M, N> {
        FindOrBuildOn {
            draft: self.draft,
            target,
            builder: PhantomData,
        }
    }

    // Without it the compiler would say "no method", and not what to type.
    #[doc(hidden)]
    pub fn one(self, _: &dyn Executor) -> Saving<'static, FoundOrBuilt<M, N>>
    where
        Self: KnowsTheSame,
    {
        Saving::new(async { Err(nothing_named()) })
    }
}

impl<M: Model, N: From<Draft<M>>> FindOrBuildOn<M, N> {
    /// Reads the row that exists, or hands the new one back as it was given. Nothing is
    /// written, and neither validators nor hooks are asked before it is saved.
    ///
    /// Nobody is kept from writing such a row meanwhile: where it is to be there in the
    /// end, end an upsert with [`or_find`](super::UpsertOn::or_find).
    ///
    /// # Errors
    /// When the row does not give what makes two rows the same, or the existing row is not
    /// one of the association that the row was made in
    /// ([`is_not_related`](crate::error::Error::is_not_related)), or is hidden
    /// ([`is_hidden`](crate::error::Error::is_hidden)).
    #[doc(alias = "find_or_initialize")]
    pub async fn one(mut self, db: &dyn Executor) -> Result<FoundOrBuilt<M, N>> {
        let found = the_same_as(&mut self.draft, &self.target, db.executor()).await?;
        Ok(match found {
            Some(row) => FoundOrBuilt::Found(row),
            None => FoundOrBuilt::Built(N::from(self.draft)),
        })
    }
}

/// The row that is the same as a new one.
async fn the_same_as<M: Model>(
    draft: &mut Draft<M>,
    target: &ConflictTarget,
    db: Exec<'_>,
) -> Result<Option<M>> {
    if let Some(refusal) = draft.refusal() {
        return Err(refusal);
    }
    for &position in &target.columns {
        if let Some(DefaultValue::Value(value)) = M::TABLE.column(position).default
            && draft.get(position).is_none()
        {
            draft.put(position, value());
        }
    }
    let the_same = the_same(target, |at| draft.get(at).cloned(), M::TABLE)?;
    let hidden = hidden::<M>(target, |at| draft.get(at).cloned())?;
    let found = related(the_same, draft.claim().as_deref(), db).await?;
    if found.is_none()
        && let Some(hidden) = hidden
    {
        refuse_hidden(hidden, db).await?;
    }
    Ok(found)
}
