//! New rows of models.

use orm::create::IntoNew;
use orm::prelude::*;
use serde_json::Value;

use crate::steps::{New, Way};
use crate::tables::Row;
use crate::typed::{Answer, Doing, Maker, Making, Stored, Via, json, typed};

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
            };
            Ok(Answer {
                rows: vec![json(&upserted.row)],
                created: Some(upserted.created),
            })
        })
    }

    fn delete<'a>(&'a self, row: &'a Row, via: Via<'a>) -> Doing<'a> {
        Box::pin(async move {
            let row: M = typed(row);
            row.delete(via.executor()).await?;
            Ok(Answer::of::<M>(&[]))
        })
    }
}

/// A model without a label.
pub(crate) struct Plain<M, N> {
    pub(crate) table: &'static str,
    pub(crate) making: Making<(), N, M>,
}

impl<M: Model, N: IntoNew<M>> Maker for Plain<M, N> {
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

    fn delete<'a>(&'a self, _: &'a Row, _: Via<'a>) -> Doing<'a> {
        panic!("a row without a label is not deleted")
    }
}
