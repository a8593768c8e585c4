//! Pairs of keys in join tables: written and removed.

use crate::decode::Row;

use super::noted::Tables;
use super::removal::revive;
use super::row_at_fault::of_pair;
use super::sole::lock_owner;
use crate::ast::{KnownPair, Link, Unlink};
use crate::ddl::Written;
use crate::decode::Cursor;
use crate::error::{Error, Result};
use crate::exec::{Exec, Params};
use crate::hooks::refuse_join;
use crate::membership::{Membership, NewPairs};
use crate::schema::JoinTable;
use crate::sql::{ManyRows, Sql, dialect};

/// Join tables with something that may keep a pair away.
static SELECTIVE: Tables = Tables::new();

/// Writes the pairs that are not there yet, all or none; those that are stay as they are.
///
/// Where no constraint keeps a pair from being there twice, the owner's row is
/// locked first, so that whoever else adds to it waits: run it in a unit.
///
/// # Errors
/// When one of the rows is outside the association's scope; then no pair is
/// written. When a constraint refuses a pair, or a trigger keeps one away.
pub(crate) async fn link(pairs: &NewPairs, db: Exec<'_>) -> Result<()> {
    refuse_join(pairs.link.join)?;
    crate::refusal::judge_join(pairs.link.join, db.backend())?;
    let begun = Box::pin(lock(pairs, db));
    let revived = Box::pin(async {
        match pairs.link.known {
            KnownPair::ByLooking => revive(&pairs.link, db).await.map(drop),
            KnownPair::ByConstraint => Ok(()),
        }
    });
    let steps = dialect(db.backend()).many_rows() == ManyRows::Steps;
    if steps || is_selective(pairs.link.join) {
        db.both(begun, revived).await?;
    } else {
        let sent = Box::pin(send(pairs, &pairs.link, db));
        // What is revived is read first, and a pair that is there again is not written.
        let revives = pairs.link.known == KnownPair::ByLooking && pairs.link.revived.is_some();
        let written = if db.is_joint() && !revives {
            let rest = Box::pin(db.both(revived, sent));
            let ((), ((), sent)) = db.both(begun, rest).await?;
            sent
        } else {
            begun.await?;
            revived.await?;
            sent.await?
        };
        if written {
            return Ok(());
        }
        SELECTIVE.note(pairs.link.join.name);
    }
    if steps {
        return link_each(pairs, db).await;
    }
    if db.in_transaction() {
        return counted(pairs, db).await;
    }
    let unit = db.unit().await?;
    counted(pairs, unit.exec()).await?;
    unit.commit().await
}

/// Whether something about a join table may keep a pair away.
pub(super) fn is_selective(join: &JoinTable) -> bool {
    SELECTIVE.has(&join.name)
}

/// Locks the owner's row, where no constraint keeps a pair from being there twice.
async fn lock(pairs: &NewPairs, db: Exec<'_>) -> Result<()> {
    let membership = pairs.membership;
    if let Some(owner) = &pairs.locked
        && !lock_owner(membership, owner.clone(), db).await?
    {
        return Err(Error::not_found(membership.owner.model, String::new()));
    }
    Ok(())
}

/// The same where something about the table may keep a pair away: what was not
/// written has to be there.
async fn counted(pairs: &NewPairs, db: Exec<'_>) -> Result<()> {
    let link = Link {
        all_of: None,
        ..pairs.link.clone()
    };
    let mut missing = 0;
    // A pair that was there may be taken out by others before it is looked for.
    for _ in 0..3 {
        // How many were written says little: a trigger may have made others of them.
        send(pairs, &link, db).await?;
        let sql = crate::sql::missing_pairs(db.backend(), &link);
        let row = db.query_opt(&sql.text, Params::from(&sql.params)).await;
        let row = row.map_err(|error| in_join_table(error, link.join, pairs.membership))?;
        missing = counted_in(row)?;
        if missing == 0 {
            return Ok(());
        }
    }
    let written = pairs
        .meant
        .saturating_sub(usize::try_from(missing).unwrap_or(usize::MAX));
    Err(Error::not_written(name_of(link.join), pairs.meant, written))
}

