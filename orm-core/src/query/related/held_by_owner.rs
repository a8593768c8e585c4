//! `belongs_to`: this row holds the key.

use super::Related;
use super::rows::only;
use crate::ast::{self, Assignment, Value};
use crate::create::{IntoNew, write_all};
use crate::error::{Error, Result};
use crate::exec::{Exec, Executor};
use crate::key::Key;
use crate::model::{Associate, HeldByOwner, Model};
use crate::query::fetch::in_model;
use crate::query::update::{rows_of, with_timestamp};
use crate::types::Param;

/// `belongs_to`: this row holds the key.
impl<A: Associate, const NULLABLE: bool> Related<'_, A, HeldByOwner<NULLABLE>> {
    /// Makes this row refer to another one, and returns it as it now is.
    ///
    /// # Errors
    /// When one of the rows does not exist any more.
    pub async fn set(&self, row: &A::Target, db: &dyn Executor) -> Result<A::Owner> {
        let values = A::DEF
            .target_columns
            .iter()
            .map(|&column| row.param(column))
            .collect();
        self.point_at(values, db.executor()).await
    }

    /// Creates a row on the other side and makes this row refer to it.
    ///
    /// # Errors
    /// When a validator or a constraint refuses a value; then nothing is written.
    pub async fn create(
        &self,
        row: impl IntoNew<A::Target>,
        db: &dyn Executor,
    ) -> Result<(A::Target, A::Owner)> {
        let mut draft = row.into_new();
        draft.complete()?;
        let unit = db.executor().unit().await?;
        let row = only(write_all(vec![draft], unit.exec()).await?)?;
        let values = A::DEF
            .target_columns
            .iter()
            .map(|&column| row.param(column))
            .collect();
        let owner = self.point_at(values, unit.exec()).await?;
        unit.commit().await?;
        Ok((row, owner))
    }

    async fn point_at(&self, values: Vec<Param>, db: Exec<'_>) -> Result<A::Owner> {
        let columns = A::DEF.owner_columns.iter().copied().zip(values);
        let set = columns.map(|(column, param)| Assignment {
            column,
            value: Value::Param(param),
        });
        set_columns(self.owner, set.collect(), db).await
    }
}

/// `belongs_to` on a nullable key.
impl<A: Associate> Related<'_, A, HeldByOwner<true>> {
    /// Makes this row refer to nothing, and returns it as it now is.
    ///
    /// # Errors
    /// When this row does not exist any more.
    pub async fn clear(&self, db: &dyn Executor) -> Result<A::Owner> {
        self.point_at(vec![Param::Null; A::Key::WIDTH], db.executor())
            .await
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
