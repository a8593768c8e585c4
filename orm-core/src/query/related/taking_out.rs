//! Rows that leave an association and stay in their table.

use super::Related;
use super::held_by_target::no_key;
use super::rows::{Keys, all_or_nothing, update_rows};
use crate::error::Result;
use crate::exec::Exec;
use crate::model::Associate;
use crate::query::Filter;
use crate::query::fetch::count_of;
use crate::query::link::unlink;

/// Taking rows out, where the key may be NULL or is in a join table.
impl<A: Associate, H> Related<'_, A, H> {
    pub(super) async fn take_out(&self, rows: Vec<&A::Target>, db: Exec<'_>) -> Result<()> {
        let keys = Keys::of(rows.iter().copied());
        if keys.count == 0 {
            return Ok(());
        }
        let count = keys.count;
        let unit = db.unit().await?;
        let through = A::DEF.through.as_ref();
        let removed = match through {
            // Pairs are not rows, where one may be there twice.
            Some(join) if !join.holds_pairs_once() => {
                let mut present = self.filter(Filter::new(keys.filter())).select;
                let present = count_of(&mut present, unit.exec()).await?;
                unlink::<A>(&self.key()?, rows.into_iter(), false, unit.exec()).await?;
                present
            }
            Some(_) => unlink::<A>(&self.key()?, rows.into_iter(), false, unit.exec()).await?,
            None => {
                let filter = self.rows_filter().and(keys.filter());
                update_rows::<A::Target>(no_key::<A>(), filter, unit.exec()).await?
            }
        };
        all_or_nothing::<A>(removed, count)?;
        unit.commit().await
    }
}