/// The same where a statement writes one pair at a time.
async fn link_each(pairs: &NewPairs, db: Exec<'_>) -> Result<()> {
    let (link, membership) = (&pairs.link, pairs.membership);
    let unit = db.unit().await?;
    let (db, backend) = (unit.exec(), db.backend());
    if let Some(among) = &link.among {
        let sql = crate::sql::among(backend, among);
        let row = db.query_opt(&sql.text, Params::from(&sql.params)).await?;
        let found = counted_in(row)?;
        if usize::try_from(found).is_ok_and(|found| found != pairs.meant) {
            return Err(membership.not_related(pairs.meant, found));
        }
    }
    let of_join = |error| in_join_table(error, link.join, membership).at_place(&pairs.places);
    let written = each(&crate::sql::link(backend, link), db).await;
    written.map_err(of_join)?;
    // Those that were there before count too, and a trigger may have made others of them.
    let missing = each(&crate::sql::missing_pairs(backend, link), db).await;
    let missing = missing.map_err(of_join)?;
    if missing > 0 {
        let written = pairs.meant.saturating_sub(missing);
        return Err(Error::not_written(name_of(link.join), pairs.meant, written));
    }
    unit.commit().await
}

/// Runs a statement for each pair; how many of them had a row.
async fn each(sql: &Sql<'_>, db: Exec<'_>) -> Result<usize> {
    let mut rows = 0;
    let mut count = |_| {
        rows += 1;
        Ok(())
    };
    let steps = sql.steps.unwrap_or(1);
    db.query_steps(&sql.text, Params::from(&sql.params), steps, &mut count)
        .await?;
    Ok(rows)
}

fn counted_in(row: Option<Row>) -> Result<u64> {
    let count: i64 = row.map_or(Ok(0), |row| Cursor::of_row(&row).take())?;
    Ok(count.unsigned_abs())
}

/// Writes pairs; whether all of them are there for certain.
async fn send(pairs: &NewPairs, link: &Link, db: Exec<'_>) -> Result<bool> {
    let membership = pairs.membership;
    let sql = crate::sql::link(db.backend(), link);
    let params = Params::from(&sql.params);
    let of_join = |error| {
        let row = of_pair(&error, link);
        let error = in_join_table(error, link.join, membership).in_row(row);
        error.at_place(&pairs.places)
    };
    if link.among.is_none() && link.all_of.is_none() {
        db.execute(&sql.text, params).await.map_err(of_join)?;
        return Ok(false);
    }
    let row = db.query_opt(&sql.text, params).await.map_err(of_join)?;
    let row = row.ok_or_else(|| membership.not_related(pairs.meant, 0))?;
    let mut cursor = Cursor::of_row(&row);
    let found: Option<i64> = cursor.take()?;
    match found.map(i64::unsigned_abs) {
        Some(found) if usize::try_from(found).is_ok_and(|found| found != pairs.meant) => {
            Err(membership.not_related(pairs.meant, found))
        }
        _ => cursor.take(),
    }
}

/// Removes pairs, and returns how many there were.
pub(crate) async fn unlink(pairs: &Unlink, membership: Membership, db: Exec<'_>) -> Result<u64> {
    refuse_join(pairs.join)?;
    crate::refusal::judge_join(pairs.join, db.backend())?;
    let sql = crate::sql::unlink(db.backend(), pairs);
    let removed = db.execute(&sql.text, Params::from(&sql.params)).await;
    removed.map_err(|error| in_join_table(error, pairs.join, membership))
}

/// Names the models in an error about a pair.
fn in_join_table(error: Error, join: &JoinTable, membership: Membership) -> Error {
    match join.table {
        Some(table) => error.in_table(table()),
        None => error.in_pairs(Written::Pairs {
            table: join.name,
            of: membership.owner,
            with: membership.target,
        }),
    }
}

/// What an error about its rows calls a join table.
pub(super) fn name_of(join: &JoinTable) -> &'static str {
    join.table.map_or(join.name.name, |table| table().model)
}
