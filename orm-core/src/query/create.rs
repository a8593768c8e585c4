//! Writing new rows.

use super::fetch::in_model;
use super::update::rows_of;
use super::{Queries, Query};
use crate::ast::{Insert, InsertRows, Value};
use crate::create::{Draft, IntoNew};
use crate::error::{Error, Result};
use crate::exec::{Exec, Executor};
use crate::model::Model;

/// Writes one row and returns it, with what the database filled in.
pub(crate) async fn insert<M: Model>(draft: Draft<M>, db: Exec<'_>) -> Result<M> {
    let insert = draft.validated()?.into_insert();
    let sql = crate::sql::insert(&insert);
    let row = rows_of::<M>(db, &sql).await.map_err(|error| in_model::<M>(error))?.pop();
    row.ok_or_else(|| Error::usage("the insert wrote no row: a trigger or rule of the table suppressed it"))
}

/// Many new rows, written by one statement.
#[derive(Debug)]
#[must_use = "nothing is written until `.save(&db)`"]
pub struct CreateMany<M> {
    drafts: Vec<Draft<M>>,
}

impl<M: Model> Query<M> {
    /// Many new rows, written by one statement and returned in order.
    pub fn create_many<N: IntoNew<M>>(rows: impl IntoIterator<Item = N>) -> CreateMany<M> {
        CreateMany { drafts: rows.into_iter().map(IntoNew::into_new).collect() }
    }
}
