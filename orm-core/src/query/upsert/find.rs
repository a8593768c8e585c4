//! The row that exists already.

use super::{Ending, UpsertOn, Upserted, alone, not_given};
use crate::ast::{self, Conflict, ConflictTarget, RawPart, Visible};
use crate::error::{Error, Result};
use crate::exec::{Exec, Executor};
use crate::hooks::Judged;
use crate::membership::Claim;
use crate::model::Model;
use crate::query::fetch::{self, in_model};
use crate::query::update::rows_of;
use crate::query::{Filter, Query, queries};
use crate::schema::TableDef;
use crate::types::Param;

impl<M: Model> UpsertOn<M> {
    /// Writes the row unless it exists already, and returns the row that exists: found
    /// or created, whoever else does the same at once. One that is found burns no number
    /// of a sequence.
    ///
    /// Of a unique index with a condition, the row within it is found, whether or not the
    /// new one would be.
    ///
    /// # Errors
    /// When a validator or another constraint refuses a value, the row does not give
    /// what makes two rows the same, or the existing row is not one of the association
    /// that the row was made in ([`is_not_related`](Error::is_not_related)), or is
    /// hidden ([`is_hidden`](Error::is_hidden)). In a
    /// transaction that does not see what others committed meanwhile, the error
    /// [is retryable](Error::is_retryable).
    #[doc(alias = "find_or_create")]
    pub async fn or_find(self, db: &dyn Executor) -> Result<Upserted<M>> {
        if M::HOOKS.is_some() {
            let found = self.between_hooks(Ending::Find, db.executor()).await?;
            return found.ok_or_else(|| Error::not_written(M::TABLE.model, 1, 0));
        }
        self.find_row(Judged::No, db.executor()).await
    }

    pub(super) async fn find_row(self, judged: Judged, db: Exec<'_>) -> Result<Upserted<M>> {
        self.only_reads(Ending::Find)?;
        let draft = alone(self.rows, judged)?;
        let the_same = the_same(&self.target, |at| draft.get(at).cloned(), M::TABLE)?;
        let hidden = hidden::<M>(&self.target, |at| draft.get(at).cloned())?;
        let claim = draft.claim();
        let mut insert = draft.into_insert();
        insert.conflict = Some(Conflict::ignoring(self.target));
        // A row that was there may be gone before it is looked for.
        for _ in 0..3 {
            if let Some(row) = related(the_same.clone(), claim.as_deref(), db).await? {
                return Ok(Upserted {
                    row,
                    created: false,
                    updated: false,
                });
            }
            let sql = crate::refusal::insert(db.backend(), &insert)?;
            let written = rows_of::<M>(db, &sql).await.map_err(in_model::<M>)?.pop();
            if let Some(row) = written {
                return Ok(Upserted {
                    row,
                    created: true,
                    updated: false,
                });
            }
            if let Some(hidden) = &hidden {
                refuse_hidden(hidden.clone(), db).await?;
            }
        }
        Err(db.must_roll_back(Error::not_written(M::TABLE.model, 1, 0)))
    }
}

/// The existing row, which has to be one of the association that a new one was made in.
pub(super) async fn related<M: Model>(
    the_same: ast::Expr,
    claim: Option<&Claim>,
    db: Exec<'_>,
) -> Result<Option<M>> {
    let found = existing::<M>(the_same.clone(), db).await?;
    if let (Some(_), Some(claim)) = (&found, claim) {
        let belongs = existing::<M>(the_same.and(claim.existing(&[])), db).await?;
        belongs.ok_or_else(|| claim.not_related())?;
    }
    Ok(found)
}

/// The existing row, which was left as it is.
pub(super) async fn existing<M: Model>(the_same: ast::Expr, db: Exec<'_>) -> Result<Option<M>> {
    let query = Query::<M>::new().filter(Filter::new(the_same));
    // Rare, and large: it would be part of the future of every upsert.
    Box::pin(fetch::one_or_none(&query.select, &query.shape, db)).await
}

/// The row of a model that hides some with the values of a new one in the columns of a
/// constraint, if it is hidden.
pub(super) fn hidden<M: Model>(
    target: &ConflictTarget,
    value: impl Fn(u16) -> Option<Param>,
) -> Result<Option<ast::Select>> {
    if !M::TABLE.hides_rows() {
        return Ok(None);
    }
    let is_given = |at: &u16| value(*at).is_some_and(|value| !value.is_null());
    if !target.columns.iter().all(is_given) {
        return Ok(None);
    }
    let the_same = the_same(target, value, M::TABLE)?;
    let seen = ast::Expr::there(M::TABLE, the_same.clone());
    let mut select = ast::Select::seeing(M::TABLE, Visible::every());
    select.filter = Some(the_same.and(ast::Expr::unary(ast::UnaryOp::Not, seen)));
    select.output = ast::Output::Exists(Vec::new());
    Ok(Some(select))
}

/// An error if there is such a row.
pub(super) async fn refuse_hidden(mut hidden: ast::Select, db: Exec<'_>) -> Result<()> {
    // Rare, and large: it would be part of the future of every upsert.
    match Box::pin(fetch::scalar(&mut hidden, db)).await? {
        true => Err(Error::hidden(hidden.table.model)),
        false => Ok(()),
    }
}

/// The filter that only the row passes with the same values in the columns of a constraint.
pub(super) fn the_same(
    target: &ConflictTarget,
    value: impl Fn(u16) -> Option<Param>,
    table: &'static TableDef,
) -> Result<ast::Expr> {
    let mut parts = Vec::with_capacity(target.columns.len() + 1);
    for &position in &target.columns {
        let column = table.column(position);
        let value = value(position).ok_or_else(|| not_given(column.field, table))?;
        parts.push(queries::column_eq(column, value));
    }
    parts.extend(within(target));
    Ok(ast::Expr::all_of(parts))
}

/// The condition of a partial index, as its model has it.
pub(super) fn within(target: &ConflictTarget) -> Option<ast::Expr> {
    let text = target.filter?;
    Some(ast::Expr::Raw(vec![RawPart::Text(text.into())]))
}
