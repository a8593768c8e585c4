//! Changes to the history alone: a baseline, a repair.

use std::time::Duration;

use super::connection::{Connection, begin};
use super::history::Origin;
use super::judge;
use super::migrator::Migrator;
use super::problem::MigrationProblem;
use super::unit::Unit;
use crate::error::Result;
use crate::exec::Config;

/// How to bring the history in line with the truth.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Repair {
    /// Takes the migrations as they are now for what was applied.
    Checksums,
    /// Counts a migration as applied, wholly.
    Applied(String),
    /// Counts a migration as not applied.
    Pending(String),
}

impl Migrator {
    /// Counts migrations as applied without running them, for a database that
    /// has their tables already: all of them, or up to the named one.
    ///
    /// # Errors
    ///
    /// Fails if the database has a history, or there is no such migration.
    pub async fn baseline(&self, config: &Config, to: Option<&str>) -> Result<Vec<String>> {
        let units = self.read(config.backend())?;
        let connection = self.open_locked(config).await?;
        let records = connection.history.read(&connection.session).await?;
        if !records.is_empty() {
            return Err(MigrationProblem::NotEmpty {
                count: records.len(),
            }
            .into());
        }
        if let Some(name) = to {
            judge::find(&units, name)?;
        }
        let units = units
            .iter()
            .filter(|unit| to.is_none_or(|to| unit.name <= to));
        let units: Vec<&Unit<'_>> = units.collect();
        let marked = connection.mark_applied(&units, Origin::Baseline).await?;
        connection.unlock().await;
        Ok(marked)
    }

    /// Brings the history in line with the truth; the schema is not touched.
    /// Answers with the names of the migrations whose rows were changed.
    ///
    /// # Errors
    ///
    /// Fails if there is no such migration.
    pub async fn repair(&self, config: &Config, repair: &Repair) -> Result<Vec<String>> {
        let units = self.read(config.backend())?;
        let connection = self.open_locked(config).await?;
        let changed = match repair {
            Repair::Checksums => accept_edits(&units, &connection).await?,
            Repair::Applied(name) => {
                let unit = judge::find(&units, name)?;
                connection.mark_applied(&[&unit], Origin::Run).await?
            }
            Repair::Pending(name) => forget(&connection, name).await?,
        };
        connection.unlock().await;
        Ok(changed)
    }
}

async fn accept_edits(units: &[Unit<'_>], connection: &Connection) -> Result<Vec<String>> {
    let records = connection.history.read(&connection.session).await?;
    let mut changed = Vec::new();
    for record in &records {
        let unit = units.iter().find(|unit| unit.name == record.name);
        if let Some(unit) = unit.filter(|unit| judge::is_edited(unit, record)) {
            connection.history.accept(&connection.session, unit).await?;
            changed.push(unit.name.to_owned());
        }
    }
    Ok(changed)
}

async fn forget(connection: &Connection, name: &str) -> Result<Vec<String>> {
    let (client, history) = (&connection.session, &connection.history);
    // It fails if the table is none of ours.
    let there = !history.read(client).await?.is_empty();
    if there && history.forget(client, name).await? > 0 {
        return Ok(vec![name.to_owned()]);
    }
    let what = "in the history";
    Err(MigrationProblem::NoSuch {
        name: name.to_owned(),
        what,
    }
    .into())
}

impl Connection {
    /// Counts migrations as applied, all or none; those that are already are
    /// passed over.
    pub(super) async fn mark_applied(
        &self,
        units: &[&Unit<'_>],
        origin: Origin,
    ) -> Result<Vec<String>> {
        let (client, history) = (&self.session, &self.history);
        history.ensure(client).await?;
        let records = history.read(client).await?;
        let is_applied = |unit: &Unit<'_>| {
            records
                .iter()
                .any(|it| it.name == unit.name && it.is_applied())
        };
        self.batch(begin(self.backend())).await?;
        let mut marked = Vec::new();
        for unit in units.iter().filter(|unit| !is_applied(unit)) {
            // On an error the connection is dropped, which rolls back.
            history
                .applied(client, unit, origin, Duration::ZERO)
                .await?;
            marked.push(unit.name.to_owned());
        }
        self.batch("COMMIT").await?;
        Ok(marked)
    }
}
