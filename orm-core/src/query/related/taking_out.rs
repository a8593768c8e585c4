//! Rows that leave an association and stay in their table.

use super::Related;
use super::rows::{Keys, all_or_nothing, update_rows};
use crate::error::Result;
use crate::exec::Exec;
use crate::membership::Membership;
use crate::model::Associate;
use crate::query::Filter;
use crate::query::fetch::count_of;
use crate::query::link::unlink;

/// Taking rows out, where the key may be NULL or is in a join table.
impl<A: Associate, H> Related<'_, A, H> {
    /// Whether rows are here beside these.
    pub(super) async fn has_others(&self, than: &[&A::Target], db: Exec<'_>) -> Result<bool> {
        let others = Keys::of(than.iter().copied()).others();
        let mut others = self.filter(Filter::new(others)).select;
        Ok(count_of(&mut others, db).await? > 0)
    }

    pub(super) async fn take_out(&self, rows: Vec<&A::Target>, db: Exec<'_>) -> Result<()> {
        let keys = Keys::of(rows.iter().copied());
        if keys.count == 0 {
            return Ok(());
        }
        let (count, membership) = (keys.count, Membership::of::<A>());
        let key = self.key()?;
        let unit = db.unit().await?;
        let removed = match &membership.association.through {
            Some(join) => {
                // Pairs are not rows, where one may be there twice.
                let counted = if join.holds_pairs_once() {
                    None
                } else {
                    let mut present = self.filter(Filter::new(keys.filter())).select;
                    Some(count_of(&mut present, unit.exec()).await?)
                };
                let pairs = membership.pairs::<A>(&key, rows.into_iter(), false);
                let unlinked = match pairs {
                    Some(pairs) => unlink(&pairs, membership, unit.exec()).await?,
                    None => 0,
                };
                counted.unwrap_or(unlinked)
            }
            None => {
                let filter = membership.members(&key).and(keys.filter());
                update_rows::<A::Target>(membership.leaving(), filter, unit.exec()).await?
            }
        };
        all_or_nothing(membership, removed, count)?;
        unit.commit().await
    }
}
