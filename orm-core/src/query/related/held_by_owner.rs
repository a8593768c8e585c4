//! `belongs_to`: this row holds the key.

use super::Related;
use super::rows::only;
use crate::ast::{self, Assignment, Value};
use crate::create::{IntoNew, write_all};
use crate::error::{Error, Result};
use crate::exec::{Exec, Executor};
use crate::key::Key;
use crate::membership::{Membership, NULL_KEY};
use crate::model::{Associate, HeldByOwner, Model};
use crate::query::fetch::in_model;
use crate::query::update::{rows_of, with_timestamp};
use crate::types::Param;

/// `belongs_to`: this row holds the key.
impl<A: Associate, const NULLABLE: bool> Related<'_, A, HeldByOwner<NULLABLE>> {
    /// Makes this row refer to another one, and returns it as it now is.
    ///
    /// # Errors
    /// When the other row is outside the association's scope
    /// ([`is_not_related`](crate::Error::is_not_related)), or one of the rows
    /// does not exist any more; then nothing changes.
    pub async fn set(&self, row: &A::Target, db: &dyn Executor) -> Result<A::Owner> {
        let set = pointing::<A>(row)?;
        let unit = db.executor().unit_of_one().await?;
        let owner = set_columns(self.owner, set, unit.exec()).await?;
        unit.commit().await?;
        Ok(owner)
    }

    /// Creates a row on the other side and makes this row refer to it; what the
    /// association's scope asks of it is filled in.
    ///
    /// # Errors
    /// When the row says something else than the scope
    /// ([`is_not_related`](crate::Error::is_not_related)); when a validator or a
    /// constraint refuses a value. Then nothing is written.
    pub async fn create(
        &self,
        row: impl IntoNew<A::Target>,
        db: &dyn Executor,
    ) -> Result<(A::Target, A::Owner)> {
        let mut draft = row
            .into_new()
            .claimed(Membership::of::<A>().claim_of_scope());
        draft.complete()?;
        let unit = db.executor().unit().await?;
        let row = only(write_all(vec![draft], unit.exec()).await?)?;
        let owner = set_columns(self.owner, pointing::<A>(&row)?, unit.exec()).await?;
        unit.commit().await?;
        Ok((row, owner))
    }
}

/// What a row says that refers to another one.
fn pointing<A: Associate>(row: &A::Target) -> Result<Vec<Assignment>> {
    let membership = Membership::of::<A>();
    if !membership.admits(|column| row.param(column)) {
        return Err(membership.not_related(1, 0));
    }
    let key = membership
        .target_key(row)
        .ok_or_else(|| Error::usage(NULL_KEY))?;
    let columns = A::DEF.owner_columns.iter().copied().zip(key);
    let set = columns.map(|(column, param)| Assignment {
        column,
        value: Value::Param(param),
    });
    Ok(set.collect())
}

/// `belongs_to` on a nullable key.
impl<A: Associate> Related<'_, A, HeldByOwner<true>> {
    /// Makes this row refer to nothing, and returns it as it now is. Parts of
    /// its key that may not be NULL, or that other keys share, stay.
    ///
    /// # Errors
    /// When this row does not exist any more.
    pub async fn clear(&self, db: &dyn Executor) -> Result<A::Owner> {
        let released = Membership::of::<A>().released().into_iter();
        let set = released.map(|column| Assignment {
            column,
            value: Value::Param(Param::Null),
        });
        let unit = db.executor().unit_of_one().await?;
        let owner = set_columns(self.owner, set.collect(), unit.exec()).await?;
        unit.commit().await?;
        Ok(owner)
    }
}

/// Changes columns of one row, and returns it as it now is.
pub(crate) async fn set_columns<M: Model>(
    row: &M,
    set: Vec<Assignment>,
    db: Exec<'_>,
) -> Result<M> {
    let key = row.key();
    let update = ast::Update {
        table: M::TABLE,
        set: with_timestamp::<M>(set),
        filter: Some(crate::query::queries::key_filter::<M>(&key)),
        returning: true,
    };
    let sql = crate::sql::update(&update);
    let rows = rows_of::<M>(db, &sql).await.map_err(in_model::<M>)?;
    let row = rows.into_iter().next();
    row.ok_or_else(|| Error::not_found(M::TABLE.model, key.describe().unwrap_or_default()))
}
