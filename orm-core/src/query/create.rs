//! Writing new rows.

use super::fetch::in_model;
use super::update::rows_of;
use crate::create::Draft;
use crate::error::{Error, Result};
use crate::exec::Exec;
use crate::model::Model;

/// Writes one row and returns it, with what the database filled in.
pub(crate) async fn insert<M: Model>(draft: Draft<M>, db: Exec<'_>) -> Result<M> {
    let insert = draft.validated()?.into_insert();
    let sql = crate::sql::insert(&insert);
    let row = rows_of::<M>(db, &sql)
        .await
        .map_err(|error| in_model::<M>(error))?
        .pop();
    row.ok_or_else(|| {
        Error::usage("the insert wrote no row: a trigger or rule of the table suppressed it")
    })
}
