//! What a database holds that models do not speak of.

use std::fmt;

use crate::error::Result;
use crate::exec::{Db, Executor, Params};
use crate::schema::Backend;

/// Something that no comparison with the models sees: migrations alone keep it.
///
/// `Display` names it: "trigger `touch` of `public.orders`".
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unmanaged {
    /// What it is: `trigger`, `row policy`, `exclusion constraint`, `view`, ..
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The table it is on, with its schema; `None` for what stands alone.
    pub table: Option<String>,
}

impl fmt::Display for Unmanaged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`", self.kind, self.name)?;
        match &self.table {
            Some(table) => write!(f, " of `{table}`"),
            None => Ok(()),
        }
    }
}

/// One row per thing: what it is, its name, the table it is on. What belongs
/// to the server or to an extension is nobody's business.
const SQL: &str = "\
WITH ours AS (
    SELECT c.oid, c.relname, c.relkind, c.relispartition, n.nspname
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
      AND NOT EXISTS (SELECT FROM pg_depend d
          WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
), found (kind, name, on_table) AS (
    SELECT 'exclusion constraint', conname::text, nspname || '.' || relname
    FROM pg_constraint JOIN ours ON ours.oid = conrelid WHERE contype = 'x'
    UNION ALL
    SELECT 'trigger', tgname::text, nspname || '.' || relname
    FROM pg_trigger JOIN ours ON ours.oid = tgrelid WHERE NOT tgisinternal
    UNION ALL
    SELECT 'row policy', polname::text, nspname || '.' || relname
    FROM pg_policy JOIN ours ON ours.oid = polrelid
    UNION ALL
    SELECT 'collation of column', attname::text, nspname || '.' || relname
    FROM pg_attribute JOIN ours ON ours.oid = attrelid AND relkind IN ('r', 'p')
    JOIN pg_type t ON t.oid = atttypid
    WHERE attnum > 0 AND NOT attisdropped AND attcollation NOT IN (0, t.typcollation)
      AND NOT pg_collation_is_visible(attcollation)
    UNION ALL
    SELECT 'rule', rulename::text, nspname || '.' || relname
    FROM pg_rewrite JOIN ours ON ours.oid = ev_class WHERE rulename <> '_RETURN'
    UNION ALL
    SELECT 'DEFERRABLE of primary key', conname::text, nspname || '.' || relname
    FROM pg_constraint JOIN ours ON ours.oid = conrelid WHERE contype = 'p' AND condeferrable
    UNION ALL
    SELECT 'NOT VALID of constraint', conname::text, nspname || '.' || relname
    FROM pg_constraint JOIN ours ON ours.oid = conrelid WHERE NOT convalidated
    UNION ALL
    SELECT 'storage parameters of index', i.relname::text, ours.nspname || '.' || ours.relname
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid AND i.reloptions IS NOT NULL
    JOIN ours ON ours.oid = x.indrelid
    UNION ALL
    SELECT 'extension', extname::text, NULL FROM pg_extension WHERE extname <> 'plpgsql'
    UNION ALL
    SELECT CASE typtype WHEN 'd' THEN 'domain' ELSE 'composite type' END,
           n.nspname || '.' || typname, NULL
    FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace
    LEFT JOIN pg_class c ON c.oid = typrelid
    WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
      AND (typtype = 'd' OR (typtype = 'c' AND c.relkind = 'c'))
      AND NOT EXISTS (SELECT FROM pg_depend d
          WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
    UNION ALL
    SELECT 'function', n.nspname || '.' || proname, NULL
    FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
    WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
      AND NOT EXISTS (SELECT FROM pg_depend d
          WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
    UNION ALL
    SELECT CASE relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
             WHEN 'f' THEN 'foreign table' ELSE 'partitioning by expressions' END,
           nspname || '.' || relname, NULL
    FROM ours WHERE NOT relispartition AND (relkind IN ('v', 'm', 'f') OR EXISTS (
        SELECT FROM pg_partitioned_table p WHERE p.partrelid = ours.oid AND 0 = ANY (p.partattrs)))
)
SELECT kind, name, on_table FROM found ORDER BY kind, on_table, name";

/// The same of SQLite, whose migrations keep triggers when a table is made anew.
const SQLITE: &str = "\
SELECT s.type AS kind, s.name, CASE s.type WHEN 'trigger' THEN s.tbl_name END AS on_table
FROM sqlite_schema s WHERE s.type IN ('trigger', 'view')
UNION ALL
SELECT 'virtual table', l.name, NULL FROM pragma_table_list l
WHERE l.schema = 'main' AND l.type = 'virtual'
ORDER BY kind, on_table, name";

/// What the database holds that models do not speak of.
///
/// # Errors
///
/// Fails if the database cannot be read.
pub async fn unmanaged(db: &Db) -> Result<Vec<Unmanaged>> {
    let sql = match db.backend() {
        Backend::Postgres => SQL,
        Backend::Sqlite => SQLITE,
    };
    let rows = db.executor().once().query_all(sql, Params::none()).await?;
    let read = |row: &crate::decode::Row| {
        Ok(Unmanaged {
            kind: row.get(0)?,
            name: row.get(1)?,
            table: row.get(2)?,
        })
    };
    rows.iter().map(read).collect()
}
