//! Databases that were migrated by Sequelize.

use super::history::{self, Origin};
use super::migrator::Migrator;
use super::name;
use super::problem::MigrationProblem;
use super::session::Session;
use super::unit::Unit;
use crate::error::{Error, Result};
use crate::exec::{Config, Params};
use crate::sql::identifier;

/// The table Sequelize keeps its history in, unless told otherwise.
const TABLE: &str = "SequelizeMeta";

/// How many migrations Sequelize has applied, by its own history.
pub(super) async fn count(client: &Session) -> Result<usize> {
    Ok(names(client, TABLE).await?.map_or(0, |names| names.len()))
}

/// The names in Sequelize's history, or `None` if there is no such table.
async fn names(client: &Session, table: &str) -> Result<Option<Vec<String>>> {
    let mut quoted = String::new();
    identifier::quote(&mut quoted, table);
    if !history::is_there(client, &quoted).await? {
        return Ok(None);
    }
    let sql = format!("SELECT CAST(name AS text) FROM {quoted} ORDER BY 1");
    let rows = client.query(&sql, Params::none()).await?;
    let names: Result<Vec<String>> = rows.iter().map(|row| row.get(0)).collect();
    Ok(Some(names?))
}

impl Migrator {
    /// Takes over the history that Sequelize keeps in `SequelizeMeta`, or in
    /// the given table: what it has applied counts as applied.
    ///
    /// Its names end in `.js`, `.ts` or the like, which is left out; words that
    /// are not in kebab case match the same words that are. Its table is left
    /// as it is. Names that are adopted already are passed over.
    ///
    /// # Errors
    ///
    /// Fails, adopting nothing, if there is no such table, or if a name in it
    /// is none of these migrations.
    pub async fn adopt_sequelize(
        &self,
        config: &Config,
        table: Option<&str>,
    ) -> Result<Vec<String>> {
        let units = self.read(config.backend())?;
        let connection = self.open_locked(config).await?;
        let table = table.unwrap_or(TABLE);
        let Some(names) = names(&connection.session, table).await? else {
            return Err(Error::usage(format!(
                "this database has no table \"{table}\""
            )));
        };
        let found = names.iter().map(|name| matching(&units, name).ok_or(name));
        let strange: Vec<String> = found.clone().filter_map(Result::err).cloned().collect();
        if !strange.is_empty() {
            return Err(MigrationProblem::NotAdopted { names: strange }.into());
        }
        let adopted: Vec<&Unit<'_>> = found.filter_map(Result::ok).collect();
        let adopted = connection.mark_applied(&adopted, Origin::Sequelize).await?;
        connection.unlock().await;
        Ok(adopted)
    }
}

/// The migration that Sequelize calls `file`.
fn matching<'u, 'm>(units: &'u [Unit<'m>], file: &str) -> Option<&'u Unit<'m>> {
    const EXTENSIONS: [&str; 7] = [".js", ".ts", ".cjs", ".mjs", ".cts", ".mts", ".sql"];
    let name = EXTENSIONS
        .iter()
        .find_map(|it| file.strip_suffix(it))
        .unwrap_or(file);
    let kebab = name::to_kebab(name);
    units
        .iter()
        .find(|unit| unit.name == name || unit.name == kebab)
}
