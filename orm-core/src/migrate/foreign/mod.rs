//! Databases that another tool has migrated.
//!
//! Its history is read by the columns of its table, its rows are taken for what they
//! mean there, and each is looked up among the migrations: by the file that one says it
//! was (`-- orm:was`), else by its name.

mod key;
mod rows;

use std::fmt;

use self::key::Key;
use self::rows::Taken;
use super::history::{self, Origin};
use super::migrator::Migrator;
use super::problem::MigrationProblem;
use super::session::Session;
use super::unit::Unit;
use crate::error::{Error, Result};
use crate::exec::{Config, Params};
use crate::schema::Backend;
use crate::sql::identifier;
use crate::types::Param;

/// A tool that migrates databases and keeps a history in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Tool {
    /// sequelize-cli, for JavaScript.
    Sequelize,
    /// `sqlx migrate`.
    Sqlx,
    /// `diesel migration`.
    Diesel,
    /// Prisma Migrate.
    Prisma,
    /// refinery.
    Refinery,
    /// golang-migrate.
    GolangMigrate,
    /// Flyway.
    Flyway,
}

impl Tool {
    const ALL: [Tool; 7] = [
        Tool::Sequelize,
        Tool::Sqlx,
        Tool::Diesel,
        Tool::Prisma,
        Tool::Refinery,
        Tool::GolangMigrate,
        Tool::Flyway,
    ];

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Tool::Sequelize => "Sequelize",
            Tool::Sqlx => "sqlx",
            Tool::Diesel => "diesel",
            Tool::Prisma => "Prisma",
            Tool::Refinery => "refinery",
            Tool::GolangMigrate => "golang-migrate",
            Tool::Flyway => "Flyway",
        }
    }

    /// The table of its history, unless it was told otherwise.
    fn table(self) -> &'static str {
        match self {
            Tool::Sequelize => "SequelizeMeta",
            Tool::Sqlx => "_sqlx_migrations",
            Tool::Diesel => "__diesel_schema_migrations",
            Tool::Prisma => "_prisma_migrations",
            Tool::Refinery => "refinery_schema_history",
            Tool::GolangMigrate => "schema_migrations",
            Tool::Flyway => "flyway_schema_history",
        }
    }

    /// What its table is known by: others have tables of the same name.
    fn columns(self) -> &'static [&'static str] {
        match self {
            Tool::Sequelize => &["name"],
            Tool::Sqlx => &["version", "description", "success", "checksum"],
            Tool::Diesel => &["version", "run_on"],
            Tool::Prisma => &["migration_name", "finished_at", "rolled_back_at"],
            Tool::Refinery => &["version", "name", "applied_on", "checksum"],
            Tool::GolangMigrate => &["version", "dirty"],
            Tool::Flyway => &["installed_rank", "version", "type", "script", "success"],
        }
    }

    fn is_table_of(self, columns: &[String]) -> bool {
        // Where they are few, one that has more is somebody else's.
        let may_be = |name: &String| match self {
            Tool::Sequelize => ["name", "createdAt", "updatedAt"].contains(&name.as_str()),
            Tool::GolangMigrate => self.columns().contains(&name.as_str()),
            _ => true,
        };
        let has = |wanted: &&str| columns.iter().any(|it| it == wanted);
        columns.iter().all(may_be) && self.columns().iter().all(has)
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The tool that has migrated this database, and how many migrations it counts.
pub(super) async fn found(session: &Session) -> Result<Option<(Tool, usize)>> {
    for tool in Tool::ALL {
        let quoted = quoted(tool.table());
        if !tool.is_table_of(&columns(session, &quoted).await?) {
            continue;
        }
        let sql = format!("SELECT count(*) FROM {quoted}");
        let row = session.row(&sql, Params::none()).await?;
        let rows: i64 = row.map_or(Ok(0), |row| row.get(0))?;
        if rows > 0 {
            return Ok(Some((tool, usize::try_from(rows).unwrap_or(usize::MAX))));
        }
    }
    Ok(None)
}

impl Migrator {
    /// Takes over the history that another tool keeps in its table, or in the given one:
    /// what it has applied counts as applied. Without a tool it is recognised by its
    /// table.
    ///
    /// Rows are taken for what they mean there: what was rolled back or undone is not
    /// applied, what a baseline or a version covers is. The table is left as it is. Names
    /// that are adopted already are passed over.
    ///
    /// # Errors
    ///
    /// Fails, adopting nothing, if there is no such table, if the tool counts a
    /// migration as failed, or if one is none of these migrations.
    pub async fn adopt(
        &self,
        config: &Config,
        tool: Option<Tool>,
        table: Option<&str>,
    ) -> Result<Vec<String>> {
        let units = self.read(config.backend())?;
        let connection = self.open_locked(config).await?;
        let session = &connection.session;
        let (tool, table) = chosen(session, tool, table).await?;
        let taken = Taken::read(session, tool, &quoted(&table)).await?;
        if !taken.failed.is_empty() {
            let names = taken.failed;
            return Err(MigrationProblem::ForeignFailure { tool, names }.into());
        }
        let adopted = matched(&units, tool, &taken)?;
        let adopted = connection
            .mark_applied(&adopted, Origin::Adopted(tool))
            .await?;
        connection.unlock().await;
        Ok(adopted)
    }
}

/// Which tool's history is meant, and its table.
async fn chosen(
    session: &Session,
    tool: Option<Tool>,
    table: Option<&str>,
) -> Result<(Tool, String)> {
    let known = Tool::ALL.into_iter();
    let candidates: Vec<(Tool, &str)> = known
        .filter(|it| tool.is_none_or(|tool| tool == *it))
        .map(|it| (it, table.unwrap_or(it.table())))
        .collect();
    let mut there = false;
    for (tool, table) in candidates {
        let columns = columns(session, &quoted(table)).await?;
        there |= !columns.is_empty();
        if tool.is_table_of(&columns) {
            return Ok((tool, table.to_owned()));
        }
    }
    Err(Error::usage(match (tool, table, there) {
        (Some(tool), Some(table), true) => {
            format!("the table \"{table}\" is no history of {tool}")
        }
        (None, Some(table), true) => {
            format!("the table \"{table}\" is the history of no tool that is known here")
        }
        (_, Some(table), false) => format!("this database has no table \"{table}\""),
        (Some(tool), None, _) => format!(
            "this database has no history of {tool}: its table is `{}` unless you name another",
            tool.table()
        ),
        (None, None, _) => "this database has no history of another tool: name its table if it is \
                            called otherwise than usual"
            .to_owned(),
    }))
}

/// The migrations that a history speaks of.
fn matched<'u, 'm>(
    units: &'u [Unit<'m>],
    tool: Tool,
    taken: &Taken,
) -> Result<Vec<&'u Unit<'m>>, MigrationProblem> {
    let keys: Vec<Option<Key>> = units.iter().map(|unit| Key::of_unit(tool, unit)).collect();
    let is_covered = |key: &Key| {
        let through = taken.through.as_ref();
        through.is_some_and(|through| key <= through)
    };
    let names = taken.applied.iter();
    let strange: Vec<String> = names
        .filter(|(_, key)| !keys.iter().flatten().any(|it| it == key))
        .map(|(label, _)| label.clone())
        .collect();
    if !strange.is_empty() {
        return Err(MigrationProblem::NotAdopted { names: strange });
    }
    let pairs = units.iter().zip(&keys);
    let adopted = pairs.filter(|(_, key)| {
        key.as_ref().is_some_and(|key| {
            is_covered(key) || taken.applied.iter().any(|(_, applied)| applied == key)
        })
    });
    Ok(adopted.map(|(unit, _)| unit).collect())
}

/// The columns of a table; none if there is no such table.
async fn columns(session: &Session, quoted: &str) -> Result<Vec<String>> {
    if !history::is_there(session, quoted).await? {
        return Ok(Vec::new());
    }
    let sql = match session.backend() {
        Backend::Postgres => {
            "SELECT attname::text FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass($1) \
             AND attnum > 0 AND NOT attisdropped"
        }
        Backend::Sqlite => "SELECT name FROM pragma_table_info(trim(?1, '\"'))",
    };
    let values = [Param::from(quoted.to_owned())];
    let rows = session.query(sql, Params::from(&values)).await?;
    rows.iter().map(|row| row.get(0)).collect()
}

fn quoted(name: &str) -> String {
    let mut out = String::new();
    identifier::quote(&mut out, name);
    out
}
