//! New rows that may exist already, with hooks around them.

use super::create::drafts_of;
use super::doors::{Asked, Pending, Work};
use super::unsaved::{Kind, Unsaved};
use super::update::judge;
use super::writing::{Begun, Writing, said};
use super::{Hooks, Write};
use crate::create::Draft;
use crate::error::Result;
use crate::exec::Exec;
use crate::query::Upserted;

type Outcomes<M> = Vec<Option<Upserted<M>>>;

/// Writes rows; what became of each, `None` where it was left out.
pub(super) fn upsert<M: Hooks>(
    drafts: Vec<Draft<M>>,
    asked: Asked,
    work: Work<Vec<Draft<M>>, Outcomes<M>>,
    db: Exec<'_>,
) -> Pending<'_, Outcomes<M>> {
    Box::pin(async move {
        if drafts.is_empty() {
            return Ok(Vec::new());
        }
        if let Some(refusal) = drafts.iter().find_map(Draft::refusal) {
            return Err(refusal);
        }
        let begun = Begun::new(db).await?;
        let done = within(drafts, asked, work, begun.exec()).await;
        begun.end(done).await
    })
}

async fn within<M: Hooks>(
    drafts: Vec<Draft<M>>,
    asked: Asked,
    work: Work<Vec<Draft<M>>, Outcomes<M>>,
    db: Exec<'_>,
) -> Result<Outcomes<M>> {
    let writing = Writing::<M>::new(Write::Upsert, db)?;
    let tx = &writing.tx;
    // Without their defaults, which an existing row does not take over.
    let mut rows: Vec<Unsaved<M>> = drafts.into_iter().map(Unsaved::new).collect();
    said::<M>("before_validate", M::before_validate(&mut rows, tx).await)?;
    said::<M>("before_upsert", M::before_upsert(&mut rows, tx).await)?;
    judge(&completed(&rows), asked)?;
    said::<M>("after_validate", M::after_validate(&rows, tx).await)?;
    let all = work(drafts_of(rows), db).await?;
    let known: Vec<Upserted<M>> = all.iter().flatten().cloned().collect();
    let written = known.iter().filter(|it| it.created || it.updated);
    writing.wrote(written.map(|it| it.row.clone()));
    said::<M>("after_upsert", M::after_upsert(&known, tx).await)?;
    Ok(all)
}

/// The rows as a new one would be.
fn completed<M: Hooks>(rows: &[Unsaved<M>]) -> Vec<Unsaved<M>> {
    let drafts = rows.iter().filter_map(|row| match &row.0 {
        Kind::New(draft) => Some(Draft::clone(draft)),
        Kind::Changed(..) => None,
    });
    let completed = drafts.map(|mut draft| {
        draft.add_defaults();
        Unsaved::new(draft)
    });
    completed.collect()
}
