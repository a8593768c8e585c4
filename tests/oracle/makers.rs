//! New rows of models.

use orm::create::IntoNew;
use orm::model::{SoftDeletes, Writable};
use orm::prelude::*;
use orm::query::Upserted;
use serde_json::Value;

use crate::steps::{Fate, New, Way};
use crate::tables::{Row, Table, Tables, is_marked, label_of};
use crate::typed::{Answer, Doing, Looking, Maker, Making, Stored, Via, json, typed};

/// A model of a world.
pub(crate) struct Modelled<M, N> {
    pub(crate) table: &'static str,
    pub(crate) nests: &'static [usize],
    pub(crate) making: Making<(), N, M>,
}

impl<M: Stored, N: IntoNew<M>> Maker for Modelled<M, N> {
    fn table(&self) -> &'static str {
        self.table
    }

    fn nests(&self) -> &'static [usize] {
        self.nests
    }

    fn make<'a>(&'a self, rows: &'a [New], way: Way, via: Via<'a>) -> Doing<'a> {
        Box::pin(async move {
            let build = |new: &New| (self.making.build)((), new);
            let db = via.executor();
            let upserted = match way {
                Way::One => {
                    let row = (self.making.save)(build(&rows[0]), via).await?;
                    return Ok(Answer::of(&[row]));
                }
                Way::Many => {
                    let rows = M::create_many(rows.iter().map(build)).save(db).await?;
                    return Ok(Answer::of(&rows));
                }
                Way::UpsertByLabel => M::upsert(build(&rows[0])).on(M::label()).save(db).await?,
                Way::UpsertByKey => M::upsert(build(&rows[0])).on_key().save(db).await?,
                Way::FindByLabel => {
                    let row = M::upsert(build(&rows[0])).on(M::label());
                    row.or_find(db).await?
                }
                Way::UpsertMany => {
                    let rows = M::upsert_many(rows.iter().map(build)).on(M::label());
                    return Ok(each(&rows.save(db).await?));
                }
                Way::IgnoreMany => {
                    let rows = M::upsert_many(rows.iter().map(build)).on(M::label());
                    return Ok(ignored(&rows.or_ignore(db).await?));
                }
                Way::FindMany => {
                    let rows = M::upsert_many(rows.iter().map(build)).on(M::label());
                    return Ok(found(&rows.or_find(db).await?));
                }
                Way::ReviveMany => panic!("no row of {} is marked", self.table),
            };
            Ok(Answer {
                rows: vec![json(&upserted.row)],
                created: Some(upserted.created),
                each_created: None,
            })
        })
    }

    fn delete<'a>(&'a self, row: &'a Row, _: Fate, via: Via<'a>) -> Doing<'a> {
        Box::pin(async move {
            let row: M = typed(row);
            row.delete(via.executor()).await?;
            Ok(Answer::of::<M>(&[]))
        })
    }

    fn update<'a>(&'a self, rows: &'a [(Row, Row)], via: Via<'a>) -> Doing<'a> {
        Box::pin(changed::<M>(rows, via))
    }
}

/// Rows of a model that marks those that are deleted.
pub(crate) struct Living<M, N>(pub(crate) Modelled<M, N>);

impl<M: Stored + SoftDeletes, N: IntoNew<M>> Maker for Living<M, N> {
    fn table(&self) -> &'static str {
        self.0.table()
    }

    fn nests(&self) -> &'static [usize] {
        self.0.nests()
    }

    fn make<'a>(&'a self, rows: &'a [New], way: Way, via: Via<'a>) -> Doing<'a> {
        match way {
            Way::ReviveMany => Box::pin(async move {
                let build = |new: &New| (self.0.making.build)((), new);
                let rows = M::upsert_many(rows.iter().map(build)).on(M::label());
                Ok(each(&rows.reviving().save(via.executor()).await?))
            }),
            _ => self.0.make(rows, way, via),
        }
    }

    fn fates(&self) -> &'static [Fate] {
        &[
            Fate::Deleted,
            Fate::Deleted,
            Fate::Restored,
            Fate::Restored,
            Fate::DeletedForGood,
        ]
    }

    fn delete<'a>(&'a self, row: &'a Row, fate: Fate, via: Via<'a>) -> Doing<'a> {
        Box::pin(async move {
            let (row, db): (M, _) = (typed(row), via.executor());
            match fate {
                Fate::Deleted => row.delete(db).await?,
                Fate::Restored => return Ok(Answer::of(&[row.restore(db).await?])),
                Fate::DeletedForGood => row.delete_for_good(db).await?,
            }
            Ok(Answer::of::<M>(&[]))
        })
    }

    fn update<'a>(&'a self, rows: &'a [(Row, Row)], via: Via<'a>) -> Doing<'a> {
        self.0.update(rows, via)
    }

    fn look<'a>(
        &'a self,
        tables: &'a Tables,
        schema: &'a [Table],
        db: &'a dyn Executor,
    ) -> Looking<'a> {
        Box::pin(async move {
            let name = self.table();
            let shows = |row: &&Row| {
                let mut known = schema.iter().filter(|table| table.name == name);
                known.all(|table| (table.shows)(row))
            };
            let labels = |marked: bool| {
                let rows = tables.all(name).filter(|row| !marked || is_marked(row));
                let mut labels: Vec<String> = rows
                    .filter(shows)
                    .map(|row| label_of(row).to_owned())
                    .collect();
                labels.sort();
                labels
            };
            let found = M::query().with_deleted().order_by(M::label());
            let found = found.values(M::label()).all(db).await;
            same(name, "with_deleted", found, &labels(false))?;
            let found = M::query().only_deleted().order_by(M::label());
            let found = found.values(M::label()).all(db).await;
            same(name, "only_deleted", found, &labels(true))
        })
    }
}

