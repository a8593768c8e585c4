//! Asks a database how it goes about the statements of a query.

use super::plan::{Folding, Plan};
use super::run::{own_statements, planned};
use super::spread;
use super::statement::{self, Source};
use crate::ast::Select;
use crate::error::Result;
use crate::exec::{Exec, Params};
use crate::explain::{Line, PlanNode, QueryPlan, nodes_of_postgres, nodes_of_sqlite};
use crate::refusal;
use crate::schema::Backend;
use crate::sql::{Sql, dialect};
use crate::types::Param;

/// The database's plan for every statement a query sends that needs no result of another.
pub(crate) async fn explain(db: Exec<'_>, select: &Select) -> Result<QueryPlan> {
    let backend = db.backend();
    if select.includes.is_empty() {
        let sql = refusal::select(backend, select)?;
        return plan_of(db, &sql, None).await;
    }
    refusal::judge(backend, select)?;
    let (sql, plan) = planned(backend, select);
    if let Some(rows) = spread::pays(db, &plan.root, &sql.text) {
        let plan = Plan::new(select, Folding::WhereAskedFor);
        let root = statement::write(backend, &select.named, &plan.root, select, Source::Root);
        let note = format!(
            "One statement per level, because there were {rows} rows last time. The first:"
        );
        return plan_of(db, &root, Some(note)).await;
    }
    if dialect(backend).folds_levels() {
        let alone = plan.root.last_statement() > 0;
        let note = "Other statements fetch what is loaded separately. The first:";
        return plan_of(db, &sql, alone.then(|| note.to_owned())).await;
    }
    let mut found = plan_of(db, &sql, None).await?;
    let mut levels = Vec::new();
    own_statements(&plan.root, select, &mut levels);
    for (child, include, parents) in levels {
        let keys = vec![Param::Null; include.association.owner_columns.len()];
        let source = Source::Keys(include, parents, &keys);
        let sql = statement::write(backend, &select.named, child, &include.select, source);
        found.nodes.extend(nodes_of(db, &sql).await?);
    }
    Ok(found)
}

async fn plan_of(db: Exec<'_>, sql: &Sql<'_>, note: Option<String>) -> Result<QueryPlan> {
    let nodes = nodes_of(db, sql).await?;
    Ok(QueryPlan { nodes, note })
}

/// The same, made as if every index paid.
pub(crate) async fn explain_by_index(db: Exec<'_>, select: &Select) -> Result<QueryPlan> {
    let Some(words) = dialect(db.backend()).avoids_scans() else {
        return explain(db, select).await;
    };
    let unit = db.unit().await?;
    unit.exec().execute(words, Params::none()).await?;
    let found = explain(unit.exec(), select).await;
    unit.rollback().await;
    found
}

/// The nodes of one statement's plan.
async fn nodes_of(db: Exec<'_>, sql: &Sql<'_>) -> Result<Vec<PlanNode>> {
    match db.backend() {
        Backend::Postgres => {
            let text = format!("EXPLAIN (FORMAT JSON) {}", sql.text);
            let params = Params::from(&sql.params);
            let row = db.once().query_opt(&text, params).await?;
            let document = row.map(|row| row.get::<serde_json::Value>(0)).transpose()?;
            Ok(nodes_of_postgres(&document.unwrap_or_default()))
        }
        Backend::Sqlite => {
            let text = format!("EXPLAIN QUERY PLAN {}", sql.text);
            let mut lines = Vec::new();
            db.once()
                .query_each(&text, Params::from(&sql.params), &mut |row| {
                    lines.push(Line {
                        id: row.get(0)?,
                        parent: row.get(1)?,
                        words: row.get(3)?,
                    });
                    Ok(())
                })
                .await?;
            Ok(nodes_of_sqlite(lines, &sql.text))
        }
    }
}
