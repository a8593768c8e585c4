//! Pairs of keys in join tables: written and removed.

use super::sole::lock_owner;
use crate::ast::Unlink;
use crate::decode::Cursor;
use crate::error::{Error, Result};
use crate::exec::{Exec, Params};
use crate::membership::NewPairs;
use crate::query::fetch::in_table;
use crate::schema::{JoinTable, TableDef};

/// Writes the pairs that are not there yet; those that are stay as they are.
///
/// Where no constraint keeps a pair from being there twice, the owner's row is
/// locked first, so that whoever else adds to it waits: run it in a unit.
///
/// # Errors
/// When one of the rows is outside the association's scope; then no pair is
/// written. When a constraint refuses a pair.
pub(crate) async fn link(pairs: &NewPairs, db: Exec<'_>) -> Result<()> {
    let membership = pairs.membership;
    if let Some(owner) = &pairs.locked
        && !lock_owner(membership, owner.clone(), db).await?
    {
        return Err(Error::not_found(membership.owner.model, String::new()));
    }
    let sql = crate::sql::link(&pairs.link);
    let params = Params::from(&sql.params);
    let of_join = |error| in_table(error, table_of(pairs.link.join, membership.target));
    if pairs.link.among.is_none() {
        return db
            .execute(&sql.text, params)
            .await
            .map(drop)
            .map_err(of_join);
    }
    let row = db.query_opt(&sql.text, params).await.map_err(of_join)?;
    let found: i64 = match &row {
        Some(row) => Cursor::of_row(row).take()?,
        None => 0,
    };
    let found = found.unsigned_abs();
    if usize::try_from(found).is_ok_and(|found| found == pairs.meant) {
        return Ok(());
    }
    Err(membership.not_related(pairs.meant, found))
}

/// Removes pairs, and returns how many there were.
pub(crate) async fn unlink(pairs: &Unlink, target: &'static TableDef, db: Exec<'_>) -> Result<u64> {
    let sql = crate::sql::unlink(pairs);
    let removed = db.execute(&sql.text, Params::from(&sql.params)).await;
    removed.map_err(|error| in_table(error, table_of(pairs.join, target)))
}

/// The table that an error about a pair speaks of.
fn table_of(join: &JoinTable, target: &'static TableDef) -> &'static TableDef {
    join.table.map_or(target, |table| table())
}