fn same(
    table: &str,
    what: &str,
    found: orm::Result<Vec<String>>,
    expected: &[String],
) -> Result<(), String> {
    let found = found.map_err(|error| format!("{table}, {what}: {error}"))?;
    match found == expected {
        true => Ok(()),
        false => Err(format!(
            "{table}, {what}:\n  found    {found:?}\n  expected {expected:?}"
        )),
    }
}

/// What an upsert of many returned.
fn each<M: Stored>(rows: &[Upserted<M>]) -> Answer {
    let is_one = |it: &Upserted<M>| it.created != it.updated;
    assert!(rows.iter().all(is_one), "a row is created or updated");
    Answer {
        rows: rows.iter().map(|it| json(&it.row)).collect(),
        created: None,
        each_created: Some(rows.iter().map(|it| it.created).collect()),
    }
}

/// The same of rows that are left as they are where they exist.
fn found<M: Stored>(rows: &[Upserted<M>]) -> Answer {
    assert!(!rows.iter().any(|it| it.updated), "a row is left as it is");
    Answer {
        rows: rows.iter().map(|it| json(&it.row)).collect(),
        created: None,
        each_created: Some(rows.iter().map(|it| it.created).collect()),
    }
}

fn ignored<M: Stored>(rows: &[Option<M>]) -> Answer {
    Answer {
        rows: rows.iter().flatten().map(json).collect(),
        created: None,
        each_created: Some(rows.iter().map(Option::is_some).collect()),
    }
}

/// Writes what differs.
async fn changed<M: Stored>(rows: &[(Row, Row)], via: Via<'_>) -> orm::Result<Answer> {
    let rows: Vec<(M, M)> = rows
        .iter()
        .map(|(old, new)| (typed(old), typed(new)))
        .collect();
    let db = via.executor();
    if let [(old, new)] = &rows[..] {
        return Ok(Answer::of(&[new.changes(old).save(db).await?]));
    }
    let changes = rows.iter().map(|(old, new)| new.changes(old));
    Ok(Answer::of(&M::update_many(changes).save(db).await?))
}

/// A model without a label.
pub(crate) struct Plain<M, N> {
    pub(crate) table: &'static str,
    pub(crate) making: Making<(), N, M>,
}

impl<M: Writable, N: IntoNew<M>> Maker for Plain<M, N> {
    fn table(&self) -> &'static str {
        self.table
    }

    fn nests(&self) -> &'static [usize] {
        &[]
    }

    fn make<'a>(&'a self, rows: &'a [New], way: Way, via: Via<'a>) -> Doing<'a> {
        Box::pin(async move {
            let build = |new: &New| (self.making.build)((), new);
            let count = match way {
                Way::Many => {
                    let made = M::create_many(rows.iter().map(build));
                    made.save(via.executor()).await?.len()
                }
                _ => {
                    (self.making.save)(build(&rows[0]), via).await?;
                    1
                }
            };
            Ok(Answer::of(&vec![Value::Null; count]))
        })
    }

    fn delete<'a>(&'a self, _: &'a Row, _: Fate, _: Via<'a>) -> Doing<'a> {
        panic!("a row without a label is not deleted")
    }

    fn update<'a>(&'a self, _: &'a [(Row, Row)], _: Via<'a>) -> Doing<'a> {
        panic!("a row without a label is not updated")
    }
}
