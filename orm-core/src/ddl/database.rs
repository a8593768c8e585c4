//! All that a database has, as a blueprint.

use std::collections::{BTreeMap, BTreeSet};

use super::blueprint::{Blueprint, EnumType, Name};
use super::inspect;
use super::live::Live;
use super::neutral;
use crate::error::Result;
use crate::exec::{Db, Executor};
use crate::schema::{Backend, Identity};

impl Db {
    /// The tables and enum types of the schema the connection works in, and of
    /// the schemas that are named. Names in the former have no schema.
    ///
    /// Tables that belong to extensions are left out, and so are partitions,
    /// views and indexes that were never finished. Columns of SQLite have the
    /// types that their checks stand for, in PostgreSQL's words. A column of type
    /// `serial` is numbered by default, as an identity is, unless other columns ask its
    /// sequence: then all of them do.
    ///
    /// # Errors
    ///
    /// Fails if the catalog cannot be read.
    pub async fn blueprint(&self, schemas: &[&str]) -> Result<Blueprint> {
        self.blueprint_with(schemas, &[]).await
    }

    /// As [`blueprint`](Self::blueprint), with these partitions, each as the table that it is.
    ///
    /// # Errors
    ///
    /// As [`blueprint`](Self::blueprint).
    pub async fn blueprint_with(&self, schemas: &[&str], partitions: &[Name]) -> Result<Blueprint> {
        let tx = self.begin_look().await?;
        let named: BTreeSet<&str> = schemas.iter().copied().collect();
        let live = inspect::schemas(tx.executor(), named, partitions).await?;
        tx.rollback().await?;
        let blueprint = blueprint(live);
        Ok(match self.backend() {
            Backend::Postgres => blueprint,
            Backend::Sqlite => neutral::of(blueprint),
        })
    }
}

/// The sequences that columns ask which are not theirs, by the default that asks.
fn asked(live: &Live) -> BTreeMap<String, Name> {
    let mut asked = BTreeMap::new();
    for relation in live.relations.values() {
        let columns = relation.table.columns.iter();
        for column in columns.filter(|it| !relation.serials.contains(&it.name)) {
            if let (Some(name), Some(default)) = (column.asks(), &column.default) {
                asked.insert(default.clone(), name.clone());
            }
        }
    }
    asked
}

fn blueprint(live: Live) -> Blueprint {
    let asked = asked(&live);
    let tables = live.relations.into_values().filter(|it| it.is_table());
    let tables = tables.map(|mut relation| {
        let invalid = relation.invalid_indexes;
        let indexes = &mut relation.table.indexes;
        indexes.retain(|index| !invalid.contains(&index.name));
        for column in &mut relation.table.columns {
            let others = column.default.as_ref().and_then(|it| asked.get(it));
            if let (Some(name), Some(sequence)) = (others, &mut column.sequence) {
                sequence.shared.get_or_insert_with(|| name.clone());
            }
            // Of what a sequence has by itself nobody need speak.
            if let Some(sequence) = &mut column.sequence {
                // In a model of another schema a name alone would be one there.
                if let (Some(_), Some(asked)) = (&relation.table.name.schema, &mut sequence.shared)
                {
                    asked.schema = asked.schema.take().or_else(|| live.schema.clone());
                }
                let greatest = match sequence.shared {
                    Some(_) => i64::MAX,
                    None => column.kind.greatest(),
                };
                sequence.options = sequence.options.unusual(greatest);
            }
            // `serial` is what an identity was before there were any.
            let is_serial = relation.serials.contains(&column.name) && others.is_none();
            if is_serial && !column.nullable {
                column.identity = Some(Identity::ByDefault);
                column.default = None;
            }
        }
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
        views: Vec::new(),
    }
}
