//! What the rows of each tool's history mean.

use super::Tool;
use super::key::Key;
use crate::decode::Row;
use crate::error::{Error, Result};
use crate::exec::Params;
use crate::migrate::session::Session;

/// What a history says, in words that are the same for all tools.
#[derive(Debug, Default)]
pub(super) struct Taken {
    /// What ran and was not taken back, as the tool calls it.
    pub(super) applied: Vec<(String, Key)>,
    /// Everything up to this one counts as run, whether or not it is named.
    pub(super) through: Option<Key>,
    /// What stopped half-way.
    pub(super) failed: Vec<String>,
}

impl Taken {
    pub(super) async fn read(session: &Session, tool: Tool, table: &str) -> Result<Self> {
        // Each answers with a name, what else says what became of it, and in its order.
        let select = match tool {
            Tool::Sequelize => "CAST(name AS text), NULL, NULL FROM {table} ORDER BY 1",
            Tool::Diesel => "CAST(version AS text), NULL, NULL FROM {table} ORDER BY 1",
            Tool::Refinery => "CAST(version AS text), NULL, NULL FROM {table} ORDER BY version",
            Tool::Sqlx => {
                "CAST(version AS text), CASE WHEN success THEN NULL ELSE 'failed' END, NULL \
                 FROM {table} ORDER BY version"
            }
            Tool::GolangMigrate => {
                "CAST(version AS text), CASE WHEN dirty THEN 'failed' END, NULL FROM {table}"
            }
            // Of one that was tried again there are several.
            Tool::Prisma => {
                "CAST(migration_name AS text), CASE WHEN rolled_back_at IS NOT NULL THEN 'gone' \
                 WHEN finished_at IS NULL THEN 'failed' END, NULL FROM {table} ORDER BY started_at"
            }
            Tool::Flyway => {
                "CAST(version AS text), CASE WHEN success THEN CAST(type AS text) ELSE 'failed' END, \
                 CAST(script AS text) FROM {table} ORDER BY installed_rank"
            }
        };
        let sql = format!("SELECT {}", select.replace("{table}", table));
        let rows = session.query(&sql, Params::none()).await?;
        let mut taken = Taken::default();
        for row in &rows {
            taken.row(tool, row)?;
        }
        Ok(taken)
    }

    fn row(&mut self, tool: Tool, row: &Row) -> Result<()> {
        let name: Option<String> = row.get(0)?;
        let fate: Option<String> = row.get(1)?;
        let script: Option<String> = row.get(2)?;
        // Flyway's repeatable scripts have no version, and are none of ours.
        let Some(name) = name else { return Ok(()) };
        let label = script.unwrap_or_else(|| name.clone());
        let fate = fate.as_deref().unwrap_or_default();
        if fate == "failed" {
            self.failed.push(label);
            return Ok(());
        }
        let key = match tool {
            Tool::Sequelize | Tool::Prisma => Key::of_file(tool, &name),
            // No version is below the first.
            Tool::GolangMigrate if name.starts_with('-') => return Ok(()),
            _ => Key::version(&name),
        };
        let key = key.ok_or_else(|| {
            Error::usage(format!(
                "{tool} has a version that cannot be read: `{label}`"
            ))
        })?;
        match (tool, fate) {
            // It keeps the youngest alone.
            (Tool::GolangMigrate, _) => {
                self.through = Some(key.clone());
                self.applied.push((label, key));
            }
            (Tool::Prisma, "gone") | (Tool::Flyway, "SCHEMA") => {}
            (Tool::Flyway, kind) if kind.starts_with("UNDO") || kind == "DELETE" => {
                self.applied.retain(|(_, applied)| *applied != key);
            }
            (Tool::Flyway, kind) if kind.contains("BASELINE") => self.through = Some(key),
            _ => self.applied.push((label, key)),
        }
        Ok(())
    }
}
