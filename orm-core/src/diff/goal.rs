//! Where a database is to go.

use std::collections::BTreeMap;

use crate::ddl::blueprint::{Blueprint, Name};
use crate::ddl::{Models, desired, flaw};
use crate::error::Result;
use crate::schema::{Backend, TableDef};

/// What a database should hold, and what it was called before.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Goal {
    /// Tables and enum types.
    pub blueprint: Blueprint,
    /// The former names of tables, by the new ones.
    pub former_tables: BTreeMap<Name, String>,
    /// The former names of columns, by table (as it is called now) and new name.
    pub former_columns: BTreeMap<(Name, String), String>,
}

impl Goal {
    /// What the models need on PostgreSQL.
    ///
    /// # Errors
    ///
    /// Fails if the models contradict each other.
    pub fn of(models: Models) -> Result<Self> {
        Self::on(Backend::Postgres, models)
    }

    /// What the models need on a kind of database.
    ///
    /// # Errors
    ///
    /// Fails if the models contradict each other, or say what such a database
    /// cannot hold.
    pub fn on(backend: Backend, models: Models) -> Result<Self> {
        let blueprint = desired::blueprint(backend, models.tables());
        flaw::refuse(backend, models.tables(), &blueprint)?;
        let mut goal = Goal {
            blueprint,
            ..Goal::default()
        };
        for model in models.tables() {
            goal.note_renames(model);
        }
        Ok(goal)
    }

    fn note_renames(&mut self, model: &TableDef) {
        let table = Name::from(model.name);
        if let Some(former) = model.renamed_from {
            self.former_tables.insert(table.clone(), former.into());
        }
        for column in model.columns {
            if let Some(former) = column.renamed_from {
                let key = (table.clone(), column.name.into());
                self.former_columns.insert(key, former.into());
            }
        }
    }

    /// The same, with `schema` left out of every name.
    pub(super) fn relative_to(mut self, schema: &str) -> Self {
        let relative = |mut name: Name| {
            name.relative_to(schema);
            name
        };
        let tables = self.former_tables.into_iter();
        let columns = self.former_columns.into_iter();
        self.former_tables = tables.map(|(name, old)| (relative(name), old)).collect();
        self.former_columns = columns
            .map(|((table, column), old)| ((relative(table), column), old))
            .collect();
        self.blueprint = self.blueprint.relative_to(schema);
        self
    }
}
