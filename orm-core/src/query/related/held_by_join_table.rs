//! `many_to_many`: a join table holds pairs of keys.

use super::Related;
use super::rows::only;
use crate::create::{IntoNew, write_all};
use crate::error::Result;
use crate::exec::Executor;
use crate::model::{Associate, Column, HeldByJoinTable, Model, Settable};
use crate::query::link::{link, unlink};
use crate::types::{ColumnType, IntoValue};

/// `many_to_many`: a join table holds pairs of keys.
impl<A: Associate> Related<'_, A, HeldByJoinTable> {
    /// Gives new rows of the join table a value for one more of its columns.
    pub fn joining<J: Model, T: ColumnType, K: Settable>(
        mut self,
        column: Column<J, T, K>,
        value: impl IntoValue<T>,
    ) -> Self {
        self.joining
            .push((column.def(), value.into_value().into_param()));
        self
    }

    /// Adds rows; those that are here already stay as they are.
    ///
    /// # Errors
    /// When one of the rows does not exist any more; then nothing changes.
    pub async fn add<'r>(
        &self,
        rows: impl IntoIterator<Item = &'r A::Target>,
        db: &dyn Executor,
    ) -> Result<()> {
        link::<A>(&self.key()?, rows.into_iter(), &self.joining, db.executor()).await
    }

    /// Makes these the only rows.
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub async fn set<'r>(
        &self,
        rows: impl IntoIterator<Item = &'r A::Target>,
        db: &dyn Executor,
    ) -> Result<()> {
        let rows: Vec<&A::Target> = rows.into_iter().collect();
        let key = self.key()?;
        let unit = db.executor().unit().await?;
        unlink::<A>(&key, rows.iter().copied(), true, unit.exec()).await?;
        link::<A>(&key, rows.into_iter(), &self.joining, unit.exec()).await?;
        unit.commit().await
    }

    /// Creates a row on the other side and adds it.
    ///
    /// # Errors
    /// When a validator or a constraint refuses a value; then nothing is written.
    pub async fn create(
        &self,
        row: impl IntoNew<A::Target>,
        db: &dyn Executor,
    ) -> Result<A::Target> {
        let key = self.key()?;
        let mut draft = row.into_new();
        draft.complete()?;
        let unit = db.executor().unit().await?;
        let row = only(write_all(vec![draft], unit.exec()).await?)?;
        link::<A>(&key, std::iter::once(&row), &self.joining, unit.exec()).await?;
        unit.commit().await?;
        Ok(row)
    }
}
