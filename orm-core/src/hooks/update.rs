//! Changes of rows with hooks around them.

use super::doors::{Asked, Change, Pending, Work};
use super::unsaved::{Kind, Unsaved};
use super::writing::{Begun, Writing, said};
use super::{Hooks, Write};
use crate::create::validate_row;
use crate::error::{Error, Result};
use crate::exec::Exec;
use crate::validate::{Fault, ValidationErrors};

/// Writes what is set in rows. One of which nothing is set is not shown to a hook: the
/// caller does not bring it.
pub(super) fn update<M: Hooks>(
    rows: Vec<Change<M>>,
    asked: Asked,
    work: Work<Vec<Change<M>>, Vec<M>>,
    db: Exec<'_>,
) -> Pending<'_, Vec<M>> {
    Box::pin(async move {
        let begun = Begun::new(db).await?;
        let done = within(rows, asked, work, begun.exec()).await;
        begun.end(done).await
    })
}

async fn within<M: Hooks>(
    rows: Vec<Change<M>>,
    asked: Asked,
    work: Work<Vec<Change<M>>, Vec<M>>,
    db: Exec<'_>,
) -> Result<Vec<M>> {
    let writing = Writing::<M>::new(Write::Update, db)?;
    let tx = &writing.tx;
    let rows = rows.into_iter();
    let mut rows: Vec<Unsaved<M>> = rows
        .map(|(before, set)| Unsaved::changed(before, set))
        .collect();
    said::<M>("before_validate", M::before_validate(&mut rows, tx).await)?;
    said::<M>("before_update", M::before_update(&mut rows, tx).await)?;
    judge(&rows, asked)?;
    said::<M>("after_validate", M::after_validate(&rows, tx).await)?;
    let changes = rows.into_iter().filter_map(|row| match row.0 {
        Kind::Changed(before, set) => Some((before, set)),
        Kind::New(_) => None,
    });
    let rows = work(changes.collect(), db).await?;
    writing.wrote(rows.iter().cloned());
    said::<M>("after_update", M::after_update(&rows, tx).await)?;
    Ok(rows)
}

/// Runs the validators.
pub(super) fn judge<M: Hooks>(rows: &[Unsaved<M>], asked: Asked) -> Result<()> {
    let (mut all, mut first) = (ValidationErrors::new(), None);
    for (place, row) in rows.iter().enumerate() {
        let found = validate_row::<M>(&row.values());
        if found.is_empty() {
            continue;
        }
        first.get_or_insert(place);
        all.extend(found.into_iter().map(|fault| match asked {
            Asked::One => fault,
            Asked::Many => Fault {
                message: format!("row {place}: {}", fault.message),
                ..fault
            },
        }));
    }
    let first = first.filter(|_| asked == Asked::Many);
    all.into_result()
        .map_err(|errors| Error::invalid(errors, M::TABLE).in_row(first))
}
