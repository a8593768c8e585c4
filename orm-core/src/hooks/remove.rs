//! Rows that go or come back, with hooks around that.

use super::doors::{Pending, Work};
use super::writing::{Begun, Writing, said};
use super::{Hooks, Write};
use crate::error::Result;
use crate::exec::Exec;

/// Removes rows, or brings them back; the work returns them as they then are, or were.
pub(super) fn remove<M: Hooks>(
    write: Write,
    rows: Vec<M>,
    work: Work<(), Vec<M>>,
    db: Exec<'_>,
) -> Pending<'_, Vec<M>> {
    Box::pin(async move {
        let begun = Begun::new(db).await?;
        let done = within(write, rows, work, begun.exec()).await;
        begun.end(done).await
    })
}

async fn within<M: Hooks>(
    write: Write,
    rows: Vec<M>,
    work: Work<(), Vec<M>>,
    db: Exec<'_>,
) -> Result<Vec<M>> {
    let writing = Writing::<M>::new(write, db)?;
    let tx = &writing.tx;
    match write {
        Write::Restore => said::<M>("before_restore", M::before_restore(&rows, tx).await)?,
        _ => said::<M>("before_delete", M::before_delete(&rows, tx).await)?,
    }
    let rows = work((), db).await?;
    writing.wrote(rows.iter().cloned());
    match write {
        Write::Restore => said::<M>("after_restore", M::after_restore(&rows, tx).await)?,
        _ => said::<M>("after_delete", M::after_delete(&rows, tx).await)?,
    }
    Ok(rows)
}
