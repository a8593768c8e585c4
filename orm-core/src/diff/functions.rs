//! Functions that speak of what goes: the server knows of none whose body is a text.

use super::change::Change;
use crate::ddl::blueprint::Name;
use crate::ddl::token;
use crate::error::Result;
use crate::exec::{Db, Executor, Params};

/// Functions in SQL and PL/pgSQL that belong to no extension, with the tables whose triggers
/// they are.
const SQL: &str = "SELECT n.nspname || '.' || p.proname, p.prosrc, ARRAY(\
     SELECT c.relname::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid \
     WHERE t.tgfoid = p.oid AND NOT t.tgisinternal) \
     FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace \
     JOIN pg_language l ON l.oid = p.prolang \
     WHERE l.lanname IN ('sql', 'plpgsql') AND n.nspname NOT IN ('pg_catalog', 'information_schema') \
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass \
     AND d.objid = p.oid AND d.deptype = 'e') ORDER BY 1";

struct Function {
    name: String,
    body: String,
    tables: Vec<String>,
}

/// Notes on each change the functions that know a name which it takes away.
pub(super) async fn noted(db: &Db, changes: &mut [Change]) -> Result<()> {
    if changes.iter().all(|it| it.gone.is_none()) {
        return Ok(());
    }
    let rows = db.executor().once().query_all(SQL, Params::none()).await?;
    let mut functions = Vec::new();
    for row in &rows {
        functions.push(Function {
            name: row.get(0)?,
            body: row.get(1)?,
            tables: row.get(2)?,
        });
    }
    for change in changes {
        let Some((table, column)) = &change.gone else {
            continue;
        };
        let knowing = functions
            .iter()
            .filter(|it| it.knows(table, column.as_deref()));
        let names: Vec<String> = knowing
            .filter(|it| !change.up.iter().any(|sql| it.is_dropped_by(sql)))
            .map(|it| format!("`{}`", it.name.escape_debug()))
            .collect();
        if !names.is_empty() {
            change.notes.push(format!(
                "Functions speak of it, and may fail when they are called: {}.",
                names.join(", ")
            ));
        }
    }
    Ok(())
}

impl Function {
    fn knows(&self, table: &Name, column: Option<&str>) -> bool {
        let own = self.tables.contains(&table.name);
        let named = token::mentions(&self.body, &table.name);
        match column {
            Some(column) => (own || named) && token::mentions(&self.body, column),
            None => named,
        }
    }

    fn is_dropped_by(&self, sql: &str) -> bool {
        let bare = self.name.rsplit('.').next().unwrap_or_default();
        sql.starts_with("DROP FUNCTION ") && sql.contains(bare)
    }
}
