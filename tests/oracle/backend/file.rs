//! Tables emptied and read by plain SQL, on SQLite.

use orm::prelude::*;
use orm::raw::raw_sql;

/// Empties all tables; numbers begin anew.
pub(super) async fn clear(tables: &[&str], db: &Db) -> orm::Result<()> {
    let mut sql = "PRAGMA defer_foreign_keys = ON; CREATE TABLE IF NOT EXISTS emptying (now); \
                   INSERT INTO emptying VALUES (1);"
        .to_owned();
    for table in tables {
        sql += &format!("DELETE FROM {table};");
    }
    sql += "DELETE FROM emptying; DELETE FROM sqlite_sequence";
    db.transaction(async |tx| tx.executor().batch(&sql).await)
        .await
}

/// All rows of these tables, as a document of lists.
pub(super) async fn rows(tables: &[&str], db: &dyn Executor) -> orm::Result<String> {
    let mut parts = Vec::new();
    for table in tables {
        let columns = format!(
            "SELECT group_concat('''' || name || ''', t.' || name, ', ') \
             FROM pragma_table_info('{table}')"
        );
        let columns: String = raw_sql(columns).scalar(db).await?;
        parts.push(format!(
            "'{table}', (SELECT json_group_array(json_object({columns})) FROM {table} t)"
        ));
    }
    let sql = format!("SELECT json_object({})", parts.join(", "));
    raw_sql(sql).scalar(db).await
}

/// What drops rows, and keeps them from being changed or deleted, but where the tables are
/// emptied: no statement switches a trigger off here.
pub(super) const TRIGGERS: &str = "
CREATE TABLE emptying (now);
CREATE TRIGGER before_cart BEFORE INSERT ON carts WHEN new.label LIKE 'bad%' BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER before_mark BEFORE INSERT ON marks WHEN new.label LIKE 'bad%' BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER before_good BEFORE INSERT ON goods WHEN new.label LIKE 'bad%' BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER stay BEFORE UPDATE ON goods WHEN old.label LIKE 'stk%' BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER stays BEFORE DELETE ON goods WHEN old.label LIKE 'stk%' AND NOT EXISTS (SELECT 1 FROM emptying) BEGIN SELECT RAISE(IGNORE); END;
";
