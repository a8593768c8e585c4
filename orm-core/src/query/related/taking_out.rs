//! Rows that leave an association and stay in their table.

use super::Related;
use super::rows::{
    Changed, Keys, all_or_nothing, all_right, all_written, stays, unseen_keys, update_rows,
};
use crate::ast::{Expr, UnaryOp};
use crate::error::Result;
use crate::exec::Exec;
use crate::hooks::refuse_join;
use crate::membership::Membership;
use crate::model::Associate;
use crate::query::Filter;
use crate::query::fetch::count_of;
use crate::query::link::{name_of, unlink};

/// Taking rows out, where the key may be NULL or is in a join table.
impl<A: Associate, H> Related<'_, A, H> {
    /// Whether rows are here beside these.
    pub(super) async fn has_others(&self, than: &[&A::Target], db: Exec<'_>) -> Result<bool> {
        let others = Keys::of(than.iter().copied()).others();
        let mut others = self.filter(Filter::new(others)).select;
        Ok(count_of(&mut others, db).await? > 0)
    }

    /// Changes rows so that they are here no more.
    pub(super) async fn let_go(&self, rows: Expr, db: Exec<'_>) -> Result<Changed> {
        let left = Expr::unary(UnaryOp::IsNotTrue, self.members());
        update_rows::<A::Target>(Membership::of::<A>().leaving(), rows, left, db).await
    }

    pub(super) async fn take_out(&self, rows: Vec<&A::Target>, db: Exec<'_>) -> Result<()> {
        let keys = Keys::of(rows.iter().copied());
        if keys.count == 0 {
            return Ok(());
        }
        let (count, membership) = (keys.count, Membership::of::<A>());
        match &membership.association.through {
            Some(join) => refuse_join(join)?,
            None => unseen_keys::<A::Target>()?,
        }
        let key = self.key()?;
        let unit = db.unit().await?;
        let removed = match &membership.association.through {
            Some(join) => {
                // Pairs are not rows, where one may be there twice.
                let here = || {
                    let given = self.current(membership.given(&rows));
                    self.filter(Filter::new(given)).select
                };
                let counted = match join.holds_pairs_once() {
                    true => None,
                    false => Some(count_of(&mut here(), unit.exec()).await?),
                };
                let pairs = rows.iter().copied();
                let unlinked = match membership.pairs::<A>(self.owner, &key, pairs, false) {
                    Some(pairs) => unlink(&pairs, membership, unit.exec()).await?,
                    None => 0,
                };
                if counted.is_some() && count_of(&mut here(), unit.exec()).await? > 0 {
                    return Err(stays(name_of(join)));
                }
                counted.unwrap_or(unlinked)
            }
            None => {
                let rows = keys.held();
                let filter = self.current(membership.members(&key).and(rows[1].clone()));
                let left = self.let_go(filter, unit.exec()).await?;
                all_right::<A::Target>(&left, "removal")?;
                let (of, gone) = (membership, left.rows);
                all_written::<A::Target>(of, gone, count, rows, gone, unit.exec()).await?;
                return unit.commit().await;
            }
        };
        all_or_nothing(membership, removed, count)?;
        unit.commit().await
    }
}
