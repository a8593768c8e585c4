//! `has_one` where no unique constraint keeps a second row away.

use crate::ast::{Expr, Item, Lock, LockStrength, LockWait, Output, Select, UnaryOp};
use crate::decode::Cursor;
use crate::error::{Error, Result};
use crate::exec::{Exec, Params};
use crate::key::key_shown;
use crate::membership::Membership;
use crate::model::AnyRow;
use crate::query::fetch::count_of;
use crate::refusal;
use crate::schema::AssociationKind;
use crate::sql::dialect;
use crate::types::Param;

/// Whether the association has at most one row, and only this program sees to it.
pub(crate) fn is_unguarded(membership: Membership) -> bool {
    let (table, key) = (membership.target, membership.association.target_columns);
    let mut uniques = table.uniques.iter().map(|unique| unique.columns);
    membership.association.kind == AssociationKind::HasOne
        && table.primary_key != key
        && !uniques.any(|unique| unique == key)
}

/// Makes sure that no row but those that pass `meant` holds the key, and that
/// none comes to hold it before the transaction ends: whoever else gives this
/// owner a row waits for its lock.
///
/// # Errors
/// When there is a row already.
pub(crate) async fn reserve(
    membership: Membership,
    owner: Expr,
    key: &[Param],
    meant: Option<Expr>,
    db: Exec<'_>,
) -> Result<()> {
    let locking = Box::pin(async {
        let is_held = lock_owner(membership, owner.clone(), db).await?;
        if !is_held && is_there(membership, owner, db).await? {
            // A policy hides it from locks: others could do the same at once.
            return Err(Error::untouched(
                membership.owner.model,
                String::new(),
                "lock",
            ));
        }
        Ok(())
    });
    let mut others = Select::new(membership.target);
    others.filter = Some(membership.members(key));
    if let Some(meant) = meant {
        others.and_filter(Expr::unary(UnaryOp::Not, meant));
    }
    others.output = Output::Exists(Vec::new());
    let ((), found) = db.both(locking, Box::pin(run(&others, db))).await?;
    match found {
        Some(row) if Cursor::of_row(&row).take()? => Err(already(membership)),
        _ => Ok(()),
    }
}

/// Locks an owner's row until the transaction ends; rows may refer to it
/// meanwhile. Returns whether it exists.
pub(crate) async fn lock_owner(membership: Membership, owner: Expr, db: Exec<'_>) -> Result<bool> {
    let mut select = Select::new(membership.owner);
    select.filter = Some(owner);
    let columns = membership.association.owner_columns.iter();
    select.output = Output::Items(columns.copied().map(Item::Column).collect());
    // Where rows have no locks, a transaction that writes is alone.
    select.lock = dialect(db.backend()).has_row_locks().then_some(Lock {
        strength: LockStrength::NoKeyUpdate,
        wait: LockWait::Wait,
    });
    Ok(run(&select, db).await?.is_some())
}

/// Locks an owner's row, as the program holds it, before all that belongs to it is
/// said anew.
///
/// # Errors
/// When another row may have its key by now.
pub(crate) async fn hold_owner(
    membership: Membership,
    owner: &dyn AnyRow,
    db: Exec<'_>,
) -> Result<()> {
    let row = membership.owner_row(owner);
    let is_held = lock_owner(membership, row.clone(), db).await?;
    if !is_held && membership.owner_stays(owner).is_some() && !is_there(membership, row, db).await?
    {
        let table = membership.owner;
        let key: Vec<Param> = table
            .primary_key
            .iter()
            .map(|&at| owner.value(at))
            .collect();
        let key = key_shown(&key).unwrap_or_default();
        return Err(Error::not_found(table.model, key));
    }
    Ok(())
}

async fn is_there(membership: Membership, owner: Expr, db: Exec<'_>) -> Result<bool> {
    let mut select = Select::new(membership.owner);
    select.filter = Some(owner);
    Ok(count_of(&mut select, db).await? > 0)
}

/// The association has its one row.
pub(crate) fn already(membership: Membership) -> Error {
    Error::already_related(
        membership.owner.model,
        membership.association.name,
        membership.target.model,
    )
}

async fn run(select: &Select, db: Exec<'_>) -> Result<Option<crate::decode::Row>> {
    let sql = refusal::select(db.backend(), select)?;
    db.query_opt(&sql.text, Params::from(&sql.params)).await
}
