//! What is there to lose, and what stands in the way: rows, counted.

use super::Diff;
use super::compare::Outcome;
use crate::ddl::blueprint::Name;
use crate::error::Result;
use crate::exec::{Db, Executor, Params};

/// The changes with the rows they are about.
pub(super) async fn counted(db: &Db, outcome: Outcome) -> Result<Diff> {
    let mut diff = Diff {
        changes: outcome.changes,
        problems: outcome.problems,
    };
    for change in &mut diff.changes {
        if let Some(loss) = &mut change.loss {
            loss.rows = Some(count(db, &loss.count).await?);
        }
        if let Some((sql, what)) = &change.obstacle {
            let rows = count(db, sql).await?;
            if rows > 0 {
                change.notes.push(format!(
                    "{rows} {what} now: give them a value before, or this fails."
                ));
            }
        }
        if let Some(table) = &change.needs_empty {
            let rows = count(db, &all_of(table)).await?;
            if rows > 0 {
                diff.problems.push(format!(
                    "{change}: it is NOT NULL and has no default, and `{table}` has {rows} rows; \
                     give it a default, make it nullable, or say what those rows shall hold"
                ));
            }
        }
    }
    Ok(diff)
}

fn all_of(table: &Name) -> String {
    format!("SELECT count(*) FROM {}", table.quoted())
}

async fn count(db: &Db, sql: &str) -> Result<i64> {
    let rows = db.executor().once().query_all(sql, Params::none()).await?;
    Ok(match rows.first() {
        Some(row) => row.try_get(0)?,
        None => 0,
    })
}
