//! New rows with hooks around them.

use super::doors::{Asked, Pending};
use super::unsaved::{Kind, Unsaved};
use super::writing::{Begun, Writing, said};
use super::{Hooks, Write};
use crate::create::{Draft, Laid, write_below};
use crate::error::Result;
use crate::exec::Exec;
use crate::model::any_rows;
use crate::query::{insert_judged, insert_one};

/// Writes rows and what is nested in them.
pub(super) fn create<M: Hooks>(
    drafts: Vec<Draft<M>>,
    asked: Asked,
    db: Exec<'_>,
) -> Pending<'_, Vec<M>> {
    Box::pin(async move {
        if drafts.is_empty() {
            return Ok(Vec::new());
        }
        // What no hook can cure is said before anything is sent.
        if let Some(refusal) = drafts.iter().find_map(Draft::refusal) {
            return Err(refusal);
        }
        let begun = Begun::new(db).await?;
        let done = within(drafts, asked, begun.exec()).await;
        begun.end(done).await
    })
}

async fn within<M: Hooks>(mut drafts: Vec<Draft<M>>, asked: Asked, db: Exec<'_>) -> Result<Vec<M>> {
    drafts.iter_mut().for_each(Draft::add_defaults);
    let writing = Writing::<M>::new(Write::Create, db)?;
    let tx = &writing.tx;
    let mut rows: Vec<Unsaved<M>> = drafts.into_iter().map(Unsaved::new).collect();
    said::<M>("before_validate", M::before_validate(&mut rows, tx).await)?;
    said::<M>("before_create", M::before_create(&mut rows, tx).await)?;
    let mut drafts = drafts_of(rows);
    judge(&mut drafts, asked)?;
    let rows: Vec<Unsaved<M>> = drafts.into_iter().map(Unsaved::new).collect();
    said::<M>("after_validate", M::after_validate(&rows, tx).await)?;
    let mut drafts = drafts_of(rows);
    let nested: Vec<_> = drafts.iter_mut().map(Draft::take_nested).collect();
    let rows = written(drafts, asked, db).await?;
    writing.wrote(rows.iter().cloned());
    said::<M>("after_create", M::after_create(&rows, tx).await)?;
    write_below(&any_rows(&rows), &nested, db).await?;
    Ok(rows)
}

async fn written<M: Hooks>(drafts: Vec<Draft<M>>, asked: Asked, db: Exec<'_>) -> Result<Vec<M>> {
    if asked == Asked::Many && !drafts.iter().any(Draft::is_guarded) {
        return insert_judged(drafts, db).await;
    }
    let mut rows = Vec::with_capacity(drafts.len());
    for mut draft in drafts {
        if let Some(guard) = draft.take_guard() {
            guard(db).await?;
        }
        rows.push(insert_one(draft, db).await?);
    }
    Ok(rows)
}

/// Runs the validators.
fn judge<M: Hooks>(drafts: &mut [Draft<M>], asked: Asked) -> Result<()> {
    match (asked, drafts) {
        (Asked::One, [only]) => only.complete(),
        (_, drafts) => Laid::new(M::TABLE, 0).validate_with(drafts),
    }
}

pub(super) fn drafts_of<M>(rows: Vec<Unsaved<M>>) -> Vec<Draft<M>> {
    let drafts = rows.into_iter().filter_map(|row| match row.0 {
        Kind::New(draft) => Some(*draft),
        Kind::Changed(..) => None,
    });
    drafts.collect()
}
