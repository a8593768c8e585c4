//! `has_one` and `has_many`: the rows of the other side hold the key.

use std::sync::Arc;

use super::rows::{Keys, all_or_nothing, update_rows};
use super::{Related, holds_key};
use crate::ast::{self, Assignment, Expr, Value};
use crate::create::{Guard, scoped_draft, with_key};
use crate::error::Result;
use crate::exec::{Exec, Executor, Params};
use crate::model::{Associate, HeldByTarget, Model};
use crate::query::fetch::in_model;
use crate::query::sole;
use crate::schema::{AssociationKind, ColumnDef};
use crate::types::Param;

/// `has_one` and `has_many`: the rows of the other side hold the key.
impl<A: Associate, const NULLABLE: bool> Related<'_, A, HeldByTarget<NULLABLE>> {
    /// A new row on the other side, its key filled in: one setter per column,
    /// then `.save(&db)`.
    pub fn create(&self) -> A::Create {
        let draft = scoped_draft::<A>();
        let draft = match A::owner_key(self.owner) {
            Some(key) if sole::is_unguarded::<A>() => {
                with_key::<A>(draft, &key).guarded(reservation::<A>(key))
            }
            Some(key) => with_key::<A>(draft, &key),
            None => draft,
        };
        A::Create::from(draft)
    }

    /// Takes over rows from wherever they belong.
    ///
    /// # Errors
    /// When one of the rows does not exist any more; then nothing changes.
    pub async fn adopt<'r>(
        &self,
        rows: impl IntoIterator<Item = &'r A::Target>,
        db: &dyn Executor,
    ) -> Result<()> {
        self.take(Keys::of(rows), None, db.executor()).await
    }

    /// Deletes these rows. Rows that belong elsewhere are an error.
    ///
    /// # Errors
    /// When one of the rows does not belong here, or is still referred to;
    /// then nothing changes.
    pub async fn delete<'r>(
        &self,
        rows: impl IntoIterator<Item = &'r A::Target>,
        db: &dyn Executor,
    ) -> Result<()> {
        let keys = Keys::of(rows);
        if keys.count == 0 {
            return Ok(());
        }
        let count = keys.count;
        let filter = self.rows_filter().and(keys.filter());
        let delete = ast::Delete {
            table: A::Target::TABLE,
            filter: Some(filter),
            returning: false,
        };
        let sql = crate::sql::delete(&delete);
        let unit = db.executor().unit().await?;
        let removed = unit
            .exec()
            .execute(&sql.text, Params::from(&sql.params))
            .await;
        all_or_nothing::<A>(removed.map_err(in_model::<A::Target>)?, count)?;
        unit.commit().await
    }

    /// Gives the rows this row's key, where their present key passes `from`.
    async fn take(&self, keys: Keys<A::Target>, from: Option<Expr>, db: Exec<'_>) -> Result<()> {
        if keys.count == 0 {
            return Ok(());
        }
        let count = keys.count;
        let columns = A::DEF
            .target_columns
            .iter()
            .copied()
            .zip(self.key_params()?);
        let scope = A::DEF
            .scope
            .iter()
            .map(|(column, value)| (*column, value()));
        let set = columns.chain(scope).map(|(column, param)| Assignment {
            column,
            value: Value::Param(param),
        });
        let meant = keys.filter();
        let filter = from.into_iter().fold(meant.clone(), Expr::and);
        if A::DEF.kind == AssociationKind::HasOne && count > 1 {
            return Err(sole::already::<A>());
        }
        let unit = db.unit().await?;
        if sole::is_unguarded::<A>() {
            sole::reserve::<A>(&self.key()?, Some(meant), unit.exec()).await?;
        }
        let taken = update_rows::<A::Target>(set.collect(), filter, unit.exec()).await?;
        all_or_nothing::<A>(taken, count)?;
        unit.commit().await
    }
}

/// Runs before a row is created: it makes sure that it will be the only one.
fn reservation<A: Associate>(key: A::Key) -> Guard {
    Arc::new(move |db| {
        let key = key.clone();
        Box::pin(async move { sole::reserve::<A>(&key, None, db).await })
    })
}

/// `has_one` and `has_many` on a nullable key.
impl<A: Associate> Related<'_, A, HeldByTarget<true>> {
    /// Adds rows that belong nowhere yet, or here already. A row that belongs
    /// elsewhere is an error; [`adopt`](Self::adopt) takes it over.
    ///
    /// # Errors
    /// When one of the rows belongs elsewhere or does not exist any more; then nothing changes.
    pub async fn add<'r>(
        &self,
        rows: impl IntoIterator<Item = &'r A::Target>,
        db: &dyn Executor,
    ) -> Result<()> {
        let free = Expr::And(held_columns::<A>().map(null_test).collect());
        let from = free.or(holds_key::<A>(self.key_params()?));
        self.take(Keys::of(rows), Some(from), db.executor()).await
    }

    /// Makes these the only rows: others lose their key, missing ones are added.
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub async fn set<'r>(
        &self,
        rows: impl IntoIterator<Item = &'r A::Target>,
        db: &dyn Executor,
    ) -> Result<()> {
        let rows: Vec<&A::Target> = rows.into_iter().collect();
        let unit = db.executor().unit().await?;
        let kept = Keys::of(rows.iter().copied());
        let others = Expr::Unary(ast::UnaryOp::Not, Box::new(kept.filter()));
        update_rows::<A::Target>(no_key::<A>(), self.rows_filter().and(others), unit.exec())
            .await?;
        let free = Expr::And(held_columns::<A>().map(null_test).collect());
        let from = free.or(holds_key::<A>(self.key_params()?));
        self.take(Keys::of(rows), Some(from), unit.exec()).await?;
        unit.commit().await
    }
}

fn held_columns<A: Associate>() -> impl Iterator<Item = &'static ColumnDef> {
    A::DEF
        .target_columns
        .iter()
        .map(|&column| A::Target::TABLE.column(column))
}

fn null_test(column: &'static ColumnDef) -> Expr {
    Expr::Unary(ast::UnaryOp::IsNull, Box::new(Expr::Column(column)))
}

/// The key columns that may be NULL, set to NULL.
pub(super) fn no_key<A: Associate>() -> Vec<Assignment> {
    let columns = A::DEF.target_columns.iter().copied();
    let nullable = columns.filter(|&column| A::Target::TABLE.column(column).nullable);
    nullable
        .map(|column| Assignment {
            column,
            value: Value::Param(Param::Null),
        })
        .collect()
}
