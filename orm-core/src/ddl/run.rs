//! Plans made and carried out on a database.

use super::blueprint::{Blueprint, Name};
use super::live::Live;
use super::models::Models;
use super::permission::DestroyDatabase;
use super::plan::{Plan, Step};
use super::report::Report;
use super::{desired, flaw, inspect, missing, order};
use crate::error::{Error, Result};
use crate::exec::{Db, Executor, Isolation, Params, Tx, TxOptions};
use crate::schema::Backend;
use crate::types::Param;

/// The advisory lock that whoever changes the schema holds: `orm.ddl` in ASCII.
pub(crate) const SCHEMA_LOCK: i64 = 0x6f72_6d2e_6464_6c00;

impl Db {
    /// Creates what the models need and the database does not have: schemas,
    /// enum types, tables, columns, constraints, indexes, comments.
    ///
    /// Nothing that exists is altered or dropped; what differs from the models
    /// is in the report. Where nothing is missing, nothing is changed, and the
    /// statements only read the catalog. It happens in one transaction, and
    /// processes that start at once wait for each other.
    ///
    /// # Errors
    ///
    /// Fails, leaving the database as it was, if the models contradict each
    /// other, or existing rows violate a constraint that was missing.
    pub async fn create_missing(&self, models: Models) -> Result<Report> {
        let backend = self.backend();
        let blueprint = checked(backend, models)?;
        let tx = self.begin_schema_change().await?;
        let (blueprint, live) = look(&tx, blueprint).await?;
        let report = missing::report(backend, &blueprint, &live)?;
        carry_out(&tx, &report.plan).await?;
        tx.commit().await?;
        Ok(report)
    }

    /// What [`create_missing`](Self::create_missing) would do; nothing is changed.
    ///
    /// # Errors
    ///
    /// Fails if the models contradict each other.
    pub async fn plan_missing(&self, models: Models) -> Result<Report> {
        let backend = self.backend();
        let blueprint = checked(backend, models)?;
        let tx = self.begin_look().await?;
        let (blueprint, live) = look(&tx, blueprint).await?;
        tx.rollback().await?;
        missing::report(backend, &blueprint, &live)
    }

    /// Drops the models' tables, join tables and enum types, with their rows.
    /// What does not exist is passed over.
    ///
    /// # Errors
    ///
    /// Fails, leaving the database as it was, if the permission is for another
    /// database, or anything else depends on a table or type.
    pub async fn drop_tables(&self, models: Models, permission: &DestroyDatabase) -> Result<Plan> {
        let tx = self.begin_schema_change().await?;
        let blueprint = desired::blueprint(self.backend(), models.tables());
        let plan = drop_all(&tx, &blueprint, permission).await?;
        tx.commit().await?;
        Ok(plan)
    }

    /// What [`drop_tables`](Self::drop_tables) would do; nothing is changed.
    ///
    /// # Errors
    ///
    /// Fails if the database cannot be read.
    pub async fn plan_drop(&self, models: Models) -> Result<Plan> {
        let blueprint = desired::blueprint(self.backend(), models.tables());
        let tx = self.begin_look().await?;
        let (blueprint, live) = look(&tx, blueprint).await?;
        tx.rollback().await?;
        Ok(drop_plan(self.backend(), &blueprint, &live))
    }

    /// Drops the models' tables and creates them anew, empty, in one transaction.
    ///
    /// # Errors
    ///
    /// As [`drop_tables`](Self::drop_tables) and [`create_missing`](Self::create_missing).
    pub async fn recreate(&self, models: Models, permission: &DestroyDatabase) -> Result<Plan> {
        let backend = self.backend();
        let blueprint = checked(backend, models)?;
        let tx = self.begin_schema_change().await?;
        let mut plan = drop_all(&tx, &blueprint, permission).await?;
        let (blueprint, live) = look(&tx, blueprint).await?;
        let report = missing::report(backend, &blueprint, &live)?;
        carry_out(&tx, &report.plan).await?;
        tx.commit().await?;
        plan.steps.extend(report.plan.steps);
        Ok(plan)
    }

    /// Opens a transaction that changes nothing: on SQLite it waits for no writer.
    pub(crate) async fn begin_look(&self) -> Result<Tx> {
        match self.backend() {
            Backend::Postgres => self.begin().await,
            Backend::Sqlite => self.begin_with(TxOptions::new().read_only()).await,
        }
    }

