//! Why the update or delete of one row found none.

use super::fetch::scalar;
use super::queries::key_filter;
use crate::ast::{Expr, Output, Select};
use crate::error::Error;
use crate::exec::Exec;
use crate::key::Key;
use crate::model::Model;
use crate::schema::TableDef;

/// The row does not exist any more, or something about its table kept the `write`
/// away: that is asked only now, when there is nothing else to do.
pub(super) async fn untouched<M: Model>(key: M::Key, write: &'static str, db: Exec<'_>) -> Error {
    let filter = key_filter::<M>(&key);
    let told = key.describe().unwrap_or_default();
    // Rare, and large: it would be part of the future of every write.
    Box::pin(reason(M::TABLE, filter, told, write, db)).await
}

async fn reason(
    table: &'static TableDef,
    filter: Expr,
    key: String,
    write: &'static str,
    db: Exec<'_>,
) -> Error {
    let mut row = Select::new(table);
    row.filter = Some(filter);
    row.output = Output::Exists(Vec::new());
    match scalar(&mut row, db).await {
        Ok(true) => Error::untouched(table.model, key, write),
        _ => Error::not_found(table.model, key),
    }
}
