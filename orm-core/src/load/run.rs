//! Runs a query and collects its rows.

use super::plan::{Level, Plan};
use super::statement::{self, Source};
use super::{Collect, Shape, collect};
use crate::ast::{Include, Select};
use crate::error::Result;
use crate::exec::Exec;
use crate::types::Param;

/// Fetches the rows of a query with everything it includes.
pub(crate) async fn fetch<L: 'static>(db: Exec<'_>, select: &Select, shape: &Shape<L>) -> Result<Vec<L>> {
    if select.includes.is_empty() {
        return fetch_flat(db, select, shape).await;
    }
    let plan = Plan::new(select);
    let mut run = Run { db, rows: shape.collect(&plan.root), ordinals: Vec::new() };
    run.statement(&plan.root, select, Source::Root).await?;
    run.separate_children(&plan.root, select).await?;
    run.finish()
}

/// The rows of one table: one statement, nothing to attach.
async fn fetch_flat<L: 'static>(db: Exec<'_>, select: &Select, shape: &Shape<L>) -> Result<Vec<L>> {
    let sql = crate::sql::select(select);
    let level = Level::flat(select.table);
    let mut rows = shape.collect(&level);
    db.query_each(&sql.text, &sql.params, |row| rows.push(0, row)).await?;
    rows.finish()
}

struct Run<'e, L> {
    db: Exec<'e>,
    rows: Box<dyn Collect<L>>,
    /// The ordinals of the root's rows, where they need sorting.
    ordinals: Vec<i64>,
}
