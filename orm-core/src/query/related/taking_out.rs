//! Rows that leave an association and stay in their table.

use super::Related;
use super::rows::{
    Changed, Keys, all_or_nothing, all_right, all_written, stays, unseen_keys, update_rows,
};
use crate::ast::{Expr, UnaryOp};
use crate::error::Result;
use crate::exec::{Exec, jointly};
use crate::hooks::refuse_join;
use crate::membership::Membership;
use crate::model::Associate;
use crate::query::Filter;
use crate::query::fetch::count_of;
use crate::query::link::{name_of, unlink};
use crate::types::Param;

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
        match &Membership::of::<A>().association.through {
            Some(join) => refuse_join(join)?,
            None => unseen_keys::<A::Target>()?,
        }
        let key = self.key()?;
        jointly!(db, |exec| self.take_out_of(&rows, &keys, &key, exec));
        Ok(())
    }

    /// The same of rows that were given, within the caller's unit.
    async fn take_out_of(
        &self,
        rows: &[&A::Target],
        keys: &Keys<A::Target>,
        key: &[Param],
        db: Exec<'_>,
    ) -> Result<()> {
        let (count, membership) = (keys.count, Membership::of::<A>());
        let Some(join) = &membership.association.through else {
            let held = keys.held();
            let filter = self.current(membership.members(key).and(held[1].clone()));
            let left = self.let_go(filter, db).await?;
            all_right::<A::Target>(&left, "removal")?;
            let (of, gone) = (membership, left.rows);
            return all_written::<A::Target>(of, gone, count, held, gone, db).await;
        };
        // Pairs are not rows, where one may be there twice.
        let once = join.holds_pairs_once();
        let here = async || {
            if once {
                return Ok(0);
            }
            let given = self.current(membership.given(rows));
            count_of(&mut self.filter(Filter::new(given)).select, db).await
        };
        let unlinking = Box::pin(async {
            let pairs = rows.iter().copied();
            match membership.pairs::<A>(self.owner, key, pairs, false) {
                Some(pairs) => unlink(&pairs, membership, db).await,
                None => Ok(0),
            }
        });
        let rest = Box::pin(db.both(unlinking, Box::pin(here())));
        let (counted, (unlinked, left)) = db.both(Box::pin(here()), rest).await;
        let (counted, unlinked) = (counted?, unlinked?);
        if left? > 0 {
            return Err(stays(name_of(join)));
        }
        all_or_nothing(membership, if once { unlinked } else { counted }, count)
    }
}
