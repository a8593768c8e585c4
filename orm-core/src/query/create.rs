//! Writing new rows: one, or many.

use super::batch::{Written, write_all_rows};
use super::fetch::{in_model, in_table};
use crate::ast::Insert;
use crate::create::{Draft, IntoNew, Laid, Saving};
use crate::decode::{Cursor, Row};
use crate::error::{Error, Result};
use crate::exec::{Exec, Executor, Params, jointly};
use crate::hooks::{Asked, Judged};
use crate::model::Model;

/// Writes one row, and what is nested in it, and returns the row with what the
/// database filled in.
///
/// What needs no database is done at once, so that the future holds little else
/// than the statement.
pub(crate) fn insert<M: Model>(mut draft: Draft<M>, db: Exec<'_>) -> Saving<'_, M> {
    if let Some(hooks) = M::HOOKS {
        return Saving::new(async move {
            let rows = (hooks.create)(vec![draft], Asked::One, db).await?;
            sole::<M>(rows)
        });
    }
    if let Err(error) = draft.complete() {
        return Saving::new(async { Err(error) });
    }
    if !draft.is_alone() {
        let graph = Box::pin(insert_graph(draft, db));
        return Saving::new(db.within("graph", M::TABLE.model, graph));
    }
    insert_one(draft, db)
}

fn sole<M: Model>(rows: Vec<M>) -> Result<M> {
    let row = rows.into_iter().next();
    row.ok_or_else(|| Error::not_written(M::TABLE.model, 1, 0))
}

/// Writes one row that was judged.
pub(crate) fn insert_one<M: Model>(draft: Draft<M>, db: Exec<'_>) -> Saving<'_, M> {
    let insert = draft.into_insert();
    Saving::new(async move {
        let row = written_row(insert, db).await?;
        let row = M::decode(&mut Cursor::new(&row, M::TABLE, None));
        row.map_err(|error| error.after_write(db.wrote()))
    })
}

async fn written_row(insert: Insert, db: Exec<'_>) -> Result<Row> {
    let table = insert.table;
    let sql = crate::refusal::insert(db.backend(), &insert)?;
    let row = db.query_opt(&sql.text, Params::from(&sql.params)).await;
    let row = row.map_err(|error| in_table(error, table))?;
    row.ok_or_else(|| db.must_roll_back(Error::not_written(table.model, 1, 0)))
}

async fn insert_graph<M: Model>(draft: Draft<M>, db: Exec<'_>) -> Result<M> {
    Ok(jointly!(db, |exec| insert_below(draft.clone(), exec)))
}

/// The same, within the caller's unit: its first statement is sent behind BEGIN.
async fn insert_below<M: Model>(mut draft: Draft<M>, db: Exec<'_>) -> Result<M> {
    let nested = draft.take_nested();
    if let Some(guard) = draft.take_guard() {
        guard(db).await?;
    }
    let row = insert_one(draft, db).await?;
    crate::create::write_below(&[&row], &[nested], db).await?;
    Ok(row)
}

/// Writes many rows, nothing nested, in the order given.
pub(crate) async fn insert_many<M: Model>(drafts: Vec<Draft<M>>, db: Exec<'_>) -> Result<Vec<M>> {
    insert_all(drafts, Judged::No, db).await
}

/// The same of rows that were judged.
pub(crate) async fn insert_judged<M: Model>(drafts: Vec<Draft<M>>, db: Exec<'_>) -> Result<Vec<M>> {
    insert_all(drafts, Judged::Yes, db).await
}

async fn insert_all<M: Model>(
    drafts: Vec<Draft<M>>,
    judged: Judged,
    db: Exec<'_>,
) -> Result<Vec<M>> {
    let mut laid = Laid::of(M::TABLE, drafts.len(), judged);
    drafts.into_iter().for_each(|draft| laid.push(draft));
    insert_laid(laid, db).await
}

async fn insert_laid<M: Model>(laid: Laid, db: Exec<'_>) -> Result<Vec<M>> {
    let mut rows = Vec::with_capacity(laid.len());
    let written = write_laid(laid, &mut rows, db).await;
    written.map_err(in_model::<M>)?;
    Ok(rows)
}

async fn write_laid(laid: Laid, rows: &mut dyn Written, db: Exec<'_>) -> Result<()> {
    write_all_rows(&mut laid.finish()?, rows, db).await
}

/// Many new rows, from [`Queries::create_many`](super::Queries::create_many).
#[must_use = "nothing is written until `.save(&db)`"]
pub struct CreateMany<M> {
    /// The rows before the first that is more than a row; none where there are hooks.
    laid: Laid,
    /// That one, with what is nested in it, and all that follow.
    rest: Vec<Draft<M>>,
}

impl<M: Model> std::fmt::Debug for CreateMany<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rows = self.laid.len() + self.rest.len();
        f.debug_tuple("CreateMany").field(&rows).finish()
    }
}

impl<M: Model> CreateMany<M> {
    pub(crate) fn new<N: IntoNew<M>>(rows: impl IntoIterator<Item = N>) -> Self {
        let rows = rows.into_iter();
        // What an iterator says of its length is a hint, and may be absurd.
        let expected = rows.size_hint().0.min(1 << 20);
        let mut laid = Laid::new(M::TABLE, expected);
        let mut rest = Vec::new();
        for row in rows {
            let draft = row.into_new();
            if M::HOOKS.is_none() && rest.is_empty() && draft.is_alone() {
                laid.push(draft);
            } else {
                rest.push(draft);
            }
        }
        CreateMany { laid, rest }
    }

    /// Whether there are rows alone: nothing below them, and no hooks around them.
    pub(super) fn is_plain(&self) -> bool {
        self.rest.is_empty()
    }

    /// How many statements those take.
    pub(super) fn statements(&self) -> usize {
        self.laid.statements()
    }

    /// Writes all rows or none, and returns them in the order they were given.
    ///
    /// One statement writes all rows that leave the same columns to the
    /// server. No row sends nothing.
    ///
    /// # Errors
    /// When a validator or a constraint refuses a value of any row, or a trigger
    /// or a rule of the table keeps one away
    /// ([`is_not_written`](Error::is_not_written)).
    pub async fn save(self, db: &dyn Executor) -> Result<Vec<M>> {
        let CreateMany { laid, rest } = self;
        if let Some(hooks) = M::HOOKS {
            return (hooks.create)(rest, Asked::Many, db.executor()).await;
        }
        if rest.is_empty() {
            return insert_laid(laid, db.executor()).await;
        }
        let db = db.executor();
        let graphs = Box::pin(save_graphs(laid, rest, db));
        db.within("graph", M::TABLE.model, graphs).await
    }
}

/// Writes rows, then those with something nested in them.
async fn save_graphs<M: Model>(
    mut laid: Laid,
    mut rest: Vec<Draft<M>>,
    db: Exec<'_>,
) -> Result<Vec<M>> {
    // Everything is judged before the first statement, what is nested too.
    laid.validate_with(&mut rest)?;
    let unit = db.unit().await?;
    let mut rows = insert_laid(laid, unit.exec()).await?;
    rows.extend(crate::create::write_all(rest, unit.exec()).await?);
    unit.commit().await?;
    Ok(rows)
}
