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
const SQL: &str = include_str!("unmanaged.sql");

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