    /// Opens a transaction that no other schema change runs beside.
    async fn begin_schema_change(&self) -> Result<Tx> {
        // One writer at a time is all that SQLite has.
        if self.backend() == Backend::Sqlite {
            return self.begin().await;
        }
        // A stricter level would read the catalog as it was before the wait.
        let options = TxOptions::new().isolation(Isolation::ReadCommitted);
        let tx = self.begin_with(options).await?;
        let lock = "SELECT pg_advisory_xact_lock($1)";
        tx.executor()
            .once()
            .execute(lock, Params::from(&[Param::from(SCHEMA_LOCK)]))
            .await?;
        Ok(tx)
    }
}

fn checked(backend: Backend, models: Models) -> Result<Blueprint> {
    let blueprint = desired::blueprint(backend, models.tables());
    flaw::refuse(backend, models.tables(), &blueprint)?;
    Ok(blueprint)
}

/// Reads the database, and puts the blueprint in its words.
async fn look(tx: &Tx, blueprint: Blueprint) -> Result<(Blueprint, Live)> {
    let mut live = inspect::live(tx.executor(), &blueprint).await?;
    if tx.executor().backend() == Backend::Sqlite {
        live = live.spelled_as(&blueprint);
    }
    match &live.schema {
        Some(schema) => Ok((blueprint.relative_to(schema), live)),
        None if tx.executor().backend() == Backend::Sqlite => Ok((blueprint, live)),
        None if blueprint.needs_current_schema() => Err(Error::usage(
            "the connection works in no schema: none in its `search_path` exists",
        )),
        None => Ok((blueprint, live)),
    }
}

async fn carry_out(tx: &Tx, plan: &Plan) -> Result<()> {
    for statement in plan.statements() {
        tx.executor().batch(&statement).await?;
    }
    Ok(())
}

async fn drop_all(tx: &Tx, blueprint: &Blueprint, permission: &DestroyDatabase) -> Result<Plan> {
    let (blueprint, live) = look(tx, blueprint.clone()).await?;
    permission.check(&live.database)?;
    let backend = tx.executor().backend();
    if backend == Backend::Sqlite {
        refuse_referrers(&blueprint, &live)?;
    }
    let plan = drop_plan(backend, &blueprint, &live);
    carry_out(tx, &plan).await?;
    Ok(plan)
}

/// What PostgreSQL refuses by itself: SQLite would delete the rows that refer to
/// a table's when it drops the table.
fn refuse_referrers(blueprint: &Blueprint, live: &Live) -> Result<()> {
    let dropped = |name: &Name| blueprint.tables.iter().any(|it| it.name == *name);
    for (name, relation) in live.relations.iter().filter(|(name, _)| !dropped(name)) {
        let mut keys = relation.table.foreign_keys();
        if let Some((_, key)) = keys.find(|(_, key)| dropped(&key.target)) {
            return Err(Error::usage(format!(
                "no table was dropped: `{name}` refers to `{}`",
                key.target
            )));
        }
    }
    Ok(())
}

/// The tables of a blueprint, each before those it refers to.
fn referrers_first(blueprint: &Blueprint) -> Vec<Name> {
    let (ordered, _) = order::by_dependency(blueprint.tables.clone());
    ordered.into_iter().rev().map(|it| it.name).collect()
}

/// Drops what exists: all tables in one statement, which lets them hold keys
/// of each other, and never CASCADE, which would reach beyond them.
fn drop_plan(backend: Backend, blueprint: &Blueprint, live: &Live) -> Plan {
    let qualified = |name: &Name| Name {
        schema: name.schema.clone().or_else(|| live.schema.clone()),
        name: name.name.clone(),
    };
    let is_table = |name: &&Name| live.relations.get(*name).is_some_and(|it| it.is_table());
    let is_enum = |name: &&Name| live.types.get(*name).is_some_and(Option::is_some);
    let tables = match backend {
        Backend::Postgres => blueprint.tables.iter().map(|it| it.name.clone()).collect(),
        Backend::Sqlite => referrers_first(blueprint),
    };
    let tables: Vec<Name> = tables.iter().filter(is_table).map(qualified).collect();
    let enums = blueprint
        .enums
        .iter()
        .map(|kind| &kind.name)
        .filter(is_enum)
        .map(qualified);
    let mut plan = Plan::new(backend);
    if !tables.is_empty() {
        plan.steps.push(Step::DropTables(tables));
    }
    plan.steps.extend(enums.map(Step::DropEnum));
    plan
}
