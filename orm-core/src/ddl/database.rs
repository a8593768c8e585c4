//! All that a database has, as a blueprint.

use std::collections::BTreeSet;

use super::blueprint::{Blueprint, EnumType};
use super::inspect;
use super::live::Live;
use crate::error::Result;
use crate::exec::{Db, Executor};

impl Db {
    /// The tables and enum types of the schema the connection works in, and of
    /// the schemas that are named. Names in the former have no schema.
    ///
    /// Tables that belong to extensions are left out, and so are partitions,
    /// views and indexes that were never finished.
    ///
    /// # Errors
    ///
    /// Fails if the catalog cannot be read.
    pub async fn blueprint(&self, schemas: &[&str]) -> Result<Blueprint> {
        let tx = self.begin().await?;
        let named: BTreeSet<&str> = schemas.iter().copied().collect();
        let live = inspect::schemas(tx.executor(), named).await?;
        tx.rollback().await?;
        Ok(blueprint(live))
    }
}

fn blueprint(live: Live) -> Blueprint {
    let tables = live.relations.into_values().filter(|it| it.is_table);
    let tables = tables.map(|mut relation| {
        let invalid = relation.invalid_indexes;
        let indexes = &mut relation.table.indexes;
        indexes.retain(|index| !invalid.contains(&index.name));
        relation.table
    });
    let enums = live.types.into_iter().filter_map(|(name, labels)| {
        Some(EnumType {
            name,
            labels: labels?,
        })
    });
    Blueprint {
        tables: tables.collect(),
        enums: enums.collect(),
    }
}
